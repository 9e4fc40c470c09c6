import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';
import type { Role } from './account.entities.js';
import { ApiKeysService } from './api-keys.service.js';
import { RequestLimits } from './request-limits.service.js';
import {
  ALLOWED_ROLES,
  BASIC_AUTH,
  DEFAULT_ROLES,
  IS_PUBLIC,
  OPERATOR_ONLY,
  type RequestWithCaller,
} from './caller.js';

/** Lets a request in when its API key exists and its role may do what it asks for. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly limits: RequestLimits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & RequestWithCaller>();
    const takesBasic = this.reflector.getAllAndOverride<boolean | undefined>(BASIC_AUTH, targets) ?? false;
    const key = keyFromHeader(request.headers.authorization, takesBasic);
    const owner = key === null ? null : await this.apiKeys.findOwner(key);
    if (!owner) throw new Problem('unauthorized', unauthorizedDetail(takesBasic));
    await this.limits.count(owner);
    const roles =
      this.reflector.getAllAndOverride<readonly Role[] | undefined>(ALLOWED_ROLES, targets) ?? DEFAULT_ROLES;
    if (!roles.includes(owner.role)) {
      throw Problem.forbidden(`A key of role ${owner.role} may not do this; it takes ${roles.join(' or ')}.`);
    }
    if (!owner.operator && this.reflector.getAllAndOverride<boolean | undefined>(OPERATOR_ONLY, targets)) {
      throw Problem.forbidden('Only the bootstrap key may do this.');
    }
    request.caller = { ...owner, address: request.ip, requestId: request.id };
    return true;
  }
}

function unauthorizedDetail(takesBasic: boolean): string {
  return takesBasic
    ? 'Send an API key: "Authorization: Bearer <key>", or as the password of HTTP Basic.'
    : 'Send an API key: "Authorization: Bearer <key>".';
}

function keyFromHeader(header: string | undefined, takesBasic: boolean): string | null {
  const [scheme = '', value = ''] = (header ?? '').split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer' && value) return value;
  if (takesBasic && scheme.toLowerCase() === 'basic') {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon === -1 ? null : text.slice(colon + 1);
  }
  return null;
}
