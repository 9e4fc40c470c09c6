import { Stepper } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schema } from '../../api/client';
import { TextLink } from '../../components/links';
import { PageHeader } from '../../components/page-header';
import { QueryState } from '../../components/query-state';
import { ChooseDialect } from './choose-dialect';
import { FirstWebhook } from './first-webhook';
import classes from './connect-page.module.css';
import { NewSourceForm } from './new-source-form';

const route = getRouteApi('/sources/new');

/** Connects an ATS step by step; how far one is stands in the address bar. */
export function ConnectPage() {
  const dialects = api.useQuery('get', '/v1/dialects', {}, { staleTime: Infinity });
  return (
    <>
      <PageHeader
        title="Connect an ATS"
        description="Its webhooks come in at an address of this hub, and go out to your subscriptions in every dialect."
        back={<TextLink to="/sources">Sources</TextLink>}
      />
      <QueryState query={dialects}>{({ data }) => <Steps dialects={data} />}</QueryState>
    </>
  );
}

function Steps({ dialects }: { readonly dialects: readonly Schema<'DialectDto'>[] }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  // Shown once: it is gone when this page is left.
  const [made, setMade] = useState<Schema<'CreatedSourceDto'> | null>(null);
  const dialect = dialects.find(({ name }) => name === search.dialect);
  const go = (to: { dialect?: string; source?: string }) => void navigate({ to: '/sources/new', search: to });
  const step = dialect === undefined ? 0 : search.source === undefined ? 1 : 2;
  return (
    <>
      <Stepper
        active={step}
        size="sm"
        classNames={{ steps: classes.steps, stepBody: classes.words, step: classes.step }}
        onStepClick={(next) => next < step && go(next === 0 ? {} : { dialect: search.dialect })}
      >
        <Stepper.Step label="Your ATS" description={dialect?.title} allowStepSelect={step === 1} />
        <Stepper.Step label="Settings" description={made?.name} allowStepSelect={false} />
        <Stepper.Step label="First webhook" allowStepSelect={false} />
      </Stepper>
      {dialect === undefined && <ChooseDialect dialects={dialects} onChoose={(name) => go({ dialect: name })} />}
      {dialect !== undefined && search.source === undefined && (
        <NewSourceForm
          key={dialect.name}
          dialect={dialect}
          onBack={() => go({})}
          onCreated={(source) => {
            setMade(source);
            go({ dialect: dialect.name, source: source.id });
          }}
        />
      )}
      {dialect !== undefined && search.source !== undefined && (
        <FirstWebhook
          dialect={dialect}
          sourceId={search.source}
          secret={made?.id === search.source ? made.secret : null}
        />
      )}
    </>
  );
}
