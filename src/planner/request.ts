import type * as z from 'zod';
import { InputError, nearest, notAllowed, type Problem, show } from '../core/errors.ts';
import { fieldName, parse } from '../core/parse.ts';
import { type ProviderId, providerIds } from '../providers/provider.ts';
import { type AnySpec, type Kind, kindDef, kindNames } from '../resources/index.ts';

/** A resource as the planner works with it: checked, and where it stands in the request. */
export interface Resource {
  readonly spec: AnySpec;
  readonly provider: ProviderId;
  /** `kind.name`, or what the kind takes for its identity. */
  readonly id: string;
  /** `resources[2]`, for errors. */
  readonly field: string;
}

/** What a stack is made from; the part of the tool's input that decides what is planned. */
export interface StackRequest {
  readonly provider?: string | undefined;
  readonly region?: string | undefined;
  readonly plan?: string | undefined;
  readonly resources: readonly unknown[];
}

const DOCKER_ONLY: ReadonlySet<Kind> = new Set<Kind>(['container', 'compose', 'swarm']);

const camel = (key: string): string => key.replace(/[-_]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The kind that a word means: in any case and with any separator, or by one of its other names. */
export function resolveKind(given: unknown): Kind | undefined {
  if (typeof given !== 'string') return undefined;
  const wanted = given
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/s$/, '');
  return ALIASES.get(wanted) ?? ALIASES.get(`${wanted}s`);
}

const ALIASES: ReadonlyMap<string, Kind> = new Map(
  kindNames.flatMap((kind) => [kind, kind.replaceAll('_', ''), ...(kindDef(kind).aliases ?? [])].map((alias) => [alias, kind] as const)),
);

/** The provider that a word means. */
export function resolveProvider(given: string): ProviderId | undefined {
  const wanted = given
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
  const others = new Map<string, ProviderId>(
    Object.entries<ProviderId>({
      hcloud: 'hetzner',
      hetznercloud: 'hetzner',
      amazon: 'aws',
      amazonwebservices: 'aws',
      do: 'digitalocean',
      doctl: 'digitalocean',
      local: 'docker',
    }),
  );
  return providerIds.find((id) => id === wanted) ?? others.get(wanted);
}

/**
 * Checks every resource on its own: kind, fields, provider, identity. References and the providers' rules come later.
 * @throws InputError with every problem that was found, not only the first.
 */
export function readResources(request: StackRequest): Resource[] {
  const problems: Problem[] = [];
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const fallback = request.provider === undefined ? undefined : attempt(() => readProvider(request.provider as string, 'provider'));
  if (request.resources.length === 0) {
    problems.push({
      field: 'resources',
      message:
        'is empty; at least one resource like {"kind":"server","name":"web1"} is needed. To see what exists, ask for one of these kinds.',
      allowed: kindNames,
    });
  }
  const resources: Resource[] = [];
  const seen = new Map<string, string>();
  request.resources.forEach((raw, i) => {
    const field = `resources[${i}]`;
    const spec = attempt(() => readResource(raw, field));
    if (spec === undefined) return;
    const named = spec.provider === undefined ? fallback : attempt(() => readProvider(spec.provider as string, `${field}.provider`));
    // Only docker has these; naming the provider again would say nothing.
    const provider = spec.provider === undefined && DOCKER_ONLY.has(spec.kind) ? 'docker' : named;
    if (provider === undefined) {
      if (request.provider === undefined && spec.provider === undefined)
        problems.push({ field: 'provider', message: 'is missing; say for which provider.', allowed: providerIds });
      return;
    }
    const def = kindDef(spec.kind);
    const id = `${spec.kind}.${def.identity ? def.identity(spec as never) : spec.name}`;
    const before = seen.get(id);
    if (before !== undefined) {
      problems.push({
        field: `${field}.name`,
        message: `${before} already is ${spec.kind} ${show(spec.name)}; two of a kind need two names.`,
      });
      return;
    }
    seen.set(id, field);
    resources.push({ spec, provider, id, field });
  });
  if (problems.length > 0) throw new InputError(unique(problems));
  return resources;
}

export function readProvider(given: string, field: string): ProviderId {
  const id = resolveProvider(given);
  if (id === undefined) throw new InputError(notAllowed(field, given, 'is no provider that is known here', providerIds));
  return id;
}

function readResource(raw: unknown, field: string): AnySpec {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    throw new InputError({ field, message: 'should be an object like {"kind":"server","name":"web1"}.', given: show(raw) });
  }
  const given = raw as Record<string, unknown>;
  const kind = resolveKind(given.kind);
  if (kind === undefined)
    throw new InputError(
      notAllowed(
        `${field}.kind`,
        given.kind,
        given.kind === undefined ? 'is missing' : 'is no kind of resource that is known here',
        kindNames,
      ),
    );
  const { schema } = kindDef(kind);
  const known = Object.keys((schema as z.ZodObject).shape);
  const cleaned: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    const match = [key, camel(key), camel(key.toLowerCase())].find((name) => known.includes(name)) ?? singular(key, known);
    if (match === undefined) {
      const near = nearest(camel(key), known);
      problems.push({
        field: fieldName(field, [key]),
        message: `${kind} has no such field.`,
        allowed: known,
        ...(near ? { nearest: near } : {}),
      });
    } else if (match in cleaned)
      problems.push({ field: fieldName(field, [key]), message: `is given twice, as ${match} too; give it once.` });
    else cleaned[match] = value;
  }
  cleaned.kind = kind;
  try {
    const spec = parse(schema, cleaned, field) as AnySpec;
    if (problems.length === 0) return spec;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
  }
  throw new InputError(problems);
}

/** `firewall` for `firewalls`, `targets` for `target`: the field is there, in the other number. */
function singular(key: string, known: readonly string[]): string | undefined {
  const name = camel(key);
  return known.find((field) => field === `${name}s` || `${field}s` === name);
}

/** Each problem once. */
export function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = `${p.field}|${p.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
