import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, isIP, isIPv4, isIPv6 } from 'node:net';
import type { Catalog } from '../../../src/providers/catalog_types.ts';
import catalogJson from '../../../src/providers/digitalocean/catalog.json' with { type: 'json' };
import type { Cloud, Refusal as Way } from '../harness.ts';
import type { Served } from './aws/served.ts';
import { type Clock, wallClock } from './clock.ts';
import { actionRoutes, assignAddress, dropletAction, resizeVolume } from './digitalocean_actions.ts';
import { describeMore, moreKeys, moreRoutes } from './digitalocean_kinds.ts';
import { s3Cloud } from './s3.ts';

/**
 * DigitalOcean's API on loopback, as far as doctl asks for what a plan needs. It keeps state and refuses what the
 * service refuses: a tag that does not exist, a droplet that is busy, a deletion of what is in use. The account is not
 * empty: there are things of other people in it, many of them under the same names, and they have to stay as they are.
 * What it has not learnt is answered with 501 and remembered, so that a test can fail of it.
 */

// biome-ignore lint/suspicious/noExplicitAny: JSON of the API, whose shapes the client judges
export type Item = any;

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Item;
  readonly status: number;
}

export interface Refusal {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly id: string;
  readonly message: string;
  /** Lets so many pass before. */
  after?: number;
  /** How often; without it, from now on. */
  times?: number;
  /** Does it, and cuts the connection before it answers. */
  readonly lose?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface DigitalOceanCloud extends Cloud {
  readonly requests: readonly Recorded[];
  /** Requests for which there is no route: each is a gap of this fake, or an address that does not exist. */
  readonly unknown: readonly string[];
  /** The address of Spaces; no flag or variable of aws replaces one that is given with --endpoint-url. */
  readonly spaces: string;
  /** Makes the service refuse what would otherwise be done; the function that comes back ends it. */
  refuse(refusal: Refusal): () => void;
  adapt(text: string): string;
  writes(): readonly string[];
  reset(): void;
}

export const catalog = catalogJson as unknown as Catalog;
const TOKEN = 'dop_v1_lab';
/** Of every database: no script may print it. */
export const PASSWORD = 'AVNS_of_the_lab';

class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly id: string,
    message: string,
  ) {
    super(message);
  }
}

export const refuse = (status: number, id: string, message: string): never => {
  throw new ApiError(status, id, message);
};
export const need = (condition: unknown, message: string): void => {
  if (!condition) refuse(422, 'unprocessable_entity', message);
};
export const missing = (): never => refuse(404, 'not_found', 'The resource you were accessing could not be found.');

const TAG = /^[A-Za-z0-9_:-]{1,255}$/;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const regionOf = (slug: string): Item => ({ slug, name: slug, sizes: [], features: [], available: true });

/** Collections: the key of a list in an answer, and of one of them. */
const KEYS: Readonly<Record<string, string>> = {
  ssh_keys: 'ssh_key',
  vpcs: 'vpc',
  droplets: 'droplet',
  firewalls: 'firewall',
  volumes: 'volume',
  load_balancers: 'load_balancer',
  databases: 'database',
  reserved_ips: 'reserved_ip',
  domains: 'domain',
  certificates: 'certificate',
  snapshots: 'snapshot',
  tags: 'tag',
  actions: 'action',
};

/** What is said when everything is refused. */
const WAYS: Readonly<Record<Way, { readonly status: number; readonly id: string; readonly message: string }>> = {
  quota: { status: 422, id: 'unprocessable_entity', message: 'creating this will exceed your limit' },
  taken: { status: 409, id: 'conflict', message: 'that name already exists' },
  busy: { status: 429, id: 'too_many_requests', message: 'API Rate limit exceeded.' },
  failure: { status: 500, id: 'server_error', message: 'Unexpected server-side error' },
  timeout: { status: 504, id: 'gateway_timeout', message: 'The server took too long' },
};

export class State {
  tables = new Map<string, Map<string, Item>>(Object.keys({ ...KEYS, ...moreKeys }).map((key) => [key, new Map()]));
  records = new Map<string, Item[]>();
  rules = new Map<string, Item[]>();
  readonly refusals: Refusal[] = [];
  /** What belongs to others, as it was. */
  foreign = new Map<Item, string>();
  #work: { due: number; run: () => void }[] = [];
  #lastId = 1000;
  #addresses = 0;

  constructor(
    readonly moment: number,
    readonly clock: Clock,
  ) {
    this.#seed();
  }

  table(name: string): Map<string, Item> {
    return this.tables.get(name) as Map<string, Item>;
  }

  all(name: string): Item[] {
    return [...this.table(name).values()];
  }

  get(name: string, id: unknown): Item {
    return this.table(name).get(String(id)) ?? missing();
  }

  nextId(): number {
    return ++this.#lastId;
  }

  address(): string {
    this.#addresses++;
    return `203.0.113.${this.#addresses % 250}`;
  }

  /** Does something a moment later. Nothing has a timer: it is done before the next request is answered. */
  later(run: () => void, moments = 1): number {
    const due = this.clock.now() + this.moment * moments;
    this.#work.push({ due, run });
    return due;
  }

  get resting(): boolean {
    return this.#work.length === 0;
  }

