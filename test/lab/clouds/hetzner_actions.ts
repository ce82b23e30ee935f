import { COLLECTIONS, type Handler, need, refuse, type State } from './hetzner.ts';

/** What is done to resources that are there. Each is a row of hetzner.ts's table of what happens to a resource. */
export const acts: Record<string, Handler> = {
  'servers shutdown'(state, _body, server) {
    // The guest takes a moment after the action is done.
    return {
      action: state.action('shutdown_server', [{ id: server.id, type: 'server' }], () =>
        state.later(() => {
          server.status = 'off';
        }, 3),
      ),
    };
  },
  'servers poweron'(state, _body, server) {
    return {
      action: state.action('start_server', [{ id: server.id, type: 'server' }], () => {
        server.status = 'running';
      }),
    };
  },
  'servers change_type'(state, body, server) {
    const type = state.get('server_types', body.server_type);
    need(typeof body.upgrade_disk === 'boolean', 'upgrade_disk', 'is required');
    if (server.status !== 'off') refuse(422, 'server_not_stopped', 'server must be stopped to change its type');
    need(type.architecture === server.server_type.architecture, 'server_type', 'has another architecture');
    need(type.disk >= server.primary_disk_size, 'server_type', 'has a smaller disk');
    return {
      action: state.action('change_server_type', [{ id: server.id, type: 'server' }], () => {
        server.server_type = type;
        if (body.upgrade_disk) server.primary_disk_size = type.disk;
      }),
    };
  },
  'servers rebuild'(state, body, server) {
    const image = state.get('images', body.image);
    if (server.protection.rebuild) refuse(423, 'protected', 'the server is protected from being rebuilt');
    need(image.status === 'available', 'image', 'is not available');
    return {
      action: state.action('rebuild_server', [{ id: server.id, type: 'server' }], () => {
        Object.assign(server, { image, status: 'running' });
      }),
      root_password: null,
    };
  },
  'networks add_route'(state, body, network) {
    need(/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(body.destination) && /^\d+\.\d+\.\d+\.\d+$/.test(body.gateway), 'destination', 'is no route');
    if (network.routes.some((route: { destination: string }) => route.destination === body.destination))
      refuse(409, 'uniqueness_error', 'a route for this destination exists');
    return {
      action: state.action('add_route', [{ id: network.id, type: 'network' }], () => {
        network.routes.push({ destination: body.destination, gateway: body.gateway });
      }),
    };
  },
  'networks delete_route'(state, body, network) {
    return {
      action: state.action('delete_route', [{ id: network.id, type: 'network' }], () => {
        network.routes = network.routes.filter((route: { destination: string }) => route.destination !== body.destination);
      }),
    };
  },
  'servers change_dns_ptr'(state, body, server) {
    const { ipv4, ipv6 } = server.public_net;
    return {
      action: state.action('change_dns_ptr', [{ id: server.id, type: 'server' }], () => {
        if (ipv4?.ip === body.ip) ipv4.dns_ptr = body.dns_ptr ?? '';
        else ipv6.dns_ptr = body.dns_ptr === null ? [] : [{ ip: body.ip, dns_ptr: body.dns_ptr }];
      }),
    };
  },
  'primary_ips change_dns_ptr'(state, body, ip) {
    need(ip.ip === body.ip, 'ip', 'is another address');
    return {
      action: state.action('change_dns_ptr', [{ id: ip.id, type: 'primary_ip' }], () => {
        ip.dns_ptr = body.dns_ptr === null ? [] : [{ ip: body.ip, dns_ptr: body.dns_ptr }];
      }),
    };
  },
  'load_balancers change_dns_ptr'(state, body, balancer) {
    const { ipv4, ipv6 } = balancer.public_net;
    return {
      action: state.action('change_dns_ptr', [{ id: balancer.id, type: 'load_balancer' }], () => {
        (ipv4.ip === body.ip ? ipv4 : ipv6).dns_ptr = body.dns_ptr ?? '';
      }),
    };
  },
  'volumes resize'(state, body, volume) {
    need(body.size > volume.size, 'size', 'a volume can only grow');
    return {
      action: state.action('resize_volume', [{ id: volume.id, type: 'volume' }], () => {
        volume.size = body.size;
      }),
    };
  },
  'load_balancers change_type'(state, body, balancer) {
    const type = state.get('load_balancer_types', body.load_balancer_type);
    return {
      action: state.action('change_load_balancer_type', [{ id: balancer.id, type: 'load_balancer' }], () => {
        balancer.load_balancer_type = type;
      }),
    };
  },
};

/** `PUT`: a new name, new labels, a new description. */
export const update: Handler = (state, body, item, [table = '']) => {
  if (body.name !== undefined && body.name !== item.name) {
    need(typeof body.name === 'string' && body.name !== '', 'name', 'is required');
    if (state.byName(table, body.name)) refuse(409, 'uniqueness_error', 'name is already used');
  }
  for (const key of Object.keys(body)) need(['name', 'labels', 'description', 'auto_delete'].includes(key), key, 'is not known here');
  Object.assign(item, body);
  return { [COLLECTIONS[table] as string]: item };
};

/** What there is of routes and of names of addresses. */
export function describeMore(state: State): Record<string, string[]> {
  const named = (all: readonly Named[]): string[] => all.filter(({ name }) => name !== '').map(({ of, name }) => `${of} is ${name}`);
  return {
    route: state
      .all('networks')
      .flatMap((network) => network.routes.map((route: Route) => `${network.name} ${route.destination} to a server`)),
    reverse_dns: [
      ...named(
        state
          .all('servers')
          .flatMap(({ name: of, public_net: { ipv4, ipv6 } }) => [
            { of, name: ipv4?.dns_ptr ?? '' },
            ...(ipv6?.dns_ptr ?? []).map((one: { dns_ptr: string }) => ({ of, name: one.dns_ptr })),
          ]),
      ),
      ...named(
        state.all('primary_ips').flatMap(({ name: of, dns_ptr }) => dns_ptr.map((one: { dns_ptr: string }) => ({ of, name: one.dns_ptr }))),
      ),
      ...named(state.all('load_balancers').map(({ name: of, public_net }) => ({ of, name: public_net.ipv4.dns_ptr }))),
    ],
    grouped: state
      .all('servers')
      .flatMap((server) => (server.placement_group === null ? [] : [`${server.name} in ${server.placement_group.name}`])),
  };
}
interface Named {
  readonly of: string;
  readonly name: string;
}
interface Route {
  readonly destination: string;
}
