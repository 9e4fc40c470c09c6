import { Navigate } from '@tanstack/react-router';
import { useCan } from '../session/permissions';
import { NAVIGATION } from './navigation';
import { NotFoundPage } from './not-found-page';

/** Leads to the first page that the role may see. */
export function HomePage() {
  const may = useCan();
  const entries = NAVIGATION.flatMap((group) => group.entries);
  const first = entries.find(({ operation, unless }) => may(operation) && !(unless && may(unless)));
  return first ? <Navigate to={first.to} replace /> : <NotFoundPage />;
}
