import { Box, Button, Checkbox, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { fetchClient, queryClient } from '../api/client';
import { isUnauthorized, showProblem } from '../api/problem';
import { Form } from '../components/form';
import { Notice } from '../components/notice';
import { Brand } from '../shell/brand';
import { signIn, useSession } from './session';
import classes from './sign-in-page.module.css';

interface Fields {
  readonly key: string;
  readonly staySignedIn: boolean;
}

async function check({ key }: Fields): Promise<void> {
  const { error } = await fetchClient.GET('/v1/me', { headers: { authorization: `Bearer ${key.trim()}` } });
  if (error !== undefined) throw error as unknown;
}

/** Takes an API key and tries it before it lets anybody in. */
export function SignInPage() {
  const { message } = useSession();
  const form = useForm<Fields>({ mode: 'uncontrolled', initialValues: { key: '', staySignedIn: false } });
  const attempt = useMutation({
    mutationFn: check,
    onSuccess: (_nothing, { key, staySignedIn }) => {
      queryClient.clear();
      signIn(key.trim(), staySignedIn);
    },
    onError: (error) => form.setFieldError('key', whyRefused(error)),
  });
  return (
    <Box component="main" className={classes.page}>
      <Paper className={classes.card} withBorder shadow="sm" radius="lg" p={{ base: 'lg', sm: 'xl' }}>
        <Stack gap="lg">
          <Brand />
          <div>
            <Title order={1} size="h3">
              Sign in
            </Title>
            <Text c="dimmed" size="sm" mt={4}>
              With an API key of your account. The hub printed the first one when it was started for the first time.
            </Text>
          </div>
          {message !== null && (
            <Notice tone="warning" role="status">
              {message}
            </Notice>
          )}
          <Form refusal={attempt.error} onSubmit={form.onSubmit((fields) => attempt.mutate(fields))}>
            <Stack gap="md">
              <PasswordInput
                label="API key"
                placeholder="hub_…"
                autoComplete="current-password"
                autoFocus
                spellCheck={false}
                visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the key' }}
                key={form.key('key')}
                {...form.getInputProps('key')}
              />
              <Checkbox
                label="Stay signed in on this device"
                description="Otherwise the key is forgotten with this tab."
                key={form.key('staySignedIn')}
                {...form.getInputProps('staySignedIn', { type: 'checkbox' })}
              />
              <Button type="submit" fullWidth loading={attempt.isPending}>
                Sign in
              </Button>
            </Stack>
          </Form>
        </Stack>
      </Paper>
    </Box>
  );
}

function whyRefused(error: unknown): string {
  if (isUnauthorized(error))
    return 'No account has this key. Check that you copied all of it: 47 characters, if the hub made it.';
  const { title, detail } = showProblem(error);
  return `${title}: ${detail}`;
}
