/**
 * Look-ups over a catalog. Nothing here reads a file or a clock: the catalog and today's date are passed in. What is
 * unknown is undefined or null, never zero.
 */

import type {
  Arch,
  Catalog,
  DatabaseType,
  FileStorageType,
  Image,
  LoadBalancerType,
  PartialDate,
  Price,
  Prices,
  RateId,
  Region,
  Retired,
  RetiredKind,
  ServerType,
  Sized,
  TypeList,
} from './catalog_types.ts';

/** The region of that id. */
export const findRegion = (catalog: Catalog, id: string): Region | undefined => catalog.regions.find((region) => same(region.id, id));

/** The server type of that id, GPU types and legacy ones included. */
export const findServerType = (catalog: Catalog, id: string): ServerType | undefined =>
  catalog.serverTypes.find((type) => same(type.id, id));

/** The database class of that id for that engine; for any engine where none is given. */
export const findDatabaseType = (catalog: Catalog, id: string, engine?: string): DatabaseType | undefined =>
  catalog.databaseTypes.find((type) => same(type.id, id) && (engine === undefined || type.engines.includes(engine)));

/**
 * The entry of a name that is gone, going or legacy; its `state` says which. Undefined for a name that is current, or
 * current in that region (Hetzner's cpx11 lives on in the US). Without a region, an entry of any region answers. An
 * image is found by its neutral name too, and an AWS type, m5.large, by its family.
 */
export function retiredSuccessor(catalog: Catalog, kind: RetiredKind, name: string, region?: string): Retired | undefined {
  const find = (of: RetiredKind, wanted: string) =>
    catalog.retired.find(
      (entry) =>
        entry.state !== 'advice' &&
        entry.kind === of &&
        (same(entry.name, wanted) || (entry.os !== undefined && same(entry.os, wanted))) &&
        (region === undefined || (entry.regions?.includes(region) ?? true)),
    );
  return find(kind, name) ?? (kind === 'server-type' ? find('server-family', family(name)) : undefined);
}

/** What to take instead of something that is still current, such as gp2 or t2: a hint, never a refusal. */
export function betterChoice(catalog: Catalog, kind: RetiredKind, name: string): Retired | undefined {
  const find = (of: RetiredKind, wanted: string) =>
    catalog.retired.find((entry) => entry.state === 'advice' && entry.kind === of && same(entry.name, wanted));
  return find(kind, name) ?? (kind === 'server-type' ? find('server-family', family(name)) : undefined);
}

/** The price in that region, else the one that holds everywhere; undefined = unknown. */
export const priceIn = (prices: Prices | undefined, region: string): Price | undefined =>
  prices !== undefined && Object.hasOwn(prices, region) ? prices[region] : prices?.['*'];

/**
 * What shows today's price of a rate, or of a type, in a region: a command, or the address of a price list. Undefined
 * for a provider that sells nothing. Where AWS's name of a usage in that region is not known, all usages are asked for.
 */
