import { references } from '../core/command.ts';
import { InputError, notAllowed, type Problem, show } from '../core/errors.ts';
import { order, stepAtoms } from '../core/order.ts';
import type { Access, EnvVar, Plan, Preflight, Step, Tool } from '../core/plan.ts';
import type { Catalog } from '../providers/catalog_types.ts';
import { providers } from '../providers/index.ts';
import type { Context, Emit, Provider, ProviderId } from '../providers/provider.ts';
import { type AnySpec, type Kind, kindDef, type Spec } from '../resources/index.ts';
import { loadSkill } from '../skill/load.ts';
import { complete } from './complete.ts';
import { type Resource, readResources, type StackRequest, unique } from './request.ts';

export const DEFAULT_PLAN = 'main';

/**
 * Turns a stack into a plan: checked, ordered, priced. `fresh` may put newer figures into a provider's catalog.
 * @throws InputError with every problem of the request that could be found.
 */
export async function buildPlan(
  request: StackRequest,
  today: string,
  fresh: (catalog: Catalog) => Catalog = (catalog) => catalog,
): Promise<Plan> {
  const name = planName(request.plan);
  const read = readResources(request);
  const loaded = new Map<ProviderId, Provider>();
  for (const id of new Set(read.map((resource) => resource.provider))) {
    const provider = await providers[id]();
    loaded.set(id, { ...provider, catalog: fresh(provider.catalog) });
  }
  const { resources, assumptions } = complete(read, name, (id) => loaded.get(id)?.emit.server !== undefined);
  const builder = new Builder(name, today, request.region, resources, loaded);
  const steps = builder.emit();
  return {
    name,
    steps: order(steps),
    env: builder.env(steps),
    tools: await tools(steps),
    access: [...loaded.values()].map((provider): Access => {
      const variables = provider.signIn.map((variable) => variable.name);
      return { provider: provider.id, command: provider.access, variables, hint: provider.signInHint ?? variables.join(' and ') };
    }),
    preflight: builder.preflights,
    warnings: [...builder.warnings],
    assumptions: [...assumptions, ...builder.assumptions],
  };
}

/**
 * A plan's name becomes a label on every cloud, so it follows the strictest of their rules. Two dashes in a row are kept
 * for what is named `plan--name` because its cloud has no labels: no two plans can then mean one thing.
 */
