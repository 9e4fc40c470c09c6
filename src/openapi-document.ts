import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Role } from './accounts/account.entities.js';
import { DEFAULT_ROLES, ROLES_EXTENSION } from './accounts/caller.js';
import { ProblemDto } from './common/api-problems.js';

interface Parameter {
  readonly in: string;
  readonly required?: boolean;
  schema?: { readonly example?: string };
  description?: string;
}

interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  [ROLES_EXTENSION]?: Role[];
}

/** The OpenAPI document, made from the decorators alone. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('ATS Integration Hub')
    .setDescription(
      'Takes events in from any applicant-tracking system and delivers them to every partner in the dialect its receiver already understands. Start with **Authorize** and the admin key that the first start printed. Every answer carries an `X-Request-Id`, which the logs and the audit log name, too.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'hub_…', description: 'An API key' })
    .addBasicAuth({
      type: 'http',
      scheme: 'basic',
      description: "Any login, the API key as the password; only where a vendor's clients send it so.",
    })
    .build();
  const document = SwaggerModule.createDocument(app, info, { extraModels: [ProblemDto] });
  return withoutFilledInFilters(withDefaultRoles(document));
}

/**
 * Swagger UI fills in a parameter's example: an optional one would narrow the very first call to things that nobody has. Its
 * description says it instead.
 */
function withoutFilledInFilters(document: OpenAPIObject): OpenAPIObject {
  for (const { parameters = [] } of operationsOf(document)) {
    for (const parameter of parameters) {
      const { schema } = parameter;
      if (parameter.in !== 'query' || parameter.required || schema?.example === undefined) continue;
      const { example, ...rest } = schema;
      parameter.schema = rest;
      parameter.description = [parameter.description, `For example: \`${example}\`.`].filter(Boolean).join(' ');
    }
  }
  return document;
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item as Record<string, Operation>));
}

/** Says of every operation that takes a key which roles may call it, also of those whose controllers say nothing. */
function withDefaultRoles(document: OpenAPIObject): OpenAPIObject {
  for (const operation of operationsOf(document)) {
    if (operation.security) operation[ROLES_EXTENSION] ??= [...DEFAULT_ROLES];
  }
  return document;
}
