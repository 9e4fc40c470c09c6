import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { searchTexts } from '../../components/search-params';
import { rootRoute } from '../../shell/routes';

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: searchTexts('range', 'since', 'until', 'show', 'as'),
  component: lazyRouteComponent(() => import('./overview-page'), 'OverviewPage'),
});

export const overviewRoutes = [overviewRoute] as const;
