/** The building blocks of the canonical entities' JSON Schemas (draft-07): every property is typed and described. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly minLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

export type Properties = Readonly<Record<string, JsonSchema>>;

/** One kind of thing that events are about. As a subject it needs its `id`; nested in another it may lack one. */
export interface EntityDefinition {
  readonly name: string;
  readonly description: string;
  readonly properties: Properties;
}

export function text(description: string): JsonSchema {
  return { type: ['string', 'null'], description };
}

export function number(description: string): JsonSchema {
  return { type: ['number', 'null'], description };
}

/** Vendors disagree on whether these are written as numbers or as text; both are kept as they come. */
export function textOrNumber(description: string): JsonSchema {
  return { type: ['string', 'number', 'null'], description };
}

export function flag(description: string): JsonSchema {
  return { type: ['boolean', 'null'], description };
}

/** Names of times end in `_at`. No format is enforced: a vendor's unreadable time must not cost the event. */
export function time(description: string): JsonSchema {
  return { type: ['string', 'null'], description: `${description} ISO 8601, UTC.` };
}

export function list(description: string, items: JsonSchema): JsonSchema {
  return { type: ['array', 'null'], description, items };
}

export function group(description: string, properties: Properties): JsonSchema {
  return { type: ['object', 'null'], description, properties, additionalProperties: true };
}

export function nested(entity: EntityDefinition, description: string): JsonSchema {
  return group(description, { id: text('Its id at the ATS.'), ...entity.properties });
}

export function subjectSchema(entity: EntityDefinition): JsonSchema {
  const id: JsonSchema = { type: 'string', minLength: 1, description: 'Its id at the ATS, as text.' };
  return {
    type: 'object',
    description: entity.description,
    required: ['id'],
    properties: { id, ...entity.properties },
    additionalProperties: true,
  };
}

/** The schema of an event's `data`: the subject's entity by name. */
export function dataSchema(entity: EntityDefinition): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: [entity.name],
    properties: { [entity.name]: subjectSchema(entity) },
    additionalProperties: true,
  };
}
