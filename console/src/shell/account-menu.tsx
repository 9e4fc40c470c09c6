import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { queryClient } from '../api/client';
import { useMe } from '../session/permissions';
import { signOut } from '../session/session';

/** Whose key this is, and the way out. */
export function AccountMenu() {
  const { account, role, partner, api_key: key } = useMe();
  const leave = () => {
    signOut();
    queryClient.clear();
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          aria-label={`Account: ${partner?.name ?? account.name}`}
          leftSection={<IconUserCircle size={20} stroke={1.7} />}
          rightSection={<IconChevronDown size={14} />}
        >
          <Text span visibleFrom="sm" size="sm" fw={500} truncate maw={260} c="var(--mantine-color-text)">
            {partner?.name ?? account.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {account.name}
          </Text>
          {partner && <Text size="sm">Partner {partner.name}</Text>}
          <Text size="xs">
            Role {role}, key “{key.name}”
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
