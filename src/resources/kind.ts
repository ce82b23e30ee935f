import * as z from 'zod';
import { name, text } from './fields.ts';

const scalar = z.union([text, z.number(), z.boolean()]);

/** Flags of the command that creates a resource, beyond those that its fields set. Checked against that command's grammar. */
const options = z
  .record(
    z.string().max(100),
    z.union([scalar, z.array(z.union([scalar, z.record(z.string(), z.unknown())])), z.record(z.string(), z.unknown())]),
  )
  .refine((given) => Object.keys(given).length <= 50, 'has more than 50 flags')
  .optional()
  .describe("more flags of the CLI's create command");
export type Options = NonNullable<z.output<typeof options>>;

/** Which kinds a field may refer to by name. */
export interface Ref {
  readonly to: readonly string[];
  /** True where the other resource may live on another provider (a DNS record that points at a server). */
  readonly anywhere?: true;
}

/** A provider-neutral kind of resource: one schema, and which of its fields are references. */
export interface KindDef<S extends z.ZodType = z.ZodType> {
  readonly kind: string;
  /** One line for the tool's description and for errors. */
  readonly summary: string;
  readonly schema: S;
  readonly refs: Readonly<Record<string, Ref>>;
  /** Other words for the same thing. */
  readonly aliases?: readonly string[];
  /**
   * The fields that the tool's definition leaves out, or true for all: a definition is read in every chat, and these are
   * asked for seldom. Errors and `skill://infrastructure/kinds/{kind}` name them.
   */
  readonly rare?: true | readonly string[];
  /** What makes a resource one of its kind within a plan; by default its name. */
  readonly identity?: (spec: z.output<S>) => string;
}

export interface Base {
  readonly kind: string;
  readonly name: string;
  readonly provider?: string | undefined;
  readonly region?: string | undefined;
  readonly options?: Options | undefined;
}

type Common<K extends string> = {
  kind: z.ZodLiteral<K>;
  name: typeof name;
  provider: z.ZodOptional<typeof text>;
  region: z.ZodOptional<typeof text>;
  options: typeof options;
};

/** Builds a kind from its own fields; every kind has kind, name, provider, region and options. */
export function defineKind<K extends string, F extends z.ZodRawShape>(
  kind: K,
  fields: F,
  rest: Omit<KindDef<z.ZodObject<Common<K> & F>>, 'kind' | 'schema'>,
) {
  const schema = z.strictObject({
    kind: z.literal(kind),
    name,
    provider: text.optional(),
    region: z.preprocess((value) => (typeof value === 'string' ? value.trim().toLowerCase() : value), text.optional()),
    ...fields,
    options,
  });
  return { kind, schema: schema as never, ...rest } as unknown as KindDef<z.ZodObject<Common<K> & F, z.core.$strict>> & {
    readonly kind: K;
  };
}
