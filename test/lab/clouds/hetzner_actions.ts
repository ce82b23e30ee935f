import { COLLECTIONS, type Handler, need, refuse } from './hetzner.ts';

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
