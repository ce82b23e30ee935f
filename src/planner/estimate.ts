import { InputError, type Problem } from '../core/errors.ts';
import { HURRY, type Pace, within } from '../core/pace.ts';
import type { Currency, Plan } from '../core/plan.ts';
import type { Catalog } from '../providers/catalog_types.ts';
import { providers } from '../providers/index.ts';
import type { Provider, ProviderId } from '../providers/provider.ts';
import type { Stack } from './architecture/shape.ts';
import { buildPlan } from './build.ts';
import { type CostItem, type CostReport, costByKind, costLine, costOf, totals, type Usage } from './cost.ts';
import { type Resource, readResources, resolveKind, type StackRequest } from './request.ts';
import { withSuccessors } from './successors.ts';
import { translate } from './translate.ts';

export interface Estimate {
  readonly provider: ProviderId;
  readonly region: string;
  /** True for the stack as it was given; the others are translations of it. */
  readonly asGiven: boolean;
  readonly cost: CostReport;
  readonly total: string;
  readonly kinds: ReadonlyMap<string, readonly CostItem[]>;
  /** What of the stack is not in the figures, because the provider does not offer it. */
  readonly left: readonly string[];
  /** What is not the same as in the stack that was given. */
  readonly notes: readonly string[];
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
  readonly stack: Stack;
  readonly change?: Change;
}

/** What a change adds to the bill, or takes off it. */
export interface Change {
  readonly monthly: readonly { readonly currency: Currency; readonly amount: number }[];
  readonly added: readonly CostItem[];
  readonly removed: readonly CostItem[];
  /** False where an item of either side is unknown. */
  readonly known: boolean;
  readonly total: string;
}

export interface Refusal {
  readonly provider: ProviderId;
  readonly why: string;
}

export interface EstimateRequest extends StackRequest {
  readonly providers: readonly ProviderId[];
  readonly usage: Usage;
  /** Resources as they are to become: with the fields that change, whole where they are new, `remove` where they go. */
  readonly changes: readonly Readonly<Record<string, unknown>>[];
}

const CLOUDS: readonly ProviderId[] = ['hetzner', 'aws', 'digitalocean'];
/** What a stack is not worth comparing without. */
const ESSENTIAL = /^(?:server|database|load_balancer|bucket|volume|cache|kubernetes_cluster|autoscaling_group|container_service)$/;

/** The same stack on every provider that can carry it, each planned as it would be made, so that price and plan are one. */
export async function estimate(
  request: EstimateRequest,
  today: string,
  fresh: (catalog: Catalog) => Catalog = (catalog) => catalog,
  pace: Pace = HURRY,
): Promise<{ readonly options: readonly Estimate[]; readonly refused: readonly Refusal[] }> {
  const read = await withSuccessors(async () => readResources(request));
  const after = request.changes.length === 0 ? undefined : { ...request, resources: changed(request.resources, request.changes) };
  const given = new Set(read.map((one) => one.provider));
  const own = [...given].find((id) => CLOUDS.includes(id)) ?? read[0]?.provider ?? 'docker';
  const wanted = request.providers.length > 0 ? request.providers : CLOUDS.includes(own) ? CLOUDS : [own];
  const all = new Map<ProviderId, Provider>();
  for (const id of new Set([...given, ...wanted])) {
    const provider = await providers[id]();
    all.set(id, { ...provider, catalog: fresh(provider.catalog) });
  }
  // Of one provider, or on it alone apart from what runs on its servers.
  const asItIs = (id: ProviderId): boolean => id === own && [...given].every((one) => one === own || one === 'docker');
  const options: Estimate[] = [];
  const refused: Refusal[] = [];
  for (const [i, id] of wanted.entries()) {
    const part = within(pace, i / wanted.length, (i + 1) / wanted.length);
    const price = (one: StackRequest, exact: boolean) =>
      exact
        ? asGiven(one, own, today, request.usage, fresh, part)
        : translated(one, all.get(id) as Provider, all, today, request.usage, fresh, part);
    try {
      const exact = asItIs(id);
      const before = await price(request, exact);
      options.push(after === undefined ? before : { ...before, change: change(before, await price(after, exact)) });
    } catch (error) {
      // What is wrong with the stack itself is the reader's to mend; what another provider cannot do is an answer.
      if (!(error instanceof InputError) || asItIs(id)) throw error;
      refused.push({ provider: id, why: (error.problems[0] as Problem).message });
    }
  }
  return { options, refused };
}

async function asGiven(
  request: StackRequest,
  own: ProviderId,
  today: string,
  usage: Usage,
  fresh: (catalog: Catalog) => Catalog,
  pace: Pace,
) {
  const plan = await buildPlan(request, today, fresh, pace);
  const stack = { ...request, provider: request.provider ?? own } as unknown as Stack;
  return result(own, plan, today, usage, {
    stack: { provider: stack.provider, ...(request.region ? { region: request.region } : {}), resources: stack.resources },
    asGiven: true,
    left: [],
    notes: [],
  });
}

