import { type Arg, type Atom, atoms, type Command, type Query, query } from '../../core/command.ts';
import { InputError } from '../../core/errors.ts';
import type { Cost, Step } from '../../core/plan.ts';
import { program } from '../common.ts';
import type { Context } from '../provider.ts';

const run = program('aws');

/** What aws takes for the name of a local file to read, wherever a value may stand. */
const PARAMFILE = /^fileb?:\/\//;

/** A file that aws is meant to read. In two atoms, so that it can be told from a value of the user's that looks like one. */
export function file(arg: Arg, kind: 'file://' | 'fileb://' = 'file://'): Arg {
  return [kind, ...atoms(arg)];
}

/** Refuses a value that would make aws read a file of the user's and send it. */
export function notAFile(value: string, field: string): string {
  if (PARAMFILE.test(value))
    throw new InputError({
      field,
      message: 'begins with file:// or fileb://, which would make aws read a local file. Give the value itself.',
    });
  return value;
}

/** One call in one region. */
export function callIn(region: string, service: string, operation: readonly string[], args: readonly Arg[]): Command {
  for (const arg of args) if (typeof arg === 'string') notAFile(arg, `an argument of aws ${service}`);
  return run(service, ...operation, ...args, '--region', region);
}

/** One call in the resource's region: `aws SERVICE OPERATION ... --region R`. */
export function aws(cx: Context, call: string, ...args: Arg[]): Command {
  const [service, ...operation] = call.split(' ') as [string, ...string[]];
  return callIn(cx.region, service, operation, args);
}

/**
 * The same, printing only what a JMESPath expression selects. Absence has to be an empty answer, so an expression ends in
 * a list (`Vpcs[].VpcId`): of a missing value aws would print `None`.
 */
export function text(cx: Context, select: Arg, call: string, ...args: Arg[]): Command {
  return aws(cx, call, ...args, '--query', select, '--output', 'text');
}

/** A filter of a describe call. */
export function filter(name: string, value: Arg): Arg {
  return [`Name=${name},Values=`, ...atoms(value)];
}

/** Looks an EC2 resource up by the plan's tags. A describe with filters answers with nothing where it does not exist. */
export function find(cx: Context, operation: string, select: string, name: string, ...more: Arg[]): Query {
  return query(
    text(cx, select, `ec2 ${operation}`, '--filters', `Name=tag:plan,Values=${cx.plan}`, `Name=tag:Name,Values=${name}`, ...more),
  );
}

/** The tags that everything in a plan carries, in the form of the services other than EC2. */
export function tags(cx: Context, name: string): Arg[] {
  return ['--tags', `Key=plan,Value=${cx.plan}`, `Key=Name,Value=${name}`];
}

/** The same for EC2, which wants the kind of resource too: one call may make several. */
export function tagged(cx: Context, types: Readonly<Record<string, Arg>>): Arg[] {
  const specification = ([type, name]: [string, Arg]): Arg => [
    `ResourceType=${type},Tags=[{Key=plan,Value=${cx.plan}},{Key=Name,Value=`,
    ...atoms(name),
    '}]',
  ];
  return ['--tag-specifications', ...Object.entries(types).map(specification)];
}

/** The same for the services whose tags are a map. */
export function tagMap(cx: Context, name: string, flag = '--tags'): Arg[] {
  return [flag, `plan=${cx.plan},Name=${name}`];
}

/** The same for the services that write their keys small. */
export function smallTags(cx: Context, name: string): Arg[] {
  return ['--tags', `key=plan,value=${cx.plan}`, `key=Name,value=${name}`];
}

