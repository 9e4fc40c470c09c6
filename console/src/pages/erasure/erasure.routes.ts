import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shell/routes';

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/erasures',
  component: lazyRouteComponent(() => import('./erase-page'), 'ErasePage'),
});

const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/erasures/$id',
  component: lazyRouteComponent(() => import('./erasure-page'), 'ErasurePage'),
});

export const erasureRoutes = [startRoute, oneRoute] as const;
