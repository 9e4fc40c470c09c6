import { createRootRoute } from '@tanstack/react-router';
import { Shell } from './shell';

/** The parent of every page: whoever is not signed in gets to sign in there, and then sees the page asked for. */
export const rootRoute = createRootRoute({ component: Shell });
