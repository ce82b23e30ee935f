import * as z from 'zod';
import { kindDef, kindNames } from '../resources/index.ts';

type Json = { type?: unknown; enum?: unknown; description?: string; items?: unknown } & Record<string, unknown>;

/**
 * What a resource may hold, as one flat object: the fields of all kinds that are asked for often, each once. It is what
 * a client is shown; the kinds' own schemas check it afterwards, strictly, because their errors name what a kind takes.
 * Derived, so that a field is missing only where its kind says so (`rare`).
 */
export function resourceFields(): z.ZodObject {
  const fields = new Map<string, Json>();
  for (const kind of kindNames) {
    const { rare } = kindDef(kind);
    if (rare === true) continue;
    const { properties } = z.toJSONSchema(kindDef(kind).schema, { io: 'output', unrepresentable: 'any' }) as {
      properties: Record<string, Json>;
    };
    for (const [name, field] of Object.entries(properties)) {
      if (name === 'kind' || name === 'name' || rare?.includes(name)) continue;
      const before = fields.get(name);
      fields.set(name, before === undefined ? brief(field) : merge(before, brief(field)));
    }
  }
  const shape: Record<string, z.ZodType> = {
    // Unknown here, so that the kind's own check names what is missing and what there is.
    kind: z.unknown().meta({ enum: kindNames }).optional(),
    name: z.unknown().meta({ type: 'string' }).optional(),
  };
  for (const [name, field] of fields) shape[name] = z.unknown().meta(field).optional();
  return z.looseObject(shape).meta({ required: ['kind', 'name'] });
}

/** Type, closed list and description; patterns and limits are the errors' business. */
function brief(field: Json): Json {
  const type = Array.isArray(field.anyOf) || Array.isArray(field.oneOf) ? undefined : field.type;
  return {
    ...(type === undefined || field.enum !== undefined ? {} : { type }),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
    ...(field.description === undefined ? {} : { description: field.description }),
  };
}

/** One field of two kinds: what both say. */
function merge(a: Json, b: Json): Json {
  const type = a.type === b.type ? a.type : undefined;
  const values = Array.isArray(a.enum) && Array.isArray(b.enum) ? [...new Set([...a.enum, ...b.enum])] : undefined;
  const description = [...new Set([a.description, b.description].filter((text) => text !== undefined))].join('; ');
  return {
    ...(type === undefined ? {} : { type }),
    ...(values === undefined ? {} : { enum: values }),
    ...(description === '' ? {} : { description }),
  };
}
