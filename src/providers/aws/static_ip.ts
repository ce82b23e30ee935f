import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { aws, by, filter, find, self, step, tagged, text } from './cli.ts';

export const staticIp: Emit<'static_ip'> = (spec, cx) => {
  const found = find(cx, 'describe-addresses', 'Addresses[].AllocationId', spec.name);
  const own = self(cx);
  const steps: Step[] = [
    step(cx, '', {
      title: `address ${spec.name}`,
      find: found,
      create: text(cx, 'AllocationId', 'ec2 allocate-address', '--domain', 'vpc', ...tagged(cx, { 'elastic-ip': spec.name })),
      captures: true,
      outputs: { ipv4: query(text(cx, 'Addresses[].PublicIp', 'ec2 describe-addresses', '--filters', filter('allocation-id', own))) },
      verify: { query: found },
      undo: [{ command: aws(cx, 'ec2 release-address', '--allocation-id', own), seconds: 120 }],
      effects: [
        { kind: 'creates', what: `public IPv4 address ${spec.name}, billed also while nothing uses it` },
        rateCost(cx, `address ${spec.name}`, 'public_ipv4'),
      ],
    }),
  ];
  if (spec.server === undefined) return steps;
  const there = cx.regionOf(cx.spec('server', spec.server));
  if (there !== cx.region)
    cx.fail('server', {
      message: `server ${spec.server} is in ${there} and this address in ${cx.region}; an address stays in its region.`,
    });
  const first = by(cx.all('static_ip'), 'server', (ip) => (ip.server === undefined ? [] : [ip.server])).get(spec.server)?.[0];
  if (first !== undefined && first !== spec)
    cx.fail('server', { message: `server ${spec.server} already has static_ip ${first.name}; a server has one.` });
  const server = cx.of('server', spec.server);
  const attached = query(
    text(
      cx,
      'Addresses[].AssociationId',
      'ec2 describe-addresses',
      '--filters',
      filter('allocation-id', own),
      filter('instance-id', server),
    ),
  );
  steps.push(
    step(cx, 'attach', {
      title: `point ${spec.name} to ${spec.server}`,
      find: attached,
      create: text(cx, 'AssociationId', 'ec2 associate-address', '--allocation-id', own, '--instance-id', server),
      captures: true,
      verify: { query: attached },
      undo: [aws(cx, 'ec2 disassociate-address', '--association-id', self(cx, 'attach'))],
      effects: [{ kind: 'changes', what: `server ${spec.server} answers at ${spec.name} instead of its first public address` }],
    }),
  );
  return steps;
};
