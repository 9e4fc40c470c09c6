/** A field that a JSON Schema describes, by its path. */
export interface Field {
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

/** Every field below, in the schema's order; `[]` stands for each item of a list. */
export function fieldsOf(schema: JsonSchema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const field = {
      path,
      type: typeOf(property),
      description: property.description ?? '',
      required: schema.required?.includes(name) ?? false,
    };
    const items = property.items ? fieldsOf(property.items, `${path}[].`) : [];
    return [field, ...fieldsOf(property, `${path}.`), ...items];
  });
}

function typeOf({ type, items }: JsonSchema): string {
  const types = typeof type === 'string' ? [type] : (type ?? ['any']);
  return types.map((one) => (one === 'array' && items ? `list of ${typeOf(items)}` : one)).join(' or ');
}
