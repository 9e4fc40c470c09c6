import { Group, Text } from '@mantine/core';
import icon from './icon.svg';
import classes from './shell.module.css';

export function Brand() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src={icon} alt="" width={28} height={28} />
      <Text fw={650} lh={1.1} className={classes.name}>
        Integration Hub
      </Text>
    </Group>
  );
}