export function priceLookup(
  catalog: Catalog,
  of: RateId | Sized | LoadBalancerType | FileStorageType,
  region: string,
  engine?: string,
): string | undefined {
  const templates = catalog.priceLookups;
  const template = (typeof of === 'string' ? templates[of] : templates[listOf(catalog, of)]) ?? templates['*'];
  const prefix = findRegion(catalog, region)?.usagePrefix;
  return (prefix === undefined ? template?.replace(/ 'Type=TERM_MATCH,Field=usagetype[^']*'/, '') : template)
    ?.replaceAll('{prefix}', prefix ?? '')
    .replaceAll('{region}', region)
    .replaceAll('{id}', typeof of === 'string' ? of : of.id)
    .replaceAll('{engine}', PRICE_LIST_ENGINES[engine ?? ''] ?? '');
}

/** What AWS's price lists call an engine. */
const PRICE_LIST_ENGINES: Readonly<Record<string, string>> = { postgresql: 'PostgreSQL', mysql: 'MySQL', valkey: 'Valkey', redis: 'Redis' };

function listOf(catalog: Catalog, of: { readonly id: string }): TypeList {
  if ('engines' in of)
    return of.id.startsWith('cache.') || (of.engines as string[]).some((one) => one === 'valkey') ? 'cacheTypes' : 'databaseTypes';
  if (catalog.loadBalancerTypes?.some((one) => one.id === of.id)) return 'loadBalancerTypes';
  if ('diskTb' in of) return 'fileStorageTypes';
  return 'arch' in of ? 'serverTypes' : 'containerTypes';
}

/** AWS's own convention for a month: 365 × 24 / 12. Hetzner and DigitalOcean publish prices per month. */
export const HOURS_PER_MONTH = 730;

/**
 * What `quantity` of it costs in a month: servers of a `month` or `hour` price (one unless told), GB of a `GB-month`
 * one, GB of traffic of a `GB` one, less what is included. Null = unknown: no price, a share of another price, or a
 * usage that nobody has stated.
 */
export function monthly(price: Price | undefined, quantity?: number): number | null {
  if (price === undefined || price.per === 'percent') return null;
  const isTime = price.per === 'month' || price.per === 'hour';
  const units = quantity ?? (isTime ? 1 : undefined);
  if (units === undefined) return null;
  const hours = price.per === 'hour' || price.per === 'TB-hour' ? HOURS_PER_MONTH : 1;
  // 0.0084 × 730 is 6.132000000000001 in floating point; no price has more than six places.
  return Number((price.amount * hours * Math.max(0, units - (price.included ?? 0))).toFixed(6));
}

export type ImageAnswer =
  | { readonly status: 'ok'; readonly image: Image }
  /** Still offered, but only until `image.deprecated`. */
  | { readonly status: 'deprecated'; readonly image: Image; readonly successor: string | null }
  /** Still offered, but its maker's support ended on `image.endOfLife`. */
  | { readonly status: 'end-of-life'; readonly image: Image }
  /** `image` is what was named; `instead` the same system for the architecture that is wanted. */
  | { readonly status: 'wrong-arch'; readonly image: Image; readonly instead?: Image }
  /** No longer offered. */
  | { readonly status: 'retired'; readonly retired: Retired }
  | { readonly status: 'unknown'; readonly offered: readonly string[] };

/**
 * Resolves a neutral name (debian-13) or the provider's own id. An id is taken at its word: that of the other
 * architecture is reported, not replaced. Support that has ended is seen only where `today` is given.
 */
export function image(catalog: Catalog, osOrId: string, arch: Arch, today?: string): ImageAnswer {
  const named = catalog.images.filter((one) => same(one.id, osOrId));
  const alike = named[0] ? catalog.images.filter((one) => one.os === named[0]?.os) : catalog.images.filter((one) => same(one.os, osOrId));
  const runs = (one: Image) => one.arch === 'any' || one.arch === arch;
  const asked = named.length > 0 ? named : alike;
  const found = asked.find(runs);
  if (found === undefined) {
    const other = asked[0];
    if (other !== undefined) {
      const instead = alike.find(runs);
      return { status: 'wrong-arch', image: other, ...(instead && { instead }) };
    }
    const retired = retiredSuccessor(catalog, 'image', osOrId);
    if (retired) return { status: 'retired', retired };
    return { status: 'unknown', offered: [...new Set(catalog.images.map(({ os }) => os))] };
  }
  if (found.deprecated !== undefined) {
    return { status: 'deprecated', image: found, successor: retiredSuccessor(catalog, 'image', found.id)?.successor ?? null };
  }
  if (today !== undefined && found.endOfLife !== undefined && found.endOfLife < today) return { status: 'end-of-life', image: found };
  return { status: 'ok', image: found };
}

/** After this many days a figure must say that it is old. */
export const STALE_AFTER_DAYS = 90;

/** Whether a figure is too old to go unmarked. One without a date is; a month or a year counts from its first day. */
export function stale(asOf: PartialDate | null, today: string): boolean {
  if (asOf === null) return true;
  const days = (Date.parse(today) - Date.parse(asOf)) / 86_400_000;
  // Written so that a date that cannot be read counts as old.
  return !(days <= STALE_AFTER_DAYS);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Of m5.large, m5. */
const family = (type: string): string => type.split('.')[0] ?? type;
