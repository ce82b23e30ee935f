/** Sizes by need: the cheapest type that has at least what is asked for and is sold in the region. */

import { findRegion, monthly, priceIn, retiredSuccessor } from './catalog.ts';
import type { Arch, Catalog, DatabaseType, ServerType, Sized } from './catalog_types.ts';

export interface Choice<T> {
  readonly choice: T;
  /** The next best, of another family where there is one, because a family sells out together. */
  readonly fallback?: T;
  /** False where nothing that fits has a known price in the region: then it is the smallest that fits. */
  readonly priced: boolean;
  readonly reason: string;
}

export interface ServerNeed {
  readonly vcpu?: number | undefined;
  readonly memoryGb?: number | undefined;
  readonly diskGb?: number | undefined;
  /** x86 unless told: arm is often cheaper, but needs images of its own. */
  readonly arch?: Arch | undefined;
  readonly dedicated?: boolean | undefined;
}

/** The cheapest current type without a GPU that has at least that much and is sold in the region; ties go by id. */
export function cheapestServer(catalog: Catalog, need: ServerNeed, region: string): Choice<ServerType> | undefined {
  return remembered(catalog, ['server', region, need.vcpu, need.memoryGb, need.diskGb, need.arch, need.dedicated], () => {
    const arch = need.arch ?? 'x86';
    const fits = sold(catalog, region).filter(
      (type) =>
        type.arch === arch &&
        type.vcpu >= (need.vcpu ?? 0) &&
        type.memoryGb >= (need.memoryGb ?? 0) &&
        (type.diskGb ?? Infinity) >= (need.diskGb ?? 0) &&
        (!need.dedicated || type.cpu === 'dedicated'),
    );
    const asked = [need.dedicated ? `dedicated ${arch}` : arch, ...sizes(need)];
    return findRegion(catalog, region) && cheapest(fits, region, asked.join(', '));
  });
}

/** Current types without a GPU that are sold in the region, and were not seen to be out of stock there. */
const sold = (catalog: Catalog, region: string): ServerType[] =>
  catalog.serverTypes.filter(
    (type) =>
      !type.gpu && (type.regions?.includes(region) ?? true) && !type.outOfStock?.includes(region) && isCurrent(catalog, type.id, region),
  );

const memory = new WeakMap<Catalog, Map<string, unknown>>();

/** Ten thousand servers ask for a few needs. A catalog never changes, so an answer of it does not either. */
function remembered<T>(catalog: Catalog, question: readonly unknown[], answer: () => T): T {
  const known = memory.get(catalog) ?? new Map<string, unknown>();
  memory.set(catalog, known);
  const key = JSON.stringify(question);
  if (!known.has(key)) known.set(key, answer());
  return known.get(key) as T;
}

/**
 * What comes nearest to a need that nothing meets: the current type, sold in the region, that has most of what is asked
 * for; of those with as much, one of the architecture and kind that is wanted, then the cheapest.
 */
export function nearestServer(catalog: Catalog, need: ServerNeed, region: string): ServerType | undefined {
  const misses = (type: ServerType): number =>
    Number(type.arch !== (need.arch ?? 'x86')) + Number(need.dedicated === true && type.cpu !== 'dedicated');
  return nearest(sold(catalog, region), (type) => share(type, need) * part(type.diskGb, need.diskGb), misses, region);
}

/** The same for a database: the class of that engine that has most of what is asked for. */
export function nearestDatabase(catalog: Catalog, need: DatabaseNeed, region: string): DatabaseType | undefined {
  const sold = catalog.databaseTypes.filter((type) => type.engines.includes(need.engine));
  return nearest(
    sold,
    (type) => share(type, need),
    (type) => Number(need.standby === true && !type.standby),
    region,
  );
}

/** How much of what is asked for there is: 1 is all of it. */
const part = (has: number | null, need: number | undefined): number => (need === undefined || has === null ? 1 : Math.min(1, has / need));
const share = (has: Sized, need: { vcpu?: number | undefined; memoryGb?: number | undefined }): number =>
  part(has.vcpu, need.vcpu) * part(has.memoryGb, need.memoryGb);

