import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import type { Catalog } from '../../../src/providers/catalog_types.ts';
import catalogJson from '../../../src/providers/hetzner/catalog.json' with { type: 'json' };
import { fromNumber, toNumber } from '../../../src/resources/fields.ts';
import type { Cloud, Refusal as Way } from '../harness.ts';
import type { Served } from './aws/served.ts';
import { type Clock, wallClock } from './clock.ts';
import { acts, describeMore, update } from './hetzner_actions.ts';
import { s3Cloud } from './s3.ts';

/**
 * Hetzner's Cloud API on loopback, as far as hcloud asks for what a plan needs. It keeps state and refuses what the
 * service refuses: a name that is taken, a type that is not sold there, a network without a subnet, a deletion of what
 * is in use. What it has not learnt is answered with 501 and remembered, so that a test can fail of it.
 */

// biome-ignore lint/suspicious/noExplicitAny: JSON of the API, whose shapes the client judges
type Item = any;

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly body: Item;
  readonly status: number;
}

export interface Refusal {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** How often; without it, from now on. */
  times?: number;
  /** Does it, and cuts the connection before it answers. */
  readonly lose?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface HetznerCloud extends Cloud {
  readonly requests: readonly Recorded[];
  /** Requests for which there is no route: each is a gap of this fake, or an address that does not exist. */
  readonly unknown: readonly string[];
  /** Makes the service refuse what would otherwise be done; the function that comes back ends it. */
  refuse(refusal: Refusal): () => void;
  /** Sells a type nowhere until it is called again with true. */
  stock(type: string, available: boolean): void;
  writes(): readonly string[];
  reset(): void;
}

const catalog = catalogJson as unknown as Catalog;

class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }
}

export const refuse = (status: number, code: string, message: string): never => {
  throw new ApiError(status, code, message);
};
const invalid = (field: string, message: string): never => {
  throw new ApiError(422, 'invalid_input', `invalid input in field '${field}'`, { fields: [{ name: field, messages: [message] }] });
};
export const need = (condition: unknown, field: string, message: string): void => {
  if (!condition) invalid(field, message);
};

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,126}[A-Za-z0-9._-])?$/;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** Collections: their name in the path, and the key of one of them in an answer. */
export const COLLECTIONS: Readonly<Record<string, string>> = {
  actions: 'action',
  certificates: 'certificate',
  firewalls: 'firewall',
  images: 'image',
  load_balancer_types: 'load_balancer_type',
  load_balancers: 'load_balancer',
  locations: 'location',
  networks: 'network',
  placement_groups: 'placement_group',
  primary_ips: 'primary_ip',
  server_types: 'server_type',
  servers: 'server',
  ssh_keys: 'ssh_key',
  volumes: 'volume',
  zones: 'zone',
};

interface Work {
  readonly due: number;
  readonly run: () => void;
}

/** What is said when everything is refused. */
const WAYS: Readonly<Record<Way, { readonly status: number; readonly code: string; readonly message: string }>> = {
  quota: { status: 403, code: 'resource_limit_exceeded', message: 'limit of resources reached' },
  taken: { status: 409, code: 'uniqueness_error', message: 'name is already used' },
  busy: { status: 429, code: 'rate_limit_exceeded', message: 'limit of 3600 requests per hour reached' },
  failure: { status: 500, code: 'server_error', message: 'an internal error occurred' },
  timeout: { status: 504, code: 'timeout', message: 'the request took too long' },
};

export class State {
  tables = new Map<string, Map<number, Item>>(Object.keys(COLLECTIONS).map((name) => [name, new Map()]));
  readonly refusals: Refusal[] = [];
  #work: Work[] = [];
  #lastId = 1000;
  #addresses = 0;

  constructor(
    readonly moment: number,
    readonly clock: Clock,
  ) {
    for (const region of catalog.regions) {
      this.add('locations', {
        name: region.id,
        description: region.name,
        country: region.country,
        city: region.name,
        latitude: 0,
        longitude: 0,
        network_zone: region.zone,
      });
    }
    for (const type of catalog.serverTypes) {
      this.add('server_types', {
        name: type.id,
        description: type.id,
        category: '',
        cores: type.vcpu,
        memory: type.memoryGb,
        disk: type.diskGb,
        storage_type: 'local',
        cpu_type: type.cpu === 'dedicated' ? 'dedicated' : 'shared',
        architecture: type.arch,
        prices: [],
        deprecated: false,
        locations: (type.regions ?? []).map((name) => ({
          id: this.byName('locations', name).id,
          name,
          recommended: true,
          available: true,
        })),
      });
    }
    for (const image of catalog.images) {
      for (const architecture of image.arch === 'any' ? ['x86', 'arm'] : [image.arch]) {
        this.add('images', {
          name: image.id,
          type: 'system',
          status: 'available',
          description: image.os,
          image_size: null,
          disk_size: 5,
          os_flavor: image.os.split('-')[0],
          os_version: image.os.split('-')[1] ?? null,
          architecture,
          rapid_deploy: true,
          protection: { delete: false },
          deprecated: image.deprecated === undefined ? null : `${image.deprecated}T00:00:00Z`,
          created_from: null,
          bound_to: null,
          deleted: null,
          labels: {},
        });
      }
    }
    for (const type of catalog.loadBalancerTypes ?? []) {
      this.add('load_balancer_types', {
        name: type.id,
        description: type.id,
        max_connections: type.connections ?? 10_000,
        max_services: type.services ?? 30,
        max_targets: type.targets ?? 150,
        max_assigned_certificates: type.certificates ?? 10,
        prices: [],
        deprecated: null,
      });
    }
  }

  table(name: string): Map<number, Item> {
    return this.tables.get(name) as Map<number, Item>;
  }

  all(name: string): Item[] {
    return [...this.table(name).values()];
  }

  add(name: string, item: Item): Item {
    const id = ++this.#lastId;
    const whole = { id, created: '2026-11-23T12:00:00Z', ...item };
    this.table(name).set(id, whole);
    return whole;
  }

