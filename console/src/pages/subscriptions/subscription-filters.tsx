import { api } from '../../api/client';
import { FilterBar } from '../../components/filter-bar';
import { ChoiceFilter, TextFilter } from '../../components/filter-fields';
import { useCan } from '../../session/permissions';

/** What the address bar says of the list, by the API's names. */
export interface SubscriptionSearch {
  readonly status?: string;
  readonly ailing?: string;
  readonly dialect?: string;
  readonly partner_id?: string;
  readonly search?: string;
}

const STATUSES = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'disabled', label: 'Disabled' },
  { value: 'deactivated', label: 'Deactivated' },
];
const HEALTH = [
  { value: 'true', label: 'Ailing' },
  { value: 'false', label: 'Well' },
];
const MANY = 200;

export function SubscriptionFilters({ status, ailing, dialect, partner_id, search }: SubscriptionSearch) {
  const may = useCan();
  const dialects = api.useQuery('get', '/v1/dialects', {}, { staleTime: Infinity });
  const titles = dialects.data?.data.map(({ name, title }) => ({ value: name, label: title })) ?? [];
  return (
    <FilterBar active={{ status, ailing, dialect, partner_id, search }}>
      <TextFilter name="search" label="Name or address" value={search} placeholder="Any, in part" />
      <ChoiceFilter name="status" label="Status" value={status} options={STATUSES} />
      <ChoiceFilter name="ailing" label="Health" value={ailing} options={HEALTH} />
      <ChoiceFilter name="dialect" label="Dialect" value={dialect} options={titles} />
      {may('listPartners') && <PartnerFilter value={partner_id} />}
    </FilterBar>
  );
}

function PartnerFilter({ value }: { readonly value: string | undefined }) {
  const partners = api.useQuery('get', '/v1/partners', { params: { query: { limit: MANY } } }, { staleTime: 30_000 });
  const names = partners.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return <ChoiceFilter name="partner_id" label="Partner" value={value} options={names} />;
}
