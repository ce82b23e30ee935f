import * as z from 'zod';
import type { Tool } from './tool.ts';

type Json = Record<string, unknown>;

/** A tool as `tools/list` shows it. */
export interface Definition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object' } & Json;
  readonly outputSchema: { readonly type: 'object' } & Json;
  readonly annotations: typeof ANNOTATIONS;
}

/** True of every tool: they are pure functions. A client that is not told so hides them or asks before every call. */
export const ANNOTATIONS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

export function definition(tool: Tool): Definition {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: advertise(tool.input),
    outputSchema: advertise(tool.output),
    annotations: ANNOTATIONS,
  };
}

/**
 * A schema as JSON Schema, without what says nothing to a reader: every character is read by a model in every chat.
 * `io: 'input'` for both: it is what a caller may send, and what a tool answers before any default would be filled in.
 */
function advertise(schema: z.ZodType): { type: 'object' } & Json {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const node = jsonSchema as Json;
      if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
      if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
      if (node.format !== undefined) delete node.pattern;
      if (isEmpty(node.additionalProperties)) delete node.additionalProperties;
      if (isEmpty(node.items)) delete node.items;
      if ((node.propertyNames as Json | undefined)?.type === 'string' && Object.keys(node.propertyNames as Json).length === 1)
        delete node.propertyNames;
    },
  }) as Json;
  delete json.$schema;
  return { ...json, type: 'object' };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
