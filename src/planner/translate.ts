import { findDatabaseType, findRegion, findServerType, retiredSuccessor } from '../providers/catalog.ts';
import type { Catalog } from '../providers/catalog_types.ts';
import { cheapestDatabase, cheapestServer } from '../providers/choice.ts';
import type { Provider } from '../providers/provider.ts';
import type { Size } from '../resources/fields.ts';
import type { Kind, Spec } from '../resources/index.ts';
import type { Stack } from './architecture/shape.ts';
import { counterpart } from './regions.ts';
import type { Resource } from './request.ts';

/** The same stack for another provider, and what is not the same there. */
export interface Translation {
  readonly stack: Stack;
  readonly notes: readonly string[];
}

type Record_ = Record<string, unknown> & { readonly kind: string; readonly name: string };
type Need = Exclude<Size, string>;

/** Storage of a database that names none, in GB: what the smallest managed ones come with. */
const DATABASE_GB = 20;

/**
 * Writes a stack for another provider: a type becomes what it has, for the cheapest like it; an image its system; a
 * region one on the same continent; a managed database where none is sold a server with a volume.
 */
export function translate(
  resources: readonly Resource[],
  given: { readonly region: string | undefined; readonly plan: string | undefined },
  from: (resource: Resource) => Provider,
  to: Provider,
): Translation {
  const notes = new Set<string>();
  const map = new Map<string, string>();
  const zoned = (catalog: Catalog): boolean => catalog.regions.some((one) => one.zone !== undefined);
  const place = (region: string, source: Catalog): string => {
    // A network that spans the places of one zone has to stay in one region elsewhere, which has zones of its own.
    const zone = zoned(to.catalog) ? undefined : findRegion(source, region)?.zone;
    const near = zone === undefined ? undefined : [...map.keys()].find((one) => findRegion(source, one)?.zone === zone);
    const known = map.get(region) ?? (near === undefined ? undefined : map.get(near));
    if (known !== undefined && near !== undefined && near !== region)
      notes.add(`${near} and ${region} share a network: both are ${known}, whose zones take the place of places`);
    if (known !== undefined) return known;
    const continent = findRegion(source, region)?.continent;
    const found = continent === undefined ? undefined : counterpart(to.catalog, continent, new Set(map.values()));
    const region_ = found ?? (to.defaultRegion as string);
    if (found === undefined) notes.add(`no region near ${region}: ${region_} takes its place`);
    map.set(region, region_);
    return region_;
  };
  const main = resources.map(from).find((provider) => provider.defaultRegion !== undefined);
  const home = main === undefined ? undefined : (given.region ?? main.defaultRegion);
  const region = home === undefined || main === undefined ? undefined : place(home, main.catalog);
  const names = new Set(resources.map(({ spec }) => `${spec.kind}.${spec.name}`));
  const peers = resources.find((one) => one.spec.kind === 'server')?.spec as Spec<'server'> | undefined;
  const move = (resource: Resource): Record_[] => {
    const source = from(resource);
    if (source.defaultRegion === undefined) return [{ ...(resource.spec as unknown as Record_), provider: source.id }];
    const { provider: _, options, ...spec } = resource.spec as unknown as Record_;
    if (options !== undefined) notes.add(`options of ${resource.id} are ${source.title}'s own, and left out`);
    const where = resource.spec.region === undefined ? {} : { region: place(resource.spec.region, source.catalog) };
    const sized = (size: Size): Need => needOf(size, resource.spec.kind, source.catalog, to.catalog, (where.region ?? region) as string);
    const here = { ...spec, ...where, ...('size' in spec && spec.size !== undefined ? { size: sized(spec.size as Size) } : {}) };
    switch (resource.spec.kind) {
      case 'server':
        return server(here as never, source.catalog, to, notes);
      case 'database':
      case 'cache':
        if (to.emit[resource.spec.kind] === undefined) return selfRun(here as never, peers, names, notes, to);
        return resource.spec.kind === 'cache'
          ? [here]
          : [database(here as never, source.catalog, resource.spec, to, (where.region ?? region) as string, notes)];
      case 'load_balancer': {
        const { size: _size, ...rest } = here as Record_;
        return [rest as Record_];
      }
      default:
        return [here];
    }
  };
  return {
    stack: {
      provider: to.id,
      ...(region === undefined ? {} : { region }),
      ...(given.plan === undefined ? {} : { plan: given.plan }),
      resources: resources.flatMap(move),
    },
    notes: [...notes],
  };
}

/** What a type has, as a need; what is no type stays as it is asked for. ARM only where the other provider sells it there. */
function needOf(size: Size, kind: Kind, source: Catalog, to: Catalog, region: string): Need {
  const isDatabase = /^(?:database|cache)/.test(kind);
  const given = typeof size === 'string' ? typeNeed(size, isDatabase, source) : size;
  const { arch, dedicated, ...rest } = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Need;
  if (isDatabase) return rest;
  const need = { ...rest, ...(dedicated ? { dedicated } : {}) };
  return arch === 'arm' && cheapestServer(to, { ...need, arch }, region) !== undefined ? { ...need, arch } : need;
}