function nearest<T extends Sized>(
  sold: readonly T[],
  has: (type: T) => number,
  misses: (type: T) => number,
  region: string,
): T | undefined {
  const cost = (type: T): number => monthly(priceIn(type.prices, region)) ?? Number.MAX_VALUE;
  return [...sold].sort((a, b) => has(b) - has(a) || misses(a) - misses(b) || cost(a) - cost(b) || (a.id < b.id ? -1 : 1))[0];
}

export interface DatabaseNeed {
  readonly engine: string;
  readonly vcpu?: number | undefined;
  readonly memoryGb?: number | undefined;
  readonly standby?: boolean | undefined;
}

/** The cheapest class for that engine that has at least that much and is sold in the region; ties go by id. */
export function cheapestDatabase(catalog: Catalog, need: DatabaseNeed, region: string): Choice<DatabaseType> | undefined {
  const engine = catalog.engines.find(({ engine }) => engine === need.engine);
  if (!findRegion(catalog, region)?.databases || !(engine?.regions?.includes(region) ?? engine !== undefined)) return undefined;
  const fits = catalog.databaseTypes.filter(
    (type) =>
      type.engines.includes(need.engine) &&
      type.vcpu >= (need.vcpu ?? 0) &&
      type.memoryGb >= (need.memoryGb ?? 0) &&
      (!need.standby || type.standby),
  );
  const asked = [need.standby ? `${need.engine} with a standby` : need.engine, ...sizes(need)];
  return cheapest(fits, region, asked.join(', '));
}

/**
 * What a need that is beyond everything is cut down to, both its numbers: the most memory that is sold, then the most processors.
 * One size rather than the nearest to each need, so that a larger need never ends with less than a smaller one did.
 */
function most<T extends Sized>(types: readonly T[]): { readonly vcpu: number; readonly memoryGb: number } | undefined {
  return types.map(({ vcpu, memoryGb }) => ({ vcpu, memoryGb })).sort((a, b) => b.memoryGb - a.memoryGb || b.vcpu - a.vcpu)[0];
}

/** The largest class for that engine. */
export const largestDatabase = (catalog: Catalog, { engine, standby }: DatabaseNeed) =>
  most(catalog.databaseTypes.filter((type) => type.engines.includes(engine) && (!standby || type.standby)));

/** The largest server of that kind that is sold in the region. */
export const largestServer = (catalog: Catalog, { arch = 'x86', dedicated }: ServerNeed, region: string) =>
  most(sold(catalog, region).filter((type) => type.arch === arch && (!dedicated || type.cpu === 'dedicated')));

function isCurrent(catalog: Catalog, type: string, region: string): boolean {
  const entry = retiredSuccessor(catalog, 'server-type', type, region);
  return entry === undefined || entry.state === 'upcoming';
}

const sizes = (need: { vcpu?: number | undefined; memoryGb?: number | undefined; diskGb?: number | undefined }): string[] => [
  ...(need.vcpu === undefined ? [] : [`${need.vcpu} vCPU`]),
  ...(need.memoryGb === undefined ? [] : [`${need.memoryGb} GB memory`]),
  ...(need.diskGb === undefined ? [] : [`${need.diskGb} GB disk`]),
];

function cheapest<T extends Sized>(fits: readonly T[], region: string, asked: string): Choice<T> | undefined {
  const cost = (type: T): number => monthly(priceIn(type.prices, region)) ?? Infinity;
  const order = (a: T, b: T): number => {
    const [x, y] = [cost(a), cost(b)];
    // Compared before subtracting, because two unknown prices would give NaN.
    const byCost = x === y ? 0 : x - y;
    const bySize = Number.isFinite(x) ? 0 : a.vcpu - b.vcpu || a.memoryGb - b.memoryGb;
    return byCost || bySize || (a.id < b.id ? -1 : 1);
  };
  const [choice, ...rest] = [...fits].sort(order);
  if (choice === undefined) return undefined;
  const fallback = rest.find((type) => type.family !== choice.family) ?? rest[0];
  const price = priceIn(choice.prices, region);
  const month = monthly(price);
  const other = fallback === undefined ? '' : ` (out of stock? ${fallback.id})`;
  const reason =
    price && month !== null
      ? `${choice.id} is the cheapest of ${fits.length} in ${region} for ${asked}: ${month.toFixed(2)} ${price.currency} a month${other}`
      : `${choice.id} is the smallest of ${fits.length} in ${region} for ${asked}; none of them has a known price there${other}`;
  return { choice, ...(fallback && { fallback }), priced: month !== null, reason };
}
