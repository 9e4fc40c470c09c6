import { Code, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { api } from '../../api/client';
import { happeningNow } from '../../components/examples';
import { JsonView } from '../../components/json-view';
import { TextLink } from '../../components/links';
import { Panel } from '../../components/panel';
import { useCan } from '../../session/permissions';
import classes from './first-steps.module.css';

const LOOK_AGAIN_MS = 3_000;
const EXAMPLE_TYPE = 'job.created';

/** What to do with a hub that has just been started; gone as soon as an event has come to somebody who wanted some. */
export function FirstSteps({ subscriptions }: { readonly subscriptions: number | undefined }) {
  const may = useCan();
  const events = api.useQuery(
    'get',
    '/v1/events',
    { params: { query: { limit: 1 } } },
    { refetchInterval: ({ state }) => (state.data?.data.length === 0 ? LOOK_AGAIN_MS : false) },
  );
  const sources = api.useQuery(
    'get',
    '/v1/sources',
    { params: { query: { limit: 1 } } },
    { enabled: may('listSources') },
  );
  if (subscriptions === undefined || !events.data) return null;
  const isSubscribed = subscriptions > 0;
  const hasEvents = events.data.data.length > 0;
  if (isSubscribed && hasEvents) return null;
  return (
    <Panel title="First steps" description="Three steps from an empty hub to a first delivery.">
      <ol className={classes.steps}>
        <Step isDone={isSubscribed} title="Create a subscription">
          It says who gets which events, where, and in which dialect.{' '}
          {may('createSubscription') ? (
            <TextLink inherit underline="always" to="/subscriptions/new">
              Create one
            </TextLink>
          ) : (
            'Your key may only look: ask an administrator of your account.'
          )}
        </Step>
        <Step isDone={hasEvents} title="Send an event">
          {may('createEvent') ? (
            <SendEvent isOpen={!hasEvents} />
          ) : (
            'Somebody with a key of the role producer sends it; you see here when one has come.'
          )}
        </Step>
        {may('listSources') && (
          <Step isDone={(sources.data?.data.length ?? 0) > 0} title="Connect an ATS">
            A source takes in the webhooks of an ATS, so that nobody has to send events by hand.{' '}
            {may('createSource') && (
              <TextLink inherit underline="always" to="/sources">
                Connect one
              </TextLink>
            )}
          </Step>
        )}
      </ol>
    </Panel>
  );
}

interface StepProps {
  readonly isDone: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

function Step({ isDone, title, children }: StepProps) {
  const StateIcon = isDone ? IconCircleCheckFilled : IconCircle;
  return (
    <li className={classes.step} data-done={isDone}>
      <StateIcon size={22} className={classes.icon} aria-label={isDone ? 'Done' : 'To do'} role="img" />
      <div className={classes.words}>
        <Text fw={600} size="sm">
          {title}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
      </div>
    </li>
  );
}

/** With the vocabulary's own example, so that it is accepted as it is. */
function SendEvent({ isOpen }: { readonly isOpen: boolean }) {
  const type = api.useQuery(
    'get',
    '/v1/event-types/{type}',
    { params: { path: { type: EXAMPLE_TYPE } } },
    { enabled: isOpen, staleTime: Infinity },
  );
  const example = useMemo(() => happeningNow(type.data?.example ?? {}), [type.data]);
  if (!isOpen) return 'The first one has come.';
  const body = JSON.stringify(example, null, 2).replaceAll("'", `'\\''`);
  const command = `curl ${location.origin}/v1/events \\
  -H "Authorization: Bearer $HUB_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '${body}'`;
  return (
    <>
      Put a key of yours into <Code>HUB_API_KEY</Code>, then:
      <div className={classes.command}>
        {type.data && <JsonView value={command} label="Command" maxHeight="short" />}
      </div>
    </>
  );
}
