import {
  IconBolt,
  IconClipboardList,
  IconHistory,
  IconKey,
  IconLanguage,
  IconLayoutDashboard,
  IconPlug,
  IconSend,
  IconTags,
  IconUsersGroup,
  IconUserX,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { LinkProps } from '@tanstack/react-router';
import type { Operation } from '../session/permissions';

export interface NavigationEntry {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly icon: Icon;
  /** Whoever may not call it isn't offered the page. */
  readonly operation: Operation;
  /** Whoever may call this one gets there from another page. */
  readonly unless?: Operation;
}
export interface NavigationGroup {
  readonly title: string;
  readonly entries: readonly NavigationEntry[];
}

/** What the side bar shows, in this order. */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    title: 'Deliver',
    entries: [
      { label: 'Overview', to: '/', icon: IconLayoutDashboard, operation: 'getStats' },
      { label: 'Subscriptions', to: '/subscriptions', icon: IconWebhook, operation: 'listSubscriptions' },
      { label: 'Deliveries', to: '/deliveries', icon: IconSend, operation: 'listDeliveries' },
      { label: 'Task history', to: '/attempts', icon: IconHistory, operation: 'listAttempts' },
    ],
  },
  {
    title: 'Receive',
    entries: [
      { label: 'Events', to: '/events', icon: IconBolt, operation: 'listEvents' },
      { label: 'Send an event', to: '/events/new', icon: IconSend, operation: 'createEvent', unless: 'listEvents' },
      { label: 'Sources', to: '/sources', icon: IconPlug, operation: 'listSources' },
    ],
  },
  {
    title: 'Vocabulary',
    entries: [
      { label: 'Dialects', to: '/dialects', icon: IconLanguage, operation: 'listDialects' },
      { label: 'Event types', to: '/event-types', icon: IconTags, operation: 'listEventTypes' },
    ],
  },
  {
    title: 'Access',
    entries: [
      { label: 'Partners', to: '/partners', icon: IconUsersGroup, operation: 'listPartners' },
      { label: 'API keys', to: '/api-keys', icon: IconKey, operation: 'listApiKeys' },
    ],
  },
  {
    title: 'Account',
    entries: [
      { label: 'Audit log', to: '/audit-log', icon: IconClipboardList, operation: 'listAuditLog' },
      { label: 'Erase a person', to: '/erasures', icon: IconUserX, operation: 'eraseSubject' },
      { label: 'Erasures', to: '/erasures', icon: IconUserX, operation: 'listErasures', unless: 'eraseSubject' },
    ],
  },
];
