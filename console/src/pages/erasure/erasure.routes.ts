import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/erasures',
  validateSearch: searchTexts('cursor'),
  component: lazyRouteComponent(() => import('./erase-page'), 'ErasePage'),
});

const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/erasures/$id',
  component: lazyRouteComponent(() => import('./erasure-page'), 'ErasurePage'),
});

export const erasureRoutes = [startRoute, oneRoute] as const;
