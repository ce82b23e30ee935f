import type { Emit } from '../provider.ts';
import { doctl, findName } from './cli.ts';

export const dnsZone: Emit<'dns_zone'> = (spec, cx) => {
  const found = findName('compute domain', 'Domain', spec.name);
  cx.warn(`${spec.name} answers from DigitalOcean only after its registrar names ns1, ns2 and ns3.digitalocean.com`);
  return [
    {
      id: cx.id,
      title: `DNS zone ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('compute', 'domain', 'create', spec.name, '--format', 'Domain', '--no-header'),
      captures: true,
      outputs: { name: spec.name },
      verify: { query: found },
      undo: [doctl('compute', 'domain', 'delete', spec.name, '--force')],
      effects: [{ kind: 'creates', what: `DNS zone ${spec.name}` }],
    },
  ];
};
