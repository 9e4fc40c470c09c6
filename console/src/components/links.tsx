import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import { breakable } from './breakable';
import classes from './links.module.css';

/** Mantine's looks with the router's typed `to`, `params` and `search`. */

type NativeLinkProps<Own> = Own & Omit<ComponentPropsWithRef<'a'>, keyof Own>;

export const TextLink = createLink((props: NativeLinkProps<AnchorProps>) => <Anchor {...props} />);

export const LinkButton = createLink((props: NativeLinkProps<ButtonProps>) => <Button component="a" {...props} />);

/** A card that leads somewhere as a whole. */
export const CardLink = createLink((props: NativeLinkProps<object>) => <a {...props} className={classes.card} />);

/** The link of a table's row: the whole row leads there. */
export const RowLink = createLink(({ children, ...props }: NativeLinkProps<AnchorProps>) => (
  <Anchor className={classes.row} fw={600} size="sm" c="var(--mantine-color-text)" underline="never" {...props}>
    {breakable(children)}
  </Anchor>
));
