import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { rateCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

export const volume: Emit<'volume'> = (spec, cx) => {
  if (spec.sizeGb < 10) cx.fail('sizeGb', { message: 'Hetzner volumes have at least 10 GB.', given: String(spec.sizeGb) });
  if (spec.sizeGb > 10_240) cx.fail('sizeGb', { message: 'Hetzner volumes have at most 10240 GB.', given: String(spec.sizeGb) });
  const found = find(cx, 'volume', spec.name);
  const steps: Step[] = [
    {
      id: cx.id,
      title: `volume ${spec.name} (${spec.sizeGb} GB)`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'volume',
        'create',
        '--name',
        spec.name,
        '--size',
        String(spec.sizeGb),
        '--format',
        spec.format,
        '--location',
        cx.region,
        ...labels(cx, spec.name),
      ),
      outputs: { name: spec.name },
      verify: { query: found },
      undo: [{ command: hcloud('volume', 'delete', spec.name), seconds: 60 }],
      effects: [
        { kind: 'creates', what: `volume ${spec.name}, ${spec.sizeGb} GB, ${spec.format}, ${cx.region}` },
        rateCost(cx, `volume ${spec.name} (${spec.sizeGb} GB)`, 'volume', spec.sizeGb),
      ],
    },
  ];
  cx.warn(
    `Hetzner has no volume snapshots: removing volume ${spec.name} destroys its data. Back it up first (plan_backups, source "files")`,
  );
  if (spec.server === undefined) return steps;
  if (cx.providerOf(cx.spec('server', spec.server)) !== 'hetzner')
    cx.fail('server', { message: `server ${spec.server} is on another provider.` });
  const there = cx.regionOf(cx.spec('server', spec.server));
  if (there !== cx.region)
    cx.fail('server', {
      message: `server ${spec.server} is in ${there} and this volume in ${cx.region}; a volume attaches within its own location.`,
    });
  // The list's column names the server, and a dash where there is none.
  const attached = query(find(cx, 'volume', spec.name, 'server').command, { column: 1, equals: spec.server, print: 1 });
  steps.push({
    id: cx.part('attach'),
    title: `attach ${spec.name} to ${spec.server}`,
    resource: cx.id,
    provider: 'hetzner',
    find: attached,
    create: hcloud('volume', 'attach', '--automount', '--server', cx.of('server', spec.server, 'name'), cx.of('volume', spec.name, 'name')),
    verify: { query: attached, expect: spec.server },
    undo: [hcloud('volume', 'detach', spec.name)],
    effects: [{ kind: 'changes', what: `server ${spec.server} has volume ${spec.name}, mounted below /mnt` }],
  });
  return steps;
};
