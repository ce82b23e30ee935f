import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { doctl, find, get, ownName, planTag, sameRegion } from './cli.ts';

export const volume: Emit<'volume'> = (spec, cx) => {
  const self = cx.of('volume', spec.name);
  const found = find('compute volume', 'ID,Name,Tags', [spec.name, planTag(cx)]);
  const steps: Step[] = [
    {
      id: cx.id,
      title: `volume ${spec.name} (${spec.sizeGb} GB)`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'compute',
        'volume',
        'create',
        spec.name,
        '--region',
        cx.region,
        '--size',
        `${spec.sizeGb}GiB`,
        '--fs-type',
        spec.format,
        '--tag',
        planTag(cx),
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      rescue: [doctl('compute', 'volume', 'snapshot', self, '--snapshot-name', [`${ownName(cx, spec.name)}-`, { now: true }])],
      // It is refused for a moment after the volume was detached.
      undo: [{ command: doctl('compute', 'volume', 'delete', self, '--force'), seconds: 120 }],
      effects: [
        { kind: 'creates', what: `volume ${spec.name}, ${spec.sizeGb} GB, ${spec.format}, ${cx.region}` },
        rateCost(cx, `volume ${spec.name} (${spec.sizeGb} GB)`, 'volume', spec.sizeGb),
      ],
    },
  ];
  if (spec.server === undefined) return steps;
  const server = cx.spec('server', spec.server);
  if (cx.providerOf(server) !== 'digitalocean') cx.fail('server', { message: `server ${spec.server} is on another provider.` });
  sameRegion(cx, server, 'server');
  const droplet = cx.of('server', spec.server);
  // The column is a list in brackets, of the one droplet that a volume can have.
  const attached = query(get('compute volume', self, 'DropletIDs'), { column: 1, equals: ['[', droplet, ']'], print: 1 });
  steps.push({
    id: cx.part('attach'),
    title: `attach ${spec.name} to ${spec.server}`,
    resource: cx.id,
    provider: 'digitalocean',
    find: attached,
    create: doctl('compute', 'volume-action', 'attach', self, droplet),
    wait: [{ ...attached, seconds: 120 }],
    verify: { query: attached },
    undo: [doctl('compute', 'volume-action', 'detach', self, droplet)],
    effects: [
      { kind: 'changes', what: `server ${spec.server} has volume ${spec.name}, mounted at /mnt/${spec.name.replaceAll('-', '_')}` },
    ],
  });
  return steps;
};
