import { randomUUID } from 'node:crypto';
import { type Answer, catalog, type Item, missing, need, one, page, type Route, refuse, type State } from './digitalocean.ts';
import { checkApp, checkPool, NAME, parts } from './digitalocean_kinds.ts';

/** What is done to droplets, volumes and databases that are there. */
export function dropletAction(state: State, droplet: Item, body: Item): Answer {
  const does: Record<string, () => void> = {
    shutdown: () => {
      droplet.status = 'off';
    },
    power_off: () => {
      droplet.status = 'off';
    },
    power_on: () => {
      droplet.status = 'active';
    },
    resize: () => {
      droplet.size_slug = body.size;
    },
    restore: () => {
      droplet.status = 'active';
    },
    rename: () => {
      droplet.name = body.name;
    },
  };
  const run = does[body.type];
  if (run === undefined) return [501];
  if (body.type === 'restore') {
    const snapshot = state.get('snapshots', String(body.image));
    need(snapshot.resource_id === String(droplet.id), 'The image is not one of this Droplet.');
  }
  if (body.type === 'rename') need(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(body.name ?? ''), 'invalid host name');
  if (body.type === 'resize') {
    need(droplet.status === 'off', 'The Droplet must be powered off to be resized.');
    const type = catalog.serverTypes.find((one) => one.id === body.size);
    need(type !== undefined, 'You specified an invalid size.');
    need(body.disk !== true && (type?.diskGb ?? 0) >= droplet.disk, 'This size has a smaller disk.');
  }
  return one('actions', state.busy(droplet, body.type, run), 201);
}

export function resizeVolume(state: State, volume: Item, body: Item): Answer {
  need(body.size_gigabytes > volume.size_gigabytes, 'a volume can only grow');
  need(body.region === volume.region.slug, 'the volume is in another region');
  const grow = (): void => {
    volume.size_gigabytes = body.size_gigabytes;
  };
  return one('actions', state.action('resize', 0, 'volume', grow), 202);
}

/** A droplet has one reserved address, and loses the one that goes to another. */
export function assignAddress(state: State, ip: Item, body: Item): Answer {
  const droplet = state.get('droplets', body.droplet_id);
  need(droplet.region.slug === ip.region.slug, 'The reserved IP is in another region.');
  need(!state.all('reserved_ips').some((other) => other.droplet?.id === droplet.id), 'The Droplet has a reserved IP already.');
  const assign = (): void => {
    ip.droplet = droplet;
  };
  return one('actions', state.busy(droplet, 'assign_ip', assign), 201);
}

const pool = (state: State, cluster: unknown, id: unknown): Item =>
  state.get('kubernetes_clusters', cluster).node_pools.find((item: Item) => item.id === id) ?? missing();

/** As the API answers, which leaves out what is nothing. */
const shown = ({ auto_scale, min_nodes, max_nodes, ...rest }: Item): Item =>
  auto_scale ? { ...rest, auto_scale, min_nodes, max_nodes } : rest;

