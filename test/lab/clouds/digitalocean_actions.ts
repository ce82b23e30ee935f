import { type Answer, catalog, type Item, need, one, type Route, type State } from './digitalocean.ts';

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
  };
  const run = does[body.type];
  if (run === undefined) return [501];
  if (body.type === 'restore') {
    const snapshot = state.get('snapshots', String(body.image));
    need(snapshot.resource_id === String(droplet.id), 'The image is not one of this Droplet.');
  }
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

export const resizeCluster: Route = [
  'PUT',
  /^\/v2\/databases\/([^/]+)\/resize$/,
  ({ state, body, args: [id] }) => {
    const cluster = state.get('databases', id);
    const type = catalog.databaseTypes.find((one) => one.id === body.size);
    need(type !== undefined && body.num_nodes >= 1, 'invalid size');
    Object.assign(cluster, { size: body.size, num_nodes: body.num_nodes, status: 'resizing' });
    state.later(() => {
      cluster.status = 'online';
    });
    return [202, {}];
  },
];
