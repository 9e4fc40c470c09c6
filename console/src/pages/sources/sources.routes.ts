import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: searchTexts('cursor'),
  component: lazyRouteComponent(() => import('./sources-page'), 'SourcesPage'),
});

const connectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/new',
  validateSearch: searchTexts('dialect', 'source'),
  component: lazyRouteComponent(() => import('./connect-page'), 'ConnectPage'),
});

const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/$id',
  validateSearch: searchTexts('cursor', 'verdict'),
  component: lazyRouteComponent(() => import('./source-page'), 'SourcePage'),
});

const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources/$id/edit',
  component: lazyRouteComponent(() => import('./edit-source-page'), 'EditSourcePage'),
});

const requestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbound-requests/$id',
  component: lazyRouteComponent(() => import('./request-page'), 'RequestPage'),
});

export const sourcesRoutes = [listRoute, connectRoute, oneRoute, editRoute, requestRoute] as const;
