import { COLLECTIONS, type Handler, join, need, refuse, type State, without } from './hetzner.ts';

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
  'primary_ips assign'(state, body, ip) {
    need(body.assignee_type === 'server', 'assignee_type', 'server');
    const server = state.get('servers', body.assignee_id);
    if (ip.assignee_id !== null) refuse(422, 'primary_ip_already_assigned', 'the primary IP is assigned to another server');
    if (server.public_net.ipv4 !== null) refuse(422, 'server_has_ipv4', 'the server already has an IPv4 address');
    off(server);
    need(ip.location.name === server.location.name, 'assignee_id', 'is in another location');
    return {
      action: state.action('assign_primary_ip', [{ id: ip.id, type: 'primary_ip' }], () => {
        ip.assignee_id = server.id;
        server.public_net.ipv4 = { id: ip.id, ip: ip.ip, blocked: false, dns_ptr: '' };
      }),
    };
  },
  'primary_ips unassign'(state, _body, ip) {
    if (ip.assignee_id === null) refuse(422, 'primary_ip_not_assigned', 'the primary IP is not assigned');
    const server = state.get('servers', ip.assignee_id);
    off(server);
    for (const balancer of state.all('load_balancers'))
      if (balancer.targets.some((one: Target) => one.server.id === server.id && !one.use_private_ip))
        refuse(422, 'server_is_load_balancer_target', 'the IPv4 address of the server is the target of a load balancer');
    return {
      action: state.action('unassign_primary_ip', [{ id: ip.id, type: 'primary_ip' }], () => {
        ip.assignee_id = null;
        server.public_net.ipv4 = null;
      }),
    };
  },
  'firewalls apply_to_resources'(state, body, firewall) {
    const servers = body.apply_to.map((one: Target) => state.get('servers', one.server.id));
    for (const server of servers) {
      need(server.public_net.ipv4 !== null || server.public_net.ipv6 !== null, 'apply_to', 'the server has no public address');
      if (firewall.applied_to.some((one: Target) => one.server.id === server.id))
        refuse(422, 'firewall_already_applied', 'the firewall is applied to it already');
    }
    return {
      actions: [
        state.action('apply_firewall', [{ id: firewall.id, type: 'firewall' }], () => {
          for (const server of servers) {
            firewall.applied_to.push({ type: 'server', server: { id: server.id } });
            server.public_net.firewalls.push({ id: firewall.id, status: 'applied' });
          }
        }),
      ],
    };
  },
  'firewalls remove_from_resources'(state, body, firewall) {
    const servers = body.remove_from.map((one: Target) => state.get('servers', one.server.id));
    for (const server of servers)
      if (!firewall.applied_to.some((one: Target) => one.server.id === server.id))
        refuse(422, 'firewall_already_removed', 'the firewall is not applied to it');
    return {
      actions: [
        state.action('remove_firewall', [{ id: firewall.id, type: 'firewall' }], () => {
          for (const server of servers) {
            without(firewall.applied_to, (one) => one.server.id === server.id);
            without(server.public_net.firewalls, (one) => one.id === firewall.id);
          }
        }),
      ],
    };
  },
  'servers attach_to_network'(state, body, server) {
    const network = state.get('networks', body.network);
    if (server.private_net.some((one: { network: number }) => one.network === network.id))
      refuse(409, 'server_already_attached', 'the server is in this network already');
    const ip = join(state, network, server.location);
    return {
      action: state.action('attach_to_network', [{ id: server.id, type: 'server' }], () => {
        server.private_net.push({ network: network.id, ip, alias_ips: [], mac_address: '86:00:ff:2a:7d:e1' });
        network.servers.push(server.id);
      }),
    };
  },
  'servers detach_from_network'(state, body, server) {
    const network = state.get('networks', body.network);
    if (!server.private_net.some((one: { network: number }) => one.network === network.id))
      refuse(404, 'not_found', 'the server is not in this network');
    return {
      action: state.action('detach_from_network', [{ id: server.id, type: 'server' }], () => {
        without(server.private_net, (one) => one.network === network.id);
        without(network.servers, (id) => id === server.id);
      }),
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
const off = (server: { status: string }): void => {
  if (server.status !== 'off') refuse(422, 'server_not_stopped', 'the server has to be off');
};
interface Target {
  readonly server: { readonly id: number };
  readonly use_private_ip?: boolean;
}
interface Named {
  readonly of: string;
  readonly name: string;
}
interface Route {
  readonly destination: string;
}
