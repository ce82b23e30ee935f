/** The shapes of the facts folder, as far as the catalogs use them. */

export type Keys = string | readonly string[] | null;

export interface SourceFact {
  title: string;
  asOf: string | null;
  url?: string;
  licence?: string;
  kind?: string;
}

export interface Dated {
  source: Keys;
  asOf: string | null;
}

interface File {
  generatedOn: string;
  currency: 'EUR' | 'USD';
  priceBasis: string;
  sources: Record<string, SourceFact>;
}

export type Group = 'eu' | 'us' | 'sin';

export interface HetznerFacts extends File {
  locations: (Dated & { name: string; city: string; country: string; networkZone: string; priceGroup: Group })[];
  serverTypes: (Dated & {
    name: string;
    vcpu: number;
    memoryGb: number;
    diskGb: number;
    architecture: 'x86' | 'arm';
    cpu: 'shared' | 'dedicated';
    soldIn: string[];
    prices: Partial<Record<Group, Dated & { monthlyNet: number | null }>>;
    includedTrafficTb: Partial<Record<Group, number>> | null;
    availabilityNote: string | null;
  })[];
  traffic: Dated & {
    eu: { includedTb: number; overagePerTb: number };
    us: { includedTbFrom: number; overagePerTb: number };
    sin: { includedTbRange: [number, number]; overagePerTb: number };
  };
  loadBalancers: (Dated & {
    name: string;
    monthlyNet: number;
    services: number | null;
    targets: number | null;
    certificates: number | null;
    connections: number | null;
    note?: string;
  })[];
  volumes: Dated & { perGbMonthNet: number };
  snapshots: Dated & { perGbMonthNet: number };
  backups: Dated & { percentOfServerPrice: number; slots: number };
  primaryIps: Dated & { ipv4MonthlyNet: number; ipv6MonthlyNet: number };
  floatingIps: Dated & { ipv4MonthlyNet: number | null };
  objectStorage: Dated & {
    baseMonthlyNet: number;
    includedStorageTb: number;
    includedEgressTb: number;
    extraStoragePerTbHour: number;
    extraEgressPerTb: number;
    locations: string[];
  };
  storageBoxes: (Dated & { name: string; tb: number; monthlyNet: number; locations: string[] })[];
  storageBoxNotes: string;
  managedDatabases: { offered: boolean; note: string };
  images: (Dated & { name: string; unavailableAfter: string | null })[];
  defaultLimits: Dated & { servers: number; loadBalancers: number; snapshots: number; floatingIps: number };
  billingNotes: string[];
  availability: { rule: string };
}

/** Region to figure; a null is a figure that nobody read. Some tables carry a `note` among the regions. */
export type Table = Record<string, (Dated & { value: number }) | string | null>;

