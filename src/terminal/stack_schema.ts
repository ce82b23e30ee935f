import * as z from 'zod';
import { providerIds } from '../providers/provider.ts';
import { kindDef, kindNames } from '../resources/index.ts';

type Json = Record<string, unknown>;

/** The JSON Schema of a stack file, every kind with all its fields: what an editor completes and checks with. */
export function stackSchema(): Json {
  const kinds = kindNames.map((kind) => {
    const { schema, summary } = kindDef(kind);
    const { $schema: _, ...json } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => forgive(zodSchema as unknown as z.ZodType, jsonSchema as Json),
    });
    return { title: kind, description: summary, ...json };
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'infrastructure-skill stack',
    description: 'What infrastructure-skill provision takes as a file',
    type: 'object',
    required: ['resources'],
    properties: {
      provider: { enum: [...providerIds] },
      region: { type: 'string' },
      plan: { type: 'string', description: 'the label that finds everything in it again; default main' },
      shell: { enum: ['bash', 'powershell'], default: 'bash' },
      action: { type: 'string', default: 'create' },
      as: { enum: ['steps', 'script'], default: 'steps' },
      resources: { type: 'array', minItems: 1, items: { oneOf: kinds } },
    },
  };
}

/**
 * A field that is put into shape before it is checked takes more than its schema says: text for a number, one for a
 * list, a port without its quotes. An editor must not mark what the planner takes.
 */
function forgive(schema: z.ZodType, json: Json): void {
  if (schema instanceof z.ZodObject) {
    const { shape } = schema;
    const needed = ((json.required as string[] | undefined) ?? []).filter((field) => !shape[field].safeParse(undefined).success);
    if (needed.length > 0) json.required = needed;
    else delete json.required;
  }
  if (!(schema instanceof z.ZodPipe) || !(schema.def.in instanceof z.ZodTransform)) return;
  const strict = { ...json };
  const others: Json[] =
    json.type === 'array' ? [json.items as Json] : [{ type: json.type === 'string' ? ['number', 'string'] : 'string' }];
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, { anyOf: [strict, ...others] });
}
