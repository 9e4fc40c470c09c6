import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/attempts',
  validateSearch: searchTexts(
    'cursor',
    'subscription_id',
    'delivery_id',
    'event_id',
    'outcome',
    'response_status',
    'type',
    'range',
    'since',
    'until',
  ),
  component: lazyRouteComponent(() => import('./attempts-page'), 'AttemptsPage'),
});

const detailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/attempts/$id',
  component: lazyRouteComponent(() => import('./attempt-page'), 'AttemptPage'),
});

export const attemptsRoutes = [listRoute, detailRoute] as const;
