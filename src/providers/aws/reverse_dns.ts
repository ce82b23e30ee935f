import { query } from '../../core/command.ts';
import { hostIn } from '../../resources/dns_record.ts';
import type { Emit } from '../provider.ts';
import { aws, by, step, text } from './cli.ts';

/** The name that an elastic IP answers with. Other addresses of AWS answer with a name of AWS's own. */
export const reverseDns: Emit<'reverse_dns'> = (spec, cx) => {
  const target = cx.target(['static_ip', 'server', 'load_balancer'], spec.target);
  if (spec.family === 'ipv6')
    cx.fail('family', { message: 'has to be ipv4: AWS answers for an elastic IP with a name of yours, and for no IPv6 address.' });
  if (target.kind === 'load_balancer')
    cx.fail('target', { message: 'is a load balancer, whose addresses change; AWS answers for them with a name of its own.' });
  const address =
    target.kind === 'static_ip'
      ? target
      : by(cx.all('static_ip'), 'server', (ip) => (ip.server === undefined ? [] : [ip.server])).get(target.name)?.[0];
  if (address === undefined)
    return cx.fail('target', {
      message: `is a server without a static_ip, and its own address changes when it is stopped. Add {"kind":"static_ip","name":"${target.name}-ip","server":"${target.name}"}.`,
    });
  const there = cx.regionOf(address);
  if (there !== cx.region)
    cx.fail('target', { message: `static_ip ${address.name} is in ${there} and this in ${cx.region}; give this "region":"${there}".` });
  const { name } = spec;
  const allocation = cx.of('static_ip', address.name);
  // While the change is on its way, the old name is still given, and the new one stands beside it.
  const found = query(
    text(
      cx,
      `Addresses[?PtrRecord=='${name}.'||PtrRecordUpdate.Value=='${name}.'].AllocationId`,
      'ec2 describe-addresses-attribute',
      '--attribute',
      'domain-name',
      '--allocation-ids',
      allocation,
    ),
  );
  const records = cx.all('dns_record').flatMap((record) => {
    const host = hostIn(record.zone, record.name);
    return record.type === 'A' && (host === '@' ? record.zone : `${host}.${record.zone}`) === name
      ? [`dns_record.${host}.${record.zone}.A`]
      : [];
  });
  if (records.length === 0)
    cx.warn(`reverse_dns ${name}: AWS takes it only once ${name} resolves to that address; add a dns_record, or make the A record first`);
  return [
    step(cx, '', {
      title: `${address.name} answers with ${name}`,
      find: found,
      create: aws(cx, 'ec2 modify-address-attribute', '--allocation-id', allocation, '--domain-name', name),
      verify: { query: found },
      undo: [aws(cx, 'ec2 reset-address-attribute', '--allocation-id', allocation, '--attribute', 'domain-name')],
      // It is refused until the name resolves to the address.
      patience: 600,
      outputs: { id: found },
      after: [...records, ...(address.server === undefined ? [] : [`static_ip.${address.name}.attach`])],
      hint: `AWS checks that ${name} resolves to the address; where its DNS is elsewhere, add the A record there.`,
      effects: [{ kind: 'changes', what: `the address of ${address.name} answers with ${name}` }],
    }),
  ];
};
