import { references } from '../core/command.ts';
import { InputError, notAllowed, type Problem, show } from '../core/errors.ts';
import { stepAtoms } from '../core/order.ts';
import { inTurns, type Pace, within } from '../core/pace.ts';
import type { EnvVar, Preflight, Step } from '../core/plan.ts';
import { type FlagTable, withOptions } from '../providers/options.ts';
import type { Context, Emit, Provider, ProviderId } from '../providers/provider.ts';
import { type AnySpec, type Kind, kindDef, type Spec } from '../resources/index.ts';
import type { Options } from '../resources/kind.ts';
import { type Resource, unique } from './request.ts';

/** What a plan is built with: the resources, the providers, and what was said on the way. */
export class Builder {
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
    /** By program; needed where a resource has options. */
    readonly flags: ReadonlyMap<string, FlagTable> = new Map(),
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

  /** The steps that make all resources. @throws InputError with all that is wrong with them */
  async emit(pace: Pace): Promise<Step[]> {
    await inTurns(within(pace, 0, 0.2), this.resources, 'checked', (resource) => this.attempt(() => this.check(resource)));
    this.stop();
    const steps = new Map<string, Step>();
    // Two resources may need the same helper (a Docker context for one server): the first one makes it.
    await inTurns(within(pace, 0.2, 1), this.resources, 'planned', (resource) =>
      this.attempt(() => {
        for (const step of this.emitOne(resource)) if (!steps.has(step.id)) steps.set(step.id, step);
      }),
    );
    this.stop();
    for (const step of steps.values()) checkOutputs(step, steps);
    return [...steps.values()];
  }

  /** The steps that make one resource. */
  emitOne(resource: Resource): readonly Step[] {
    const provider = this.provider(resource);
    const emit = provider.emit[resource.spec.kind] as Emit<Kind>;
    const steps = emit(resource.spec as Spec<Kind>, this.context(resource));
    const { options } = resource.spec;
    return options === undefined ? steps : steps.map((step) => (step.id === resource.id ? this.#optioned(step, resource, options) : step));
  }

  /** The step that makes the resource itself, with the options that it was given. */
  #optioned(step: Step, { field }: Resource, options: Options): Step {
    const table = this.flags.get(step.create.program) ?? {};
    const create = withOptions(step.create, options, table, `${field}.options`);
    this.assumptions.add(`options of ${step.id} go to \`${step.create.program}\` as they are: ${Object.keys(options).join(', ')}`);
    return { ...step, create };
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

  provider(resource: Resource): Provider {
    return this.loaded.get(resource.provider) as Provider;
  }

  /** What can be known of a resource before any step is written: offered, named rightly, somewhere that exists, and its references. */
  check(resource: Resource): void {
    this.checkSelf(resource);
    this.#checkReferences(resource);
  }

  checkSelf(resource: Resource): void {
    const provider = this.provider(resource);
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
    this.regionOf(provider, resource);
  }

  #checkReferences(resource: Resource): void {
    const { spec, field } = resource;
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

  /** The region of a resource on a provider, or of the request as a whole. @throws InputError where there is no such region */
  regionOf(provider: Provider, resource?: Resource): string {
    if (provider.defaultRegion === undefined) return '';
    const own = resource?.spec.region;
    // The plan's region is the main provider's; another provider's resources name their own or take its default.
    const region = own ?? (this.region !== undefined && this.#knows(provider, this.region) ? this.region : undefined);
    if (region === undefined) {
      const given = this.region;
      if (given !== undefined && ![...this.loaded.values()].some((one) => this.#knows(one, given)))
        throw this.#noRegion('region', given, provider);
      this.assumptions.add(`region ${provider.defaultRegion} on ${provider.title}`);
      return provider.defaultRegion;
    }
    if (!this.#knows(provider, region)) throw this.#noRegion(`${resource?.field}.region`, region, provider);
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

  context(resource: Resource): Context {
    const provider = this.provider(resource);
    const find = (kinds: readonly Kind[], name: string): Resource => {
      const found = kinds.map((kind) => this.#byId.get(`${kind}.${name}`)).find((one) => one !== undefined);
      if (found === undefined)
        throw new InputError({
          field: resource.field,
          message: `needs the ${kinds.join(' or ')} ${show(name)}, which is not among the resources; add it.`,
        });
      return found;
    };
    const located = (spec: AnySpec): Resource => this.#of.get(spec) as Resource;
    return {
      plan: this.plan,
      region: this.regionOf(provider, resource),
      catalog: provider.catalog,
      today: this.today,
      id: resource.id,
      part: (part) => `${resource.id}.${part}`,
      spec: (kind, name) => find([kind], name).spec as never,
      target: (kinds, name) => find(kinds, name).spec,
      all: (kind) => (this.#byKind.get(`${resource.provider}.${kind}`) ?? []) as never,
      regionOf: (spec) => this.regionOf(this.provider(located(spec)), located(spec)),
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

  /** Runs something, and keeps what is wrong with the request for `stop`. */
  attempt<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }

  /** Drops what was said so far, where it was said of something else than what is planned. */
  forget(): void {
    this.warnings.clear();
    this.assumptions.clear();
    this.preflights.length = 0;
  }

  stop(): void {
    if (this.#problems.length > 0) throw new InputError(unique(this.#problems));
  }
}

/** The names that a field refers to, each with its own path. `services[].certificate` looks inside a list. */
export function* referenced(spec: AnySpec, path: string): Generator<readonly [at: string, name: string]> {
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
export function checkOutputs(step: Step, steps: ReadonlyMap<string, Step>): void {
  for (const atom of references(stepAtoms(step))) {
    const other = steps.get(atom.of);
    const own = atom.of === step.id && atom.out === 'id';
    if (!own && (other === undefined || (other.outputs?.[atom.out] === undefined && !(atom.out === 'id' && other.captures)))) {
      throw new Error(`${step.id} uses ${atom.of}/${atom.out}, which nothing gives`);
    }
  }
}
