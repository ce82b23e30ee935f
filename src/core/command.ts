import { InputError, show } from './errors.ts';

/** The programs that a plan may ask the user to run. */
export type Program = 'hcloud' | 'aws' | 'doctl' | 'docker';

/** Identity of a step: `kind.name`, with a part where one resource takes several steps (`network.lan.public-a`). */
export type StepId = string;

/** The smallest piece of an argument. Only a string is known when the plan is written. */
export type Atom =
  | string
  /** The value of an environment variable of the user's shell; how a secret is referred to. */
  | { readonly env: string }
  /** An output of another step, captured when that step ran. It makes the dependency. */
  | { readonly of: StepId; readonly out: string }
  /** The user's home directory. */
  | { readonly home: true }
  /** The moment of running, UTC, as digits (20261123T145700): makes a name unique. */
  | { readonly now: true }
  /** The answer of a read-only command, asked at the moment of running: what changes each time (the version of a document). */
  | { readonly asked: Query };

/** One word of argv: an atom, or atoms that are joined into one word. */
export type Arg = Atom | readonly Atom[];

/** One program call as data. Only a renderer turns it into shell text. */
export interface Command {
  readonly program: Program;
  readonly args: readonly Arg[];
  /** Environment variables that are set for this one call; the program reads others by itself. */
  readonly env?: Readonly<Record<string, Arg>>;
}

/** How a command's output is narrowed to the values that are asked for, where the program cannot do it by itself. */
export interface Pick {
  /** 1-based column of white-space separated output which has to equal `equals`; several are joined by one space. */
  readonly column: number | readonly number[];
  readonly equals: Arg;
  /** What it may equal as well: the new name of something that is being renamed. */
  readonly or?: Arg;
  /** 1-based column that is printed. */
  readonly print: number;
}

/**
 * A read-only command that prints what is asked for, one value a line, and nothing when it does not exist.
 * Absence is an empty answer with exit code 0; a failing exit code means that the question was not answered.
 */
export interface Query {
  readonly command: Command;
  readonly pick?: Pick;
}

export function command(program: Program, args: readonly Arg[], env?: Readonly<Record<string, Arg>>): Command {
  return env ? { program, args, env } : { program, args };
}

export function query(command: Command, pick?: Pick): Query {
  return pick ? { command, pick } : { command };
}

/** C0 and C1 control characters, and the line separators and direction marks that make text look like other text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

/** True when a text can stand in a command: no control characters, no line breaks, no invisible direction marks. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text) && text.isWellFormed();
}

/**
 * A flag with its value: two words, or one (`--flag=value`) where the value's first character would make it
 * look like another flag.
 */
export function flag(name: string, value: Arg): Arg[] {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string' && first.startsWith('-')) {
    return [[`${name}=`, ...(Array.isArray(value) ? value : [value])]] as Arg[];
  }
  return [name, value];
}

/** A positional value. One that begins with a dash would be taken for a flag, so it is refused. */
export function positional(value: Arg, field: string): Arg {
  const first = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string' && first.startsWith('-')) {
    throw new InputError({
      field,
      message: 'begins with a dash, and the program would take it for a flag. Use another name.',
      given: show(first),
    });
  }
  return value;
}

export function atoms(arg: Arg): readonly Atom[] {
  return Array.isArray(arg) ? (arg as readonly Atom[]) : [arg as Atom];
}

/** A path of the user's as an argument: a leading `~/` becomes the home directory, which no shell expands inside quotes. */
export function path(text: string, prefix = ''): Arg {
  if (text !== '~' && !text.startsWith('~/')) return `${prefix}${text}`;
  return prefix === '' ? [{ home: true }, text.slice(1)] : [prefix, { home: true }, text.slice(1)];
}

/** Of some atoms, those that refer to another step's output. */
export function* references(all: Iterable<Atom>): Generator<{ readonly of: StepId; readonly out: string }> {
  for (const atom of all) if (typeof atom === 'object' && 'of' in atom) yield atom;
}

/** Every atom of a command, in order, those of what it asks included. */
export function* commandAtoms(command: Command): Generator<Atom> {
  for (const arg of [...command.args, ...Object.values(command.env ?? {})]) {
    for (const atom of atoms(arg)) {
      yield atom;
      if (typeof atom === 'object' && 'asked' in atom) yield* queryAtoms(atom.asked);
    }
  }
}

export function* queryAtoms(q: Query): Generator<Atom> {
  yield* commandAtoms(q.command);
  if (q.pick) yield* atoms(q.pick.equals);
  if (q.pick?.or !== undefined) yield* atoms(q.pick.or);
}
