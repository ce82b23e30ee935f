/**
 * What a provider sells, where, for how much, and what it no longer sells: the shape of the generated `catalog.json`
 * files. What is unknown is absent: a price that the facts lack has no entry. It is never zero.
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
  /** What AWS puts before a usage type of this region in its price lists. */
  readonly usagePrefix?: string;
}

export type Arch = 'x86' | 'arm';

export interface Sized {
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
  /** Where it was out of stock, as a pasted list said; never in a catalog.json. */
  readonly outOfStock?: readonly string[];
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

/** The lists of things that have a price each. */
export type TypeList = 'serverTypes' | 'databaseTypes' | 'cacheTypes' | 'loadBalancerTypes' | 'fileStorageTypes' | 'containerTypes';

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
  /** How many of a kind a new account may have; older ones may have more. */
  readonly limits?: Origin & { readonly kinds: Readonly<Record<string, number>> };
  /** Read-only commands that show today's figures; region and type in them are examples. */
  readonly lookups: Readonly<Record<string, string>>;
  /**
   * What shows today's price of one thing: a command or the address of a price list, by rate or by list of types, and `*`
   * for all else. `{region}`, `{prefix}` (of AWS's usage types), `{id}` and `{engine}` stand for what it is.
   */
  readonly priceLookups: Readonly<Partial<Record<RateId | TypeList | '*', string>>>;
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
