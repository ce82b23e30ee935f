import { randomUUID } from 'node:crypto';
import { type Call, catalog, GONE, held, type Item, missing, need, one, page, type Route, refuse, type State } from './digitalocean.ts';

/** Further kinds of DigitalOcean's fake: each is a table of the state, and the routes that its commands ask for. */
export const moreKeys: Readonly<Record<string, string>> = {
  vpc_nat_gateways: 'vpc_nat_gateway',
  endpoints: 'endpoint',
  policies: 'policy',
  checks: 'check',
  registries: 'registry',
  kubernetes_clusters: 'kubernetes_cluster',
  vpc_peerings: 'vpc_peering',
  projects: 'project',
  shares: 'share',
  apps: 'app',
  autoscale_pools: 'autoscale_pool',
  secrets: 'secret',
};

export const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const soon = (state: State, item: Item, field: string, value: string): void => {
  state.later(() => {
    item[field] = value;
  });
};

/** A new item under an id of its own, whose name nothing else of its kind has. */
function add(state: State, table: string, item: Item): Item {
  need(!state.all(table).some((other) => item.name !== undefined && other.name === item.name), 'name is already in use');
  const whole = { id: randomUUID(), created_at: '2026-11-23T00:00:00Z', ...item };
  state.table(table).set(whole.id, whole);
  return whole;
}

/** The parts of a database cluster: replicas, pools and users, by name. */
export function parts(state: State, id: string, part: string): Item[] {
  const cluster = state.get('databases', id);
  cluster[`_${part}`] ??= [];
  return cluster[`_${part}`];
}

const SECRET = 'AVNS_of_the_lab';
const connection = { uri: `postgresql://doadmin:${SECRET}@db.example:25060/defaultdb` };

/** GET a list, POST one, GET and DELETE one by name: what every part of a cluster has. */
function part(noun: string, key: string, make: (call: Call, cluster: Item) => Item): Route[] {
  const base = `\\/v2\\/databases\\/([^/]+)\\/${noun}`;
  const named = ({ state, args: [id, name] }: Call): Item =>
    parts(state, id as string, noun).find((item) => item.name === name) ?? missing();
  return [
    ['GET', new RegExp(`^${base}$`), (call) => page(noun, parts(call.state, call.args[0] as string, noun), call)],
    [
      'POST',
      new RegExp(`^${base}$`),
      (call) => {
        const { state, body, args } = call;
        const cluster = state.get('databases', args[0]);
        need(cluster.status === 'online', 'the cluster is still being created');
        need(!parts(state, args[0] as string, noun).some((item) => item.name === body.name), 'name is already in use');
        const item = make(call, cluster);
        parts(state, args[0] as string, noun).push(item);
        return [201, { [key]: item }];
      },
    ],
    ['GET', new RegExp(`^${base}\\/([^/]+)$`), (call) => [200, { [key]: named(call) }]],
    [
      'DELETE',
      new RegExp(`^${base}\\/([^/]+)$`),
      (call) => {
        const all = parts(call.state, call.args[0] as string, noun);
        all.splice(all.indexOf(named(call)), 1);
        return GONE;
      },
    ],
  ];
}

/** What is refused of an app's spec. */
export function checkApp(spec: Item): void {
  need(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(spec.name ?? ''), 'invalid app name');
  need(/^[a-z]{3}$/.test(spec.region ?? ''), 'invalid region');
  const components = [...(spec.services ?? []), ...(spec.workers ?? [])];
  need(components.length > 0, 'an app has at least one component');
  for (const { instance_size_slug: slug, instance_count: count, image } of components) {
    need(
      catalog.containerTypes?.some((type) => slug === `apps-s-${type.id}`),
      'invalid instance size',
    );
    need(count === 1 || slug !== 'apps-s-1vcpu-0.5gb', 'this size runs as a single instance');
    need(['DOCKER_HUB', 'DOCR', 'GHCR'].includes(image?.registry_type) && image.repository, 'invalid image');
  }
}

/** What is refused of an autoscale pool, new or given anew as a whole. */
export function checkPool(state: State, body: Item): void {
  const { config, droplet_template: template } = body;
  need(NAME.test(body.name ?? ''), 'invalid name');
  need(config.min_instances >= 1 && config.min_instances <= config.max_instances, 'invalid number of instances');
  need(config.target_cpu_utilization >= 0.05 && config.target_cpu_utilization <= 1, 'target_cpu_utilization is between 0.05 and 1');
  need(
    catalog.serverTypes.some((type) => type.id === template.size),
    'invalid size',
  );
  need(template.ssh_keys?.length > 0, 'an SSH key is required');
  if (template.vpc_uuid) state.get('vpcs', template.vpc_uuid);
}

