/** What a stream is of: an account, within it a partner's subscriptions, or one subscription or event. Ids are UUIDs. */
export interface StreamScope {
  readonly accountId: string;
  readonly partnerId: string | null;
  readonly subscriptionId: string | null;
  readonly eventId: string | null;
}
