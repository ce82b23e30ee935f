import { toNumber } from '../../resources/fields.ts';
import type { Emit } from '../provider.ts';
import { engineOf, find, labels, servicesIn } from './cli.ts';
import { swarmOf } from './swarm.ts';

/** The kind's own default, which stands for "any": on an engine it could well cover the network that its host is in. */
const ANY = '10.0.0.0/16';

export const network: Emit<'network'> = (spec, cx) => {
  const engine = engineOf(spec, cx);
  const host = engine.server === undefined ? undefined : cx.spec('server', engine.server).network;
  if (spec.cidr === ANY)
    cx.assume(
      `network ${spec.name}: Docker chooses a range that is free on its host (give another cidr than ${ANY} to choose it yourself)`,
    );
  else if (host !== undefined && overlap(spec.cidr, cx.spec('network', host).cidr)) {
    cx.fail('cidr', {
      message: `overlaps with network ${host} (${cx.spec('network', host).cidr}), which server ${engine.server} is in, and would cut it off. Take another range, or leave cidr out.`,
      given: JSON.stringify(spec.cidr),
    });
  }
  const found = find(cx, engine, ['network', 'ls'], spec.name, 'Name');
  const service = servicesIn(spec.name, cx)[0];
  const swarm = service === undefined ? undefined : swarmOf(service, cx);
  return [
    ...engine.steps,
    {
      id: cx.id,
      title: `network ${spec.name}`,
      resource: cx.id,
      provider: 'docker',
      find: found,
      create: engine.docker(
        'network',
        'create',
        ...labels(cx, spec.name),
        // Containers of the engine itself may join as well.
        ...(swarm === undefined ? [] : ['--driver', 'overlay', '--attachable']),
        ...(spec.cidr === ANY ? [] : ['--subnet', spec.cidr]),
        spec.name,
      ),
      outputs: { name: spec.name },
      verify: { query: found, expect: spec.name },
      // The containers of a service that was removed leave its network a moment later, and a swarm shows it for one more.
      undo:
        swarm === undefined
          ? [engine.docker('network', 'rm', spec.name)]
          : [
              { command: engine.docker('network', 'rm', spec.name), seconds: 120 },
              { ...found, expect: '', seconds: 600 },
            ],
      ...(swarm === undefined ? {} : { after: swarm.after }),
      effects: [
        {
          kind: 'creates',
          what: `Docker network ${spec.name}${swarm === undefined ? '' : ' over all nodes of the swarm'}, in which containers find each other by name`,
        },
      ],
    },
  ];
};

function overlap(a: string, b: string): boolean {
  const end = (range: string): number => toNumber(range) + 2 ** (32 - Number(range.split('/')[1]));
  return toNumber(a) < end(b) && toNumber(b) < end(a);
}
