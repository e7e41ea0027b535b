import { z } from 'zod';

/** The part of JSON Schema that our schemas use. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The JSON schema of what a user may write, for editors that complete study files. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** What the schema says about a place in the file: the keys it may have, and what it is for. */
export function knownAt(
  schema: JsonSchema,
  path: readonly PropertyKey[],
): { readonly keys: string[]; readonly description?: string } {
  let here = open(schema, schema);
  let description = path.length ? undefined : schema.description;
  for (const key of path) {
    const next = here.flatMap((s) => step(s, key));
    description = next.map((s) => s.description).find(Boolean);
    here = next.flatMap((s) => open(s, schema));
  }
  const keys = [...new Set(here.flatMap((s) => Object.keys(s.properties ?? {})))];
  return description ? { keys, description } : { keys };
}

/** A schema and all its alternatives. */
function open(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const referred = schema.$ref?.startsWith('#/$defs/') ? root.$defs?.[schema.$ref.slice(8)] : undefined;
  const inner = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    ...(referred ? [referred] : []),
  ];
  return [schema, ...inner.flatMap((s) => open(s, root))];
}

function step(schema: JsonSchema, key: PropertyKey): JsonSchema[] {
  const found =
    typeof key === 'number'
      ? (schema.prefixItems?.[key] ?? schema.items)
      : (schema.properties?.[String(key)] ?? schema.additionalProperties);
  return typeof found === 'object' ? [found] : [];
}
