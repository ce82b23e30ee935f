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
  readonly _meta?: { readonly ui: { readonly resourceUri: string } };
}

/** True of every tool: they are pure functions. A client that is not told so hides them or asks before every call. */
export const ANNOTATIONS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

export function definition(tool: Tool): Definition {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: advertise(tool.input),
    // Which parts an answer has, it shows itself.
    outputSchema: advertise(tool.output, ['required']),
    annotations: ANNOTATIONS,
    ...(tool.page === undefined ? {} : { _meta: { ui: { resourceUri: tool.page } } }),
  };
}

/**
 * A schema as JSON Schema. `io: 'input'` for both: it is what a caller may send, and what a tool answers before any
 * default would be filled in.
 */
function advertise(schema: z.ZodType, without: readonly string[] = []): { type: 'object' } & Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { ...compact(json, without), type: 'object' };
}

/** From here on a bound is there to keep nonsense out, and its error says it. */
const FAR = 100_000;

/** A schema without what says nothing to its reader: every character is read by a model in every chat. */
function compact(schema: Json, without: readonly string[]): Json {
  const inner = (one: unknown): Json => compact(one as Json, without);
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (without.includes(key) || /^(?:minLength|maxLength)$/.test(key)) return [];
      // A closed list says its type; a field too many is refused by name, and nothing is meant to be below zero.
      if (key === 'type' && 'enum' in schema) return [];
      if (key === 'additionalProperties' && value === false) return [];
      if (key === 'minimum' && value === 0) return [];
      if (/^(?:exclusiveM|m)(?:ini|axi)mum$/.test(key) && Math.abs(value as number) >= FAR) return [];
      if (key === 'pattern' && 'format' in schema) return [];
      if (key === 'propertyNames' && Object.keys(value as Json).join() === 'type') return [];
      if (/^(?:properties|\$defs)$/.test(key))
        return keep(key, Object.fromEntries(Object.entries(value as Json).map(([name, one]) => [name, inner(one)])));
      if (/^(?:items|additionalProperties)$/.test(key) && typeof value === 'object') return keep(key, inner(value));
      if (/^(?:anyOf|oneOf|allOf|prefixItems)$/.test(key)) return keep(key, (value as Json[]).map(inner));
      return [[key, value]];
    }),
  );
}

function keep(key: string, value: object): [string, unknown][] {
  return Object.keys(value).length === 0 ? [] : [[key, value]];
}
