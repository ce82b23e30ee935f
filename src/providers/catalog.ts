/**
 * What a provider sells, where, for how much, and what it no longer sells: the types of the generated `catalog.json`
 * files, and the look-ups over them. Nothing here reads a file or a clock: the catalog and today's date are passed in.
 *
 * What is unknown is absent: a price that the facts lack has no entry, so `priceIn` answers undefined. It is never zero.
 */

export type ProviderId = 'hetzner' | 'aws' | 'digitalocean' | 'docker';
export type Currency = 'EUR' | 'USD';
/** A date as far as it is known: 2026-09-29, 2026-06 or 2026. */
export type PartialDate = string;

export type Per = 'month' | 'hour' | 'GB-month' | 'TB-hour' | 'IOPS-month' | 'GB' | 'TB' | '1000 requests' | 'percent';

export interface Price {
  readonly amount: number;
  /** One unit of what is paid for. `percent` is a share of another price: a backup, or a standby, of its server's. */
  readonly per: Per;
  readonly currency: Currency;
  /** Units that are free, or that a base price has already paid for (TB of a `TB-hour` rate). */
  readonly included?: number;
  /** Keys into `Catalog.sources`, joined with `+`. */
  readonly source: string;
  /** When the figure was seen; null where its source gives no date. */
  readonly asOf: PartialDate | null;
}

/** Region id to price; `*` where the provider names no region. */
export type Prices = Readonly<Record<string, Price>>;

export interface Region {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** The continent, which is not the European Union: `lon1` is in `EU` and `GB`. */
  readonly continent: 'AS' | 'EU' | 'NA' | 'OC';
  /** Hetzner's network zone: a load balancer and a network stay inside one. */
  readonly zone?: string;
  /** Whether managed databases are sold here. */
  readonly databases: boolean;
  /** Whether buckets are sold here; null = not known. */
  readonly buckets: boolean | null;
  /** Whether every account may create servers here; null = not known, absent = no restriction was ever seen. */
  readonly open?: boolean | null;
  readonly note?: string;
}

export type Arch = 'x86' | 'arm';

interface Sized {
  readonly id: string;
  /** Types that share hardware, and so tend to sell out together. */
  readonly family: string;
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly prices: Prices;
}

export interface ServerType extends Sized {
  /** The disk that comes with it; null = it takes volumes of any size (AWS). */
  readonly diskGb: number | null;
  readonly arch: Arch;
  readonly cpu: 'shared' | 'burstable' | 'dedicated';
  readonly gpu?: true;
  /** Where it is sold, which is not the same as in stock; null = not known per region. */
  readonly regions: readonly string[] | null;
  readonly includedTrafficTb?: Readonly<Record<string, number>>;
  readonly note?: string;
}

/** One record per class and set of engines, because engines differ in price: look it up by id and engine. */
export interface DatabaseType extends Sized {
  readonly engines: readonly string[];
  /** Whether it can have a standby. */
  readonly standby: boolean;
  readonly minDiskGb?: number;
  readonly note?: string;
}

export interface Image {
  /** What the provider's CLI takes; on AWS the path of a public SSM parameter. */
  readonly id: string;
  /** The same name at every provider: ubuntu-24.04, debian-13, amazon-linux-2023. */
  readonly os: string;
  readonly arch: Arch | 'any';
  /** The day after which the provider no longer offers it. */
  readonly deprecated?: PartialDate;
  /** The day on which its maker ends support, extended support included. */
  readonly endOfLife?: PartialDate;
}

export interface EngineVersion {
  readonly version: string;
  /** The one to take when none was asked for. */
  readonly default?: true;
  readonly endOfLife?: PartialDate;
  /** No new databases of this version from this day on. */
  readonly closed?: PartialDate;
}

export interface Engine {
  readonly engine: string;
  /** What the provider's CLI calls it: `pg`, `postgres`. */
  readonly id: string;
  /** Absent = every region that has databases. */
  readonly regions?: readonly string[];
  readonly versions: readonly EngineVersion[];
}

export type RetiredKind =
  | 'api-endpoint'
  | 'api-field'
  | 'cli-command'
  | 'cli-default'
  | 'cli-flag'
  | 'database-engine'
  | 'database-version'
  | 'image'
  | 'load-balancer-size'
  | 'region'
  | 'server-family'
  | 'server-type'
  | 'service'
  | 'tool'
  | 'volume-type';

export interface Retired {
  readonly kind: RetiredKind;
  /** The provider's own name; a database version is `postgresql 14` everywhere. */
  readonly name: string;
  /** An image's neutral name. */
  readonly os?: string;
  readonly successor: string | null;
  /** The provider itself named the successor; otherwise it is the nearest match. */
  readonly official?: true;
  /**
   * retired: not to be used. legacy: still works for some, not to be chosen. upcoming: retired on a day that was still
   * ahead when the catalog was made. advice: current, but something better is sold.
   */
  readonly state: 'retired' | 'legacy' | 'upcoming' | 'advice';
  readonly since: PartialDate | null;
  /** The day, or the release of a tool, that removed it. */
  readonly removed?: string;
  /** Where it is retired; absent = everywhere. */
  readonly regions?: readonly string[];
  readonly note?: string;
  readonly source: string;
}

