import type { Catalog, Per, Price, Prices, ProviderId, RateId } from '../catalog_types.ts';

/** Where pasted figures are from: a key of `Catalog.sources`, and the day on which the command was run. */
export interface Stamp {
  readonly source: string;
  readonly asOf: string;
}

/** What a pasted output turned out to be. */
export interface Reading {
  readonly provider: ProviderId;
  /** `Hetzner's server types`. */
  readonly what: string;
  /** The command that prints such an output. */
  readonly command: string;
  /** How many figures were taken; none is an error. */
  readonly rows: number;
  /** The catalog with those figures in place of its own, entry by entry. */
  apply(catalog: Catalog, stamp: Stamp): Catalog;
}

/** Says what an output is, from its shape; undefined where it is something else. */
export type Recogniser = (json: unknown) => Reading | undefined;

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The objects of a list, whether it stands alone or, as the vendor's API answers, under a name. */
export function listOf(json: unknown, name: string): readonly Json[] | undefined {
  const list = isObject(json) && Object.hasOwn(json, name) ? json[name] : json;
  return Array.isArray(list) && list.length > 0 && list.every(isObject) ? list : undefined;
}

/** No price and no size of any cloud is near it; what is beyond is a slip or a trick. */
const MOST = 10_000_000;

/** A number from zero up, also as decimal text, which is how Hetzner and AWS write prices. */
export function amount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,12}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 && number <= MOST ? number : undefined;
}

/** A name as types, regions and usages have them; anything else could end up in a command. */
export function id(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value) ? value : undefined;
}

export const price = (amount: number, per: Per, currency: Price['currency'], { source, asOf }: Stamp, included?: number): Price => ({
  amount,
  per,
  currency,
  ...(included === undefined ? {} : { included }),
  source,
  asOf,
});

/** Rates with newer prices; what is included stays as it is known unless the new price says. */
export function withRates(catalog: Catalog, rates: Readonly<Partial<Record<RateId, Prices>>>): Catalog {
  const merged = { ...catalog.rates } as Partial<Record<RateId, Prices>>;
  for (const [rate, prices] of Object.entries(rates) as [RateId, Prices][]) {
    const before = merged[rate] ?? {};
    const fresh = Object.entries(prices).map(([region, one]) => {
      const included = one.included ?? (before[region] ?? before['*'])?.included;
      return [region, included === undefined ? one : { ...one, included }] as const;
    });
    merged[rate] = { ...before, ...Object.fromEntries(fresh) };
  }
  return { ...catalog, rates: merged };
}

/** A list with newer records: those of the same key replaced by what `merge` makes of both, new ones appended. */
export function withRecords<T>(
  list: readonly T[],
  fresh: ReadonlyMap<string, (before: T | undefined) => T | undefined>,
  key: (one: T) => string,
): T[] {
  const known = new Set(list.map(key));
  return [
    ...list.map((one) => fresh.get(key(one))?.(one) ?? one),
    ...[...fresh].flatMap(([name, merge]) => (known.has(name) ? [] : (merge(undefined) ?? []))),
  ] as T[];
}
