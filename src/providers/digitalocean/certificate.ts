import type { Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

/** DigitalOcean proves the domains by its own DNS. A certificate takes no tags, and its id changes when it is renewed. */
export const certificate: Emit<'certificate'> = (spec, cx) => {
  if (spec.domains.length === 0)
    cx.fail('domains', { message: 'is missing; give the domains that the certificate is for, like ["example.com"].' });
  if (spec.zone === undefined)
    cx.warn(`certificate ${spec.name} is issued only if the DNS of ${spec.domains.join(', ')} is with DigitalOcean in the same account`);
  const name = ownName(cx, spec.name);
  const found = find('compute certificate', 'ID,Name', [name]);
  const state = find('compute certificate', 'State,Name', [name]);
  return [
    {
      id: cx.id,
      title: `certificate ${spec.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('compute', 'certificate', 'create', '--name', name, '--type', 'lets_encrypt', '--dns-names', spec.domains.join(',')),
      wait: [{ ...state, expect: 'verified', seconds: 600 }],
      outputs: { id: found },
      verify: { query: state, expect: 'verified' },
      // It is in use until its load balancer is gone.
      undo: [{ command: doctl('compute', 'certificate', 'delete', { of: cx.id, out: 'id' }, '--force'), seconds: 300 }],
      ...(spec.zone === undefined ? {} : { after: [`dns_zone.${spec.zone}`] }),
      effects: [{ kind: 'creates', what: `certificate ${name} for ${spec.domains.join(', ')}, renewed by DigitalOcean` }],
    },
  ];
};
