import type { OpenAPIObject } from '@nestjs/swagger';

/** What the OpenAPI document says an operation takes: so that tables in tests can be held against it. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly bodyFields: readonly string[];
  readonly queryFields: readonly string[];
  readonly pathFields: readonly string[];
  /** Who may call it, as the document says; nobody's role suffices where only the operator may. */
  readonly roles: readonly string[] | null;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface RawOperation {
  readonly operationId?: string;
  readonly 'x-roles'?: readonly string[];
  readonly 'x-operator-only'?: boolean;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export function apiOperations(document: OpenAPIObject, prefix = '/'): ApiOperation[] {
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, item]) =>
      Object.entries(item as Readonly<Record<string, RawOperation>>).map(([method, operation]) => ({
        id: operation.operationId ?? '',
        method: method.toUpperCase(),
        path,
        bodyFields: bodyFields(operation, schemas),
        queryFields: parameterNames(operation, 'query'),
        pathFields: parameterNames(operation, 'path'),
        roles: operation['x-operator-only'] ? [] : (operation['x-roles'] ?? null),
      })),
    );
}

function parameterNames({ parameters = [] }: RawOperation, place: string): string[] {
  return parameters.filter((parameter) => parameter.in === place).map((parameter) => parameter.name);
}

function bodyFields({ requestBody }: RawOperation, schemas: Readonly<Record<string, Schema>>): string[] {
  const schema = requestBody?.content?.['application/json']?.schema;
  const resolved = schema?.$ref === undefined ? schema : schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
  return Object.keys(resolved?.properties ?? {});
}
