import { createContext, useContext } from 'react';
import type { Schema } from '../api/client';
import { OPERATION_ROLES } from '../api/operation-roles';

export type Me = Schema<'MeDto'>;
export type Role = Me['role'];
/** An `operationId` of the API. */
export type Operation = keyof typeof OPERATION_ROLES;

export function can(role: Role, operation: Operation): boolean {
  return (OPERATION_ROLES[operation] as readonly Role[]).includes(role);
}

const MeContext = createContext<Me | null>(null);
export const MeProvider = MeContext.Provider;

/** Whose key the console works with; only below the shell. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe outside of the shell.');
  return me;
}

/** Whether to offer something: `const may = useCan(); may('createSubscription') && <Button …/>`. */
export function useCan(): (operation: Operation) => boolean {
  const { role } = useMe();
  return (operation) => can(role, operation);
}
