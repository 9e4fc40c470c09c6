import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/subscriptions',
  validateSearch: searchTexts('cursor', 'status', 'ailing', 'dialect', 'partner_id', 'search'),
  component: lazyRouteComponent(() => import('./subscriptions-page'), 'SubscriptionsPage'),
});

const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/subscriptions/new',
  validateSearch: searchTexts('dialect'),
  component: lazyRouteComponent(() => import('./new-subscription-page'), 'NewSubscriptionPage'),
});

const detailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/subscriptions/$id',
  validateSearch: searchTexts('recovery', 'cursor'),
  component: lazyRouteComponent(() => import('./subscription-page'), 'SubscriptionPage'),
});

const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/subscriptions/$id/edit',
  component: lazyRouteComponent(() => import('./edit-subscription-page'), 'EditSubscriptionPage'),
});

export const subscriptionsRoutes = [listRoute, newRoute, detailRoute, editRoute] as const;