export const actionRoutes: readonly Route[] = [
  [
    'PUT',
    /^\/v2\/databases\/([^/]+)\/resize$/,
    ({ state, body, args: [id] }) => {
      const cluster = state.get('databases', id);
      const type = catalog.databaseTypes.find((one) => one.id === body.size);
      need(type !== undefined && body.num_nodes >= 1, 'invalid size');
      const mib = body.storage_size_mib ?? cluster.storage_size_mib;
      need(mib === undefined || (mib % 10_240 === 0 && mib >= (cluster.storage_size_mib ?? 0)), 'storage grows in steps of 10 GiB');
      Object.assign(cluster, { size: body.size, num_nodes: body.num_nodes, status: 'resizing' });
      if (mib !== undefined) cluster.storage_size_mib = mib;
      state.later(() => {
        cluster.status = 'online';
      });
      return [202, {}];
    },
  ],
  [
    'POST',
    /^\/v2\/databases\/([^/]+)\/users\/([^/]+)\/reset_auth$/,
    ({ state, body, args: [id, name] }) => {
      const user = parts(state, id as string, 'users').find((item) => item.name === name) ?? missing();
      need(!body.mysql_settings || state.get('databases', id).engine === 'mysql', 'mysql_settings is for MySQL');
      user.resets = (user.resets ?? 0) + 1;
      user.password = `AVNS_of_the_lab_${user.resets}`;
      return [200, { user }];
    },
  ],
  [
    'PATCH',
    /^\/v2\/vpcs\/([^/]+)$/,
    ({ state, body, args: [id] }) => {
      const vpc = state.get('vpcs', id);
      need(/^[a-zA-Z0-9.-]+$/.test(body.name ?? vpc.name), 'name may only contain alphanumeric characters, dashes, and periods');
      if (state.all('vpcs').some((other) => other.name === body.name && other !== vpc))
        refuse(409, 'conflict', 'a vpc with that name already exists');
      return one('vpcs', Object.assign(vpc, body));
    },
  ],
  [
    'PUT',
    /^\/v2\/account\/keys\/(\d+)$/,
    ({ state, body, args: [id] }) => {
      need(body.name, "Name can't be blank");
      return one('ssh_keys', Object.assign(state.get('ssh_keys', id), { name: body.name }));
    },
  ],
  [
    'PATCH',
    /^\/v2\/projects\/([^/]+)$/,
    ({ state, body, args: [id] }) => {
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
      need(!state.all('projects').some((other) => other.name === given.name && other.id !== id), 'name is already in use');
      return one('projects', Object.assign(state.get('projects', id), given));
    },
  ],
  [
    'PUT',
    /^\/v2\/kubernetes\/clusters\/([^/]+)$/,
    ({ state, body, args: [id] }) => {
      need(NAME.test(body.name ?? ''), 'invalid cluster name');
      const { name, tags, maintenance_policy } = body;
      const cluster = state.get('kubernetes_clusters', id);
      return one('kubernetes_clusters', Object.assign(cluster, { name, maintenance_policy }, tags ? { tags } : {}), 202);
    },
  ],
  [
    'GET',
    /^\/v2\/kubernetes\/clusters\/([^/]+)\/node_pools$/,
    (call) => page('node_pools', call.state.get('kubernetes_clusters', call.args[0]).node_pools.map(shown), call),
  ],
  [
    'GET',
    /^\/v2\/kubernetes\/clusters\/([^/]+)\/node_pools\/([^/]+)$/,
    ({ state, args: [cluster, id] }) => [200, { node_pool: shown(pool(state, cluster, id)) }],
  ],
  [
    'PUT',
    /^\/v2\/kubernetes\/clusters\/([^/]+)\/node_pools\/([^/]+)$/,
    ({ state, body, args: [cluster, id] }) => {
      const item = pool(state, cluster, id);
      const scaled = body.auto_scale ?? item.auto_scale ?? false;
      need(NAME.test(body.name ?? ''), 'a name is required');
      need(scaled || body.count >= 1, 'a count is required');
      const [min, max] = scaled ? [body.min_nodes ?? item.min_nodes, body.max_nodes ?? item.max_nodes] : [0, 0];
      need(!scaled || (min >= 1 && max >= min), 'invalid autoscaling');
      const count = scaled ? Math.min(Math.max(body.count ?? item.count, min), max) : body.count;
      // What is not named is taken away.
      Object.assign(item, { name: body.name, tags: body.tags ?? [], count, auto_scale: scaled, min_nodes: min, max_nodes: max });
      return [202, { node_pool: shown(item) }];
    },
  ],
  [
    'PUT',
    /^\/v2\/load_balancers\/([^/]+)$/,
    ({ state, body, args: [id] }) => {
      const balancer = state.get('load_balancers', id);
      state.checkLoadBalancer(body, id);
      need(
        body.region === balancer.region.slug && (body.vpc_uuid || undefined) === (balancer.vpc_uuid || undefined),
        'region and VPC cannot be changed',
      );
      const { region: _, ...rest } = body;
      // All that is not named goes back to what it is by default.
      for (const key of Object.keys(balancer)) if (!['id', 'ip', 'region', 'created_at'].includes(key)) delete balancer[key];
      Object.assign(balancer, rest, { status: 'new' });
      state.later(() => {
        balancer.status = 'active';
      });
      return one('load_balancers', balancer, 202);
    },
  ],
  [
    'PUT',
    /^\/v2\/droplets\/autoscale\/([^/]+)$/,
    ({ state, body, args: [id] }) => {
      const item = state.get('autoscale_pools', id);
      checkPool(state, body);
      need(body.name === item.name, 'the name cannot be updated');
      const { config, droplet_template } = body;
      return [200, { autoscale_pool: Object.assign(item, { config, droplet_template }) }];
    },
  ],
  [
    'PUT',
    /^\/v2\/apps\/([^/]+)$/,
    ({ state, body: { spec }, args: [id] }) => {
      const app = state.get('apps', id);
      checkApp(spec);
      need(spec.name === app.spec.name, 'the name of an app stays');
      const deployment = { id: randomUUID() };
      Object.assign(app, { spec, pending_deployment: deployment });
      const due = state.later(() => {
        app.active_deployment = deployment;
        app.pending_deployment = undefined;
      });
      Object.defineProperty(app, 'due', { value: due, configurable: true });
      return [200, { app }];
    },
  ],
  [
    'GET',
    /^\/v2\/apps\/([^/]+)\/deployments\/([^/]+)$/,
    async ({ state, args: [id, deployment] }) => {
      // doctl asks every ten seconds; answering when it is done spares the lab its pause.
      await state.clock.sleep(Math.max(0, (state.get('apps', id).due ?? 0) - state.clock.now() + 1));
      state.settle();
      return [200, { deployment: { id: deployment, progress: { success_steps: 6, total_steps: 6 } } }];
    },
  ],
  [
    'POST',
    /^\/v2\/nfs\/([^/]+)\/actions$/,
    ({ state, body, args: [id] }) => {
      const share = state.get('shares', id);
      need(body.type === 'resize' && body.params.size_gib > share.size_gib, 'a share can only grow');
      state.later(() => {
        share.size_gib = body.params.size_gib;
      });
      const action = {
        id: randomUUID(),
        type: 'RESIZE_SHARE',
        status: 'IN_PROGRESS',
        resource_id: id,
        resource_type: 'SHARE',
        region_slug: 'fra1',
      };
      return [201, { action: { ...action, started_at: '2026-11-23T00:00:00Z' } }];
    },
  ],
  [
    'GET',
    /^\/v2\/security\/secrets\/([^/]+)$/,
    ({ state, query, args: [name] }) => [
      200,
      query.get('region') === state.get('secrets', name).region ? state.get('secrets', name) : missing(),
    ],
  ],
  [
    'PUT',
    /^\/v2\/security\/secrets\/([^/]+)$/,
    ({ state, body, args: [name] }) => {
      const secret = state.get('secrets', name);
      if (body.version !== secret.version) refuse(409, 'conflict', 'the secret has another version by now');
      need(
        Object.values(body.values ?? {}).every((value) => value !== ''),
        'a value is empty',
      );
      Object.assign(secret, { values: body.values, version: secret.version + 1 });
      return [200, { name: secret.secret, region: secret.region, version: secret.version }];
    },
  ],
];