  byName(name: string, wanted: string): Item {
    return this.all(name).find((item) => item.name === wanted);
  }

  /** What a reference in a request means; 404 where it means nothing. */
  get(name: string, idOrName: unknown, what = COLLECTIONS[name] as string): Item {
    const found = this.table(name).get(Number(idOrName)) ?? (typeof idOrName === 'string' ? this.byName(name, idOrName) : undefined);
    return found ?? refuse(404, 'not_found', `${what} with ID '${idOrName}' not found`);
  }

  address(): string {
    return `198.51.100.${++this.#addresses % 254}`;
  }

  /** Does something a moment later. */
  later(run: () => void, moments = 1): void {
    this.#work.push({ due: this.clock.now() + this.moment * moments, run });
  }

  /** An action that is done after a moment; only then does its effect show. */
  action(command: string, resources: readonly { id: number; type: string }[], effect: () => void = () => {}): Item {
    const action = this.add('actions', {
      command,
      status: 'running',
      progress: 0,
      started: '2026-11-23T12:00:00Z',
      finished: null,
      error: null,
      resources,
    });
    this.later(() => {
      action.progress = 50;
    }, 0.5);
    this.later(() => {
      try {
        effect();
        Object.assign(action, { status: 'success', progress: 100 });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        Object.assign(action, { status: 'error', progress: 100, error: { code: error.code, message: error.message } });
      }
      action.finished = '2026-11-23T12:00:01Z';
    });
    return { ...action };
  }

  /** Does what is due by now. */
  tick(): void {
    const now = this.clock.now();
    for (;;) {
      const i = this.#work.findIndex((work) => work.due <= now);
      if (i === -1) return;
      this.#work.splice(i, 1)[0]?.run();
    }
  }

  get busy(): boolean {
    return this.#work.length > 0;
  }

