import type { Cost, Currency, Meter, Plan, Rate } from '../core/plan.ts';
import { HOURS_PER_MONTH, STALE_AFTER_DAYS, stale } from '../providers/catalog.ts';

export interface CostItem {
  readonly what: string;
  /** Amount a month, net: fixed, or for the usage that was stated; null: unknown; left out: by usage alone. */
  readonly monthly?: number | null;
  /** `0.09 USD per GB beyond 100 GB`, or `unknown`. */
  readonly rate?: string;
  readonly currency: Currency;
  readonly asOf: string | null;
  /** A key of `sources`. */
  readonly source: string;
  readonly note?: string;
}

export interface CostReport {
  /** The known items, as they are shown, added up: one total per currency; nothing is converted. */
  readonly monthly: { readonly currency: Currency; readonly amount: number }[];
  /** False where an item is unknown or depends on a usage that nobody has stated. */
  readonly complete: boolean;
  readonly items: CostItem[];
  readonly sources: Record<string, string>;
  /** Says that figures are old or unknown, and what shows today's. */
  readonly note?: string;
  /** What shows today's figure of each item that is old, undated or unknown: commands, and addresses of price lists. */
  readonly lookups?: readonly string[];
}

/** A month's usage, as far as it was stated. */
export type Usage = { readonly [M in Meter]?: number | undefined };

/** How many look-ups a note names before it counts the rest. */
const NAMED = 3;

const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** What a plan costs by the month: the items, and one total per currency. Nothing is converted, nothing unknown is zero. */
export function costOf(plan: Plan, today: string, usage: Usage = {}): CostReport {
  const costs = pooled(plan);
  const { sources, key } = sourceList();
  const counted = new Set<string>();
  const items = costs.map((cost) => item(cost, usage, counted, key));
  const old = costs.filter((cost) => cost.source !== 'unknown' && stale(cost.asOf, today));
  const unknown = costs.filter((cost) => cost.monthly === null || cost.rate?.amount === null);
  const lookups = [...new Set([...unknown, ...old].flatMap((cost) => cost.refresh ?? []))];
  const note = oldNote(old, unknown.length, lookups);
  return {
    monthly: totals(items),
    complete: items.every((one) => typeof one.monthly === 'number'),
    items,
    sources,
    ...(note === undefined ? {} : { note }),
    ...(lookups.length === 0 ? {} : { lookups }),
  };
}

/** The known amounts, one sum per currency: in cents, so that it is what a reader gets who adds up the items. */
export function totals(items: readonly Pick<CostItem, 'monthly' | 'currency'>[]): { currency: Currency; amount: number }[] {
  const sums = new Map<Currency, number>();
  for (const { monthly, currency } of items)
    if (typeof monthly === 'number') sums.set(currency, (sums.get(currency) ?? 0) + Math.round(monthly * 100));
  return [...sums].map(([currency, amount]) => ({ currency, amount: amount / 100 }));
}

type Owned = Cost & { readonly resource: string };

/**
 * The costs of a plan's steps. Items by usage that several resources bring (the servers' traffic) are one, with what each
 * of them includes.
 */
function pooled(plan: Plan): Owned[] {
  const result: Owned[] = [];
  const places = new Map<string, number>();
  for (const step of plan.steps) {
    for (const effect of step.effects) {
      if (effect.kind !== 'costs') continue;
      const { rate } = effect;
      const key = rate?.meter === undefined ? undefined : `${effect.what} ${effect.currency} ${rate.amount} ${rate.per}`;
      const at = key === undefined ? undefined : places.get(key);
      if (rate !== undefined && at !== undefined) {
        const before = result[at] as Owned & { rate: Rate };
        const included =
          before.rate.included === null || rate.included === null ? null : (before.rate.included ?? 0) + (rate.included ?? 0);
        result[at] = { ...before, rate: { ...before.rate, included } };
        continue;
      }
      if (key !== undefined) places.set(key, result.length);
      result.push({ ...effect, resource: step.resource });
    }
  }
  return result;
}

/** One list of sources, because many items come from the same few. */
function sourceList(): { sources: Record<string, string>; key: (source: string) => string } {
  const sources: Record<string, string> = {};
  const keys = new Map<string, string>();
  return {
    sources,
    key: (source) => {
      if (source === 'unknown') return source;
      const key = keys.get(source) ?? `S${keys.size + 1}`;
      keys.set(source, key);
      sources[key] = source;
      return key;
    },
  };
}

