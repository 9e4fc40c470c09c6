import { IconKey } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state';
import { PageHeader } from '../../components/page-header';
import { useCan } from '../../session/permissions';
import { ApiKeysTable } from './api-keys-table';
import { NewApiKeyButton } from './new-api-key';

const route = getRouteApi('/api-keys');

export function ApiKeysPage() {
  const { cursor } = route.useSearch();
  const may = useCan();
  return (
    <>
      <PageHeader
        title="API keys"
        description="Who may use this account’s API and this console. A key itself is shown once, when it is made."
        actions={may('createApiKey') && <NewApiKeyButton />}
      />
      <ApiKeysTable
        cursor={cursor}
        empty={
          <EmptyState icon={IconKey} title="There are no keys">
            Make one for each system and person that uses this account.
          </EmptyState>
        }
      />
    </>
  );
}