function planName(given: string | undefined): string {
  if (given === undefined) return DEFAULT_PLAN;
  if (!/^(?!.*--)[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(given)) {
    throw new InputError({
      field: 'plan',
      message: 'is no name for a plan: 1 to 32 lower-case letters, digits and single dashes, beginning with a letter.',
      given: show(given),
    });
  }
  return given;
}

/** The install commands come from the skill's own table of required tools. */
async function tools(steps: readonly Step[]): Promise<Tool[]> {
  const used = new Set(steps.flatMap((step) => [step.create.program, step.find.command.program]));
  const { requiredTools } = await loadSkill();
  return [...used].sort().map((program) => {
    const row = requiredTools.find((one) => one.tool === program);
    if (row === undefined) throw new Error(`SKILL.md's required tools lack ${program}`);
    return { program, install: { linux: row.linux ?? row.install, darwin: row.install, win32: row.windows ?? row.install } };
  });
}

class Builder {
  readonly warnings = new Set<string>();
  readonly assumptions = new Set<string>();
  readonly preflights: Preflight[] = [];
  readonly #env = new Map<string, EnvVar>();
  readonly #byId = new Map<string, Resource>();
  readonly #byKind = new Map<string, AnySpec[]>();
  readonly #of = new Map<AnySpec, Resource>();
  readonly #problems: Problem[] = [];

  constructor(
    readonly plan: string,
    readonly today: string,
    readonly region: string | undefined,
    readonly resources: readonly Resource[],
    readonly loaded: ReadonlyMap<ProviderId, Provider>,
  ) {
    for (const resource of resources) {
      this.#byId.set(`${resource.spec.kind}.${resource.spec.name}`, resource);
      this.#of.set(resource.spec, resource);
      const key = `${resource.provider}.${resource.spec.kind}`;
      const same = this.#byKind.get(key);
      if (same) same.push(resource.spec);
      else this.#byKind.set(key, [resource.spec]);
    }
  }

  emit(): Step[] {
    for (const resource of this.resources) this.#attempt(() => this.#check(resource));
    this.#stop();
    const steps = new Map<string, Step>();
    for (const resource of this.resources) {
      this.#attempt(() => {
        const provider = this.#provider(resource);
        const emit = provider.emit[resource.spec.kind] as Emit<Kind>;
        // Two resources may need the same helper (a Docker context for one server): the first one makes it.
        for (const step of emit(resource.spec as Spec<Kind>, this.#context(resource, provider)))
          if (!steps.has(step.id)) steps.set(step.id, step);
      });
    }
    this.#stop();
    for (const step of steps.values()) checkOutputs(step, steps);
    return [...steps.values()];
  }

  /** The variables that the plan needs: those that its steps use, and those by which the user signs in. */
  env(steps: readonly Step[]): EnvVar[] {
    const all = new Map<string, EnvVar>();
    for (const provider of this.loaded.values()) for (const variable of provider.signIn) all.set(variable.name, variable);
    for (const variable of this.#env.values()) all.set(variable.name, variable);
    for (const step of steps) {
      for (const atom of stepAtoms(step)) {
        if (typeof atom === 'object' && 'env' in atom && !all.has(atom.env))
          throw new Error(`${step.id} uses ${atom.env}, which is not listed`);
      }
    }
    return [...all.values()];
  }

  #provider(resource: Resource): Provider {
    return this.loaded.get(resource.provider) as Provider;
  }

  /** What can be known of a resource before any step is written: offered, named rightly, somewhere that exists, and its references. */
  #check(resource: Resource): void {
    const provider = this.#provider(resource);
    const { spec, field } = resource;
    if (provider.emit[spec.kind] === undefined) {
      const instead = provider.instead[spec.kind] ?? `Kinds on ${provider.title}: ${Object.keys(provider.emit).join(', ')}.`;
      throw new InputError({
        field: `${field}.kind`,
        message: `${provider.title} offers no ${spec.kind} here. ${instead}`,
        given: show(spec.kind),
      });
    }
    const rule = provider.names[spec.kind];
    if (rule !== undefined && !rule.pattern.test(spec.name)) {
      throw new InputError({
        field: `${field}.name`,
        message: `is no name for a ${spec.kind} on ${provider.title}: ${rule.rule}.`,
        given: show(spec.name),
      });
    }
    if (spec.kind === 'dns_zone' && /(?:^|\.)example\.(?:com|net|org)$/.test(spec.name))
      this.warnings.add(`${spec.name} stands for an example (RFC 2606): put in your own domain`);
    this.#regionOf(resource, provider);
    for (const [path, ref] of Object.entries(kindDef(spec.kind).refs)) {
      for (const [at, name] of referenced(spec, path)) {
        const found = ref.to.map((kind) => this.#byId.get(`${kind}.${name}`)).find((one) => one !== undefined);
        if (found === undefined) {
          const known = this.resources.filter((one) => ref.to.includes(one.spec.kind)).map((one) => one.spec.name);
          const wanted = ref.to.join(' or ');
          throw new InputError({
            ...notAllowed(
              `${field}.${at}`,
              name,
              `names no ${wanted} of this plan${known.length === 0 ? `, which has none; add {"kind":"${ref.to[0]}","name":${show(name)}}` : ''}`,
              known,
            ),
          });
        }
        if (found.provider !== resource.provider && !ref.anywhere) {
          throw new InputError({
            field: `${field}.${at}`,
            message: `${show(name)} is on ${found.provider} and this ${spec.kind} on ${resource.provider}; they have to be on the same provider.`,
          });
        }
      }
    }
  }

  #regionOf(resource: Resource, provider: Provider): string {
    if (provider.defaultRegion === undefined) return '';
    const own = resource.spec.region;
    // The plan's region is the main provider's; another provider's resources name their own or take its default.
    const region = own ?? (this.region !== undefined && this.#knows(provider, this.region) ? this.region : undefined);
    if (region === undefined) {
      const given = this.region;
      if (given !== undefined && ![...this.loaded.values()].some((one) => this.#knows(one, given)))
        throw this.#noRegion('region', given, provider);
      this.assumptions.add(`region ${provider.defaultRegion} on ${provider.title}`);
      return provider.defaultRegion;
    }
    if (!this.#knows(provider, region)) throw this.#noRegion(`${resource.field}.region`, region, provider);
    return region;
  }

  #knows(provider: Provider, region: string): boolean {
    return provider.catalog.regions.some((one) => one.id === region) || provider.regionPattern?.test(region) === true;
  }

  #noRegion(field: string, given: string, provider: Provider): InputError {
    return new InputError(
      notAllowed(
        field,
        given,
        `is no region of ${provider.title}`,
        provider.catalog.regions.map((one) => one.id),
      ),
    );
  }

  #context(resource: Resource, provider: Provider): Context {
    const find = (kinds: readonly Kind[], name: string): Resource => {
      const found = kinds.map((kind) => this.#byId.get(`${kind}.${name}`)).find((one) => one !== undefined);
      if (found === undefined) throw new Error(`no ${kinds.join('/')} ${name}`);
      return found;
    };
    const located = (spec: AnySpec): Resource => this.#of.get(spec) as Resource;
    return {
      plan: this.plan,
      region: this.#regionOf(resource, provider),
      catalog: provider.catalog,
      today: this.today,
      id: resource.id,
      part: (part) => `${resource.id}.${part}`,
      spec: (kind, name) => find([kind], name).spec as never,
      target: (kinds, name) => find(kinds, name).spec,
      all: (kind) => (this.#byKind.get(`${resource.provider}.${kind}`) ?? []) as never,
      regionOf: (spec) => this.#regionOf(located(spec), this.#provider(located(spec))),
      providerOf: (spec) => located(spec).provider,
      of: (kind, name, out = 'id', part) => ({ of: `${find([kind], name).id}${part === undefined ? '' : `.${part}`}`, out }),
      env: (variable) => {
        this.#env.set(variable.name, variable);
        return { env: variable.name };
      },
      warn: (text) => this.warnings.add(text),
      assume: (text) => this.assumptions.add(text),
      preflight: (preflight) => {
        if (!this.preflights.some((one) => one.title === preflight.title)) this.preflights.push(preflight);
      },
      field: (name) => (name === '' ? resource.field : `${resource.field}.${name}`),
      fail: (field, problem) => {
        throw new InputError({ field: field === '' ? resource.field : `${resource.field}.${field}`, ...problem });
      },
    };
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#problems.push(...error.problems);
    }
  }

  #stop(): void {
    if (this.#problems.length > 0) throw new InputError(unique(this.#problems));
  }
}

/** The names that a field refers to, each with its own path. `services[].certificate` looks inside a list. */
function* referenced(spec: AnySpec, path: string): Generator<readonly [at: string, name: string]> {
  const [head, inner] = path.split('[].') as [string, string | undefined];
  const value = (spec as unknown as Record<string, unknown>)[head];
  if (inner !== undefined) {
    for (const [i, item] of (value as Record<string, unknown>[]).entries()) {
      const name = item[inner];
      if (typeof name === 'string') yield [`${head}[${i}].${inner}`, name];
    }
  } else if (Array.isArray(value)) {
    for (const [i, name] of (value as string[]).entries()) yield [`${head}[${i}]`, name];
  } else if (typeof value === 'string') yield [head, value];
}

/** A reference to an output that no step has is a mistake of a provider, and must not become an empty variable. */
function checkOutputs(step: Step, steps: ReadonlyMap<string, Step>): void {
  for (const atom of references(stepAtoms(step))) {
    const other = steps.get(atom.of);
    const own = atom.of === step.id && atom.out === 'id';
    if (!own && (other === undefined || (other.outputs?.[atom.out] === undefined && !(atom.out === 'id' && other.captures)))) {
      throw new Error(`${step.id} uses ${atom.of}/${atom.out}, which nothing gives`);
    }
  }
}
