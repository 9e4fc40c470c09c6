import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Problem } from '../common/problem.js';
import type { ChangedBy } from '../event-bus/internal-events.js';
import type { Role } from './account.entities.js';

/** Whose key a request carries. Every read and write is bounded by it. */
export interface Caller {
  readonly accountId: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly role: Role;
  /** Set for role `partner`: only its own subscriptions, deliveries and attempts exist for it. */
  readonly partnerId: string | null;
  readonly operator: boolean;
  readonly address: string | null;
  readonly requestId: string | null;
}

export interface RequestWithCaller {
  caller?: Caller;
}

export const ALLOWED_ROLES = 'hub:roles';
export const OPERATOR_ONLY = 'hub:operator-only';
export const IS_PUBLIC = 'hub:public';
export const BASIC_AUTH = 'hub:basic-auth';

/** Who may call what says nothing. */
export const DEFAULT_ROLES: readonly Role[] = ['admin'];

/** How the OpenAPI document tells clients what a key may do, so that they need no list of their own. */
export const ROLES_EXTENSION = 'x-roles';
const OPERATOR_ONLY_EXTENSION = 'x-operator-only';

/** Which roles may call; without it only `admin` may. */
export const Roles = (...roles: Role[]) =>
  applyDecorators(SetMetadata(ALLOWED_ROLES, roles), ApiExtension(ROLES_EXTENSION, roles));
/** Only the bootstrap key may call. */
export const OperatorOnly = () =>
  applyDecorators(SetMetadata(OPERATOR_ONLY, true), ApiExtension(OPERATOR_ONLY_EXTENSION, true));
/** Needs no key. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
/** Also takes the key as the password of HTTP Basic, with any login, as a vendor's clients send it. */
export const BasicAuth = () => SetMetadata(BASIC_AUTH, true);

/** The caller of the request, put there by the guard. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = context.switchToHttp().getRequest<RequestWithCaller>().caller;
  if (!caller) throw new Error('CurrentCaller on a public endpoint.');
  return caller;
});

/** What whoever comes with its key is told while a partner is disabled. */
export function partnerDisabled(): Problem {
  return Problem.forbidden('The partner of this key is disabled.');
}

export function changedBy(caller: Caller): ChangedBy {
  const { keyId, keyName, role, address, requestId } = caller;
  return { keyId, keyName, role, address, requestId };
}

/** The hub itself, acting by a rule. */
export const BY_THE_HUB: ChangedBy = { keyId: null, keyName: 'hub', role: 'hub', address: null, requestId: null };