function item(cost: Owned, usage: Usage, counted: Set<string>, key: (source: string) => string): CostItem {
  const { rate } = cost;
  const fixed = cost.monthly === undefined ? {} : { monthly: cost.monthly === null ? null : cents(cost.monthly) };
  const stated = rate?.meter === undefined ? undefined : usage[rate.meter];
  const meter = `${rate?.meter} ${cost.currency}`;
  // What was stated is the whole stack's, so it is counted once: at the first item of its meter.
  const used = stated === undefined ? undefined : counted.has(meter) ? 0 : stated;
  if (used !== undefined) counted.add(meter);
  const amount = rate === undefined || used === undefined ? undefined : usageAmount(rate, used);
  const notes = [cost.note, used === undefined ? undefined : usageNote(rate as Rate, used)].filter((note) => note !== undefined);
  return {
    what: cost.what,
    ...(amount === undefined ? fixed : { monthly: amount }),
    ...(rate === undefined ? {} : { rate: rateText(rate, cost.currency) }),
    currency: cost.currency,
    asOf: cost.asOf,
    source: key(cost.source),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

/** The same items, by the kind of the resource that brings them: `server`, `volume`. */
export function costByKind(plan: Plan, usage: Usage = {}): ReadonlyMap<string, readonly CostItem[]> {
  const counted = new Set<string>();
  const kinds = new Map<string, CostItem[]>();
  for (const cost of pooled(plan)) {
    const kind = cost.resource.split('.')[0] as string;
    const items = kinds.get(kind) ?? [];
    kinds.set(kind, items);
    items.push(item(cost, usage, counted, (source) => source));
  }
  return kinds;
}

/** GB, or single requests, that make one unit of a rate. */
const PER: Readonly<Record<string, number>> = { GB: 1, 'GB-month': 1, TB: 1000, 'TB-hour': 1000, '1000 requests': 1000 };

/** What a usage costs. Unknown where the rate or what it includes is, unless nothing is used. */
function usageAmount(rate: Rate, used: number): number | null {
  const size = PER[rate.per];
  if (used === 0) return rate.amount === null ? null : 0;
  if (rate.amount === null || rate.included === null || size === undefined) return null;
  const units = Math.max(0, used / size - (rate.included ?? 0));
  const above = rate.over === undefined ? 0 : Math.max(0, used / size - rate.over.units);
  const hours = rate.per === 'TB-hour' ? HOURS_PER_MONTH : 1;
  return cents(((units - above) * rate.amount + above * (rate.over?.amount ?? 0)) * hours);
}

function usageNote(rate: Rate, used: number): string {
  const unit = rate.meter === 'requests' ? 'requests' : 'GB';
  if (used === 0) return 'none of the stated usage is here: all of it is counted once';
  if (rate.included !== null || rate.amount === null) return `for ${used} ${unit} a month`;
  const most = usageAmount({ ...rate, included: 0 }, used);
  return `for ${used} ${unit} a month; some are included, how many is not known: at most ${most}`;
}

function rateText(rate: Rate, currency: Currency): string {
  if (rate.amount === null) return 'unknown';
  const unit = /^[GT]B/.exec(rate.per)?.[0] ?? rate.per;
  const beyond =
    rate.included === null ? ' beyond what is included' : rate.included ? ` beyond ${Number(rate.included.toFixed(3))} ${unit}` : '';
  return `${rate.amount} ${currency} per ${rate.per}${beyond}`;
}

function oldNote(old: readonly Cost[], unknown: number, lookups: readonly string[]): string | undefined {
  if (old.length === 0 && unknown === 0) return undefined;
  const dates = old.flatMap((cost) => cost.asOf ?? []).sort();
  const undated = old.length - dates.length;
  const said = [
    ...(dates.length === 0 ? [] : [`${dates.length} older than ${STALE_AFTER_DAYS} days (oldest ${dates[0]})`]),
    ...(undated === 0 ? [] : [`${undated} undated`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ].join(', ');
  const more = lookups.length > NAMED ? ` ; and ${lookups.length - NAMED} more in cost.lookups` : '';
  const shown = lookups.slice(0, NAMED).join(' ; ');
  return `Prices: ${said}. ${shown === '' ? '' : `Today's: ${shown}${more}`}`.trim();
}

/** The total in words: `17.21 EUR a month, net (prices of 2026-09-29), without 2 items by usage`. */
export function costLine(report: CostReport): string {
  const dates = report.items
    .filter((item) => typeof item.monthly === 'number' && item.asOf !== null)
    .map((item) => item.asOf as string)
    .sort();
  const dated =
    dates.length === 0 ? '' : dates[0] === dates.at(-1) ? ` (prices of ${dates[0]})` : ` (prices of ${dates[0]} to ${dates.at(-1)})`;
  const total = report.monthly.map(({ currency, amount }) => `${amount.toFixed(2)} ${currency}`).join(' + ');
  const unknown = report.items.filter((item) => item.monthly === null).length;
  const usage = report.items.filter((item) => item.monthly === undefined).length;
  const without = [unknown > 0 ? `${unknown} of unknown price` : '', usage > 0 ? `${usage} by usage` : '']
    .filter((text) => text !== '')
    .join(' and ');
  if (report.items.length === 0) return 'nothing that is billed by the month';
  return `${total === '' ? 'an unknown amount' : `${total} a month, net`}${dated}${without === '' ? '' : `, without ${without}`}`;
}
