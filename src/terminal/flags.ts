import { InputError, nearest, show } from '../core/errors.ts';
import type { Definition } from '../tools/definition.ts';
import type { ReadYaml } from './input.ts';

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly description?: string;
}

/** One flag of a tool, read off its input's schema: `finalSnapshots` is `--final-snapshots`. */
export interface Flag {
  readonly name: string;
  /** The field of the tool's input. */
  readonly field: string;
  /** `list` is data of which one alone is taken for a list of one. */
  readonly takes: 'nothing' | 'text' | 'data' | 'list';
  readonly values: readonly string[];
  readonly description: string;
}

export function flagsOf(definition: Definition): Flag[] {
  const properties = (definition.inputSchema.properties ?? {}) as Readonly<Record<string, Property>>;
  return Object.entries(properties).map(([field, { type, enum: values = [], description = '' }]) => ({
    name: field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    field,
    takes: type === 'boolean' ? 'nothing' : type === 'string' || values.length > 0 ? 'text' : type === 'array' ? 'list' : 'data',
    values,
    description,
  }));
}

/**
 * The fields that a command line sets. `--flag value`, `--flag=value`, `--no-flag`; a flag that is given again makes a list.
 * @throws InputError that names the flag.
 */
export function readFlags(
  flags: readonly Flag[],
  args: readonly string[],
  readYaml: ReadYaml,
): { readonly fields: Record<string, unknown>; readonly rest: readonly string[] } {
  const fields: Record<string, unknown> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '-' || !arg.startsWith('-')) {
      rest.push(arg);
      continue;
    }
    const [given = '', ...inline] = arg.replace(/^--?/, '').split('=');
    const { flag, negated } = find(flags, given);
    const wrong = (message: string): never => {
      throw new InputError({ field: `--${flag.name}`, message });
    };
    if (flag.takes === 'nothing') {
      const said = inline.join('=');
      if (inline.length > 0 && said !== 'true' && said !== 'false') wrong('is true or false.');
      fields[flag.field] = (said !== 'false') !== negated;
      continue;
    }
    const text = inline.length > 0 ? inline.join('=') : args[++i];
    if (text === undefined) return wrong(`needs a value${flag.values.length > 0 ? `: ${flag.values.join(', ')}` : ''}.`);
    const value = flag.takes === 'text' ? text : readYaml(text, `--${flag.name}`);
    const before = fields[flag.field];
    fields[flag.field] = before === undefined && flag.takes !== 'list' ? value : [before ?? [], value].flat();
  }
  return { fields, rest };
}

function find(flags: readonly Flag[], given: string): { readonly flag: Flag; readonly negated: boolean } {
  const names = flags.map(({ name }) => name);
  const flag = flags.find(({ name, field }) => name === given || field === given);
  if (flag !== undefined) return { flag, negated: false };
  const plain = given.replace(/^no-/, '');
  const off = flags.find(({ name, takes }) => takes === 'nothing' && name === plain);
  if (off !== undefined && plain !== given) return { flag: off, negated: true };
  const near = nearest(given, names);
  throw new InputError({
    field: 'arguments',
    message: 'there is no such flag.',
    given: show(`--${given}`),
    allowed: names.map((name) => `--${name}`),
    ...(near === undefined ? {} : { nearest: `--${near}` }),
  });
}