  /** What there is, to be put back any number of times. Nothing may be under way. */
  keep(): () => void {
    // In one go: the same thing stands in several of them.
    const copy = () => structuredClone({ tables: this.tables, records: this.records, rules: this.rules, foreign: this.foreign });
    const [kept, lastId, addresses] = [copy(), this.#lastId, this.#addresses];
    return () => {
      Object.assign(this, structuredClone(kept));
      this.#lastId = lastId;
      this.#addresses = addresses;
      this.#work = [];
    };
  }

  settle(): void {
    const now = this.clock.now();
    const due = this.#work.filter((work) => work.due <= now);
    this.#work = this.#work.filter((work) => work.due > now);
    for (const work of due) work.run();
  }

  action(type: string, resource: number, resourceType: string, run: () => void): Item {
    const action: Item = {
      id: this.nextId(),
      status: 'in-progress',
      type,
      started_at: '2026-11-23T00:00:00Z',
      completed_at: null,
      resource_id: resource,
      resource_type: resourceType,
      region_slug: 'fra1',
    };
    this.table('actions').set(String(action.id), action);
    const due = this.later(() => {
      run();
      action.status = 'completed';
      action.completed_at = '2026-11-23T00:00:01Z';
    });
    // Kept beside what the client sees.
    Object.defineProperty(action, 'due', { value: due });
    return action;
  }

  /** A droplet does one thing at a time. */
  busy(droplet: Item, type: string, run: () => void): Item {
    if (droplet.pending) refuse(422, 'unprocessable_entity', 'Droplet already has a pending event.');
    Object.defineProperty(droplet, 'pending', { value: true, configurable: true, writable: true });
    return this.action(type, droplet.id, 'droplet', () => {
      droplet.pending = false;
      run();
    });
  }

  tag(name: unknown): string {
    need(typeof name === 'string' && TAG.test(name), `tag ${name} is invalid: letters, numbers, colons, dashes and underscores`);
    const found = this.all('tags').find((tag) => tag.name.toLowerCase() === String(name).toLowerCase());
    if (found !== undefined) return found.name;
    this.table('tags').set(String(name), { name, resources: { count: 0, droplets: { count: 0 } } });
    return String(name);
  }

  existingTag(name: string): void {
    need(this.table('tags').has(name), `tag ${name} does not exist`);
  }

  /** Things of other people, under names that plans like, and lists of more than one page. */
  #seed(): void {
    const add = (table: string, id: string | number, item: Item): void => {
      this.table(table).set(String(id), item);
      this.foreign.set(item, JSON.stringify(item));
    };
    add('ssh_keys', 1, { id: 1, name: 'my deploy key', fingerprint: 'aa:bb', public_key: 'ssh-rsa AAAA' });
    add('vpcs', 'vpc-1', {
      id: 'vpc-1',
      name: 'default-fra1',
      description: 'web lan plan:shop',
      region: 'fra1',
      ip_range: '10.114.0.0/20',
      default: true,
    });
    add('vpcs', 'vpc-2', {
      id: 'vpc-2',
      name: 'lan.old',
      description: 'plan:shop',
      region: 'fra1',
      ip_range: '10.115.0.0/20',
      default: false,
    });
    for (let i = 0; i < 230; i++) add('tags', `team-${i}`, { name: `team-${i}`, resources: { count: 0, droplets: { count: 0 } } });
    add('tags', 'plan:other', { name: 'plan:other', resources: { count: 2, droplets: { count: 1 } } });
    add('droplets', 2, this.#droplet(2, 'web1', 's-1vcpu-1gb', 'fra1', ['plan:other']));
    add('volumes', 'volume-1', {
      id: 'volume-1',
      name: 'data',
      region: regionOf('ams3'),
      size_gigabytes: 10,
      droplet_ids: [],
      tags: ['plan:other'],
      filesystem_type: 'ext4',
    });
    add('databases', 'database-1', {
      id: 'database-1',
      name: 'app',
      engine: 'pg',
      version: '17',
      status: 'online',
      size: 'db-s-1vcpu-1gb',
      num_nodes: 1,
      region: 'fra1',
      connection: {},
    });
    add('certificates', 'certificate-1', {
      id: 'certificate-1',
      name: 'site',
      dns_names: ['elsewhere.example'],
      state: 'verified',
      type: 'custom',
    });
    add('snapshots', 3, {
      id: '3',
      name: 'first',
      resource_id: '2',
      resource_type: 'droplet',
      regions: ['fra1'],
      min_disk_size: 25,
      size_gigabytes: 2,
    });
    // Deleted lately, which it says for some time.
    this.table('secrets').set('shop--key', {
      id: 'shop--key',
      secret: 'shop--key',
      region: 'fra1',
      version: 1,
      created_at: '2026-11-22T00:00:00Z',
      updated_at: '2026-11-22T00:00:00Z',
      delete_requested_at: '2026-11-22T12:00:00Z',
    });
    const ip = { ip: '198.51.100.9', region: regionOf('fra1'), droplet: null, locked: false };
    add('reserved_ips', ip.ip, ip);
  }

  #droplet(id: number, name: string, size: string, region: string, tags: readonly string[]): Item {
    const type = catalog.serverTypes.find((one) => one.id === size);
    return {
      id,
      name,
      size_slug: size,
      memory: (type?.memoryGb ?? 0) * 1024,
      vcpus: type?.vcpu ?? 0,
      disk: type?.diskGb ?? 0,
      region: regionOf(region),
      status: 'active',
      tags: [...tags],
      image: { id: 1, name: 'x64', distribution: 'Ubuntu' },
      networks: { v4: [], v6: [] },
      volume_ids: [],
      features: [],
      vpc_uuid: '',
    };
  }

  createDroplet(body: Item): [Item, Item] {
    need(typeof body.name === 'string' && HOST.test(body.name), 'Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)');
    need(
      catalog.regions.some((region) => region.id === body.region),
      'You specified an invalid region.',
    );
    need(
      catalog.serverTypes.some((type) => type.id === body.size),
      'You specified an invalid size for Droplet creation.',
    );
    need(
      catalog.images.some((image) => image.id === body.image),
      'You specified an invalid image for Droplet creation.',
    );
    for (const key of body.ssh_keys ?? []) {
      need(
        this.all('ssh_keys').some((one) => one.id === key || one.fingerprint === key),
        `${key} are invalid key identifiers for Droplet creation.`,
      );
    }
    if (body.vpc_uuid) need(this.table('vpcs').get(body.vpc_uuid)?.region === body.region, 'Failed to resolve VPC');
    if (body.backup_policy)
      need(
        body.backups && ['daily', 'weekly'].includes(body.backup_policy.plan) && body.backup_policy.hour % 4 === 0,
        'invalid backup policy',
      );
    const tags = (body.tags ?? []).map((name: string) => this.tag(name));
    const droplet = this.#droplet(this.nextId(), body.name, body.size, body.region, tags);
    droplet.status = 'new';
    droplet.vpc_uuid = body.vpc_uuid ?? 'vpc-1';
    if (body.backups) droplet.features.push(`backups ${body.backup_policy?.plan ?? 'default'}`);
    droplet.networks.v4.push({ ip_address: `10.0.0.${droplet.id % 250}`, type: 'private' });
    if (body.public_networking !== false) droplet.networks.v4.push({ ip_address: this.address(), type: 'public' });
    this.table('droplets').set(String(droplet.id), droplet);
    const action = this.busy(droplet, 'create', () => {
      droplet.status = 'active';
    });
    return [droplet, action];
  }

