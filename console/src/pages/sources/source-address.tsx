import { Code, Stack, Text } from '@mantine/core';
import type { Schema } from '../../api/client';
import { CopyButton } from '../../components/copy-button';
import classes from './source-address.module.css';

type Source = Schema<'SourceDto'>;

/** The address of a source, or one for each event, to paste at the vendor. */
export function SourceAddress({ source: { ingest_url: url, ingest_urls: urls } }: { readonly source: Source }) {
  if (url !== null) return <Copied label="Address" value={url} />;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        One address per event: the calls do not say what happened.
      </Text>
      {Object.entries(urls ?? {}).map(([eventName, address]) => (
        <Copied key={eventName} label={eventName} value={address} />
      ))}
    </Stack>
  );
}

interface Props {
  readonly label: string;
  readonly value: string;
}

/** A value to take elsewhere, with its copy button at hand. */
export function Copied({ label, value }: Props) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      <div className={classes.value}>
        <Code className={classes.text}>{value}</Code>
        <CopyButton value={value} label={`Copy: ${label}`} />
      </div>
    </div>
  );
}
