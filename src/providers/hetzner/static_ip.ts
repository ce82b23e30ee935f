import { rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

/** A primary IP: the server is created with it, because it cannot be given to one that runs. */
export const staticIp: Emit<'static_ip'> = (spec, cx) => {
  const found = find(cx, 'primary-ip', spec.name);
  if (spec.server !== undefined) {
    const there = cx.regionOf(cx.spec('server', spec.server));
    if (there !== cx.region)
      cx.fail('server', {
        message: `server ${spec.server} is in ${there} and this address in ${cx.region}; an address stays in its location.`,
      });
    const first = cx.all('static_ip').find((ip) => ip.server === spec.server);
    if (first !== undefined && first.name !== spec.name)
      cx.fail('server', { message: `server ${spec.server} already has static_ip ${first.name}; a server has one.` });
  }
  return [
    {
      id: cx.id,
      title: `address ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'primary-ip',
        'create',
        '--name',
        spec.name,
        '--type',
        'ipv4',
        '--assignee-type',
        'server',
        '--location',
        cx.region,
        ...labels(cx, spec.name),
      ),
      outputs: { name: spec.name, ipv4: find(cx, 'primary-ip', spec.name, 'ip') },
      verify: { query: found },
      undo: [{ command: hcloud('primary-ip', 'delete', spec.name), seconds: 60 }],
      effects: [
        { kind: 'creates', what: `public IPv4 address ${spec.name}, billed also while nothing uses it` },
        rateCost(cx, `address ${spec.name}`, 'public_ipv4'),
      ],
    },
  ];
};