  createFirewall(body: Item): Item {
    need(/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/.test(body.name ?? ''), 'invalid firewall name');
    if (this.all('firewalls').some((one) => one.name === body.name)) refuse(409, 'conflict', 'duplicate name');
    const rules = [...(body.inbound_rules ?? []), ...(body.outbound_rules ?? [])];
    need(rules.length > 0, 'firewall must have at least one rule');
    for (const rule of rules) {
      need(['tcp', 'udp', 'icmp'].includes(rule.protocol), `protocol ${rule.protocol} is not supported`);
      need(
        rule.protocol === 'icmp' ? !rule.ports : /^(?:all|\d{1,5}(?:-\d{1,5})?)$/.test(rule.ports ?? ''),
        `ports ${rule.ports} are not supported`,
      );
      const ends = rule.sources ?? rule.destinations ?? {};
      need(
        Object.values(ends).some((list) => Array.isArray(list) && list.length > 0),
        'rule must have at least one source or destination',
      );
      for (const address of ends.addresses ?? []) {
        const [ip, bits] = String(address).split('/');
        need(isIP(ip ?? '') > 0 && (bits === undefined || Number(bits) <= (isIPv4(ip ?? '') ? 32 : 128)), `address ${address} is invalid`);
      }
      for (const uid of ends.load_balancer_uids ?? []) need(this.table('load_balancers').has(uid), `load balancer ${uid} not found`);
      for (const tag of ends.tags ?? []) this.existingTag(tag);
    }
    need((body.tags ?? []).length <= 5, 'a firewall takes at most 5 tags');
    for (const tag of body.tags ?? []) this.existingTag(tag);
    const firewall = {
      id: randomUUID(),
      name: body.name,
      status: 'waiting',
      inbound_rules: body.inbound_rules ?? [],
      outbound_rules: body.outbound_rules ?? [],
      droplet_ids: body.droplet_ids ?? [],
      tags: body.tags ?? [],
      created_at: '2026-11-23T00:00:00Z',
      pending_changes: [],
    };
    this.table('firewalls').set(firewall.id, firewall);
    this.later(() => {
      firewall.status = 'succeeded';
    });
    return firewall;
  }

  /** What is refused of a load balancer, new or (`id`) given anew as a whole. */
  checkLoadBalancer(body: Item, id?: string): void {
    need(/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/.test(body.name ?? ''), 'Name is invalid');
    need(!this.all('load_balancers').some((one) => one.name === body.name && one.id !== id), 'Name already in use');
    need(
      catalog.regions.some((region) => region.id === body.region),
      'Region is invalid',
    );
    need(!body.size, 'size names are no longer supported; use size_unit');
    need(body.size_unit >= 1 && body.size_unit <= 200, 'size_unit must be between 1 and 200');
    if (body.vpc_uuid) need(this.table('vpcs').get(body.vpc_uuid)?.region === body.region, 'Failed to resolve VPC');
    need(!(body.tag && (body.droplet_ids ?? []).length > 0), 'Droplet IDs and tag are mutually exclusive');
    if (body.tag) this.existingTag(body.tag);
    need((body.forwarding_rules ?? []).length > 0, 'Forwarding rules must not be empty');
    const ports = new Set<number>();
    for (const rule of body.forwarding_rules) {
      need(
        ['http', 'https', 'tcp'].includes(rule.entry_protocol) && ['http', 'https', 'tcp'].includes(rule.target_protocol),
        'protocol is invalid',
      );
      need((rule.entry_protocol === 'tcp') === (rule.target_protocol === 'tcp'), 'protocols do not match');
      need(rule.entry_port > 0 && rule.target_port > 0 && !ports.has(rule.entry_port), 'port is invalid or used twice');
      ports.add(rule.entry_port);
      need((rule.entry_protocol === 'https') === (rule.certificate_id !== undefined), 'https, and nothing else, needs a certificate');
      if (rule.certificate_id)
        need(this.table('certificates').get(rule.certificate_id)?.state === 'verified', 'certificate not found or not verified');
    }
    const health = body.health_check ?? {};
    need(
      ['http', 'https', 'tcp'].includes(health.protocol) && health.port > 0 && (health.protocol === 'tcp' || health.path?.startsWith('/')),
      'health check is invalid',
    );
    if (body.redirect_http_to_https)
      need(
        body.forwarding_rules.some((rule: Item) => rule.entry_protocol === 'https' && rule.entry_port === 443),
        'redirect needs https',
      );
  }

  createLoadBalancer(body: Item): Item {
    this.checkLoadBalancer(body);
    const { region, ...rest } = body;
    const balancer = { id: randomUUID(), ip: '', status: 'new', created_at: '2026-11-23T00:00:00Z', ...rest, region: regionOf(region) };
    this.table('load_balancers').set(balancer.id, balancer);
    this.later(() => {
      balancer.status = 'active';
      balancer.ip = this.address();
    });
    return balancer;
  }

  createDatabase(body: Item): Item {
    need(/^[a-z][a-z0-9-]{2,62}$/.test(body.name ?? ''), 'invalid cluster name');
    need(!this.all('databases').some((one) => one.name === body.name), 'cluster name is not available');
    const engine = catalog.engines.find((one) => one.id === body.engine);
    need(engine !== undefined, 'invalid engine');
    need(
      engine?.versions.some((one) => one.version === body.version),
      'invalid version',
    );
    need(engine?.regions?.includes(body.region) ?? true, 'invalid region');
    const type = catalog.databaseTypes.find((one) => one.id === body.size && one.engines.includes(engine?.engine ?? ''));
    need(type !== undefined, 'invalid size');
    need(body.num_nodes >= 1 && body.num_nodes <= (type?.standby ? 3 : 1), 'invalid number of nodes for this size');
    if (body.storage_size_mib) need(body.storage_size_mib % 10_240 === 0, 'storage grows in steps of 10 GiB');
    if (body.private_network_uuid)
      need(this.table('vpcs').get(body.private_network_uuid)?.region === body.region, 'private network not found');
    const tags = (body.tags ?? []).map((name: string) => this.tag(name));
    const database = {
      id: randomUUID(),
      status: 'creating',
      created_at: '2026-11-23T00:00:00Z',
      connection: { uri: `postgresql://doadmin:${PASSWORD}@db.example:25060/defaultdb` },
      ...body,
      tags,
      ...(engine?.engine === 'valkey' ? {} : { _users: [{ name: 'doadmin', role: 'primary', password: PASSWORD }] }),
    };
    this.table('databases').set(database.id, database);
    this.rules.set(database.id, []);
    this.later(() => {
      database.status = 'online';
    });
    return database;
  }

