import { createRouter, stringifySearchWith } from '@tanstack/react-router';
import { ErrorState } from './components/error-state';
import { LoadingState } from './components/loading-state';
import { NotFoundPage } from './shell/not-found-page';
import { rootRoute } from './shell/routes';
import { accessRoutes } from './pages/access/access.routes';
import { auditRoutes } from './pages/audit/audit.routes';
import { erasureRoutes } from './pages/erasure/erasure.routes';
import { eventsRoutes } from './pages/events/events.routes';
import { sourcesRoutes } from './pages/sources/sources.routes';
import { attemptsRoutes } from './pages/attempts/attempts.routes';
import { deliveriesRoutes } from './pages/deliveries/deliveries.routes';
import { overviewRoutes } from './pages/overview/overview.routes';
import { subscriptionsRoutes } from './pages/subscriptions/subscriptions.routes';
import { vocabularyRoutes } from './pages/vocabulary/vocabulary.routes';

/** Every page of the console: one line an area. */
const routeTree = rootRoute.addChildren([
  ...overviewRoutes,
  ...deliveriesRoutes,
  ...attemptsRoutes,
  ...subscriptionsRoutes,
  ...vocabularyRoutes,
  ...accessRoutes,
  ...eventsRoutes,
  ...sourcesRoutes,
  ...auditRoutes,
  ...erasureRoutes,
]);

export const router = createRouter({
  routeTree,
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Texts stay texts: a status of digits must not become a number, nor `true` a boolean, as the router's own parsers have it.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: stringifySearchWith(String),
  defaultNotFoundComponent: NotFoundPage,
  defaultPendingComponent: LoadingState,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
