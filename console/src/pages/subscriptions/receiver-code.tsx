import { Code, Stack, Tabs, Text } from '@mantine/core';
import { api, type Schema } from '../../api/client';
import { CodeView } from '../../components/code-view';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';

type Receiver = Schema<'ReceiverCodeDto'>;

const LANGUAGES: Readonly<Record<Receiver['language'], { readonly title: string; readonly command: string }>> = {
  node: { title: 'Node', command: 'node' },
  python: { title: 'Python', command: 'python3' },
};

interface Props {
  readonly dialect: string;
  readonly maxHeight?: 'short' | 'tall';
}

export function ReceiverPanel({ dialect }: Props) {
  return (
    <Panel
      title="A receiver"
      description="A whole program that verifies the signature of this dialect. It needs nothing but the language itself."
    >
      <ReceiverCode dialect={dialect} />
    </Panel>
  );
}

/** Programs that verify a dialect's signature, as the dialect itself brings them. */
export function ReceiverCode({ dialect, maxHeight = 'tall' }: Props) {
  const receivers = api.useQuery(
    'get',
    '/v1/dialects/{name}/receivers',
    { params: { path: { name: dialect } } },
    { staleTime: Infinity },
  );
  return (
    <QueryState query={receivers}>
      {({ data }) => (
        <Tabs defaultValue={data[0]?.language} keepMounted={false}>
          <Tabs.List mb="sm">
            {data.map(({ language }) => (
              <Tabs.Tab key={language} value={language}>
                {LANGUAGES[language].title}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {data.map((receiver) => (
            <Tabs.Panel key={receiver.language} value={receiver.language}>
              <Program receiver={receiver} maxHeight={maxHeight} />
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </QueryState>
  );
}

interface ProgramProps {
  readonly receiver: Receiver;
  readonly maxHeight: 'short' | 'tall';
}

function Program({ receiver: { language, file_name: file, code }, maxHeight }: ProgramProps) {
  const { title, command } = LANGUAGES[language];
  return (
    <Stack gap="xs">
      <CodeView code={code} fileName={file} label={`Receiver in ${title}`} maxHeight={maxHeight} />
      <Text size="sm" c="dimmed">
        Run it: <Code>{`WEBHOOK_SECRET='whsec_…' ${command} ${file}`}</Code>
      </Text>
    </Stack>
  );
}
