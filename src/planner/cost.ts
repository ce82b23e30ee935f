import type { Cost, Currency, Plan } from '../core/plan.ts';
import { stale } from '../providers/catalog.ts';

export interface CostItem {
  readonly what: string;
  /** Fixed amount a month, net; null: unknown; left out: by usage alone. */
  readonly monthly?: number | null;
  /** `0.09 USD per GB`, or `unknown`. */
  readonly rate?: string;
  readonly currency: Currency;
  readonly asOf: string | null;
  /** A key of `sources`. */
  readonly source: string;
  readonly note?: string;
}

export interface CostReport {
  /** The known fixed items added up, one total per currency; nothing is converted. */
  readonly monthly: { readonly currency: Currency; readonly amount: number }[];
  /** False where an item is unknown or depends on usage. */
  readonly complete: boolean;
  readonly items: CostItem[];
  readonly sources: Record<string, string>;
  /** Says that figures are old, and which command shows today's. */
  readonly note?: string;
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** What a plan costs by the month: the items, and one total per currency. Nothing is converted, nothing unknown is zero. */
export function costOf(plan: Plan, today: string): CostReport {
  const costs = plan.steps.flatMap((step) => step.effects.filter((effect): effect is Cost => effect.kind === 'costs'));
  const totals = new Map<Currency, number>();
  let oldest: string | undefined;
  let undated = false;
  for (const cost of costs) {
    if (typeof cost.monthly === 'number') totals.set(cost.currency, (totals.get(cost.currency) ?? 0) + cost.monthly);
    if (cost.source === 'unknown') continue;
    if (cost.asOf === null) undated = true;
    else if (oldest === undefined || cost.asOf < oldest) oldest = cost.asOf;
  }
  const isOld = undated || (oldest !== undefined && stale(oldest, today));
  const refresh = plan.refresh.map(({ command }) => command).join(' ; ');
  const note = isOld
    ? `Some figures are ${undated ? 'undated or ' : ''}older than 90 days${oldest ? ` (oldest ${oldest})` : ''}. Today's: ${refresh}`
    : undefined;
  const sources: Record<string, string> = {};
  const keys = new Map<string, string>();
  // One list of sources, because many items come from the same few.
  const sourceKey = (source: string): string => {
    if (source === 'unknown') return source;
    const key = keys.get(source) ?? `S${keys.size + 1}`;
    keys.set(source, key);
    sources[key] = source;
    return key;
  };
  return {
    monthly: [...totals].map(([currency, amount]) => ({ currency, amount: cents(amount) })),
    complete: costs.every((cost) => typeof cost.monthly === 'number'),
    items: costs.map(
      (cost): CostItem => ({
        what: cost.what,
        ...(cost.monthly === undefined ? {} : { monthly: cost.monthly === null ? null : cents(cost.monthly) }),
        ...(cost.rate === undefined
          ? {}
          : { rate: cost.rate.amount === null ? 'unknown' : `${cost.rate.amount} ${cost.currency} per ${cost.rate.per}` }),
        currency: cost.currency,
        asOf: cost.asOf,
        source: sourceKey(cost.source),
        ...(cost.note === undefined ? {} : { note: cost.note }),
      }),
    ),
    sources,
    ...(note === undefined ? {} : { note }),
  };
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
  const usage = report.items.filter((item) => item.rate !== undefined).length;
  const without = [unknown > 0 ? `${unknown} of unknown price` : '', usage > 0 ? `${usage} by usage` : '']
    .filter((text) => text !== '')
    .join(' and ');
  if (report.items.length === 0) return 'nothing that is billed by the month';
  return `${total === '' ? 'an unknown amount' : `${total} a month, net`}${dated}${without === '' ? '' : `, without ${without}`}`;
}
