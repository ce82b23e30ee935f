/**
 * The shape of test/grammar/*.json: facts about a vendor's CLI, none of its prose.
 *
 * A flag is one word list, so that a command fits on one line:
 *
 *   TYPE[!][*][?][~] [-s] [$Shape] [=a|b|c]
 *
 *   !  required                 *  may be given several times
 *   ?  its value may be left out   ~  aws: --no-FLAG exists as well
 *   -s its shorthand            $Shape  the value is key:value,key:value with these keys
 *   =  the closed list of values; `x=a,b` is x= and some of a, b; a final `=` or `:` leaves the rest open
 *
 * TYPE is the CLI's own word. For aws it is an expression: `[T` list of T, `{T` map to T, `$Shape` structure,
 * `%List` a string out of `lists`. Both names belong to the service, the first word of the command.
 */
export interface Grammar {
  program: string;
  version: string;
  /** Flags which every command takes. */
  globals: Flags;
  /** Flags which many commands share; `use` names them. */
  groups?: Record<string, Flags>;
  lists?: Record<string, string[]>;
  shapes?: Record<string, Flags>;
  /** By path without the program: "server create". A path which is only a prefix here takes flags before its sub-command. */
  commands: Record<string, Command>;
}

export type Flags = Record<string, string>;

export interface Command {
  /** Positional arguments: fewest, most (null: no end). Left out: none. */
  args?: [number, number | null];
  flags?: Flags;
  use?: string[];
  /** aws waiters take the flags of the operation that they repeat. */
  like?: string;
  /** In each group one alternative must hold: its flags are there, with one of the values where some are named. */
  oneOf?: string[][];
  /** What follows the first positional argument belongs to another program. */
  stops?: true;
}

export interface Spec {
  type: string;
  required: boolean;
  repeatable: boolean;
  optionalValue: boolean;
  negatable: boolean;
  shorthand?: string;
  shape?: string;
  values?: string[];
}

export function parseSpec(text: string): Spec {
  const at = text.indexOf(' =');
  const [first = '', ...rest] = (at < 0 ? text : text.slice(0, at)).split(' ');
  const marks = /[!*?~]*$/.exec(first)?.[0] ?? '';
  const spec: Spec = {
    type: first.slice(0, first.length - marks.length),
    required: marks.includes('!'),
    repeatable: marks.includes('*'),
    optionalValue: marks.includes('?'),
    negatable: marks.includes('~'),
  };
  for (const word of rest) {
    if (word.startsWith('-')) spec.shorthand = word.slice(1);
    else if (word.startsWith('$')) spec.shape = word.slice(1);
  }
  if (at >= 0) spec.values = text.slice(at + 2).split('|');
  return spec;
}

export function formatSpec(spec: Partial<Spec> & { type: string }): string {
  const marks = (spec.required ? '!' : '') + (spec.repeatable ? '*' : '') + (spec.optionalValue ? '?' : '') + (spec.negatable ? '~' : '');
  return [
    spec.type + marks,
    ...(spec.shorthand ? [`-${spec.shorthand}`] : []),
    ...(spec.shape ? [`$${spec.shape}`] : []),
    ...(spec.values ? [`=${spec.values.join('|')}`] : []),
  ].join(' ');
}

const sorted = <T>(record: Record<string, T>): [string, T][] => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** One command, list or shape per line, everything sorted: the same grammar is the same bytes, and a diff is readable. */
export function serialize(grammar: Grammar): string {
  const value = (x: unknown): string =>
    JSON.stringify(x, (_, v: unknown) =>
      v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(sorted(v as Record<string, unknown>)) : v,
    );
  const section = (record: Record<string, unknown>): string =>
    `{\n${sorted(record)
      .map(([key, x]) => `${JSON.stringify(key)}:${value(x)}`)
      .join(',\n')}\n}`;
  const { program, version, globals, groups, lists, shapes, commands } = grammar;
  const parts = [
    `"program":${value(program)}`,
    `"version":${value(version)}`,
    `"globals":${section(globals)}`,
    ...(groups ? [`"groups":${section(groups)}`] : []),
    ...(lists ? [`"lists":${section(lists)}`] : []),
    ...(shapes ? [`"shapes":${section(shapes)}`] : []),
    `"commands":${section(commands)}`,
  ];
  return `{${parts.join(',\n')}}\n`;
}
