import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const apiKeysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/api-keys',
  validateSearch: searchTexts('cursor'),
  component: lazyRouteComponent(() => import('./api-keys-page'), 'ApiKeysPage'),
});

const partnersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/partners',
  validateSearch: searchTexts('cursor'),
  component: lazyRouteComponent(() => import('./partners-page'), 'PartnersPage'),
});

const newPartnerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/partners/new',
  component: lazyRouteComponent(() => import('./new-partner-page'), 'NewPartnerPage'),
});

const partnerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/partners/$id',
  validateSearch: searchTexts('cursor'),
  component: lazyRouteComponent(() => import('./partner-page'), 'PartnerPage'),
});

const editPartnerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/partners/$id/edit',
  component: lazyRouteComponent(() => import('./edit-partner-page'), 'EditPartnerPage'),
});

export const accessRoutes = [apiKeysRoute, partnersRoute, newPartnerRoute, partnerRoute, editPartnerRoute] as const;
