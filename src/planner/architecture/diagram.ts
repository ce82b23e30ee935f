import type { Diagram, DiagramNode, Edge, Group } from '../../core/diagram.ts';
import { isApp, type Resource, type Stack, targetsOf } from './stack.ts';

/** Servers alike are one box from here on: twenty boxes say no more than their number. */
const TOGETHER = 4;

const INTERNET = 'internet';

const sizeOf = (one: Resource): string[] => {
  const size = one.size as { vcpu?: number; memoryGb?: number } | undefined;
  return typeof size === 'object' && size.vcpu !== undefined ? [`${size.vcpu} vCPU, ${size.memoryGb} GB`] : [];
};

/**
 * What a stack looks like: the internet above, through the balancer to the servers and on to the data, in their regions and
 * networks; standbys and backups beside what they are of. Parts that only make others possible (keys, firewalls) are left out.
 */
export function diagramOf(stack: Stack, title: string): Diagram {
  const sheet = new Sheet(stack);
  const tiers = tiersOf(sheet);
  const door = drawEntrance(sheet, tiers);
  const boxes = drawApplications(sheet, tiers);
  drawBalancers(sheet, tiers, door, boxes);
  const data = [...drawDatabases(sheet, boxes), ...drawDatabaseServers(sheet, tiers, boxes)];
  drawVolumes(sheet, boxes);
  drawProjects(sheet);
  drawBuckets(sheet, door, boxes);
  drawBackups(sheet, data.length > 0 ? data : boxes.all);
  return { title, groups: sheet.groups, nodes: sheet.nodes, edges: sheet.edges };
}

/** What has been drawn of a stack so far. */
class Sheet {
  readonly nodes: DiagramNode[] = [];
  readonly edges: Edge[] = [];
  readonly groups: Group[] = [];

  constructor(readonly stack: Stack) {}

  all(kind: string): Resource[] {
    return this.stack.resources.filter((one) => one.kind === kind);
  }

  regionOf(one: Resource): string {
    return String(one.region ?? this.stack.region ?? '');
  }

  /** The group of a resource's region, or of the one machine. */
  region(one: Resource): string {
    return this.stack.provider === 'docker'
      ? this.#group('machine', 'one machine with Docker')
      : this.#group(`region ${this.regionOf(one)}`, `${this.stack.provider} ${this.regionOf(one)}`);
  }

  /** The group of the private network in a resource's region. */
  network(one: Resource): string {
    return this.#group(`network ${this.regionOf(one)}`, 'private network', this.region(one));
  }

  node(node: DiagramNode): void {
    this.nodes.push(node);
  }

  /** An edge from each of several to one. */
  join(from: Iterable<string>, to: string, more: Omit<Edge, 'from' | 'to'> = {}): void {
    for (const one of from) this.edges.push({ from: one, to, ...more });
  }

  #group(id: string, label: string, within?: string): string {
    if (!this.groups.some((one) => one.id === id)) this.groups.push({ id, label, ...(within === undefined ? {} : { within }) });
    return id;
  }
}

/** Which servers answer, and which hold the data. */
interface Tiers {
  readonly balancers: readonly Resource[];
  readonly apps: readonly Resource[];
  readonly own: readonly Resource[];
  /** False for workers, which nobody asks from outside. */
  readonly asked: boolean;
}

function tiersOf(sheet: Sheet): Tiers {
  const balancers = sheet.all('load_balancer');
  const servers = sheet.all('server');
  const served = new Set(balancers.flatMap(targetsOf));
  const apps = servers.filter((one) => served.has(one.name) || isApp(one));
  const own = servers.filter((one) => !apps.includes(one));
  return { balancers, apps, own, asked: balancers.length > 0 || apps.length === 1 || servers.length === 0 };
}

/** The way in. Returns what requests come from last. */
function drawEntrance(sheet: Sheet, { asked }: Tiers): string {
  if (asked) sheet.node({ id: INTERNET, title: 'Internet', lines: [], is: 'world' });
  const [zone] = sheet.all('dns_zone');
  if (zone === undefined) return INTERNET;
  sheet.node({ id: 'dns', title: 'DNS', lines: [zone.name], is: 'managed' });
  sheet.join([INTERNET], 'dns');
  return 'dns';
}

/** The boxes of the servers that answer. */
interface Boxes {
  readonly all: readonly string[];
  /** The box that a server is in. */
  of(server: string): string | undefined;
}

