import { AppShell, Burger, Center, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api } from '../api/client';
import { ErrorState } from '../components/error-state';
import { LoadingState } from '../components/loading-state';
import { MeProvider } from '../session/permissions';
import { signOut, useSession } from '../session/session';
import { SignInPage } from '../session/sign-in-page';
import { AccountMenu } from './account-menu';
import { Brand } from './brand';
import { ColorSchemeMenu } from './color-scheme-menu';
import { SideBar } from './side-bar';
import classes from './shell.module.css';

const CONTENT = 'content';

/** What is around every page, for whoever is signed in. */
export function Shell() {
  const { key } = useSession();
  return key === null ? <SignInPage /> : <SignedIn key={key} />;
}

function SignedIn() {
  const me = api.useQuery('get', '/v1/me', {}, { staleTime: 60_000 });
  if (me.isPending) return <LoadingState />;
  if (me.isError) {
    return (
      <Center component="main" mih="100dvh" p="md">
        <ErrorState error={me.error} onRetry={() => void me.refetch()} onSignOut={() => signOut()} />
      </Center>
    );
  }
  return (
    <MeProvider value={me.data}>
      <Frame />
    </MeProvider>
  );
}

function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  useFocusOnNewPage();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'lg', lg: 'xl' }}
    >
      <AppShell.Header className={classes.header}>
        <a className={classes.skip} href={`#${CONTENT}`}>
          Skip to the content
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
              aria-expanded={isOpen}
            />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeMenu />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} p="sm" aria-label="Main">
        <SideBar />
      </AppShell.Navbar>
      <AppShell.Main id={CONTENT} tabIndex={-1} className={classes.main}>
        <Stack gap="lg" className={classes.page}>
          <Outlet />
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}

/** Where what was pressed is gone with the page that it stood on, the keyboard goes on in the new page, not before the header. */
function useFocusOnNewPage(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (fromLocation && pathChanged && isLost) document.getElementById(CONTENT)?.focus({ preventScroll: true });
      }),
    [router],
  );
}
