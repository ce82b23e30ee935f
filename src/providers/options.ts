import { type Arg, type Command, flag, isPrintable, type Program } from '../core/command.ts';
import { InputError, nearest, show } from '../core/errors.ts';
import type { Options } from '../resources/kind.ts';

/** What a program's commands take, by path: `TYPE[*][~] [=a|b]`, written by `npm run grammar`. */
export type FlagTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The flags of each program's creating commands. Loaded only where a request has options. */
export const flagTables: Readonly<Record<Program, () => Promise<FlagTable>>> = {
  hcloud: async () => (await import('./flags/hcloud.json', { with: { type: 'json' } })).default as FlagTable,
  aws: async () => (await import('./flags/aws.json', { with: { type: 'json' } })).default as FlagTable,
  doctl: async () => (await import('./flags/doctl.json', { with: { type: 'json' } })).default as FlagTable,
  docker: async () => (await import('./flags/docker.json', { with: { type: 'json' } })).default as FlagTable,
};

/**
 * A creating command with further flags, as the program's own grammar has them. An option is a value: it sets no flag
 * that the resource's fields set already, none by which the plan finds, waits or prints, and none with a secret.
 * @throws InputError that names the flags that there are
 */
export function withOptions(command: Command, options: Options, table: FlagTable, field: string): Command {
  const { at, path } = pathOf(command, table);
  const flags = table[path];
  if (flags === undefined)
    throw new InputError({
      field,
      message: `are flags of the command that creates it, and \`${command.program} ${path}\` takes none that a plan could hand on.`,
    });
  const problems: InputError[] = [];
  const more = Object.entries(options).flatMap(([name, value]) => {
    try {
      return words(command, path, flags, name, value, `${field}.${/^[\w-]{1,60}$/.test(name) ? name : show(name)}`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(problems.flatMap((one) => one.problems));
  return { ...command, args: [...command.args.slice(0, at), ...more, ...command.args.slice(at)] };
}

/** The sub-command of a command, and where its own arguments begin. */
function pathOf({ args }: Command, table: FlagTable): { at: number; path: string } {
  // `docker --context NAME create`: what stands before the sub-command is the program's own.
  const start = args[0] === '--context' ? 2 : 0;
  const path: string[] = [];
  let found = { at: start, path: '' };
  for (let i = start; i < args.length && i < start + 4; i++) {
    const word = args[i];
    if (typeof word !== 'string' || word.startsWith('-')) break;
    path.push(word);
    if (found.path === '' || Object.hasOwn(table, path.join(' '))) found = { at: i + 1, path: path.join(' ') };
  }
  return found;
}

function words(
  command: Command,
  path: string,
  flags: Readonly<Record<string, string>>,
  given: string,
  value: Options[string],
  field: string,
): Arg[] {
  const name = given
    .replace(/^-+/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
  const fail = (message: string, more: { allowed?: readonly string[]; given?: string; nearest?: string } = {}): never => {
    throw new InputError({ field, message, ...more });
  };
  const text = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (text === undefined) {
    const allowed = Object.keys(flags).filter((one) => !isSet(command, one));
    const near = nearest(name, allowed);
    return fail(`is no flag of \`${command.program} ${path}\` that can be given here.`, {
      allowed,
      ...(near === undefined ? {} : { nearest: near }),
    });
  }
  if (isSet(command, name)) return fail(`is set by the resource's own fields; give it there, not as an option.`, { given: show(value) });
  const [kind = '', values] = text.split(' =');
  const type = kind.replace(/[*~]+$/, '');
  const several = kind.includes('*');
  if (Array.isArray(value) && !several && type !== 'json') return fail('takes one value, not a list.');
  if (type === 'bool') return switched(command.program, name, value, kind.includes('~'), fail);
  const items = Array.isArray(value) && several ? value : [value];
  if (items.length === 0) return fail('is an empty list; leave it out.');
  const written = items.map((item) => written1(item, type, values?.split('|'), fail));
  // aws takes a list as words behind one flag; the others take the flag again, and split a value at its commas.
  if (command.program === 'aws') {
    for (const one of written) {
      if (/^fileb?:\/\//.test(one)) fail('begins with file://, which would make aws read a local file. Give the value itself.');
      if (one.startsWith('-') && written.length > 1) fail('begins with a dash, and aws would take it for a flag.');
    }
    return written.length === 1 ? flag(`--${name}`, written[0] as string) : [`--${name}`, ...written];
  }
  return written.flatMap((one) => {
    if (several && one.includes(',') && command.program !== 'docker')
      fail('has a comma, at which the program would split it. Give a list.');
    return flag(`--${name}`, one);
  });
}

type Fail = (message: string, more?: { allowed?: readonly string[]; given?: string }) => never;

function switched(program: Program, name: string, value: unknown, canBeOff: boolean, fail: Fail): Arg[] {
  const on = value === true || value === 'true';
  if (!on && value !== false && value !== 'false') fail('is true or false.', { given: show(value) });
  if (on) return [`--${name}`];
  if (!canBeOff) fail('can only be switched on; leave it out.');
  return [program === 'aws' ? `--no-${name}` : `--${name}=false`];
}

const TYPES: Readonly<Record<string, readonly [words: string, test: RegExp]>> = {
  int: ['a whole number', /^-?\d{1,15}$/],
  number: ['a number', /^-?\d+(?:\.\d+)?$/],
  duration: ['a duration like 30s or 5m', /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/],
  ip: ['an address', /^(?:\d+(?:\.\d+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/],
  ipNet: ['an address range', /^[0-9a-fA-F:.]+\/\d{1,3}$/],
};

function written1(value: unknown, type: string, values: readonly string[] | undefined, fail: Fail): string {
  if (type === 'json') {
    if (typeof value !== 'object' || value === null) return fail('takes an object.', { given: show(value) });
    const text = JSON.stringify(value);
    if (text.length > 4096 || !isPrintable(text)) fail('is longer than 4096 characters, or holds what cannot stand in a command.');
    return text;
  }
  if (typeof value !== 'string' && typeof value !== 'number') return fail('takes a text or a number.', { given: show(value) });
  const text = String(value);
  if (text === '') fail('is empty.');
  const rule = TYPES[type];
  if (rule !== undefined && !rule[1].test(text)) fail(`takes ${rule[0]}.`, { given: show(value) });
  if (values !== undefined && !values.includes(text))
    fail('is not one of the values that it takes.', { given: show(value), allowed: values });
  return text;
}

/** True where a command gives a flag, in any of its forms. */
function isSet(command: Command, name: string): boolean {
  return command.args.some((arg) => {
    const first = Array.isArray(arg) ? arg[0] : arg;
    return typeof first === 'string' && (first === `--${name}` || first === `--no-${name}` || first.startsWith(`--${name}=`));
  });
}
