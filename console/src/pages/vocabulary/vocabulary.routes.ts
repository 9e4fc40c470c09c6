import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const dialectsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dialects',
  component: lazyRouteComponent(() => import('./dialects-page'), 'DialectsPage'),
});

const dialectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dialects/$name',
  component: lazyRouteComponent(() => import('./dialect-page'), 'DialectPage'),
});

const eventTypesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/event-types',
  validateSearch: searchTexts('search'),
  component: lazyRouteComponent(() => import('./event-types-page'), 'EventTypesPage'),
});

const eventTypeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/event-types/$type',
  component: lazyRouteComponent(() => import('./event-type-page'), 'EventTypePage'),
});

export const vocabularyRoutes = [dialectsRoute, dialectRoute, eventTypesRoute, eventTypeRoute] as const;