  createRecord(domain: string, body: Item): Item {
    const records = this.records.get(domain) ?? missing();
    need(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT'].includes(body.type), 'Type is invalid');
    need(typeof body.name === 'string' && body.name !== '' && body.ttl >= 30 && body.data, 'Name, data or ttl is missing');
    if (body.type === 'A') need(isIPv4(body.data), 'IP address is invalid');
    if (body.type === 'AAAA') need(isIPv6(body.data), 'IPv6 address is invalid');
    const named = ['CNAME', 'MX', 'NS', 'SRV'].includes(body.type) || (body.type === 'CAA' && body.tag !== 'iodef');
    if (named) need(body.data.endsWith('.'), 'Data needs to end with a dot (.)');
    if (body.type === 'CAA') need(['issue', 'issuewild', 'iodef'].includes(body.tag), 'Tag is invalid');
    if (body.type === 'SRV') need(body.port > 0, 'Port is missing');
    const others = records.filter((one) => one.name === body.name);
    need(
      body.type === 'CNAME' ? others.length === 0 : !others.some((one) => one.type === 'CNAME'),
      'CNAME records cannot share a name with other records',
    );
    need(!others.some((one) => one.type === body.type && one.data === body.data), 'record already exists');
    const record = {
      id: this.nextId(),
      flags: 0,
      tag: '',
      priority: null,
      port: null,
      weight: 0,
      ...body,
      data: named ? body.data.slice(0, -1) : body.data,
    };
    records.push(record);
    return record;
  }

  protectedBy(droplet: Item): Item[] {
    return this.all('firewalls').filter(
      (firewall) => firewall.droplet_ids.includes(droplet.id) || firewall.tags.some((tag: string) => droplet.tags.includes(tag)),
    );
  }

  /** What this account has beyond what it had before, by kind. The plan's own tag is no thing: it has no cost, and stays. */
  describe(): Record<string, readonly string[]> {
    const own = (table: string): Item[] => this.all(table).filter((item) => !this.foreign.has(item));
    const droplets = own('droplets');
    const name = (table: string, id: unknown): string => this.table(table).get(String(id))?.name ?? `missing ${id}`;
    const found: Record<string, string[]> = {
      foreign: [...this.foreign]
        .filter(
          ([item, before]) =>
            JSON.stringify(item) !== before || ![...this.tables.values()].some((table) => [...table.values()].includes(item)),
        )
        .map(([, before]) => `changed: ${before}`),
      ssh_key: own('ssh_keys').map((one) => one.name),
      network: own('vpcs').map((one) => `${one.name} ${one.region} ${one.ip_range}`),
      tag: own('tags')
        .map((one) => one.name)
        .filter((one) => !one.startsWith('plan:')),
      droplet: droplets.map(
        (one) =>
          `${one.name} ${one.size_slug} ${one.status}${one.networks.v4.some((net: Item) => net.type === 'public') ? '' : ', not public'}`,
      ),
      joined: droplets.filter((one) => one.vpc_uuid !== 'vpc-1').map((one) => `${one.name} in ${name('vpcs', one.vpc_uuid)}`),
      protected: droplets.flatMap((one) => this.protectedBy(one).map((firewall) => `${one.name} by ${firewall.name}`)),
      backups: droplets.flatMap((one) => one.features.map((feature: string) => `${feature} of ${one.name}`)),
      firewall: own('firewalls').map((one) => one.name),
      volume: own('volumes').map((one) => `${one.name} ${one.size_gigabytes} ${one.filesystem_type}`),
      attached: own('volumes').flatMap((one) => one.droplet_ids.map((id: number) => `${one.name} to ${name('droplets', id)}`)),
      load_balancer: own('load_balancers').map(
        (one) => `${one.name} ${one.status}${one.vpc_uuid ? ` in ${name('vpcs', one.vpc_uuid)}` : ''}`,
      ),
      service: own('load_balancers').flatMap((one) =>
        one.forwarding_rules.map((rule: Item) => `${one.name} ${rule.entry_protocol} ${rule.entry_port} to ${rule.target_port}`),
      ),
      behind: own('load_balancers').flatMap((one) =>
        this.all('droplets')
          .filter((droplet) => droplet.tags.includes(one.tag))
          .map((droplet) => `${droplet.name} behind ${one.name}`),
      ),
      database: own('databases').map((one) => `${one.name} ${one.engine} ${one.version} ${one.size} x${one.num_nodes} ${one.status}`),
      access: own('databases').flatMap((one) =>
        (this.rules.get(one.id) ?? []).map(
          (rule) => `${one.name} from ${rule.type} ${rule.type === 'droplet' ? name('droplets', rule.value) : rule.value}`,
        ),
      ),
      reserved_ip: own('reserved_ips').map((one) => `for ${one.droplet?.name ?? 'nobody'}`),
      domain: own('domains').map((one) => one.name),
      record: own('domains').flatMap((one) =>
        (this.records.get(one.name) ?? [])
          .filter((record) => record.id > 1000)
          .map(
            (record) =>
              `${record.type} ${record.name} in ${one.name}: ${record.type === 'A' && this.#isOurs(record.data) ? 'of the plan' : [record.priority, record.weight || null, record.port, record.flags || null, record.tag || null, record.data].filter((part) => part !== null).join(' ')}`,
          ),
      ),
      certificate: own('certificates').map((one) => `${one.name} ${one.state}`),
      snapshot: own('snapshots').map((one) => `${one.name} of ${one.resource_type}`),
      ...describeMore(this),
    };
    return Object.fromEntries(
      Object.entries(found)
        .filter(([, list]) => list.length > 0)
        .map(([key, list]) => [key, list.sort()]),
    );
  }

  #isOurs(address: string): boolean {
    return [
      ...this.all('load_balancers').map((one) => one.ip),
      ...this.all('reserved_ips').map((one) => one.ip),
      ...this.all('droplets').flatMap((one) => one.networks.v4.map((net: Item) => net.ip_address)),
    ].includes(address);
  }
}

export type Answer = readonly [status: number, body?: unknown];
export interface Call {
  readonly state: State;
  readonly body: Item;
  readonly query: URLSearchParams;
  readonly base: string;
  readonly args: readonly string[];
}

export const one = (table: string, item: Item, status = 200): Answer => [status, { [(KEYS[table] ?? moreKeys[table]) as string]: item }];
export const GONE: Answer = [204];

/** A page of a list, with what leads to the others. */
export function page(key: string, items: readonly Item[], { query, base }: Call): Answer {
  const number = Math.max(1, Number(query.get('page') ?? 1));
  const size = Math.min(200, Math.max(1, Number(query.get('per_page') ?? 20)));
  const last = Math.max(1, Math.ceil(items.length / size));
  const at = (n: number): string => `${base}?page=${n}&per_page=${size}`;
  const pages = {
    ...(number < last ? { next: at(number + 1), last: at(last) } : {}),
    ...(number > 1 ? { first: at(1), prev: at(number - 1) } : {}),
  };
  return [200, { [key]: items.slice((number - 1) * size, number * size), links: last > 1 ? { pages } : {}, meta: { total: items.length } }];
}

