import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Role } from './accounts/account.entities.js';
import { DEFAULT_ROLES, ROLES_EXTENSION } from './accounts/caller.js';
import { ProblemDto } from './common/api-problems.js';

interface Operation {
  readonly security?: readonly object[];
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
  return withDefaultRoles(SwaggerModule.createDocument(app, info, { extraModels: [ProblemDto] }));
}

/** Says of every operation that takes a key which roles may call it, also of those whose controllers say nothing. */
function withDefaultRoles(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item as Record<string, Operation>));
  for (const operation of operations) {
    if (operation.security) operation[ROLES_EXTENSION] ??= [...DEFAULT_ROLES];
  }
  return document;
}
