import { flag, query } from '../../core/command.ts';
import { rateCost } from '../common.ts';
import { quotedTxt, recordHost, recordValues } from '../dns.ts';
import type { Emit } from '../provider.ts';
import { hcloud } from './cli.ts';

export const dnsZone: Emit<'dns_zone'> = (spec, cx) => {
  // By its own name: a domain can be longer than a label's value.
  const found = query(hcloud('zone', 'list', '--selector', `plan=${cx.plan}`, '-o', 'noheader', '-o', 'columns=id,name'), {
    column: 2,
    equals: spec.name,
    print: 1,
  });
  cx.warn(
    `${spec.name} answers from Hetzner only after its registrar names Hetzner's name servers: hcloud zone describe ${spec.name} lists them`,
  );
  return [
    {
      id: cx.id,
      title: `DNS zone ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud('zone', 'create', '--name', spec.name, '--label', `plan=${cx.plan}`),
      outputs: { name: spec.name },
      verify: { query: found },
      undo: [hcloud('zone', 'delete', spec.name)],
      effects: [{ kind: 'creates', what: `DNS zone ${spec.name}` }, rateCost(cx, `DNS zone ${spec.name}`, 'dns_zone')],
    },
  ];
};

export const dnsRecord: Emit<'dns_record'> = (spec, cx) => {
  if (cx.providerOf(cx.spec('dns_zone', spec.zone)) !== 'hetzner')
    cx.fail('zone', { message: `zone ${spec.zone} is on another provider; a record lives where its zone does.` });
  const host = recordHost(spec, cx);
  const values = recordValues(spec, cx).map((value) => (spec.type === 'TXT' && typeof value === 'string' ? quotedTxt(value) : value));
  const zone = cx.of('dns_zone', spec.zone, 'name');
  const found = query(hcloud('zone', 'rrset', 'list', '--type', spec.type, '-o', 'noheader', '-o', 'columns=id', zone), {
    column: 1,
    equals: `${host}/${spec.type}`,
    print: 1,
  });
  return [
    {
      id: cx.id,
      title: `${spec.type} record of ${host === '@' ? spec.zone : `${host}.${spec.zone}`}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'zone',
        'rrset',
        'create',
        '--name',
        host,
        '--type',
        spec.type,
        '--ttl',
        String(spec.ttl),
        ...values.flatMap((value) => flag('--record', value)),
        '--label',
        `plan=${cx.plan}`,
        zone,
      ),
      verify: { query: found },
      undo: [hcloud('zone', 'rrset', 'delete', zone, host, spec.type)],
      effects: [{ kind: 'creates', what: `DNS record ${spec.type} ${host} in ${spec.zone}` }],
    },
  ];
};