function typeNeed(id: string, isDatabase: boolean, source: Catalog): Need {
  if (isDatabase) {
    const type = findDatabaseType(source, id) ?? findDatabaseType(source, `db.${id}`);
    return type === undefined ? {} : { vcpu: type.vcpu, memoryGb: type.memoryGb };
  }
  const successor = retiredSuccessor(source, 'server-type', id)?.successor;
  const type = findServerType(source, id) ?? (successor ? findServerType(source, successor) : undefined);
  if (type === undefined) return {};
  return { vcpu: type.vcpu, memoryGb: type.memoryGb, arch: type.arch, ...(type.cpu === 'dedicated' ? { dedicated: true } : {}) };
}

function server(spec: Record_ & Spec<'server'>, source: Catalog, to: Provider, notes: Set<string>): Record_[] {
  const os = source.images.find((one) => one.id === spec.image)?.os ?? spec.image;
  const sold = to.catalog.images.some((one) => one.os === os || one.id === os);
  if (!sold) notes.add(`${to.title} has no image ${os}: ubuntu-24.04 takes its place`);
  const moved = { ...spec, image: sold ? os : 'ubuntu-24.04' };
  if (to.id !== 'aws') return [moved];
  // EC2 has one key a server, and no backups of its own.
  const own = { ...moved, backups: false, sshKeys: spec.sshKeys.slice(0, 1) };
  if (!spec.backups) return [own];
  notes.add('AWS backs up no server by a switch: a snapshot stands for the backups, billed by what it holds');
  return [
    own,
    {
      kind: 'snapshot',
      name: `${spec.name.replaceAll(/[._]+/g, '-')}-backup`,
      server: spec.name,
      ...(spec.region ? { region: spec.region } : {}),
    },
  ];
}

function database(
  spec: Record_ & Spec<'database'>,
  source: Catalog,
  given: Spec<'database'>,
  to: Provider,
  region: string,
  notes: Set<string>,
): Record_ {
  const { storageGb, version, ...rest } = spec;
  const versions = to.catalog.engines.find((one) => one.engine === spec.engine)?.versions.map((one) => one.version) ?? [];
  const kept = version !== undefined && versions.includes(version);
  if (version !== undefined && !kept)
    notes.add(`${to.title} has no ${spec.engine} ${version} that is known here: its default takes its place`);
  const need = spec.size as Need;
  const choice = cheapestDatabase(
    to.catalog,
    { engine: spec.engine, vcpu: need.vcpu, memoryGb: need.memoryGb, standby: spec.highAvailability },
    region,
  )?.choice;
  const before = typeof given.size === 'string' ? findDatabaseType(source, given.size, given.engine)?.minDiskGb : undefined;
  const wanted = storageGb ?? before;
  const comes = choice?.minDiskGb;
  const isIn = wanted === undefined || (comes !== undefined && wanted <= comes);
  if (isIn && wanted !== undefined)
    notes.add(`database ${spec.name}: ${wanted} GB are within the ${comes} GB that come with ${choice?.id}`);
  return {
    ...rest,
    ...(kept ? { version } : {}),
    ...(isIn ? {} : { storageGb: Math.max(wanted, to.id === 'aws' ? DATABASE_GB : 10) }),
  } as Record_;
}

/** A server, with a volume for a database, in place of what the provider does not sell. */
function selfRun(
  spec: Record_ & (Spec<'database'> | Spec<'cache'>),
  peer: Spec<'server'> | undefined,
  names: ReadonlySet<string>,
  notes: Set<string>,
  to: Provider,
): Record_[] {
  const where = spec.region === undefined ? {} : { region: spec.region };
  const network = spec.network ?? peer?.network;
  const count = spec.highAvailability ? 2 : 1;
  const free = (kind: string, name: string): string => (names.has(`${kind}.${name}`) ? `${name}-own` : name);
  notes.add(
    `${to.title} sells no managed ${spec.kind}: ${spec.kind} ${spec.name} is ${count === 1 ? 'a server' : 'two servers'} that you run${spec.kind === 'database' ? `, with ${count === 1 ? 'a volume' : 'a volume each'}` : ''}; updates, backups${count === 1 ? '' : ', replication, failover'} and monitoring are yours`,
  );
  return Array.from({ length: count }, (_, i): Record_[] => {
    const name = free('server', count === 1 ? spec.name : `${spec.name}${i + 1}`);
    const machine = {
      kind: 'server',
      name,
      ...where,
      size: spec.size,
      ...(network === undefined ? {} : { network }),
      sshKeys: peer?.sshKeys ?? [],
      firewalls: peer?.firewalls ?? [],
    };
    if (spec.kind === 'cache') return [machine];
    return [
      machine,
      {
        kind: 'volume',
        name: free('volume', `${name}-data`),
        ...where,
        sizeGb: Math.max(10, (spec as Spec<'database'>).storageGb ?? DATABASE_GB),
        server: name,
      },
    ];
  }).flat();
}