/** GET a list, GET and DELETE one by id. */
function table(path: string, name: string, gone: (state: State, item: Item) => void = () => {}): Route[] {
  return [
    ['GET', new RegExp(`^${path}$`), (call) => page(name, call.state.all(name), call)],
    ['GET', new RegExp(`^${path}\\/([^/]+)$`), ({ state, args: [id] }) => one(name, state.get(name, id))],
    [
      'DELETE',
      new RegExp(`^${path}\\/([^/]+)$`),
      ({ state, args: [id] }) => {
        const item = state.get(name, id);
        gone(state, item);
        state.table(name).delete(item.id);
        return GONE;
      },
    ],
  ];
}

export const moreRoutes: readonly Route[] = [
  ...part('replicas', 'replica', ({ state, body }, cluster) => {
    need(
      catalog.databaseTypes.some((type) => type.id === body.size),
      'invalid size',
    );
    need(body.region, 'region is missing');
    const replica = { id: randomUUID(), status: 'creating', connection, created_at: '2026-11-23T00:00:00Z', ...body, of: cluster.id };
    soon(state, replica, 'status', 'online');
    return replica;
  }),
  ...part('pools', 'pool', ({ state, body, args }) => {
    need(['session', 'transaction', 'statement'].includes(body.mode) && body.size > 0 && body.db, 'invalid pool');
    need(body.user === 'doadmin' || parts(state, args[0] as string, 'users').some((user) => user.name === body.user), 'user not found');
    return { ...body, connection };
  }),
  ...part('users', 'user', ({ body }) => {
    need(/^[a-z_][a-z0-9_-]*$/.test(body.name ?? ''), 'invalid user name');
    return { name: body.name, role: 'normal', password: SECRET };
  }),

  ...table('\\/v2\\/vpc_nat_gateways', 'vpc_nat_gateways', (state, gateway) => {
    for (const { vpc_uuid } of gateway.vpcs) held(state, 'vpcs', vpc_uuid);
  }),
  [
    'POST',
    /^\/v2\/vpc_nat_gateways$/,
    ({ state, body }) => {
      need(NAME.test(body.name ?? '') && body.type === 'PUBLIC' && body.size >= 1, 'invalid gateway');
      need(body.vpcs.length > 0, 'a VPC is required');
      for (const { vpc_uuid } of body.vpcs) need(state.table('vpcs').get(vpc_uuid)?.region === body.region, 'VPC not found in this region');
      const gateway = add(state, 'vpc_nat_gateways', { ...body, state: 'NEW' });
      soon(state, gateway, 'state', 'ACTIVE');
      return one('vpc_nat_gateways', gateway, 202);
    },
  ],

  ...table('\\/v2\\/cdn\\/endpoints', 'endpoints'),
  [
    'POST',
    /^\/v2\/cdn\/endpoints$/,
    ({ state, body }) => {
      need(/^[a-z0-9.-]+\.[a-z0-9]+\.digitaloceanspaces\.com$/.test(body.origin ?? ''), 'origin is no Space');
      need(!state.all('endpoints').some((other) => other.origin === body.origin), 'an endpoint already exists for this origin');
      need(Boolean(body.custom_domain) === Boolean(body.certificate_id), 'custom_domain and certificate_id go together');
      if (body.certificate_id) need(state.table('certificates').get(body.certificate_id)?.state === 'verified', 'certificate not found');
      return one(
        'endpoints',
        add(state, 'endpoints', { ...body, endpoint: body.origin.replace('.digitalocean', '.cdn.digitalocean') }),
        201,
      );
    },
  ],

  ...table('\\/v2\\/monitoring\\/alerts', 'policies'),
  [
    'POST',
    /^\/v2\/monitoring\/alerts$/,
    ({ state, body }) => {
      need(body.alerts.email.length > 0, 'an email is required');
      for (const entity of body.entities)
        need(
          ['droplets', 'databases', 'load_balancers'].some((name) => state.table(name).has(entity)),
          `entity ${entity} not found`,
        );
      const policy = add(state, 'policies', body);
      policy.uuid = policy.id;
      return one('policies', policy, 200);
    },
  ],

  ...table('\\/v2\\/uptime\\/checks', 'checks'),
  [
    'POST',
    /^\/v2\/uptime\/checks$/,
    ({ state, body }) => {
      need(/^https?:\/\//.test(body.target ?? '') && ['http', 'https', 'ping'].includes(body.type), 'invalid target');
      for (const region of body.regions) need(['us_east', 'us_west', 'eu_west', 'se_asia'].includes(region), 'invalid region');
      return one('checks', add(state, 'checks', { ...body, alerts: [] }), 201);
    },
  ],
  ['GET', /^\/v2\/uptime\/checks\/([^/]+)\/alerts$/, (call) => page('alerts', call.state.get('checks', call.args[0]).alerts, call)],
  [
    'POST',
    /^\/v2\/uptime\/checks\/([^/]+)\/alerts$/,
    ({ state, body, args: [id] }) => {
      need(['latency', 'down', 'down_global', 'ssl_expiry'].includes(body.type), 'invalid type');
      need(body.notifications.email.length > 0, 'an email is required');
      const alert = { id: randomUUID(), ...body };
      state.get('checks', id).alerts.push(alert);
      return [201, { alert }];
    },
  ],

  ...table('\\/v2\\/apps', 'apps'),
  [
    'POST',
    /^\/v2\/apps$/,
    ({ state, body: { spec } }) => {
      checkApp(spec);
      need(!state.all('apps').some((other) => other.spec.name === spec.name), 'name is already in use');
      const app = add(state, 'apps', { spec });
      state.later(() => {
        app.active_deployment = { id: randomUUID() };
      });
      return [200, { app }];
    },
  ],

  ['GET', /^\/v2\/security\/secrets$/, (call) => page('secrets', call.state.all('secrets'), call)],
  [
    'POST',
    /^\/v2\/security\/secrets$/,
    ({ state, body }) => {
      need(body.region, 'region is missing');
      need(
        Object.values(body.values ?? {}).every((value) => value !== ''),
        'a value is empty',
      );
      need(!state.all('secrets').some((other) => other.secret === body.name && !other.delete_requested_at), 'name is already in use');
      const times = { created_at: '2026-11-23T00:00:00Z', updated_at: '2026-11-23T00:00:00Z' };
      const secret = { id: body.name, secret: body.name, region: body.region, version: 1, values: body.values, ...times };
      state.table('secrets').set(body.name, secret);
      return [201, { name: secret.secret, region: secret.region, version: 1 }];
    },
  ],
  [
    'DELETE',
    /^\/v2\/security\/secrets\/([^/]+)$/,
    ({ state, args: [name] }) => {
      // It can be brought back for some time, and is listed as long; for the lab that is over when it is made again.
      state.get('secrets', name).delete_requested_at = '2026-11-23T00:00:00Z';
      return GONE;
    },
  ],

  ['GET', /^\/v2\/droplets\/autoscale$/, (call) => page('autoscale_pools', call.state.all('autoscale_pools'), call)],
  ['GET', /^\/v2\/droplets\/autoscale\/([^/]+)$/, ({ state, args: [id] }) => one('autoscale_pools', state.get('autoscale_pools', id))],
  [
    'POST',
    /^\/v2\/droplets\/autoscale$/,
    ({ state, body }) => {
      checkPool(state, body);
      const pool = add(state, 'autoscale_pools', { ...body, status: 'provisioning', updated_at: '2026-11-23T00:00:00Z' });
      soon(state, pool, 'status', 'active');
      return [202, { autoscale_pool: pool }];
    },
  ],
  [
    'DELETE',
    /^\/v2\/droplets\/autoscale\/([^/]+)\/dangerous$/,
    ({ state, args: [id] }) => {
      const pool = state.get('autoscale_pools', id);
      state.table('autoscale_pools').delete(pool.id);
      held(state, 'vpcs', pool.droplet_template.vpc_uuid);
      return GONE;
    },
  ],

  ['GET', /^\/v2\/registries$/, (call) => page('registries', call.state.all('registries'), call)],
  [
    'POST',
    /^\/v2\/registries$/,
    ({ state, body }) => {
      need(/^[a-z0-9-]{1,63}$/.test(body.name ?? ''), 'invalid registry name');
      need(['starter', 'basic', 'professional'].includes(body.subscription_tier_slug), 'invalid tier');
      const registry = add(state, 'registries', { id: body.name, ...body });
      return [201, { registry }];
    },
  ],
  [
    'DELETE',
    /^\/v2\/registries\/([^/]+)$/,
    ({ state, args: [name] }) => {
      state.table('registries').delete(state.get('registries', name).id);
      return GONE;
    },
  ],

  [
    'GET',
    /^\/v2\/kubernetes\/options$/,
    () => [200, { options: { versions: [{ slug: '1.33.1-do.3', kubernetes_version: '1.33.1' }], regions: [], sizes: [] } }],
  ],
  ...table('\\/v2\\/kubernetes\\/clusters', 'kubernetes_clusters', (state, cluster) => held(state, 'vpcs', cluster.vpc_uuid)),
  [
    'POST',
    /^\/v2\/kubernetes\/clusters$/,
    ({ state, body }) => {
      need(NAME.test(body.name ?? ''), 'invalid cluster name');
      need(/^\d+\.\d+\.\d+-do\.\d+$/.test(body.version), 'invalid version slug');
      need(body.node_pools.length > 0, 'a node pool is required');
      for (const pool of body.node_pools) {
        need(
          catalog.serverTypes.some((type) => type.id === pool.size),
          'invalid size',
        );
        need(!pool.auto_scale || (pool.min_nodes >= 1 && pool.max_nodes >= pool.min_nodes), 'invalid autoscaling');
      }
      if (body.vpc_uuid) need(state.table('vpcs').get(body.vpc_uuid)?.region === body.region, 'VPC not found');
      for (const tag of body.tags ?? []) state.tag(tag);
      const cluster = add(state, 'kubernetes_clusters', {
        ...body,
        status: { state: 'provisioning' },
        node_pools: body.node_pools.map((pool: Item) => ({ id: randomUUID(), nodes: [], ...pool })),
      });
      state.later(() => {
        cluster.status = { state: 'running' };
      });
      return one('kubernetes_clusters', cluster, 201);
    },
  ],

  ...table('\\/v2\\/vpc_peerings', 'vpc_peerings', (state, peering) => {
    for (const id of peering.vpc_ids) held(state, 'vpcs', id);
  }),
  [
    'POST',
    /^\/v2\/vpc_peerings$/,
    ({ state, body }) => {
      need(NAME.test(body.name ?? '') && body.vpc_ids.length === 2, 'invalid peering');
      for (const id of body.vpc_ids) state.get('vpcs', id);
      const peering = add(state, 'vpc_peerings', { ...body, status: 'PROVISIONING' });
      soon(state, peering, 'status', 'ACTIVE');
      return one('vpc_peerings', peering, 202);
    },
  ],

  ...table('\\/v2\\/nfs', 'shares', (state, share) => {
    for (const id of share.vpc_ids) held(state, 'vpcs', id);
  }),
  [
    'POST',
    /^\/v2\/nfs$/,
    ({ state, body }) => {
      need(NAME.test(body.name ?? '') && body.size_gib >= 50, 'invalid share');
      need(body.performance_tier === 'standard' || body.performance_tier === 'high', 'invalid performance tier');
      for (const id of body.vpc_ids) need(state.table('vpcs').get(id)?.region === body.region, 'VPC not found');
      const share = add(state, 'shares', { ...body, status: 'CREATING' });
      soon(state, share, 'status', 'ACTIVE');
      return one('shares', share, 201);
    },
  ],

  ['GET', /^\/v2\/projects$/, (call) => page('projects', call.state.all('projects'), call)],
  [
    'POST',
    /^\/v2\/projects$/,
    ({ state, body }) => {
      need(body.name && body.purpose, 'name and purpose are required');
      need(['', 'Development', 'Staging', 'Production'].includes(body.environment), 'invalid environment');
      return one('projects', add(state, 'projects', { ...body, members: [] }), 201);
    },
  ],
  ['GET', /^\/v2\/projects\/([^/]+)\/resources$/, (call) => page('resources', members(call.state, call.args[0] as string), call)],
  [
    'POST',
    /^\/v2\/projects\/([^/]+)\/resources$/,
    ({ state, body, args: [id] }) => {
      for (const urn of body.resources) {
        need(exists(state, urn), `${urn} not found`);
        state.get('projects', id).members.push(urn);
      }
      return [200, { resources: members(state, id as string) }];
    },
  ],
  [
    'DELETE',
    /^\/v2\/projects\/([^/]+)$/,
    ({ state, args: [id] }) => {
      if (members(state, id as string).length > 0) refuse(412, 'precondition_failed', 'cannot delete a project with resources');
      state.table('projects').delete(state.get('projects', id).id);
      return GONE;
    },
  ],
];

const URNS: Readonly<Record<string, string>> = {
  droplet: 'droplets',
  volume: 'volumes',
  loadbalancer: 'load_balancers',
  dbaas: 'databases',
  kubernetes: 'kubernetes_clusters',
};
const exists = (state: State, urn: string): boolean => {
  const [, kind = '', id = ''] = urn.split(':');
  return state.table(URNS[kind] ?? 'actions').has(id);
};
/** What is in a project; what is gone is in none. */
const members = (state: State, id: string): Item[] =>
  state
    .get('projects', id)
    .members.filter((urn: string) => exists(state, urn))
    .map((urn: string) => ({ urn, assigned_at: '2026-11-23T00:00:00Z', status: 'assigned', links: { self: '' } }));

/** What there is of these kinds. */
export function describeMore(state: State): Record<string, string[]> {
  const vpc = (id: string): string => state.table('vpcs').get(id)?.name ?? `missing ${id}`;
  const own = (name: string): Item[] => state.all(name).filter((item) => !state.foreign.has(item));
  const of = (noun: string, tell: (item: Item) => string): string[] =>
    own('databases').flatMap((cluster) => (cluster[`_${noun}`] ?? []).map((item: Item) => `${item.name} of ${cluster.name}${tell(item)}`));
  return {
    nat_gateway: own('vpc_nat_gateways').map(
      (item) =>
        `${item.name} ${item.state} of ${item.vpcs.map((one: Item) => `${vpc(one.vpc_uuid)}${one.default_gateway ? ', default' : ''}`)}`,
    ),
    cdn: own('endpoints').map((item) => `${item.origin} ${item.ttl}${item.custom_domain ? ` as ${item.custom_domain}` : ''}`),
    alarm: own('policies').map(
      (item) => `${item.description}: ${item.type} ${item.compare} ${item.value} for ${item.window} to ${item.alerts.email}`,
    ),
    uptime_check: own('checks').map(
      (item) => `${item.name}: ${item.target}${item.alerts.length > 0 ? ` to ${item.alerts[0].notifications.email}` : ''}`,
    ),
    app: own('apps').flatMap(({ spec }) =>
      [...(spec.services ?? []), ...(spec.workers ?? [])].map(
        (one: Item) =>
          `${spec.name} in ${spec.region}: ${one.instance_count} x ${one.instance_size_slug} of ${one.image.registry}/${one.image.repository}:${one.image.tag}${one.http_port ? ` on ${one.http_port}` : ''}`,
      ),
    ),
    secret: own('secrets')
      .filter((item) => !item.delete_requested_at)
      .map((item) => `${item.secret} ${item.region} ${Object.keys(item.values)}`),
    autoscaling_group: own('autoscale_pools').map(
      (item) =>
        `${item.name} ${item.config.min_instances} to ${item.config.max_instances} x ${item.droplet_template.size} ${item.status}: ${item.droplet_template.tags}`,
    ),
    registry: own('registries').map((item) => `${item.name} ${item.subscription_tier_slug}`),
    kubernetes_cluster: own('kubernetes_clusters').map(
      (item) =>
        `${item.name} ${item.version} ${item.status.state}: ${item.node_pools.map((pool: Item) => `${pool.count} x ${pool.size}${pool.auto_scale ? `, ${pool.min_nodes} to ${pool.max_nodes}` : ''}`)}`,
    ),
    file_system: own('shares').map((item) => `${item.name} ${item.size_gib} ${item.status} in ${item.vpc_ids.map(vpc)}`),
    peering: own('vpc_peerings').map((item) => `${item.name} ${item.status}: ${item.vpc_ids.map(vpc)}`),
    project: own('projects').map((item) => `${item.name} ${item.environment}: ${members(state, item.id).length} resources`),
    replica: of('replicas', (item) => ` ${item.size} ${item.status}`),
    pool: of('pools', (item) => ` ${item.mode} ${item.size} as ${item.user}`),
    database_user: of('users', () => '').filter((user) => !user.startsWith('doadmin ')),
    restored: own('databases').flatMap((item) =>
      item.backup_restore
        ? [
            `${item.name} from ${item.backup_restore.database_name}${item.backup_restore.backup_created_at ? ` as of ${item.backup_restore.backup_created_at}` : ''}`,
          ]
        : [],
    ),
  };
}