/** How long a VPC still counts what has left it, and a certificate the load balancer that had it. */
export const held = (state: State, table: string, id: string | undefined): void => {
  const item = id === undefined ? undefined : state.table(table).get(id);
  if (item === undefined || state.foreign.has(item)) return;
  const holds = item.holds ?? 0;
  Object.defineProperty(item, 'holds', { value: holds + 1, configurable: true, writable: true, enumerable: false });
  state.later(() => {
    item.holds--;
  });
};

export type Route = readonly [method: string, path: RegExp, run: (call: Call) => Answer | Promise<Answer>];
const routes: readonly Route[] = [
  [
    'GET',
    /^\/v2\/regions$/,
    (call) =>
      page(
        'regions',
        catalog.regions.map((region) => regionOf(region.id)),
        call,
      ),
  ],
  ['GET', /^\/v2\/account\/keys$/, (call) => page('ssh_keys', call.state.all('ssh_keys'), call)],
  [
    'POST',
    /^\/v2\/account\/keys$/,
    ({ state, body }) => {
      need(body.name, "Name can't be blank");
      need(
        /^(?:ssh-ed25519|ssh-rsa|ecdsa-\S+) [A-Za-z0-9+/=]+/.test(body.public_key ?? ''),
        'Key invalid, key should be of the format `type key comment`',
      );
      const public_key = body.public_key.trim();
      need(!state.all('ssh_keys').some((key) => key.public_key === public_key), 'SSH Key is already in use on your account');
      const key = {
        id: state.nextId(),
        name: body.name,
        public_key,
        fingerprint: createHash('md5')
          .update(public_key)
          .digest('hex')
          .replace(/..(?=.)/g, '$&:'),
      };
      state.table('ssh_keys').set(String(key.id), key);
      return one('ssh_keys', key, 201);
    },
  ],
  [
    'DELETE',
    /^\/v2\/account\/keys\/(\d+)$/,
    ({ state, args: [id] }) => {
      state.table('ssh_keys').delete(String(state.get('ssh_keys', id).id));
      return GONE;
    },
  ],
  ['GET', /^\/v2\/vpcs$/, (call) => page('vpcs', call.state.all('vpcs'), call)],
  [
    'POST',
    /^\/v2\/vpcs$/,
    ({ state, body }) => {
      need(/^[a-zA-Z0-9.-]+$/.test(body.name ?? ''), 'name may only contain alphanumeric characters, dashes, and periods');
      if (state.all('vpcs').some((vpc) => vpc.name === body.name)) refuse(409, 'conflict', 'a vpc with that name already exists');
      need(
        catalog.regions.some((region) => region.id === body.region),
        'region is invalid',
      );
      if (state.all('vpcs').some((vpc) => vpc.ip_range === body.ip_range))
        need(false, 'This range/size overlaps with another VPC network in your account');
      const vpc = { id: randomUUID(), default: false, created_at: '2026-11-23T00:00:00Z', urn: '', ...body };
      state.table('vpcs').set(vpc.id, vpc);
      return one('vpcs', vpc, 201);
    },
  ],
  [
    'DELETE',
    /^\/v2\/vpcs\/([^/]+)$/,
    ({ state, args: [id] }) => {
      const vpc = state.get('vpcs', id);
      const member =
        [...state.all('droplets'), ...state.all('load_balancers')].some((item) => item.vpc_uuid === id) ||
        state.all('databases').some((item) => item.private_network_uuid === id);
      if (member || vpc.holds > 0) refuse(403, 'forbidden', 'Can not delete VPC with members');
      state.table('vpcs').delete(vpc.id);
      return GONE;
    },
  ],
  ['GET', /^\/v2\/tags$/, (call) => page('tags', call.state.all('tags'), call)],
  ['POST', /^\/v2\/tags$/, ({ state, body }) => one('tags', state.get('tags', state.tag(body.name)), 201)],
  [
    'DELETE',
    /^\/v2\/tags\/([^/]+)$/,
    ({ state, args: [name] }) => {
      state.table('tags').delete(state.get('tags', name).name);
      for (const table of ['droplets', 'volumes', 'databases', 'firewalls']) {
        for (const item of state.all(table)) if (item.tags?.includes(name)) item.tags = item.tags.filter((tag: string) => tag !== name);
      }
      return GONE;
    },
  ],
  [
    'POST',
    /^\/v2\/tags\/([^/]+)\/resources$/,
    ({ state, body, args: [name] }) => {
      const tag = state.get('tags', name).name;
      for (const resource of body.resources) {
        need(resource.resource_type === 'droplet', 'only droplets are tagged here');
        const droplet = state.get('droplets', resource.resource_id);
        if (!droplet.tags.includes(tag)) droplet.tags.push(tag);
      }
      return GONE;
    },
  ],
  [
    'DELETE',
    /^\/v2\/tags\/([^/]+)\/resources$/,
    ({ state, body, args: [name] }) => {
      const tag = state.get('tags', name).name;
      for (const resource of body.resources) {
        const droplet = state.get('droplets', resource.resource_id);
        droplet.tags = droplet.tags.filter((one: string) => one !== tag);
      }
      return GONE;
    },
  ],
  [
    'GET',
    /^\/v2\/droplets$/,
    (call) => {
      const tag = call.query.get('tag_name');
      return page(
        'droplets',
        call.state.all('droplets').filter((droplet) => tag === null || droplet.tags.includes(tag)),
        call,
      );
    },
  ],
  [
    'POST',
    /^\/v2\/droplets$/,
    ({ state, body, base }) => {
      const [droplet, action] = state.createDroplet(body);
      return [
        202,
        {
          droplet,
          links: { actions: [{ id: action.id, rel: 'create', href: `${base.replace('/v2/droplets', '/v2/actions')}/${action.id}` }] },
        },
      ];
    },
  ],
  ['GET', /^\/v2\/droplets\/(\d+)$/, ({ state, args: [id] }) => one('droplets', state.get('droplets', id))],
  [
    'DELETE',
    /^\/v2\/droplets\/(\d+)$/,
    ({ state, args: [id] }) => {
      const droplet = state.get('droplets', id);
      state.table('droplets').delete(String(droplet.id));
      held(state, 'vpcs', droplet.vpc_uuid);
      for (const volume of state.all('volumes')) if (volume.droplet_ids.includes(droplet.id)) volume.droplet_ids = [];
      for (const ip of state.all('reserved_ips')) if (ip.droplet?.id === droplet.id) ip.droplet = null;
      return GONE;
    },
  ],
  [
    'POST',
    /^\/v2\/droplets\/(\d+)\/actions$/,
    ({ state, body, args: [id] }) => {
      const droplet = state.get('droplets', id);
      if (body.type !== 'snapshot') return dropletAction(state, droplet, body);
      need(body.name, 'name is missing');
      const action = state.busy(droplet, 'snapshot', () => {
        const snapshot = {
          id: String(state.nextId()),
          name: body.name,
          resource_id: String(droplet.id),
          resource_type: 'droplet',
          regions: [droplet.region.slug],
          min_disk_size: droplet.disk,
          size_gigabytes: 2.5,
          created_at: '2026-11-23T00:00:00Z',
          tags: [],
        };
        state.table('snapshots').set(snapshot.id, snapshot);
      });
      return one('actions', action, 201);
    },
  ],
  [
    'GET',
    /^\/v2\/actions\/(\d+)$/,
    async ({ state, args: [id] }) => {
      const action = state.get('actions', id);
      // Clients ask every five seconds; answering when it is done spares the lab their pause.
      await state.clock.sleep(Math.max(0, action.due - state.clock.now() + 1));
      state.settle();
      return one('actions', action);
    },
  ],
  ['GET', /^\/v2\/firewalls$/, (call) => page('firewalls', call.state.all('firewalls'), call)],
  ['POST', /^\/v2\/firewalls$/, ({ state, body }) => one('firewalls', state.createFirewall(body), 202)],
  [
    'DELETE',
    /^\/v2\/firewalls\/([^/]+)$/,
    ({ state, args: [id] }) => {
      state.table('firewalls').delete(state.get('firewalls', id).id);
      return GONE;
    },
  ],
  ['GET', /^\/v2\/volumes$/, (call) => page('volumes', call.state.all('volumes'), call)],
  [
    'POST',
    /^\/v2\/volumes$/,
    ({ state, body }) => {
      need(/^[a-z][a-z0-9-]{0,63}$/.test(body.name ?? ''), 'name must be lower-case letters, numbers and dashes');
      need(
        catalog.regions.some((region) => region.id === body.region),
        'invalid region',
      );
      need(body.size_gigabytes >= 1 && body.size_gigabytes <= 16_384, 'invalid size');
      need(['', 'ext4', 'xfs'].includes(body.filesystem_type ?? ''), 'invalid filesystem');
      if (body.snapshot_id) {
        const snapshot = state.get('snapshots', body.snapshot_id);
        need(snapshot.resource_type === 'volume' && snapshot.regions.includes(body.region), 'the snapshot is not available in this region');
        need(body.size_gigabytes >= snapshot.min_disk_size, 'the volume is smaller than its snapshot');
      }
      if (state.all('volumes').some((volume) => volume.name === body.name && volume.region.slug === body.region))
        refuse(409, 'conflict', 'failed to create volume: another volume with the same name exists in this region');
      const volume = {
        id: randomUUID(),
        ...body,
        region: regionOf(body.region),
        droplet_ids: [],
        tags: (body.tags ?? []).map((tag: string) => state.tag(tag)),
        created_at: '2026-11-23T00:00:00Z',
      };
      state.table('volumes').set(volume.id, volume);
      return one('volumes', volume, 201);
    },
  ],
  ['GET', /^\/v2\/volumes\/([^/]+)$/, ({ state, args: [id] }) => one('volumes', state.get('volumes', id))],
  [
    'DELETE',
    /^\/v2\/volumes\/([^/]+)$/,
    ({ state, args: [id] }) => {
      const volume = state.get('volumes', id);
      if (volume.droplet_ids.length > 0) refuse(409, 'conflict', 'failed to delete volume: volume is attached to a Droplet');
      state.table('volumes').delete(volume.id);
      return GONE;
    },
  ],
  [
    'POST',
    /^\/v2\/volumes\/([^/]+)\/actions$/,
    ({ state, body, args: [id] }) => {
      const volume = state.get('volumes', id);
      if (body.type === 'resize') return resizeVolume(state, volume, body);
      const droplet = state.get('droplets', body.droplet_id);
      need(volume.region.slug === droplet.region.slug, 'volume and droplet are in different regions');
      if (body.type === 'attach') {
        need(volume.droplet_ids.length === 0, 'volume is already attached');
        return one(
          'actions',
          state.busy(droplet, 'attach_volume', () => {
            volume.droplet_ids.push(droplet.id);
            droplet.volume_ids.push(volume.id);
          }),
          202,
        );
      }
      need(body.type === 'detach' && volume.droplet_ids.includes(droplet.id), 'volume is not attached');
      const detach = (): void => {
        volume.droplet_ids = [];
        droplet.volume_ids = droplet.volume_ids.filter((id: string) => id !== volume.id);
      };
      return one('actions', state.busy(droplet, 'detach_volume', detach), 202);
    },
  ],
  [
    'POST',
    /^\/v2\/volumes\/([^/]+)\/snapshots$/,
    ({ state, body, args: [id] }) => {
      const volume = state.get('volumes', id);
      need(/^[A-Za-z0-9._-]+$/.test(body.name ?? ''), 'invalid name');
      const snapshot = {
        id: randomUUID(),
        name: body.name,
        resource_id: volume.id,
        resource_type: 'volume',
        regions: [volume.region.slug],
        min_disk_size: volume.size_gigabytes,
        size_gigabytes: 1,
        created_at: '2026-11-23T00:00:00Z',
        tags: body.tags ?? [],
      };
      state.table('snapshots').set(snapshot.id, snapshot);
      return one('snapshots', snapshot, 201);
    },
  ],
  [
    'GET',
    /^\/v2\/snapshots$/,
    (call) => {
      const type = call.query.get('resource_type');
      return page(
        'snapshots',
        call.state.all('snapshots').filter((snapshot) => type === null || snapshot.resource_type === type),
        call,
      );
    },
  ],
  [
    'DELETE',
    /^\/v2\/snapshots\/([^/]+)$/,
    ({ state, args: [id] }) => {
      state.table('snapshots').delete(state.get('snapshots', id).id);
      return GONE;
    },
  ],
  ['GET', /^\/v2\/load_balancers$/, (call) => page('load_balancers', call.state.all('load_balancers'), call)],
  ['POST', /^\/v2\/load_balancers$/, ({ state, body }) => one('load_balancers', state.createLoadBalancer(body), 202)],
  ['GET', /^\/v2\/load_balancers\/([^/]+)$/, ({ state, args: [id] }) => one('load_balancers', state.get('load_balancers', id))],
  [
    'DELETE',
    /^\/v2\/load_balancers\/([^/]+)$/,
    ({ state, args: [id] }) => {
      const balancer = state.get('load_balancers', id);
      state.table('load_balancers').delete(balancer.id);
      held(state, 'vpcs', balancer.vpc_uuid);
      for (const rule of balancer.forwarding_rules) held(state, 'certificates', rule.certificate_id);
      for (const firewall of state.all('firewalls')) {
        for (const rule of firewall.inbound_rules)
          if (rule.sources.load_balancer_uids)
            rule.sources.load_balancer_uids = rule.sources.load_balancer_uids.filter((uid: string) => uid !== id);
      }
      return GONE;
    },
  ],
  ['GET', /^\/v2\/databases$/, (call) => page('databases', call.state.all('databases'), call)],
  ['POST', /^\/v2\/databases$/, ({ state, body }) => one('databases', state.createDatabase(body), 201)],
  ['GET', /^\/v2\/databases\/([^/]+)$/, ({ state, args: [id] }) => one('databases', state.get('databases', id))],
  [
    'DELETE',
    /^\/v2\/databases\/([^/]+)$/,
    ({ state, args: [id] }) => {
      const database = state.get('databases', id);
      state.table('databases').delete(database.id);
      held(state, 'vpcs', database.private_network_uuid);
      return GONE;
    },
  ],
  [
    'GET',
    /^\/v2\/databases\/([^/]+)\/firewall$/,
    ({ state, args: [id] }) => [200, { rules: state.rules.get(state.get('databases', id).id) ?? [] }],
  ],
  [
    'PUT',
    /^\/v2\/databases\/([^/]+)\/firewall$/,
    ({ state, body, args: [id] }) => {
      const database = state.get('databases', id);
      need(database.status === 'online', 'the cluster is still being created');
      for (const rule of body.rules) {
        need(['droplet', 'ip_addr', 'tag'].includes(rule.type), 'invalid rule type');
        if (rule.type === 'droplet') need(state.table('droplets').has(rule.value), 'droplet not found');
        if (rule.type === 'tag') state.existingTag(rule.value);
        if (rule.type === 'ip_addr') need(isIP(rule.value.split('/')[0]) > 0, 'invalid address');
      }
      state.rules.set(
        database.id,
        body.rules.map((rule: Item) => ({
          created_at: '2026-11-23T00:00:00Z',
          ...rule,
          uuid: rule.uuid || randomUUID(),
          cluster_uuid: database.id,
        })),
      );
      return GONE;
    },
  ],
  ['GET', /^\/v2\/reserved_ips$/, (call) => page('reserved_ips', call.state.all('reserved_ips'), call)],
  [
    'POST',
    /^\/v2\/reserved_ips$/,
    ({ state, body }) => {
      need(Boolean(body.droplet_id) !== Boolean(body.region), 'droplet_id or region is needed');
      const droplet = body.droplet_id ? state.get('droplets', body.droplet_id) : undefined;
      need(
        droplet === undefined || !state.all('reserved_ips').some((ip) => ip.droplet?.id === droplet.id),
        'the droplet has a reserved IP already',
      );
      const ip: Item = {
        ip: state.address(),
        region: droplet?.region ?? regionOf(body.region),
        droplet: null,
        locked: false,
        project_id: '',
      };
      if (droplet !== undefined) {
        state.busy(droplet, 'assign_ip', () => {
          ip.droplet = droplet;
        });
      }
      state.table('reserved_ips').set(ip.ip, ip);
      return one('reserved_ips', ip, 202);
    },
  ],
  [
    'POST',
    /^\/v2\/reserved_ips\/([^/]+)\/actions$/,
    ({ state, body, args: [address] }) => {
      const ip = state.get('reserved_ips', address);
      if (body.type === 'assign') return assignAddress(state, ip, body);
      if (body.type !== 'unassign') return [501];
      need(ip.droplet !== null, 'The reserved IP is not assigned to a Droplet.');
      const unassign = (): void => {
        ip.droplet = null;
      };
      return one('actions', state.busy(ip.droplet, 'unassign_ip', unassign), 201);
    },
  ],
  [
    'DELETE',
    /^\/v2\/reserved_ips\/([^/]+)$/,
    ({ state, args: [address] }) => {
      const ip = state.get('reserved_ips', address);
      need(ip.droplet === null, 'an assigned IP cannot be released');
      state.table('reserved_ips').delete(ip.ip);
      return GONE;
    },
  ],
  ['GET', /^\/v2\/domains$/, (call) => page('domains', call.state.all('domains'), call)],
  [
    'POST',
    /^\/v2\/domains$/,
    ({ state, body }) => {
      need(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/.test(body.name ?? ''), 'Name is invalid');
      need(!state.table('domains').has(body.name), 'Name already exists');
      const domain = { name: body.name, ttl: 1800, zone_file: '' };
      state.table('domains').set(body.name, domain);
      state.records.set(body.name, [
        { id: 10, type: 'SOA', name: '@', data: '1800', priority: null, port: null, ttl: 1800, weight: null },
        ...[1, 2, 3].map((n) => ({
          id: 10 + n,
          type: 'NS',
          name: '@',
          data: `ns${n}.digitalocean.com`,
          priority: null,
          port: null,
          ttl: 1800,
          weight: null,
        })),
      ]);
      return one('domains', domain, 201);
    },
  ],
  [
    'DELETE',
    /^\/v2\/domains\/([^/]+)$/,
    ({ state, args: [name] }) => {
      state.table('domains').delete(state.get('domains', name).name);
      state.records.delete(name as string);
      return GONE;
    },
  ],
  [
    'GET',
    /^\/v2\/domains\/([^/]+)\/records$/,
    (call) => page('domain_records', call.state.records.get(call.args[0] as string) ?? missing(), call),
  ],
  [
    'POST',
    /^\/v2\/domains\/([^/]+)\/records$/,
    ({ state, body, args: [name] }) => [201, { domain_record: state.createRecord(name as string, body) }],
  ],
  [
    'DELETE',
    /^\/v2\/domains\/([^/]+)\/records\/(\d+)$/,
    ({ state, args: [name, id] }) => {
      const records = state.records.get(name as string) ?? missing();
      const at = records.findIndex((record) => String(record.id) === id);
      if (at === -1) missing();
      records.splice(at, 1);
      return GONE;
    },
  ],
  ['GET', /^\/v2\/certificates$/, (call) => page('certificates', call.state.all('certificates'), call)],
  [
    'POST',
    /^\/v2\/certificates$/,
    ({ state, body }) => {
      need(body.type === 'lets_encrypt', 'type is invalid');
      need(/^[A-Za-z0-9.-]+$/.test(body.name ?? ''), 'name is invalid');
      need(!state.all('certificates').some((certificate) => certificate.name === body.name), 'Certificate name already in use');
      need((body.dns_names ?? []).length > 0, 'dns_names is missing');
      for (const name of body.dns_names)
        need(
          state.all('domains').some((domain) => name === domain.name || name.endsWith(`.${domain.name}`)),
          `${name}: the domain is not managed by DigitalOcean`,
        );
      const certificate = {
        id: randomUUID(),
        name: body.name,
        dns_names: body.dns_names,
        state: 'pending',
        type: body.type,
        created_at: '2026-11-23T00:00:00Z',
      };
      state.table('certificates').set(certificate.id, certificate);
      state.later(() => {
        certificate.state = 'verified';
      });
      return one('certificates', certificate, 202);
    },
  ],
  [
    'DELETE',
    /^\/v2\/certificates\/([^/]+)$/,
    ({ state, args: [id] }) => {
      const certificate = state.get('certificates', id);
      const used = state
        .all('load_balancers')
        .some((balancer) => balancer.forwarding_rules.some((rule: Item) => rule.certificate_id === id));
      if (used || certificate.holds > 0) refuse(403, 'forbidden', 'The certificate is in use by a load balancer');
      state.table('certificates').delete(certificate.id);
      return GONE;
    },
  ],
];

