import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiAnswer } from './api-client.js';
import type { OpenApiSchemas } from './openapi-schemas.js';

/** The operations of the OpenAPI document as a whole, and whether an answer is one that they document. */

export interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema: { readonly example?: unknown };
}
interface Response {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
}
export interface DocumentedOperation extends Operation {
  readonly method: string;
  readonly path: string;
}

export const JSON_TYPE = 'application/json';

export function documentedOperations(document: OpenAPIObject): DocumentedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as unknown as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** Examples of bodies that an operation takes. */
export function bodyExamples({ requestBody }: DocumentedOperation): unknown[] {
  return Object.values(requestBody?.content[JSON_TYPE]?.examples ?? {}).map(({ value }) => value);
}

/** What of an answer its operation does not document; `null`: it is as documented. */
export function undocumentedOf(
  { responses }: DocumentedOperation,
  schemas: OpenApiSchemas,
  answer: Pick<ApiAnswer, 'status' | 'headers' | 'body' | 'text'>,
): string | null {
  const response = responses[answer.status];
  if (!response) return 'the status';
  for (const name of Object.keys(response.headers ?? {})) {
    if (answer.headers.get(name) === null) return `that ${name} is missing`;
  }
  const contentType = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const media = response.content?.[contentType];
  if (!media) return response.content || answer.text !== '' ? `the content type ${contentType}` : null;
  const mistakes = schemas.mistakes(media.schema, contentType.endsWith('json') ? answer.body : answer.text);
  return mistakes.length > 0 ? mistakes.join('; ') : null;
}
