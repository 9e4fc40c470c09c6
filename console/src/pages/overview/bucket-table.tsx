import { Table } from '@mantine/core';
import { TextLink } from '../../components/links';
import { formatCount, formatMs } from '../../components/numbers';
import { type Bucket, OUTCOMES, type Shown } from './buckets';
import classes from './over-time.module.css';

interface Props {
  readonly buckets: readonly Bucket[];
  readonly show: Shown;
}

/** What the chart shows, for whoever prefers to read it or has no mouse; the latest first. */
export function BucketTable({ buckets, show }: Props) {
  const rows = buckets.filter(({ total }) => total > 0).reverse();
  return (
    <div className={classes.table} tabIndex={0} role="region" aria-label="By time">
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {OUTCOMES[show].map(({ name, label }) => (
              <Table.Th key={name} ta="right">
                {label}
              </Table.Th>
            ))}
            <Table.Th ta="right">95% within</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((bucket) => (
            <Table.Tr key={bucket.since}>
              <Table.Td className={classes.time}>
                <TextLink
                  inherit
                  to={show === 'calls' ? '/attempts' : '/deliveries'}
                  search={{ since: bucket.since, until: bucket.until }}
                >
                  {bucket.label}
                </TextLink>
              </Table.Td>
              {OUTCOMES[show].map(({ name }) => (
                <Table.Td key={name} ta="right">
                  {formatCount(bucket[name] ?? 0)}
                </Table.Td>
              ))}
              <Table.Td ta="right">{bucket.p95 === null ? '–' : formatMs(bucket.p95)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
