import { Collapse, Text, Timeline, UnstyledButton } from '@mantine/core';
import {
  IconCalendarPlus,
  IconCheck,
  IconChevronDown,
  IconClock,
  IconRefresh,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { AttemptView } from '../../components/attempt-view';
import { answerInShort, explainCall } from '../../components/explain-call';
import { TextLink } from '../../components/links';
import { formatMs } from '../../components/numbers';
import { Panel } from '../../components/panel';
import { QueryState } from '../../components/query-state';
import { TimeAgo } from '../../components/time-ago';
import classes from './delivery-timeline.module.css';

type Attempt = Schema<'AttemptDto'>;
type Delivery = Schema<'DeliveryDto'>;

const MOST = 50;
const PENDING_REFRESH_MS = 2_000;
const LOOKS: Readonly<Record<Attempt['outcome'], { readonly icon: Icon; readonly color: string }>> = {
  delivered: { icon: IconCheck, color: 'teal.8' },
  retry: { icon: IconRefresh, color: 'orange.8' },
  failed: { icon: IconX, color: 'red.8' },
};

/** The calls of a delivery, the latest first, between when it was created and what is to come. */
export function DeliveryTimeline({ delivery }: { readonly delivery: Delivery }) {
  const { id, status, attempts: made } = delivery;
  const attempts = api.useQuery(
    'get',
    '/v1/attempts',
    { params: { query: { delivery_id: id, limit: MOST } } },
    // What is made is recorded together with the delivery's state; a retry by hand adds to what has ended.
    { refetchInterval: ({ state }) => (status === 'pending' || lacks(state.data, made) ? PENDING_REFRESH_MS : false) },
  );
  return (
    <Panel title="What happened">
      <QueryState query={attempts}>
        {({ data, next_cursor: next }) => (
          <>
            <Calls delivery={delivery} attempts={data} />
            {next !== null && (
              <TextLink to="/attempts" search={{ delivery_id: id }} size="sm">
                All its calls
              </TextLink>
            )}
          </>
        )}
      </QueryState>
    </Panel>
  );
}

function lacks(page: Schema<'AttemptPageDto'> | undefined, made: number): boolean {
  return page !== undefined && page.data.length < Math.min(made, MOST);
}

interface CallsProps {
  readonly delivery: Delivery;
  readonly attempts: readonly Attempt[];
}

function Calls({ delivery: { status, next_attempt_at: next, created_at: created }, attempts }: CallsProps) {
  const [latest] = attempts;
  return (
    <Timeline bulletSize={26} lineWidth={2} active={attempts.length + 1} className={classes.timeline}>
      {status === 'pending' && (
        <Timeline.Item
          bullet={<IconClock size={15} aria-hidden />}
          color="blue.8"
          title="Next attempt"
          lineVariant="dashed"
        >
          <Text size="sm" c="dimmed">
            {next === null ? 'Now' : <TimeAgo at={next} />}
          </Text>
        </Timeline.Item>
      )}
      {attempts.map((attempt) => {
        const { icon: OutcomeIcon, color } = LOOKS[attempt.outcome];
        return (
          <Timeline.Item key={attempt.id} bullet={<OutcomeIcon size={15} aria-hidden />} color={color}>
            <Call attempt={attempt} isOpenAtFirst={attempt === latest} />
          </Timeline.Item>
        );
      })}
      <Timeline.Item bullet={<IconCalendarPlus size={15} aria-hidden />} color="gray.7" title="Created">
        <Text size="sm" c="dimmed">
          <TimeAgo at={created} />
        </Text>
      </Timeline.Item>
    </Timeline>
  );
}

interface CallProps {
  readonly attempt: Attempt;
  readonly isOpenAtFirst: boolean;
}

function Call({ attempt, isOpenAtFirst }: CallProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const { number, outcome, duration_ms: ms, started_at: at } = attempt;
  const what = outcome === 'delivered' ? 'Delivered' : (explainCall(attempt)?.title ?? 'Failed');
  return (
    <>
      <UnstyledButton className={classes.call} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className={classes.words}>
          <span className={classes.title}>
            Attempt {number}: {what}
          </span>
          <span className={classes.facts}>
            {answerInShort(attempt)} · {formatMs(ms)} · <TimeAgo at={at} />
          </span>
        </span>
        <IconChevronDown size={18} className={classes.chevron} aria-hidden />
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <div className={classes.body}>{isOpen && <AttemptView attempt={attempt} isSummedUp />}</div>
      </Collapse>
    </>
  );
}
