import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

export const certificate: Emit<'certificate'> = (spec, cx) => {
  if (spec.domains.length === 0)
    cx.fail('domains', { message: 'is missing; give the domains that the certificate is for, like ["example.com"].' });
  const found = find(cx, 'certificate', spec.name);
  const status = find(cx, 'certificate', spec.name, 'issuance_status');
  if (spec.zone === undefined)
    cx.warn(`certificate ${spec.name} is issued only if the DNS of ${spec.domains.join(', ')} is with Hetzner in the same project`);
  return [
    {
      id: cx.id,
      title: `certificate ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'certificate',
        'create',
        '--name',
        spec.name,
        '--type',
        'managed',
        ...spec.domains.flatMap((domain) => ['--domain', domain]),
        ...labels(cx, spec.name),
      ),
      wait: [{ command: status.command, expect: 'completed', seconds: 300 }],
      outputs: { name: spec.name },
      verify: { query: status, expect: 'completed' },
      undo: [{ command: hcloud('certificate', 'delete', spec.name), seconds: 60 }],
      ...(spec.zone === undefined ? {} : { after: [`dns_zone.${spec.zone}`] }),
      effects: [{ kind: 'creates', what: `certificate for ${spec.domains.join(', ')}, renewed by Hetzner` }],
    },
  ];
};