export interface LoadBalancerType {
  readonly id: string;
  readonly services?: number;
  readonly targets?: number;
  readonly certificates?: number;
  readonly connections?: number;
  readonly prices: Prices;
  readonly note?: string;
}

export interface FileStorageType {
  readonly id: string;
  readonly diskTb: number;
  readonly prices: Prices;
}

export interface ContainerType {
  readonly id: string;
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly prices: Prices;
}

export type RateId =
  | 'bucket_base'
  | 'bucket_egress'
  | 'bucket_reads'
  | 'bucket_storage'
  | 'bucket_storage_infrequent'
  | 'bucket_writes'
  | 'container_memory_arm'
  | 'container_memory_x86'
  | 'container_vcpu_arm'
  | 'container_vcpu_x86'
  | 'database_backup'
  | 'database_standby'
  | 'database_storage'
  | 'dns_zone'
  | 'egress'
  | 'egress_over_10tb'
  | 'encryption_key'
  | 'kubernetes_control_plane'
  | 'kubernetes_control_plane_extended'
  | 'load_balancer'
  | 'load_balancer_capacity'
  | 'nat_gateway'
  | 'nat_gateway_traffic'
  | 'network_load_balancer'
  | 'network_load_balancer_capacity'
  | 'private_endpoint'
  | 'public_ipv4'
  | 'public_ipv6'
  | 'registry'
  | 'registry_storage'
  | 'secret'
  | 'server_backup'
  | 'server_backup_daily'
  | 'snapshot'
  | 'static_ip'
  | 'static_ip_idle'
  | 'volume'
  | 'volume_iops'
  | 'zone_traffic';

export interface Source {
  readonly title: string;
  readonly asOf: PartialDate | null;
  readonly licence?: string;
  readonly url?: string;
}

/** Where the records of one section, prices aside, were read; the date is that of the oldest. */
export interface Origin {
  readonly source: string;
  readonly asOf: PartialDate | null;
}

export interface Catalog {
  readonly provider: ProviderId;
  readonly currency: Currency;
  readonly priceBasis: string;
  readonly generatedOn: string;
  readonly notes: readonly string[];
  readonly sources: Readonly<Record<string, Source>>;
  readonly origins: Readonly<Partial<Record<'regions' | 'serverTypes' | 'databaseTypes' | 'images' | 'engines', Origin>>>;
  /** Read-only commands that show today's figures; region and type in them are examples. */
  readonly lookups: Readonly<Record<string, string>>;
  readonly regions: readonly Region[];
  readonly serverTypes: readonly ServerType[];
  readonly databaseTypes: readonly DatabaseType[];
  readonly loadBalancerTypes?: readonly LoadBalancerType[];
  readonly fileStorageTypes?: readonly FileStorageType[];
  readonly containerTypes?: readonly ContainerType[];
  readonly images: readonly Image[];
  readonly engines: readonly Engine[];
  readonly rates: Readonly<Partial<Record<RateId, Prices>>>;
  readonly retired: readonly Retired[];
}

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

export interface Choice<T> {
  readonly choice: T;
  /** The next best, of another family where there is one, because a family sells out together. */
  readonly fallback?: T;
  /** False where nothing that fits has a known price in the region: then it is the smallest that fits. */
  readonly priced: boolean;
  readonly reason: string;
}

export interface ServerNeed {
  readonly vcpu?: number;
  readonly memoryGb?: number;
  readonly diskGb?: number;
  /** x86 unless told: arm is often cheaper, but needs images of its own. */
  readonly arch?: Arch;
  readonly dedicated?: boolean;
}

/** The cheapest current type without a GPU that has at least that much and is sold in the region; ties go by id. */
export function cheapestServer(catalog: Catalog, need: ServerNeed, region: string): Choice<ServerType> | undefined {
  const arch = need.arch ?? 'x86';
  const fits = catalog.serverTypes.filter(
    (type) =>
      !type.gpu &&
      type.arch === arch &&
      (type.regions?.includes(region) ?? true) &&
      type.vcpu >= (need.vcpu ?? 0) &&
      type.memoryGb >= (need.memoryGb ?? 0) &&
      (type.diskGb ?? Infinity) >= (need.diskGb ?? 0) &&
      (!need.dedicated || type.cpu === 'dedicated') &&
      isCurrent(catalog, type.id, region),
  );
  const asked = [need.dedicated ? `dedicated ${arch}` : arch, ...sizes(need)];
  return findRegion(catalog, region) && cheapest(fits, region, asked.join(', '));
}

export interface DatabaseNeed {
  readonly engine: string;
  readonly vcpu?: number;
  readonly memoryGb?: number;
  readonly standby?: boolean;
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

function isCurrent(catalog: Catalog, type: string, region: string): boolean {
  const entry = retiredSuccessor(catalog, 'server-type', type, region);
  return entry === undefined || entry.state === 'upcoming';
}

const sizes = (need: { vcpu?: number; memoryGb?: number; diskGb?: number }): string[] => [
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
  const reason =
    price && month !== null
      ? `${choice.id} is the cheapest of ${fits.length} in ${region} for ${asked}: ${month.toFixed(2)} ${price.currency} a month`
      : `${choice.id} is the smallest of ${fits.length} in ${region} for ${asked}; none of them has a known price there`;
  return { choice, ...(fallback && { fallback }), priced: month !== null, reason };
}
