import { Center, Loader } from '@mantine/core';

export function LoadingState() {
  return (
    <Center py={64} role="status" aria-label="Loading">
      <Loader type="dots" />
    </Center>
  );
}