async function bodyOf(request: IncomingMessage): Promise<Item> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

/** Starts the fake. `moment` is how long it takes over what is not done at once, in milliseconds; `aws` is called for Spaces. */
export async function digitalOceanCloud({
  moment = 60,
  clock = wallClock,
  aws,
}: {
  moment?: number;
  clock?: Clock;
  aws?: Served;
} = {}): Promise<DigitalOceanCloud> {
  let state = new State(moment, clock);
  const requests: Recorded[] = [];
  const unknown: string[] = [];
  const s3 = await s3Cloud('SPACESLAB');

  let lost = false;
  let hung = false;
  const answer = async (method: string, url: URL, body: Item, token: string | undefined): Promise<Answer> => {
    if (token !== `Bearer ${TOKEN}`) return refuse(401, 'Unauthorized', 'Unable to authenticate you');
    state.settle();
    const refusal = state.refusals.find((one) => one.method === method && one.path.test(url.pathname) && (one.times ?? 1) > 0);
    if (refusal !== undefined) {
      if (refusal.after !== undefined && refusal.after > 0) refusal.after--;
      else {
        if (refusal.times !== undefined) refusal.times--;
        hung = refusal.hang ?? false;
        if (!refusal.lose) return refuse(refusal.status, refusal.id, refusal.message);
        lost = true;
      }
    }
    for (const [verb, path, run] of [...actionRoutes, ...moreRoutes, ...routes]) {
      const match = verb === method ? path.exec(url.pathname) : null;
      if (match !== null)
        return run({
          state,
          body,
          query: url.searchParams,
          base: `${url.origin}${url.pathname}`,
          args: match.slice(1).map(decodeURIComponent),
        });
    }
    return [501, { id: 'not_implemented', message: `the lab knows no ${method} ${url.pathname}` }];
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const method = request.method ?? '';
    const body = await bodyOf(request);
    let result: Answer;
    try {
      result = await answer(method, url, body, request.headers.authorization);
    } catch (error) {
      result =
        error instanceof ApiError
          ? [error.status, { id: error.id, message: error.message, request_id: 'lab' }]
          : [500, { id: 'server_error', message: String(error) }];
      if (!(error instanceof ApiError)) unknown.push(`${method} ${url.pathname}: ${error}`);
    }
    const [status, content] = result;
    if (status === 501) unknown.push(`${method} ${url.pathname}`);
    requests.push({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), body, status });
    if (hung) {
      hung = false;
      return;
    }
    if (lost) {
      lost = false;
      request.socket.destroy();
      return;
    }
    response.writeHead(status, status === 204 ? {} : { 'content-type': 'application/json' });
    response.end(status === 204 ? undefined : JSON.stringify(content ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // What is under way when a script ends is part of what it did.
  const rest = async (): Promise<void> => {
    while (!state.resting) {
      await clock.sleep(5);
      state.settle();
    }
  };
  const refuseThat = (refusal: Refusal): (() => void) => {
    const entry = { ...refusal };
    state.refusals.push(entry);
    return () => {
      const at = state.refusals.indexOf(entry);
      if (at !== -1) state.refusals.splice(at, 1);
    };
  };
  return {
    env: {
      ...aws?.env,
      DIGITALOCEAN_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      DIGITALOCEAN_ACCESS_TOKEN: TOKEN,
      DIGITALOCEAN_HTTP_RETRY_MAX: '0',
      SPACES_ACCESS_KEY_ID: 'SPACESLAB',
      SPACES_SECRET_ACCESS_KEY: 'secret of the lab',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    spaces: s3.endpoint,
    requests,
    unknown,
    adapt: (text) => text.replaceAll(/https:\/\/[a-z0-9]+\.digitaloceanspaces\.com/g, s3.endpoint),
    writes: () => [
      ...requests.filter(({ method, status }) => method !== 'GET' && status < 400).map(({ method, path }) => `${method} ${path}`),
      ...s3.writes(),
    ],
    state: async () => {
      await rest();
      return { ...state.describe(), ...s3.state() };
    },
    snapshot: async () => {
      await rest();
      const [there, cloud, buckets] = [state, state.keep(), s3.keep()];
      return () => {
        // The service may have forgotten everything since.
        state = there;
        cloud();
        buckets();
      };
    },
    refuse: refuseThat,
    refuseWrites: (how) => {
      const ends = ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => refuseThat({ method, path: /^/, ...WAYS[how] }));
      ends.push(s3.refuse(WAYS[how].message));
      return {
        message: WAYS[how].message,
        end: () => {
          for (const end of ends) end();
        },
      };
    },
    reset: () => {
      state = new State(moment, clock);
      requests.length = 0;
      unknown.length = 0;
      s3.reset();
    },
    stop: async () => {
      await Promise.all([s3.stop(), aws?.stop()]);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