  /** What there is, to be put back any number of times. Nothing may be under way. */
  keep(): () => void {
    const [tables, lastId, addresses] = [structuredClone(this.tables), this.#lastId, this.#addresses];
    return () => {
      this.tables = structuredClone(tables);
      this.#lastId = lastId;
      this.#addresses = addresses;
      this.#work = [];
    };
  }
}

/** A new resource's name and labels, and that nothing of its kind has that name. */
function named(state: State, table: string, body: Item, pattern = NAME): { name: string; labels: Record<string, string> } {
  need(typeof body.name === 'string' && body.name !== '', 'name', 'is required');
  need(pattern.test(body.name), 'name', 'has an invalid format');
  if (state.byName(table, body.name)) refuse(409, 'uniqueness_error', `name is already used`);
  const labels = body.labels ?? {};
  for (const [key, value] of Object.entries(labels))
    need(
      /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/.test(key) && LABEL_VALUE.test(String(value)),
      'labels',
      `${key}=${value} is no valid label`,
    );
  return { name: body.name, labels };
}

/** Base address, length, and first address behind it of an IPv4 range. */
function range(text: unknown, field: string): { start: number; bits: number; end: number } {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(String(text));
  need(match !== null && isIP(match[1] as string) === 4 && Number(match[2]) <= 32, field, 'must be in CIDR notation');
  const bits = Number(match?.[2]);
  const start = toNumber(match?.[1] as string);
  need(start % 2 ** (32 - bits) === 0, field, 'must not have host bits set');
  return { start, bits, end: start + 2 ** (32 - bits) };
}

function protectable(item: Item): void {
  if (item.protection?.delete) refuse(423, 'protected', 'deletion of this resource is protected');
}

/** Puts something into a network: an address of a subnet in its zone. */
export function join(state: State, network: Item, location: Item): string {
  const subnet = network.subnets.find((one: Item) => one.network_zone === location.network_zone);
  if (subnet === undefined)
    return refuse(422, 'no_subnet_available', `network ${network.name} has no subnet in zone ${location.network_zone}`);
  const taken = new Set(
    [...state.all('servers'), ...state.all('load_balancers')].flatMap((one) => one.private_net.map((net: Item) => net.ip)),
  );
  for (let n = toNumber(subnet.ip_range) + 2; ; n++) if (!taken.has(fromNumber(n))) return fromNumber(n);
}

export type Handler = (state: State, body: Item, item: Item, rest: readonly string[]) => Item;

const create: Record<string, Handler> = {
  ssh_keys(state, body) {
    const base = named(state, 'ssh_keys', body);
    const match = /^(?:ssh-ed25519|ssh-rsa|ecdsa-\S+) (\S+)/.exec(body.public_key ?? '');
    need(match !== null, 'public_key', 'is no SSH public key');
    const fingerprint = createHash('md5')
      .update(Buffer.from(match?.[1] ?? '', 'base64'))
      .digest('hex')
      .replace(/(..)(?=.)/g, '$1:');
    if (state.all('ssh_keys').some((key) => key.fingerprint === fingerprint))
      refuse(409, 'uniqueness_error', 'SSH key with the same fingerprint already exists');
    return { ssh_key: state.add('ssh_keys', { ...base, public_key: body.public_key, fingerprint }) };
  },

  placement_groups(state, body) {
    const base = named(state, 'placement_groups', body);
    need(body.type === 'spread', 'type', 'spread');
    return { placement_group: state.add('placement_groups', { ...base, type: body.type, servers: [] }) };
  },

  networks(state, body) {
    const base = named(state, 'networks', body);
    const { start, bits } = range(body.ip_range, 'ip_range');
    need(
      [
        [10, 8],
        [172.16, 12],
        [192.168, 16],
      ].some(([prefix, length]) => bits >= (length as number) && fromNumber(start).startsWith(prefix === 172.16 ? '172.' : `${prefix}.`)),
      'ip_range',
      'must be within a private range',
    );
    need(bits <= 24, 'ip_range', 'must be at least a /24');
    return {
      network: state.add('networks', {
        ...base,
        ip_range: body.ip_range,
        subnets: [],
        routes: [],
        servers: [],
        load_balancers: [],
        protection: { delete: false },
        expose_routes_to_vswitch: false,
      }),
    };
  },

  firewalls(state, body) {
    const base = named(state, 'firewalls', body);
    const rules = body.rules ?? [];
    need(rules.length <= 50, 'rules', 'at most 50');
    for (const [i, rule] of rules.entries()) {
      const at = `rules.${i}`;
      need(['in', 'out'].includes(rule.direction), `${at}.direction`, 'in or out');
      need(['tcp', 'udp', 'icmp', 'esp', 'gre'].includes(rule.protocol), `${at}.protocol`, 'unknown');
      const ported = rule.protocol === 'tcp' || rule.protocol === 'udp';
      need(
        ported ? /^(?:any|\d+(?:-\d+)?)$/.test(rule.port ?? '') : rule.port === undefined,
        `${at}.port`,
        ported ? 'is required' : 'not for this protocol',
      );
      const ips = rule.direction === 'in' ? rule.source_ips : rule.destination_ips;
      need(
        Array.isArray(ips) && ips.length > 0 && ips.length <= 100,
        `${at}.${rule.direction === 'in' ? 'source_ips' : 'destination_ips'}`,
        '1 to 100 are required',
      );
      for (const ip of ips) need(/^[0-9a-f.:]+\/\d+$/.test(ip), at, `${ip} is no range`);
      need((rule.description ?? '').length <= 255, `${at}.description`, 'at most 255 characters');
    }
    const firewall = state.add('firewalls', {
      ...base,
      rules: rules.map((rule: Item) => ({ source_ips: [], destination_ips: [], port: null, description: null, ...rule })),
      applied_to: [],
    });
    return { firewall, actions: rules.length === 0 ? [] : [state.action('set_firewall_rules', [{ id: firewall.id, type: 'firewall' }])] };
  },

  servers(state, body) {
    const base = named(state, 'servers', body, HOST);
    need(body.server_type, 'server_type', 'is required');
    need(body.image, 'image', 'is required');
    const type = state.get('server_types', body.server_type);
    const location = body.location === undefined ? state.byName('locations', 'fsn1') : state.get('locations', body.location);
    const sold = type.locations.find((one: Item) => one.name === location.name);
    if (sold === undefined) invalid('location', `server type ${type.name} is not supported in ${location.name}`);
    if (!sold.available) refuse(412, 'resource_unavailable', `server type ${type.name} is currently not available in ${location.name}`);
    const image = state.get('images', body.image);
    need(image.architecture === type.architecture, 'image', 'does not have the architecture of the server type');
    const networks = (body.networks ?? []).map((id: number) => state.get('networks', id));
    const firewalls = (body.firewalls ?? []).map((one: Item) => state.get('firewalls', one.firewall));
    for (const id of body.ssh_keys ?? []) state.get('ssh_keys', id);
    need(Buffer.byteLength(body.user_data ?? '') <= 32 * 1024, 'user_data', 'is longer than 32 KiB');
    const publicNet = body.public_net ?? { enable_ipv4: true, enable_ipv6: true };
    const open = publicNet.enable_ipv4 || publicNet.enable_ipv6;
    need(open || networks.length > 0, 'public_net', 'a server needs a public address or a network');
    if (!open && firewalls.length > 0)
      refuse(422, 'private_net_only_server', 'the server has no public interface that a firewall could protect');
    const private_net = networks.map((network: Item) => ({
      network: network.id,
      ip: join(state, network, location),
      alias_ips: [],
      mac_address: '86:00:00:00:00:01',
    }));
    const address = (family: 'ipv4' | 'ipv6', id: number | undefined): Item => {
      if (id === undefined)
        return state.add('primary_ips', {
          name: `primary_ip-${base.name}-${family}`,
          labels: {},
          type: family,
          ip: family === 'ipv4' ? state.address() : '2001:db8:0:1::/64',
          auto_delete: true,
          assignee_type: 'server',
          protection: { delete: false },
          dns_ptr: [],
          blocked: false,
          location,
        });
      const ip = state.get('primary_ips', id);
      if (ip.type !== family) refuse(422, 'primary_ip_version_mismatch', 'the primary IP has the wrong version');
      if (ip.assignee_id !== null) refuse(422, 'primary_ip_already_assigned', 'the primary IP is assigned to another server');
      if (ip.location.name !== location.name) refuse(422, 'primary_ip_datacenter_mismatch', 'the primary IP is in another location');
      return ip;
    };
    const ipv4 = publicNet.enable_ipv4 ? address('ipv4', publicNet.ipv4) : undefined;
    const ipv6 = publicNet.enable_ipv6 ? address('ipv6', publicNet.ipv6) : undefined;
    const server = state.add('servers', {
      ...base,
      status: 'initializing',
      public_net: {
        ipv4: ipv4 === undefined ? null : { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: '' },
        ipv6: ipv6 === undefined ? null : { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: [] },
        floating_ips: [],
        firewalls: firewalls.map((one: Item) => ({ id: one.id, status: 'applied' })),
      },
      private_net,
      server_type: type,
      image,
      location,
      volumes: [],
      load_balancers: [],
      backup_window: null,
      rescue_enabled: false,
      locked: false,
      iso: null,
      included_traffic: 0,
      outgoing_traffic: 0,
      ingoing_traffic: 0,
      primary_disk_size: type.disk,
      placement_group: body.placement_group === undefined ? null : state.get('placement_groups', body.placement_group),
      protection: { delete: false, rebuild: false },
    });
    for (const ip of [ipv4, ipv6]) if (ip !== undefined) ip.assignee_id = server.id;
    for (const network of networks) network.servers.push(server.id);
    for (const firewall of firewalls) firewall.applied_to.push({ type: 'server', server: { id: server.id } });
    const of = [{ id: server.id, type: 'server' }];
    return {
      server,
      action: state.action('create_server', of),
      next_actions: [
        state.action('start_server', of, () => {
          server.status = 'running';
        }),
      ],
      root_password: (body.ssh_keys ?? []).length > 0 ? null : 'lab-root-password',
    };
  },

  volumes(state, body) {
    const base = named(state, 'volumes', body);
    need(Number.isInteger(body.size) && body.size >= 10 && body.size <= 10_240, 'size', 'must be between 10 and 10240');
    need((body.location === undefined) !== (body.server === undefined), 'location', 'either location or server is required');
    need(body.format === undefined || ['ext4', 'xfs'].includes(body.format), 'format', 'ext4 or xfs');
    need(!body.automount || body.server !== undefined, 'automount', 'needs a server');
    const location = body.location === undefined ? state.get('servers', body.server).location : state.get('locations', body.location);
    const volume = state.add('volumes', {
      ...base,
      size: body.size,
      format: body.format ?? null,
      server: body.server ?? null,
      status: 'creating',
      location,
      linux_device: '/dev/disk/by-id/scsi-0HC_Volume_1',
      protection: { delete: false },
    });
    const action = state.action('create_volume', [{ id: volume.id, type: 'volume' }], () => {
      volume.status = 'available';
    });
    return { volume, action, next_actions: [] };
  },

  primary_ips(state, body) {
    const base = named(state, 'primary_ips', body);
    need(['ipv4', 'ipv6'].includes(body.type), 'type', 'ipv4 or ipv6');
    need(
      body.assignee_type === undefined || body.assignee_type === 'server' || body.assignee_type === 'unassigned',
      'assignee_type',
      'server',
    );
    need((body.location === undefined) !== (body.assignee_id === undefined), 'location', 'either location or assignee_id is required');
    const location = state.get('locations', body.location);
    const ip = state.add('primary_ips', {
      ...base,
      type: body.type,
      ip: state.address(),
      assignee_id: null,
      assignee_type: 'server',
      auto_delete: body.auto_delete ?? false,
      protection: { delete: false },
      dns_ptr: [],
      blocked: false,
      location,
    });
    return { primary_ip: ip, action: null };
  },

  certificates(state, body) {
    const base = named(state, 'certificates', body);
    need(['managed', 'uploaded'].includes(body.type), 'type', 'managed or uploaded');
    need(body.type !== 'managed' || (body.domain_names ?? []).length > 0, 'domain_names', 'is required');
    const certificate = state.add('certificates', {
      ...base,
      type: body.type,
      domain_names: body.domain_names,
      certificate: '',
      fingerprint: '',
      not_valid_before: '2026-11-23T12:00:00Z',
      not_valid_after: '2027-02-21T12:00:00Z',
      status: { issuance: 'pending', renewal: 'unavailable', error: null },
      used_by: [],
    });
    const action = state.action('create_certificate', [{ id: certificate.id, type: 'certificate' }], () => {
      for (const domain of body.domain_names) {
        if (state.all('zones').some((zone) => domain === zone.name || domain.endsWith(`.${zone.name}`))) continue;
        certificate.status = {
          issuance: 'failed',
          renewal: 'unavailable',
          error: { code: 'dns_zone_not_found', message: `no zone for ${domain}` },
        };
        refuse(422, 'dns_zone_not_found', `DNS zone of ${domain} was not found`);
      }
      // Issuing goes on after the action.
      state.later(() => {
        certificate.status = { issuance: 'completed', renewal: 'scheduled', error: null };
      });
    });
    return { certificate, action };
  },

  load_balancers(state, body) {
    const base = named(state, 'load_balancers', body);
    need(body.load_balancer_type, 'load_balancer_type', 'is required');
    const type = state.get('load_balancer_types', body.load_balancer_type);
    need((body.location === undefined) !== (body.network_zone === undefined), 'location', 'either location or network_zone is required');
    const location =
      body.location === undefined
        ? state.all('locations').find((one) => one.network_zone === body.network_zone)
        : state.get('locations', body.location);
    const network = body.network === undefined ? undefined : state.get('networks', body.network);
    const balancer = state.add('load_balancers', {
      ...base,
      load_balancer_type: type,
      location,
      public_net: {
        enabled: body.public_interface ?? true,
        ipv4: { ip: state.address(), dns_ptr: '' },
        ipv6: { ip: '2001:db8::1', dns_ptr: '' },
      },
      private_net: network === undefined ? [] : [{ network: network.id, ip: join(state, network, location) }],
      protection: { delete: false },
      services: [],
      targets: [],
      algorithm: body.algorithm ?? { type: 'round_robin' },
      included_traffic: 0,
      outgoing_traffic: null,
      ingoing_traffic: null,
    });
    network?.load_balancers.push(balancer.id);
    return { load_balancer: balancer, action: state.action('create_load_balancer', [{ id: balancer.id, type: 'load_balancer' }]) };
  },

  zones(state, body) {
    const base = named(state, 'zones', body, /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/);
    need(['primary', 'secondary'].includes(body.mode), 'mode', 'primary or secondary');
    need(body.ttl === undefined || (body.ttl >= 60 && body.ttl <= 2_147_483_647), 'ttl', 'is out of range');
    const zone = state.add('zones', {
      ...base,
      ttl: body.ttl ?? 3600,
      mode: body.mode,
      primary_nameservers: [],
      protection: { delete: false },
      authoritative_nameservers: {
        assigned: ['hydrogen.ns.hetzner.com.', 'oxygen.ns.hetzner.com.', 'helium.ns.hetzner.de.'],
        delegated: [],
        delegation_last_check: '2026-11-23T12:00:00Z',
        delegation_status: 'unknown',
      },
      registrar: 'unknown',
      status: 'ok',
      record_count: 2,
      rrsets: new Map<string, Item>(),
    });
    for (const [type, value] of [
      ['SOA', 'hydrogen.ns.hetzner.com. dns.hetzner.com. 2026112300 86400 10800 3600000 3600'],
      ['NS', 'hydrogen.ns.hetzner.com.'],
    ] as const) {
      zone.rrsets.set(`@/${type}`, {
        id: `@/${type}`,
        name: '@',
        type,
        ttl: null,
        labels: {},
        protection: { change: false },
        records: [{ value }],
        zone: zone.id,
      });
    }
    return { zone, action: state.action('create_zone', [{ id: zone.id, type: 'zone' }]) };
  },
};

const RECORDS: Readonly<Record<string, RegExp>> = {
  A: /^\d+\.\d+\.\d+\.\d+$/,
  AAAA: /^[0-9a-f:.]+$/,
  CNAME: /^\S+$/,
  MX: /^\d+ \S+$/,
  TXT: /^"(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*$/,
  NS: /^\S+$/,
  CAA: /^\d+ \w+ "[^"]*"$/,
  SRV: /^\d+ \d+ \d+ \S+$/,
};

