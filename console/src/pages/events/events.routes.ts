import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/events',
  validateSearch: searchTexts('cursor', 'type', 'entity', 'entity_id', 'range', 'since', 'until'),
  component: lazyRouteComponent(() => import('./events-page'), 'EventsPage'),
});

const sendRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/events/new',
  validateSearch: searchTexts('type'),
  component: lazyRouteComponent(() => import('./send-event-page'), 'SendEventPage'),
});

const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/events/$id',
  validateSearch: searchTexts('dialects', 'subscription_id'),
  component: lazyRouteComponent(() => import('./event-page'), 'EventPage'),
});

export const eventsRoutes = [listRoute, sendRoute, oneRoute] as const;