/** Plans a translation. What the other provider refuses is left out and said, unless nothing is worth comparing without it. */
async function translated(
  request: StackRequest,
  to: Provider,
  all: ReadonlyMap<ProviderId, Provider>,
  today: string,
  usage: Usage,
  fresh: (catalog: Catalog) => Catalog,
  pace: Pace,
): Promise<Estimate> {
  const read = readResources(request);
  const from = (resource: Resource): Provider => all.get(resource.provider) as Provider;
  const { stack, notes } = translate(read, { region: request.region, plan: request.plan }, from, to);
  const left: string[] = [];
  for (let resources = stack.resources; ; ) {
    try {
      const plan = await buildPlan({ ...stack, resources }, today, fresh, pace);
      return result(to.id, plan, today, usage, { stack: { ...stack, resources }, asGiven: false, left, notes });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const out = new Map<number, Problem>();
      for (const problem of error.problems) {
        const at = Number(/^resources\[(\d+)\]/.exec(problem.field)?.[1] ?? -1);
        const kind = resources[at]?.kind as string | undefined;
        if (kind === undefined || ESSENTIAL.test(kind)) throw new InputError(problem);
        if (!out.has(at)) out.set(at, problem);
      }
      for (const [at, problem] of out) left.push(`${resources[at]?.kind} ${resources[at]?.name}: ${problem.message}`);
      const gone = new Set([...out.keys()].map((at) => resources[at]?.name as string));
      resources = resources.flatMap((one, i) => (out.has(i) ? [] : [without(one, gone)]));
    }
  }
}

/** A resource without what it says of others that are gone. */
function without<T extends Readonly<Record<string, unknown>>>(one: T, gone: ReadonlySet<string>): T {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]) => {
      if (key === 'name' || key === 'kind') return [[key, value]];
      if (typeof value === 'string' && gone.has(value)) return [];
      return [[key, Array.isArray(value) ? value.filter((item) => typeof item !== 'string' || !gone.has(item)) : value]];
    }),
  ) as T;
}

function result(
  provider: ProviderId,
  plan: Plan,
  today: string,
  usage: Usage,
  more: Pick<Estimate, 'stack' | 'asGiven' | 'left' | 'notes'>,
): Estimate {
  const cost = costOf(plan, today, usage);
  return {
    provider,
    region: more.stack.region ?? /^region (\S+) on/.exec(plan.assumptions.find((one) => one.startsWith('region ')) ?? '')?.[1] ?? '',
    cost,
    total: costLine(cost),
    kinds: costByKind(plan, usage),
    assumptions: plan.assumptions,
    warnings: plan.warnings,
    ...more,
    // What a price is short of.
    notes: [...more.notes, ...plan.warnings.filter((text) => /\bprice\b/.test(text))],
  };
}

/** The resources with the changes applied. @throws InputError where a change names nothing that is there to be removed. */
function changed(resources: readonly unknown[], changes: EstimateRequest['changes']): unknown[] {
  const list: (Record<string, unknown> | undefined)[] = [...(resources as Record<string, unknown>[])];
  const key = (one: Record<string, unknown>): string => JSON.stringify([resolveKind(one.kind) ?? one.kind, one.name]);
  const places = new Map(list.map((one, i) => [key(one as Record<string, unknown>), i]));
  const problems: Problem[] = [];
  for (const [i, { remove, ...change }] of changes.entries()) {
    const at = places.get(key(change));
    if (remove !== true && remove !== 'true') {
      places.set(key(change), at ?? list.length);
      list[at ?? list.length] = { ...(at === undefined ? {} : list[at]), ...change };
    } else if (at !== undefined) list[at] = undefined;
    else {
      const kind = resolveKind(change.kind);
      problems.push({
        field: `changes[${i}].name`,
        message: 'names nothing of this stack that could be removed.',
        allowed: list.flatMap((one) =>
          one !== undefined && (kind === undefined || resolveKind(one.kind) === kind) ? [`${one.name}`] : [],
        ),
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return list.filter((one) => one !== undefined);
}

function change(before: Estimate, after: Estimate): Change {
  // One item may stand there several times under one name.
  const key = (item: CostItem): string => JSON.stringify([item.what, item.monthly ?? null, item.rate ?? null, item.currency]);
  const minus = (a: readonly CostItem[], b: readonly CostItem[]): CostItem[] => {
    const counts = new Map<string, number>();
    for (const item of b) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
    return a.filter((item) => {
      const left = counts.get(key(item)) ?? 0;
      counts.set(key(item), left - 1);
      return left <= 0;
    });
  };
  const added = minus(after.cost.items, before.cost.items);
  const removed = minus(before.cost.items, after.cost.items);
  return {
    monthly: totals([...added, ...removed.map((item) => (typeof item.monthly === 'number' ? { ...item, monthly: -item.monthly } : item))]),
    added,
    removed,
    known: [...added, ...removed].every((item) => item.monthly !== null),
    total: after.total,
  };
}