/** Routes below a zone; `rest` is what follows `rrsets`. */
function rrsets(state: State, method: string, zone: Item, rest: readonly string[], body: Item): Item {
  const key = rest.slice(0, 2).join('/');
  if (method === 'POST' && rest.length === 0) {
    need(/^(?:@|\*|(?:\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$/.test(body.name ?? ''), 'name', 'is no name within the zone');
    need(!body.name.endsWith(`.${zone.name}`) && body.name !== zone.name, 'name', 'must be relative to the zone');
    const shape = RECORDS[body.type] ?? invalid('type', 'is unknown');
    need(body.ttl === undefined || (body.ttl >= 60 && body.ttl <= 2_147_483_647), 'ttl', 'is out of range');
    need((body.records ?? []).length > 0, 'records', 'at least one is required');
    for (const record of body.records) need(shape.test(record.value), 'records', `${record.value} is no ${body.type} record`);
    const id = `${body.name}/${body.type}`;
    if (zone.rrsets.has(id)) refuse(409, 'uniqueness_error', `the RRSet ${id} already exists`);
    if (
      zone.rrsets.has(`${body.name}/CNAME`) ||
      (body.type === 'CNAME' && [...zone.rrsets.keys()].some((one) => one.startsWith(`${body.name}/`)))
    ) {
      refuse(409, 'conflict_cname', `a CNAME stands alone`);
    }
    const rrset = {
      id,
      name: body.name,
      type: body.type,
      ttl: body.ttl ?? null,
      labels: body.labels ?? {},
      protection: { change: false },
      records: body.records,
      zone: zone.id,
    };
    zone.rrsets.set(id, rrset);
    return { rrset, action: state.action('create_rrset', [{ id: zone.id, type: 'zone' }]) };
  }
  const rrset = zone.rrsets.get(key) ?? refuse(404, 'not_found', `RRSet ${key} not found`);
  if (method === 'GET' && rest.length === 2) return { rrset };
  if (method === 'DELETE' && rest.length === 2) {
    return { action: state.action('delete_rrset', [{ id: zone.id, type: 'zone' }], () => zone.rrsets.delete(key)) };
  }
  return undefined;
}

/** What happens to a resource: `servers create_image`, and so on. */
const act: Record<string, Handler> = {
  'servers create_image'(state, body, server) {
    need(body.type === 'snapshot' || body.type === 'backup', 'type', 'snapshot or backup');
    const image = state.add('images', {
      name: null,
      type: body.type,
      status: 'creating',
      description: body.description ?? '',
      image_size: null,
      disk_size: server.primary_disk_size,
      created_from: { id: server.id, name: server.name },
      bound_to: null,
      os_flavor: 'ubuntu',
      os_version: null,
      architecture: server.server_type.architecture,
      rapid_deploy: false,
      protection: { delete: false },
      deprecated: null,
      deleted: null,
      labels: body.labels ?? {},
    });
    const action = state.action('create_image', [{ id: server.id, type: 'server' }], () => {
      state.later(() => {
        image.status = 'available';
      });
    });
    return { image, action };
  },
  'servers enable_backup'(state, _body, server) {
    return {
      action: state.action('enable_backup', [{ id: server.id, type: 'server' }], () => Object.assign(server, { backup_window: '22-02' })),
    };
  },
  'networks add_subnet'(state, body, network) {
    need(['cloud', 'server', 'vswitch'].includes(body.type), 'type', 'is unknown');
    need(
      state.all('locations').some((one) => one.network_zone === body.network_zone),
      'network_zone',
      'is unknown',
    );
    const inner = range(body.ip_range, 'ip_range');
    const outer = range(network.ip_range, 'ip_range');
    need(inner.start >= outer.start && inner.end <= outer.end, 'ip_range', "is not within the network's");
    for (const subnet of network.subnets) {
      const other = range(subnet.ip_range, 'ip_range');
      need(inner.end <= other.start || inner.start >= other.end, 'ip_range', `overlaps with ${subnet.ip_range}`);
    }
    return {
      action: state.action('add_subnet', [{ id: network.id, type: 'network' }], () => {
        network.subnets.push({
          type: body.type,
          ip_range: body.ip_range,
          network_zone: body.network_zone,
          gateway: fromNumber(outer.start + 1),
        });
      }),
    };
  },
  'volumes attach'(state, body, volume) {
    const server = state.get('servers', body.server);
    if (volume.server !== null) refuse(422, 'volume_already_attached', 'the volume is attached to a server already');
    need(volume.location.name === server.location.name, 'server', "is not in the volume's location");
    need(server.volumes.length < 16, 'server', 'has 16 volumes already');
    return {
      action: state.action('attach_volume', [{ id: volume.id, type: 'volume' }], () => {
        volume.server = server.id;
        server.volumes.push(volume.id);
      }),
    };
  },
  'volumes detach'(state, _body, volume) {
    if (volume.server === null) refuse(422, 'volume_not_attached', 'the volume is not attached');
    return { action: state.action('detach_volume', [{ id: volume.id, type: 'volume' }], () => detach(state, volume)) };
  },
  'load_balancers add_service'(state, body, balancer) {
    const web = body.protocol !== 'tcp';
    const port = body.listen_port ?? (body.protocol === 'https' ? 443 : 80);
    need(['http', 'https', 'tcp'].includes(body.protocol), 'protocol', 'is unknown');
    if (balancer.services.length >= balancer.load_balancer_type.max_services)
      refuse(422, 'resource_limit_exceeded', 'the load balancer type has no more services');
    const redirects = (service: Item): boolean => service.http?.redirect_http === true;
    const taken = balancer.services.some(
      (one: Item) => one.listen_port === port || (port === 80 && redirects(one)) || (redirects(body) && one.listen_port === 80),
    );
    if (taken) refuse(422, 'source_port_already_used', `port ${port} is used by another service`);
    need(web || body.http === undefined, 'http', 'is for http and https only');
    need(!redirects(body) || body.protocol === 'https', 'http.redirect_http', 'is for https only');
    const certificates = body.http?.certificates ?? [];
    need(
      (body.protocol === 'https') === certificates.length > 0,
      'http.certificates',
      body.protocol === 'https' ? 'is required' : 'is for https only',
    );
    for (const id of certificates) {
      const certificate = state.get('certificates', id);
      need(
        certificate.type === 'uploaded' || certificate.status.issuance === 'completed',
        'http.certificates',
        `${certificate.name} is not issued yet`,
      );
      certificate.used_by.push({ id: balancer.id, type: 'load_balancer' });
    }
    const check = body.health_check ?? {};
    need(check.protocol !== 'tcp' || check.http === undefined, 'health_check.http', 'is for http only');
    balancer.services.push({
      protocol: body.protocol,
      listen_port: port,
      destination_port: body.destination_port ?? 80,
      proxyprotocol: body.proxyprotocol ?? false,
      ...(web
        ? {
            http: {
              cookie_name: 'HCLBSTICKY',
              cookie_lifetime: 300,
              certificates: [],
              redirect_http: false,
              sticky_sessions: false,
              timeout_idle: 60,
              ...body.http,
            },
          }
        : {}),
      health_check: {
        interval: 15,
        timeout: 10,
        retries: 3,
        port: body.destination_port ?? 80,
        protocol: web ? 'http' : 'tcp',
        ...check,
        http: web ? { domain: '', path: '/', response: '', status_codes: ['2??', '3??'], tls: false, ...check.http } : null,
      },
    });
    return { action: state.action('add_service', [{ id: balancer.id, type: 'load_balancer' }]) };
  },
  'load_balancers add_target'(state, body, balancer) {
    need(body.type === 'server', 'type', 'only server is known here');
    const server = state.get('servers', body.server?.id);
    if (balancer.targets.length >= balancer.load_balancer_type.max_targets)
      refuse(422, 'resource_limit_exceeded', 'the load balancer type has no more targets');
    if (balancer.targets.some((one: Item) => one.server.id === server.id))
      refuse(422, 'target_already_defined', 'the target is defined already');
    need(server.location.network_zone === balancer.location.network_zone, 'server', 'is in another network zone');
    if (body.use_private_ip) {
      const network = balancer.private_net[0]?.network;
      if (network === undefined) refuse(422, 'load_balancer_not_attached_to_network', 'the load balancer is in no network');
      if (!server.private_net.some((one: Item) => one.network === network))
        refuse(422, 'server_not_attached_to_network', "the server is not in the load balancer's network");
    } else if (server.public_net.ipv4 === null) refuse(422, 'missing_ipv4', 'the server has no public IPv4 address');
    balancer.targets.push({ type: 'server', server: { id: server.id }, use_private_ip: body.use_private_ip ?? false, health_status: [] });
    server.load_balancers.push(balancer.id);
    return { action: state.action('add_target', [{ id: balancer.id, type: 'load_balancer' }]) };
  },
};
Object.assign(act, acts);
for (const table of ['servers', 'networks', 'volumes', 'primary_ips', 'images', 'load_balancers', 'zones']) {
  act[`${table} change_protection`] = (state, body, item) => ({
    action: state.action('change_protection', [{ id: item.id, type: COLLECTIONS[table] as string }], () =>
      Object.assign(item.protection, body),
    ),
  });
}

function detach(state: State, volume: Item): void {
  const server = state.table('servers').get(volume.server);
  if (server !== undefined) server.volumes = server.volumes.filter((id: number) => id !== volume.id);
  volume.server = null;
}

export const without = (list: Item[], test: (item: Item) => boolean): void => {
  for (let i = list.length - 1; i >= 0; i--) if (test(list[i])) list.splice(i, 1);
};

/** What a deletion takes along, and what refuses it. */
const remove: Record<string, (state: State, item: Item) => Item> = {
  ssh_keys: () => undefined,
  placement_groups: (state, group) =>
    state.all('servers').some((server) => server.placement_group?.id === group.id)
      ? refuse(422, 'resource_in_use', `placement group ${group.name} is still in use`)
      : undefined,
  images: (_state, image) => (image.type === 'system' ? refuse(403, 'forbidden', 'a system image cannot be deleted') : undefined),
  networks(state, network) {
    // Whatever is in it is detached.
    for (const one of [...state.all('servers'), ...state.all('load_balancers')])
      without(one.private_net, (net) => net.network === network.id);
  },
  firewalls: (_state, firewall) =>
    firewall.applied_to.length > 0 ? refuse(422, 'resource_in_use', `firewall ${firewall.name} is still in use`) : undefined,
  volumes: (_state, volume) =>
    volume.server !== null ? refuse(422, 'resource_in_use', `volume ${volume.name} is attached to a server`) : undefined,
  primary_ips(state, ip) {
    if (ip.assignee_id !== null && state.table('servers').get(ip.assignee_id)?.status !== 'off')
      refuse(422, 'server_not_stopped', `primary IP ${ip.name} belongs to a server that runs`);
  },
  certificates: (_state, certificate) =>
    certificate.used_by.length > 0
      ? refuse(422, 'resource_in_use', `certificate ${certificate.name} is used by a load balancer`)
      : undefined,
  load_balancers(state, balancer) {
    for (const certificate of state.all('certificates')) without(certificate.used_by, (one) => one.id === balancer.id);
    for (const network of state.all('networks')) without(network.load_balancers, (id) => id === balancer.id);
    for (const server of state.all('servers')) without(server.load_balancers, (id) => id === balancer.id);
  },
  zones: (state, zone) => ({
    action: state.action('delete_zone', [{ id: zone.id, type: 'zone' }], () => state.table('zones').delete(zone.id)),
  }),
  servers(state, server) {
    const action = state.action('delete_server', [{ id: server.id, type: 'server' }], () => {
      state.table('servers').delete(server.id);
      for (const volume of state.all('volumes')) if (volume.server === server.id) volume.server = null;
      for (const balancer of state.all('load_balancers')) without(balancer.targets, (one) => one.server.id === server.id);
      // The rest lets go of it a moment later.
      state.later(() => {
        for (const ip of state.all('primary_ips')) {
          if (ip.assignee_id !== server.id) continue;
          if (ip.auto_delete) state.table('primary_ips').delete(ip.id);
          else ip.assignee_id = null;
        }
        for (const firewall of state.all('firewalls')) without(firewall.applied_to, (one) => one.server.id === server.id);
        for (const network of state.all('networks')) without(network.servers, (id) => id === server.id);
      }, 8);
    });
    return { action };
  },
};

function selects(selector: string, labels: Record<string, string>): boolean {
  return selector.split(/,(?![^(]*\))/).every((part) => {
    const among = /^([\w./-]+) in \(([\w.,-]+)\)$/.exec(part.trim());
    if (among !== null) return (among[2] as string).split(',').includes(labels[among[1] as string] ?? '');
    const match = /^([\w./-]+)(?:(==?|!=)([\w.-]*))?$/.exec(part.trim());
    if (match === null) return invalid('label_selector', `${part} is not understood`);
    const [, key, operator, value] = match as unknown as [string, string, string?, string?];
    if (operator === undefined) return key in labels;
    return (labels[key] === value) === (operator !== '!=');
  });
}

function listed(items: readonly Item[], query: URLSearchParams): Item[] {
  const text = (name: string): string[] => query.getAll(name);
  const selector = query.get('label_selector');
  return items.filter(
    (item) =>
      (text('name').length === 0 || text('name').includes(item.name)) &&
      (text('id').length === 0 || text('id').includes(String(item.id))) &&
      (text('type').length === 0 || text('type').includes(item.type)) &&
      (text('status').length === 0 || text('status').includes(item.status)) &&
      (text('architecture').length === 0 || text('architecture').includes(item.architecture)) &&
      (text('ip').length === 0 || text('ip').includes(item.ip)) &&
      (text('fingerprint').length === 0 || text('fingerprint').includes(item.fingerprint)) &&
      (query.get('include_deprecated') !== 'false' || !item.deprecated) &&
      (selector === null || selects(selector, item.labels ?? {})),
  );
}
const FILTERS = new Set([
  'name',
  'id',
  'type',
  'status',
  'architecture',
  'ip',
  'fingerprint',
  'include_deprecated',
  'label_selector',
  'page',
  'per_page',
  'sort',
]);

function page(key: string, items: readonly Item[], query: URLSearchParams): Item {
  const size = Math.min(50, Number(query.get('per_page') ?? 25));
  const at = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  return {
    [key]: items.slice((at - 1) * size, at * size),
    meta: {
      pagination: {
        page: at,
        per_page: size,
        previous_page: at > 1 ? at - 1 : null,
        next_page: at < last ? at + 1 : null,
        last_page: last,
        total_entries: items.length,
      },
    },
  };
}

/** Answers one request, or undefined where there is no such route. */
function answer(
  state: State,
  method: string,
  path: readonly string[],
  query: URLSearchParams,
  body: Item,
): { status: number; body: Item } | undefined {
  const [table = '', idOrName, verb, ...rest] = path;
  const key = COLLECTIONS[table];
  if (key === undefined) return undefined;
  for (const name of query.keys()) if (!FILTERS.has(name)) return undefined;
  const done = (result: Item, status = 200) => (result === undefined ? undefined : { status, body: result });
  if (idOrName === undefined) {
    if (method === 'GET') return done(page(table, listed(state.all(table), query), query));
    const make = method === 'POST' ? create[table] : undefined;
    return make && done(make(state, body, undefined, []), 201);
  }
  const byName = table === 'zones';
  if (!byName && !/^\d+$/.test(idOrName)) return undefined;
  const item = byName
    ? state.get(table, idOrName)
    : (state.table(table).get(Number(idOrName)) ?? refuse(404, 'not_found', `${key} with ID '${idOrName}' not found`));
  if (verb === undefined) {
    if (method === 'GET') return done({ [key]: item });
    if (method === 'PUT') return done(update(state, body, item, [table]));
    const removal = method === 'DELETE' ? remove[table] : undefined;
    if (removal === undefined) return undefined;
    protectable(item);
    const result = removal(state, item);
    if (result !== undefined) return done(result);
    state.table(table).delete(item.id);
    return { status: 204, body: undefined };
  }
  if (table === 'zones' && verb === 'rrsets') {
    if (method === 'GET' && rest.length === 0) return done(page('rrsets', listed([...item.rrsets.values()], query), query));
    return done(rrsets(state, method, item, rest, body), method === 'POST' ? 201 : 200);
  }
  const action = method === 'POST' && verb === 'actions' ? act[`${table} ${rest[0]}`] : undefined;
  return action && done(action(state, body, item, rest), 201);
}

/** What exists, with how it hangs together, so that a lost attachment shows. */
function inventory(state: State): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const put = (kind: string, name: string): void => {
    found[kind] = [...(found[kind] ?? []), name].sort();
  };
  const nameOf = (table: string, id: number): string => state.table(table).get(id)?.name ?? `#${id}`;
  for (const [table, kind] of Object.entries(COLLECTIONS)) {
    if (['actions', 'locations', 'server_types', 'load_balancer_types'].includes(table)) continue;
    for (const item of state.all(table)) if (item.type !== 'system') put(kind, item.name ?? item.description);
  }
  for (const network of state.all('networks'))
    for (const subnet of network.subnets) put('subnet', `${network.name} ${subnet.network_zone} ${subnet.ip_range}`);
  for (const volume of state.all('volumes'))
    if (volume.server !== null) put('attached', `${volume.name} to ${nameOf('servers', volume.server)}`);
  for (const server of state.all('servers')) {
    for (const one of server.private_net) put('joined', `${server.name} in ${nameOf('networks', one.network)}`);
    for (const one of server.public_net.firewalls) put('protected', `${server.name} by ${nameOf('firewalls', one.id)}`);
    if (server.backup_window !== null) put('backups', server.name);
    if (server.status === 'off') put('off', server.name);
  }
  for (const ip of state.all('primary_ips'))
    if (ip.assignee_id != null && !ip.auto_delete) put('assigned', `${ip.name} to ${nameOf('servers', ip.assignee_id)}`);
  for (const balancer of state.all('load_balancers')) {
    for (const one of balancer.private_net) put('joined', `${balancer.name} in ${nameOf('networks', one.network)}`);
    for (const one of balancer.services) put('service', `${balancer.name} ${one.protocol} ${one.listen_port} to ${one.destination_port}`);
    for (const one of balancer.targets) put('target', `${nameOf('servers', one.server.id)} behind ${balancer.name}`);
  }
  for (const [kind, all] of Object.entries(describeMore(state))) for (const one of all) put(kind, one);
  for (const zone of state.all('zones'))
    for (const one of zone.rrsets.values())
      if (!['@/SOA', '@/NS'].includes(one.id))
        put('dns_record', `${one.id} in ${zone.name}: ${one.records.map((record: Item) => record.value).join(' ')}`);
  return found;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** Starts the service. `moment` is how long an action takes, in milliseconds; `aws` is called for buckets. */
export async function hetznerCloud({
  moment = 15,
  clock = wallClock,
  aws,
}: {
  moment?: number;
  clock?: Clock;
  aws?: Served;
} = {}): Promise<HetznerCloud> {
  let state = new State(moment, clock);
  const requests: Recorded[] = [];
  const unknown: string[] = [];
  // Buckets are in Hetzner's own S3, and not in its API.
  const s3 = await s3Cloud('lab-access-key');
  const http = createServer((request, response) => {
    void read(request).then((text) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const method = request.method ?? 'GET';
      const path = url.pathname.replace(/^\/v1\//, '/');
      const send = (status: number, body: unknown, lost = false): void => {
        requests.push({
          method,
          path,
          query: Object.fromEntries([...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name)])),
          body: text === '' ? undefined : JSON.parse(text),
          status,
        });
        if (lost) {
          request.socket.destroy();
          return;
        }
        response
          .writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
          .end(
            body === undefined
              ? undefined
              : JSON.stringify(body, (key, value) => (key === 'rrsets' && value instanceof Map ? undefined : value)),
          );
      };
      const error = (status: number, code: string, message: string, details: unknown = null): void =>
        send(status, { error: { code, message, details } });
      state.tick();
      if (!/^Bearer .{64}$/.test(request.headers.authorization ?? '')) return error(401, 'unauthorized', 'the token is missing or invalid');
      const refusal = state.refusals.find((one) => one.method === method && one.path.test(path) && one.times !== 0);
      if (refusal !== undefined) {
        if (refusal.times !== undefined) refusal.times -= 1;
        if (refusal.hang) return;
        if (!refusal.lose) return error(refusal.status, refusal.code, refusal.message);
      }
      try {
        const found = answer(
          state,
          method,
          path.slice(1).split('/').map(decodeURIComponent),
          url.searchParams,
          text === '' ? {} : JSON.parse(text),
        );
        if (found !== undefined) return send(found.status, found.body, refusal?.lose);
        unknown.push(`${method} ${path}${url.search}`);
        error(501, 'not_implemented', `the lab has no ${method} ${path}${url.search}`);
      } catch (problem) {
        if (problem instanceof ApiError) return error(problem.status, problem.code, problem.message, problem.details);
        unknown.push(`${method} ${path}: ${String(problem)}`);
        error(500, 'lab_failure', String(problem));
      }
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`;
  const rest = async (): Promise<void> => {
    while (state.busy) {
      await clock.sleep(moment);
      state.tick();
    }
  };
  const refuseThat = (refusal: Refusal): (() => void) => {
    const one = { ...refusal };
    state.refusals.push(one);
    return () => without(state.refusals, (other) => other === one);
  };
  return {
    env: {
      ...aws?.env,
      HCLOUD_ENDPOINT: endpoint,
      HETZNER_ENDPOINT: endpoint,
      HCLOUD_TOKEN: 'lab0'.repeat(16),
      HCLOUD_POLL_INTERVAL: '10ms',
      HETZNER_S3_ACCESS_KEY_ID: 'lab-access-key',
      HETZNER_S3_SECRET_ACCESS_KEY: 'lab-secret-key',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    requests,
    get unknown() {
      return [...unknown, ...s3.unknown];
    },
    // No variable of aws goes over --endpoint-url.
    adapt: (text) => text.replaceAll(/https:\/\/[a-z0-9]+\.your-objectstorage\.com/g, s3.endpoint),
    writes: () => [
      ...requests.filter(({ method, status }) => method !== 'GET' && status < 400).map(({ method, path }) => `${method} ${path}`),
      ...s3.writes(),
    ],
    refuse: refuseThat,
    refuseWrites(how) {
      const ends = ['POST', 'PUT', 'DELETE'].map((method) => refuseThat({ method, path: /^/, ...WAYS[how] }));
      ends.push(s3.refuse(WAYS[how].message));
      return {
        message: WAYS[how].message,
        end: () => {
          for (const end of ends) end();
        },
      };
    },
    async snapshot() {
      await rest();
      const [there, cloud, buckets] = [state, state.keep(), s3.keep()];
      return () => {
        // The service may have forgotten everything since.
        state = there;
        cloud();
        buckets();
      };
    },
    stock(type, available) {
      for (const location of state.byName('server_types', type).locations) location.available = available;
    },
    reset() {
      state = new State(moment, clock);
      requests.length = 0;
      unknown.length = 0;
      s3.reset();
    },
    async state() {
      await rest();
      return { ...inventory(state), ...s3.state() };
    },
    async stop() {
      await Promise.all([s3.stop(), aws?.stop()]);
      await new Promise<void>((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      });
    },
  };
}
