import { type Arg, type Query, query } from '../../core/command.ts';
import type { Context, Emit } from '../provider.ts';
import { hcloud } from './cli.ts';

/** How each kind is called, and where hcloud's answer has the names of its addresses. */
const NOUNS = {
  server: { noun: 'server', ipv4: '{{.PublicNet.IPv4.DNSPtr}}', ipv6: '{{range .PublicNet.IPv6.DNSPtr}}{{println .}}{{end}}' },
  static_ip: { noun: 'primary-ip', ipv4: '{{range .DNSPtr}}{{println .}}{{end}}', ipv6: '' },
  load_balancer: { noun: 'load-balancer', ipv4: '{{.PublicNet.IPv4.DNSPtr}}', ipv6: '{{.PublicNet.IPv6.DNSPtr}}' },
} as const;

/** Undone, an address has its name of Hetzner's again. */
export const reverseDns: Emit<'reverse_dns'> = (spec, cx) => {
  const { kind } = cx.target(['static_ip', 'server', 'load_balancer'], spec.target);
  const { noun, ...templates } = NOUNS[kind as keyof typeof NOUNS];
  if (spec.family === 'ipv6' && templates.ipv6 === '')
    cx.fail('family', { message: 'has to be ipv4: a static_ip of the plan is an IPv4 address.', given: '"ipv6"' });
  const server = kind === 'server' ? cx.spec('server', spec.target) : undefined;
  if (server !== undefined && (!server.publicIp || server.subnet !== 'public'))
    cx.fail('target', { message: `server ${spec.target} has no public address.`, given: JSON.stringify(spec.target) });
  const self = cx.of(kind as 'server', spec.target, 'name');
  const ip: Arg[] = spec.family === 'ipv6' ? ['--ip', cx.of(kind as 'server', spec.target, 'ipv6')] : [];
  const found: Query = query(hcloud(noun, 'describe', self, '-o', `format=${templates[spec.family]}`), {
    column: 1,
    equals: spec.name,
    print: 1,
  });
  if (!pointsBack(spec.name, spec.target, cx))
    cx.warn(
      `mail servers believe ${spec.name} only where it leads back: give it a record {"kind":"dns_record","name":"${spec.name}","target":"${spec.target}"}`,
    );
  return [
    {
      id: cx.id,
      title: `reverse DNS ${spec.name} of ${spec.target} (${spec.family})`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(noun, 'set-rdns', '--hostname', spec.name, ...ip, self),
      verify: { query: found },
      undo: [hcloud(noun, 'set-rdns', '--reset', ...ip, self)],
      effects: [{ kind: 'changes', what: `the ${spec.family} address of ${spec.target} answers as ${spec.name}` }],
    },
  ];
};

function pointsBack(name: string, target: string, cx: Context): boolean {
  return cx
    .all('dns_record')
    .some((record) => record.target === target && (record.name === name || `${record.name}.${record.zone}` === name));
}