export interface AwsFacts extends File {
  regions: (Dated & { code: string; name: string; usageTypePrefix: string })[];
  ec2: (Dated & {
    type: string;
    vcpu: number;
    memoryGib: number;
    architecture: 'x86_64' | 'arm64';
    cpu: 'burstable' | 'dedicated';
    storage: string;
    offeredIn: string[];
    onDemandLinux: Record<string, Dated & { hourlyUsd: number | null; basis: string | null }>;
  })[];
  rds: {
    classes: {
      class: string;
      vcpu: number;
      memoryGib: number;
      singleAzPostgres: Record<string, Dated & { hourlyUsd: number | null; mysqlSame?: boolean | null }>;
    }[];
    multiAzFactor: number;
    multiAzNote: string;
    engineNote: string;
    storageGp3PerGbMonth: Table;
    backupPerGbMonth: Table;
  };
  elastiCache: {
    type: string;
    vcpu: number;
    memoryGib: number;
    prices: Record<string, Dated & { redisOssHourlyUsd: number; valkeyHourlyUsd: number }>;
  }[];
  elastiCacheNote: string;
  loadBalancers: Record<'albHourly' | 'albLcuHourly' | 'nlbHourly' | 'nlbLcuHourly', Table>;
  natGateway: Record<'hourly' | 'perGb', Table>;
  ebs: Record<'gp3PerGbMonth' | 'gp3ExtraIopsMonth' | 'snapshotPerGbMonth', Table> & { gp3FreeBaseline: string };
  s3: Record<'standardFirst50TbPerGbMonth' | 'putPer1000' | 'getPer1000' | 'standardIaPerGbMonth', Table>;
  dataTransferOutInternet: Record<'first10TbPerGb' | 'next40TbPerGb' | 'crossAzPerGbEachWay', Table> & { freeGbPerMonth: number };
  publicIpv4Hourly: Table;
  other: {
    eksControlPlaneHourly: Dated & { value: number; extendedSupport: number };
    fargateLinux: (Dated & { region: string; arch: 'x86' | 'arm'; vcpuHour: number; gbHour: number })[];
    ecrPerGbMonth: Dated & { value: number; region: string };
    secretsManagerPerSecretMonth: Dated & { value: number; regions: string[] };
    kmsKeyMonth: Dated & { value: number; regions: string[] };
    interfaceEndpointHourly: Dated & { value: number; region: string };
  };
  images: (Dated & { alias: string; os: string; arch: 'arm64' | 'x86_64' | 'amd64'; upstreamEol: string })[];
  imagesNote: string;
}

export interface DigitalOceanFacts extends File {
  regions: (Dated & {
    slug: string;
    name: string;
    openForNewDroplets: boolean | null;
    managedDatabases: boolean;
    spaces: boolean | null;
    note: string | null;
  })[];
  regionsNote: string;
  dropletSizes: (Dated & {
    slug: string;
    family: string;
    vcpu: number;
    memoryGb: number;
    diskGb: number;
    architecture: 'x86_64';
    cpu: 'shared' | 'dedicated';
    variant: 'regular' | 'intel' | 'amd';
    monthlyUsd: number;
    transferTb: number | null;
    regions: string[] | null;
  })[];
  dropletSizesNote: string;
  transfer: Dated & { overagePerGibUsd: number };
  images: (Dated & { slug: string })[];
  managedDatabases: Dated & {
    plans: (Dated & { slug: string; monthlyUsdPerNode: number | null; minDiskGb: number | null; note: string | null })[];
    extraStoragePerGibMonthUsd: number;
    valkeyFromUsd: number;
    engines: Record<string, Dated & { versions: string[]; regions: string[]; layouts: { numNodes: number; sizes: string[] }[] }>;
    versionAvailability: Record<
      string,
      { version: string; end_of_life: string | null; end_of_availability: string | null; default: string | null }[]
    >;
  };
  loadBalancers: Dated & { perNodeMonthlyUsd: number };
  volumes: Dated & { perGibMonthUsd: number };
  snapshots: Dated & { perGibMonthUsd: number };
  backups: Dated & { weeklyPercent: number; dailyPercent: number };
  spaces: Dated & {
    baseMonthlyUsd: number;
    includedStorageGib: number;
    includedEgressGib: number;
    extraStoragePerGibUsd: number;
    extraEgressPerGibUsd: number;
  };
  reservedIp: Dated & { assignedUsd: number; idleMonthlyUsd: number };
  containerRegistry: Dated & { basicMonthlyUsd: number };
  appPlatform: { slug: string; monthlyUsd: number }[];
  appPlatformSource: Dated;
}

export interface RetiredFact {
  provider: string;
  kind: string;
  name: string;
  successor: string | null;
  since: string | null;
  removed?: string;
  source: string;
  scope?: string;
  status?: string;
  note?: string;
  successorBasis?: string;
}

export interface Facts {
  hetzner: HetznerFacts;
  aws: AwsFacts;
  digitalocean: DigitalOceanFacts;
  retired: { generatedOn: string; entries: RetiredFact[] };
  refresh: { providers: Record<string, { id: string; command: string; alternatives?: string[] }[]> };
}