/** Servers with the same place, size and callers are one box where they are many. */
function drawApplications(sheet: Sheet, { balancers, apps, asked }: Tiers): Boxes {
  const alike = new Map<string, Resource[]>();
  for (const one of apps) {
    const callers = balancers.filter((lb) => targetsOf(lb).includes(one.name)).map((lb) => lb.name);
    const key = `${sheet.regionOf(one)} ${callers.join(' ')} ${sizeOf(one)}`;
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const word = balancers.length > 0 ? 'application server' : asked ? 'everything on it' : 'worker';
  // With a second balancer the other site goes on.
  const alone = (one: Resource): boolean =>
    apps.length === 1 || (balancers.length === 1 && targetsOf(balancers[0] as Resource).join() === one.name);
  const box = new Map<string, string>();
  for (const part of [...alike.values()].flatMap((list) => (list.length > TOGETHER ? [list] : list.map((one) => [one])))) {
    const first = part[0] as Resource;
    const id = `server ${first.name}`;
    for (const one of part) box.set(one.name, id);
    const many = part.length > 1;
    sheet.node({
      id,
      title: many ? `${first.name} to ${(part.at(-1) as Resource).name}` : first.name,
      lines: many ? [`${part.length} ${word}s`, ...sizeOf(first).map((size) => `${size} each`)] : [word, ...sizeOf(first)],
      is: 'own',
      within: sheet.network(first),
      ...(alone(first) ? { alone: true } : {}),
    });
  }
  return { all: [...new Set(box.values())], of: (server) => box.get(server) };
}

function drawBalancers(sheet: Sheet, { balancers, asked }: Tiers, door: string, boxes: Boxes): void {
  for (const one of balancers) {
    const id = `balancer ${one.name}`;
    const [service] = (one.services ?? []) as { certificate?: unknown }[];
    sheet.node({ id, title: one.name, lines: ['load balancer'], is: 'managed', within: sheet.region(one) });
    sheet.join([door], id, service?.certificate === undefined ? {} : { label: 'https' });
    for (const to of new Set(targetsOf(one).map(boxes.of))) if (to !== undefined) sheet.join([id], to);
  }
  if (balancers.length === 0 && asked) for (const to of boxes.all) sheet.join([door], to);
}

/** Managed databases, with their standbys. Returns their boxes. */
function drawDatabases(sheet: Sheet, boxes: Boxes): string[] {
  return sheet.all('database').map((one) => {
    const id = `database ${one.name}`;
    const pair = one.highAvailability === true;
    const disk = one.storageGb === undefined ? [] : [`${one.storageGb} GB disk`];
    const within = sheet.network(one);
    const lines = ['managed database', ...sizeOf(one), ...disk];
    sheet.node({ id, title: one.name, lines, is: 'managed', within, ...(pair ? {} : { alone: true }) });
    if (pair) {
      const standby = `${id} standby`;
      sheet.node({ id: standby, title: `${one.name} standby`, lines: ['takes over by itself'], is: 'managed', within });
      sheet.join([id], standby, { label: 'every write', copies: true });
    }
    sheet.join(boxes.all, id);
    return id;
  });
}

/** Databases on servers of one's own: the first is where all writes go. Returns its box. */
function drawDatabaseServers(sheet: Sheet, { own }: Tiers, boxes: Boxes): string[] {
  const [first] = own;
  for (const one of own) {
    const id = `server ${one.name}`;
    sheet.node({
      id,
      title: one.name,
      lines: [one === first ? 'database server' : 'replica, to be promoted', ...sizeOf(one)],
      is: 'own',
      within: sheet.network(one),
      ...(own.length === 1 ? { alone: true } : {}),
    });
    if (one === first) sheet.join(boxes.all, id);
    else sheet.join([`server ${first?.name}`], id, { label: 'replicates', copies: true });
  }
  return first === undefined ? [] : [`server ${first.name}`];
}

function drawVolumes(sheet: Sheet, boxes: Boxes): void {
  for (const one of sheet.all('volume')) {
    const id = `volume ${one.name}`;
    const lines = [one.sizeGb === undefined ? 'volume' : `volume, ${one.sizeGb} GB`];
    const within = sheet.stack.provider === 'docker' ? sheet.region(one) : sheet.network(one);
    sheet.node({ id, title: one.name, lines, is: 'store', within });
    if (typeof one.server === 'string') sheet.join([boxes.of(one.server) ?? `server ${one.server}`], id);
  }
}

interface Service {
  readonly image?: string;
  readonly ports?: readonly unknown[];
  readonly dependsOn?: readonly string[];
  readonly volumes?: readonly string[];
}

/** The services of compose projects, with the volumes of the stack that they use. */
function drawProjects(sheet: Sheet): void {
  for (const project of sheet.all('compose')) {
    for (const [name, service] of Object.entries((project.services ?? {}) as Record<string, Service>)) {
      const id = `service ${name}`;
      sheet.node({ id, title: name, lines: [service.image ?? 'container'], is: 'own', within: sheet.region(project), alone: true });
      if ((service.ports ?? []).length > 0) sheet.join([INTERNET], id);
      for (const to of service.dependsOn ?? []) sheet.join([id], `service ${to}`);
      for (const volume of service.volumes ?? []) {
        const to = `volume ${volume.split(':')[0]}`;
        if (sheet.nodes.some((node) => node.id === to)) sheet.join([id], to);
      }
    }
  }
}

/** Buckets: of the servers' files, or of a whole site, which a CDN stands before. */
function drawBuckets(sheet: Sheet, door: string, boxes: Boxes): void {
  for (const one of sheet.all('bucket')) {
    const id = `bucket ${one.name}`;
    const site = boxes.all.length === 0;
    sheet.node({
      id,
      title: one.name,
      lines: [site ? 'bucket with the files' : 'bucket for files'],
      is: 'managed',
      within: sheet.region(one),
    });
    sheet.join(boxes.all, id);
    if (!site) continue;
    const [cdn] = sheet.all('cdn');
    sheet.node(
      cdn === undefined
        ? { id: 'cdn', title: 'CDN', lines: ['to come, not in this stack'], is: 'world' }
        : { id: 'cdn', title: cdn.name, lines: ['CDN'], is: 'managed' },
    );
    sheet.join([door], 'cdn');
    sheet.join(['cdn'], id, { label: 'what is not kept' });
  }
}

/** Where everything is, its copies belong elsewhere: a second region, another provider. */
function drawBackups(sheet: Sheet, of: readonly string[]): void {
  if (of.length === 0) return;
  sheet.node({ id: 'backups', title: 'Backups', lines: ['elsewhere: plan_backups'], is: 'store' });
  sheet.join(of, 'backups', { copies: true, label: 'copies' });
}