/** A text in a JSON document of which some is known only when the plan is run: an ARN. */
export class Unknown {
  readonly atoms: readonly Atom[];
  constructor(...atoms: readonly Atom[]) {
    this.atoms = atoms;
  }
}
export type Json = string | number | boolean | Unknown | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A JSON document as one argument. */
export function json(value: Json): Arg {
  const all: Atom[] = [];
  const put = (atom: Atom): void => {
    const last = all.at(-1);
    if (typeof atom === 'string' && typeof last === 'string') all[all.length - 1] = last + atom;
    else all.push(atom);
  };
  const list = (open: string, items: readonly (readonly [string, Json])[], close: string): void => {
    put(open);
    for (const [i, [before, item]] of items.entries()) {
      put(i === 0 ? before : `,${before}`);
      visit(item);
    }
    put(close);
  };
  const visit = (item: Json): void => {
    if (item instanceof Unknown) {
      put('"');
      for (const atom of item.atoms) put(typeof atom === 'string' ? JSON.stringify(atom).slice(1, -1) : atom);
      put('"');
    } else if (Array.isArray(item))
      list(
        '[',
        (item as Json[]).map((one) => ['', one] as const),
        ']',
      );
    else if (typeof item === 'object') {
      const entries = Object.entries(item).flatMap(([key, one]) => (one === undefined ? [] : [[`${JSON.stringify(key)}:`, one] as const]));
      list('{', entries, '}');
    } else put(JSON.stringify(item));
  };
  visit(value);
  return all.length === 1 ? (all[0] as Atom) : all;
}

/** What costs something that the catalog has no figure for, with the command that looks it up. */
export function unpriced(cx: Context, what: string, service: string, per?: string): Cost {
  // Quoted whole, so that both shells take the commas for text.
  const lookUp = `aws pricing get-products --region us-east-1 --service-code ${service} --filters 'Type=TERM_MATCH,Field=regionCode,Value=${cx.region}' --output json`;
  return unknownCost(cx, what, lookUp, per);
}

/** What costs something that the catalog has no figure for; `refresh` is what shows it: a command, or the address of a price list. */
export function unknownCost(cx: Context, what: string, refresh: string, per?: string): Cost {
  return {
    kind: 'costs',
    what,
    ...(per === undefined ? { monthly: null } : { rate: { amount: null, per } }),
    currency: cx.catalog.currency,
    source: 'unknown',
    asOf: null,
    refresh,
  };
}

/** A step of the resource; `part` is empty for the resource itself. */
export function step(cx: Context, part: string, rest: Omit<Step, 'id' | 'resource' | 'provider'>): Step {
  return { id: part === '' ? cx.id : cx.part(part), resource: cx.id, provider: 'aws', ...rest };
}

/** What `find` of the step printed. */
export function self(cx: Context, part = ''): { readonly of: string; readonly out: string } {
  return { of: part === '' ? cx.id : cx.part(part), out: 'id' };
}

/**
 * A value that AWS is asked for once and that any number of resources may use. It makes nothing: what finds it is what
 * "creates" it too. Being a step, it is visible before it is used.
 */
export function lookUp(cx: Context, id: string, title: string, command: Command): Step {
  const found = query(command);
  return {
    id,
    title,
    resource: cx.id,
    provider: 'aws',
    find: found,
    create: command,
    captures: true,
    verify: { query: found },
    effects: [],
  };
}

/** Of a list of tags, as JMESPath: the key of their owner where the plan's tag is among them. */
export function ownTag(cx: Context, tagList: string, key: Arg): Arg {
  return [`${tagList}[?Key=='plan'&&Value=='${cx.plan}'].['`, ...atoms(key), "'][]"];
}

const groups = new WeakMap<object, Map<string, ReadonlyMap<string, unknown[]>>>();

/** Groups a plan's resources, once for all that ask: a plan may have thousands. */
export function by<T>(all: readonly T[], label: string, keys: (item: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const known = groups.get(all) ?? new Map<string, ReadonlyMap<string, unknown[]>>();
  groups.set(all, known);
  let grouped = known.get(label) as Map<string, T[]> | undefined;
  if (grouped === undefined) {
    grouped = new Map();
    for (const item of all) {
      for (const key of keys(item)) {
        const same = grouped.get(key);
        if (same === undefined) grouped.set(key, [item]);
        else same.push(item);
      }
    }
    known.set(label, grouped);
  }
  return grouped;
}
