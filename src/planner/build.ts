import { InputError, show } from '../core/errors.ts';
import { order } from '../core/order.ts';
import { HURRY, type Pace } from '../core/pace.ts';
import type { Access, Plan, Step, Tool } from '../core/plan.ts';
import type { Catalog } from '../providers/catalog_types.ts';
import { providers } from '../providers/index.ts';
import { type FlagTable, flagTables } from '../providers/options.ts';
import type { Provider, ProviderId } from '../providers/provider.ts';
import { loadSkill } from '../skill/load.ts';
import { Builder } from './builder.ts';
import { complete } from './complete.ts';
import { expand } from './expand.ts';
import { type Resource, readResources, type StackRequest } from './request.ts';
import { withSuccessors } from './successors.ts';

export const DEFAULT_PLAN = 'main';

/**
 * Turns a stack into a plan: checked, ordered, priced. `fresh` may put newer figures into a provider's catalog.
 * @throws InputError with every problem of the request that could be found.
 */
export async function buildPlan(
  request: StackRequest,
  today: string,
  fresh: (catalog: Catalog) => Catalog = (catalog) => catalog,
  pace: Pace = HURRY,
): Promise<Plan> {
  return await withSuccessors(async () => {
    const name = planName(request.plan);
    const read = readResources(request);
    const loaded = await load(
      read.map((resource) => resource.provider),
      fresh,
    );
    const { resources, assumptions } = complete(expand(read, loaded), name, (id) => loaded.get(id)?.emit.server !== undefined);
    const builder = new Builder(name, today, request.region, resources, loaded, await flagsFor(resources, loaded));
    const steps = await builder.emit(pace);
    for (const provider of loaded.values()) for (const text of overLimits(provider, resources)) builder.warnings.add(text);
    return await finish(builder, steps, assumptions);
  });
}

/** Where a new account may have fewer of a kind than the plan has: found out here rather than half-way. */
function overLimits({ id, title, catalog }: Provider, resources: readonly Resource[]): string[] {
  return Object.entries(catalog.limits?.kinds ?? {}).flatMap(([kind, most]) => {
    const count = resources.filter((one) => one.provider === id && one.spec.kind === kind).length;
    return count > most
      ? [
          `a new account at ${title} may have ${most} of kind ${kind} (seen ${catalog.limits?.asOf}), and this plan has ${count}: ask for more in the console first`,
        ]
      : [];
  });
}

/** What the programs take, where a resource has options. */
async function flagsFor(resources: readonly Resource[], loaded: ReadonlyMap<ProviderId, Provider>): Promise<Map<string, FlagTable>> {
  const flags = new Map<string, FlagTable>();
  const asked = resources.filter(({ spec }) => spec.options !== undefined);
  for (const program of new Set(asked.flatMap(({ provider }) => loaded.get(provider)?.programs ?? [])))
    flags.set(program, await flagTables[program]());
  return flags;
}

/** The providers of those ids, with their catalogs. */
export async function load(
  ids: Iterable<ProviderId>,
  fresh: (catalog: Catalog) => Catalog = (catalog) => catalog,
): Promise<Map<ProviderId, Provider>> {
  const loaded = new Map<ProviderId, Provider>();
  for (const id of new Set(ids)) {
    const provider = await providers[id]();
    loaded.set(id, { ...provider, catalog: fresh(provider.catalog) });
  }
  return loaded;
}

/** A plan of steps, with all that has to be known before they are run. */
export async function finish(builder: Builder, steps: readonly Step[], assumptions: readonly string[] = []): Promise<Plan> {
  const loaded = [...builder.loaded.values()];
  return {
    name: builder.plan,
    steps: order(steps),
    env: builder.env(steps),
    tools: await tools(steps),
    access: loaded.map((provider): Access => {
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
export function planName(given: string | undefined): string {
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
