import { rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, sameRegion } from './cli.ts';

/**
 * A reserved address has no name, no tag and no description: it is known by the droplet that it points to, and so it
 * is reserved for that droplet in one step. One without a droplet could never be found again, and would be billed on.
 */
export const staticIp: Emit<'static_ip'> = (spec, cx) => {
  if (spec.server === undefined) {
    return cx.fail('server', {
      message:
        'is missing. A reserved IP of DigitalOcean has no name or label, so without the server that it points to it could not be found again. Name the server.',
    });
  }
  const server = cx.spec('server', spec.server);
  sameRegion(cx, server, 'server');
  if (!server.publicIp || server.subnet === 'private')
    cx.fail('server', { message: `server ${spec.server} has no public network, which a reserved IP needs.` });
  const first = cx.all('static_ip').find((ip) => ip.server === spec.server);
  if (first !== undefined && first.name !== spec.name)
    cx.fail('server', { message: `server ${spec.server} already has static_ip ${first.name}; a droplet has one.` });
  const droplet = cx.of('server', spec.server);
  const found = find('compute reserved-ip', 'IP,DropletID', [droplet]);
  const self = { of: cx.id, out: 'id' };
  return [
    {
      id: cx.id,
      title: `address ${spec.name} of ${spec.server}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('compute', 'reserved-ip', 'create', '--droplet-id', droplet, '--format', 'IP', '--no-header'),
      captures: true,
      wait: [{ ...found, seconds: 120 }],
      outputs: { ipv4: found },
      verify: { query: found },
      // An address that is in use cannot be released.
      undo: [
        doctl('compute', 'reserved-ip-action', 'unassign', self),
        { command: doctl('compute', 'reserved-ip', 'delete', self, '--force'), seconds: 120 },
      ],
      effects: [
        { kind: 'creates', what: `public IPv4 address ${spec.name} for ${spec.server}` },
        rateCost(cx, `address ${spec.name}`, 'static_ip', undefined, 'free while it points to a server'),
      ],
    },
  ];
};
