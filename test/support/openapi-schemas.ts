import { createRequire } from 'node:module';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Ajv as AjvClass, ErrorObject, ValidateFunction } from 'ajv';

/** Holds values against the schemas of the OpenAPI document. */

const { Ajv } = createRequire(import.meta.url)('ajv') as { Ajv: typeof AjvClass };
const SCHEMAS = 'hub';
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export class OpenApiSchemas {
  private readonly ajv: InstanceType<typeof AjvClass>;
  private readonly compiled = new WeakMap<object, ValidateFunction>();

  constructor(document: OpenAPIObject) {
    this.ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': INSTANT } });
    const definitions = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
      name,
      toJsonSchema(schema),
    ]);
    this.ajv.addSchema({ $id: SCHEMAS, definitions: Object.fromEntries(definitions) as object });
  }

  /** What of a value is not as its schema says. An object that names its fields holds no others, unless it says so. */
  mistakes(schema: object, value: unknown): string[] {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(toJsonSchema(schema) as object);
    this.compiled.set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  }
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

/** OpenAPI 3.0 writes `nullable` where JSON Schema has a type. */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, $ref, properties, ...rest } = schema as Record<string, unknown>;
  const converted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name !== 'example' && name !== 'examples') converted[name] = toJsonSchema(value);
  }
  if (typeof $ref === 'string') converted.$ref = $ref.replace('#/components/schemas/', `${SCHEMAS}#/definitions/`);
  if (typeof properties === 'object' && properties !== null) {
    const each = Object.entries(properties).map(([name, value]) => [name, toJsonSchema(value)]);
    converted.properties = Object.fromEntries(each);
    // What is answered without being documented is a mistake, too.
    if (!('additionalProperties' in converted)) converted.additionalProperties = false;
  }
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}
