import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schema } from '../../api/client';
import { CopyButton } from '../../components/copy-button';
import { useCan } from '../../session/permissions';
import classes from './source-address.module.css';

type Source = Schema<'SourceDto'>;

/** The address of a source, or one for each event, to paste at the vendor. */
export function SourceAddress({ source: { ingest_url: url, ingest_urls: urls } }: { readonly source: Source }) {
  const isWhole = useCan()('createEvent');
  const Address = isWhole ? Copied : Labelled;
  return (
    <Stack gap="sm">
      {url !== null && <Address label="Address" value={url} />}
      {url === null && (
        <Text size="sm" c="dimmed">
          One address per event: the calls do not say what happened.
        </Text>
      )}
      {Object.entries(urls ?? {}).map(([eventName, address]) => (
        <Address key={eventName} label={eventName} value={address} />
      ))}
      {!isWhole && (
        <Text size="sm" c="dimmed">
          Whoever knows the whole address can send to it: it is shown to keys that may send events.
        </Text>
      )}
    </Stack>
  );
}

interface Props {
  readonly label: string;
  readonly value: string;
}

/** A value to take elsewhere, with its copy button at hand. */
export function Copied({ label, value }: Props) {
  return (
    <Labelled label={label} value={value}>
      <CopyButton value={value} label={`Copy: ${label}`} />
    </Labelled>
  );
}

function Labelled({ label, value, children }: Props & { readonly children?: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      <div className={classes.value}>
        <Code className={classes.text}>{value}</Code>
        {children}
      </div>
    </div>
  );
}
