import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../components/empty-state';
import { useDocumentTitle } from '../components/use-document-title';

const TITLE = 'There is no such page';

export function NotFoundPage() {
  useDocumentTitle(TITLE);
  return (
    <EmptyState
      icon={IconMapOff}
      isPage
      title={TITLE}
      action={
        <Button component={Link} to="/" variant="default">
          Go to the start
        </Button>
      }
    >
      The address may be mistyped, or the page has moved.
    </EmptyState>
  );
}
