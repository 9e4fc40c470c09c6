import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/deliveries',
  validateSearch: searchTexts(
    'cursor',
    'subscription_id',
    'status',
    'type',
    'event_id',
    'range',
    'since',
    'until',
    'live',
    'retry',
  ),
  component: lazyRouteComponent(() => import('./deliveries-page'), 'DeliveriesPage'),
});

const detailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./delivery-page'), 'DeliveryPage'),
});

export const deliveriesRoutes = [listRoute, detailRoute] as const;
