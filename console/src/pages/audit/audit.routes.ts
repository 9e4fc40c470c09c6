import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit-log',
  validateSearch: searchTexts('cursor', 'action', 'target_id', 'accepted', 'range', 'since', 'until', 'entry'),
  component: lazyRouteComponent(() => import('./audit-log-page'), 'AuditLogPage'),
});

export const auditRoutes = [listRoute] as const;
