import { usageCost } from '../common.ts';
import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

export const snapshot: Emit<'snapshot'> = (spec, cx) => {
  if (spec.volume !== undefined)
    cx.fail('volume', {
      message: 'Hetzner has no volume snapshots. Use plan_backups with a source of engine "files", or copy to a Storage Box.',
    });
  if (spec.database !== undefined)
    cx.fail('database', { message: 'Hetzner has no managed databases; dump the database with plan_backups.' });
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; name the server to copy.' });
  const found = find(cx, 'image', spec.name, 'id', '--type', 'snapshot');
  return [
    {
      id: cx.id,
      title: `snapshot ${spec.name} of ${spec.server}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud(
        'server',
        'create-image',
        '--type',
        'snapshot',
        '--description',
        spec.name,
        ...labels(cx, spec.name),
        cx.of('server', spec.server, 'name'),
      ),
      verify: { query: find(cx, 'image', spec.name, 'status', '--type', 'snapshot'), expect: 'available' },
      undo: [hcloud('image', 'delete', { of: cx.id, out: 'id' })],
      keep: true,
      effects: [
        { kind: 'creates', what: `snapshot of ${spec.server}'s own disk; attached volumes are not in it` },
        usageCost(cx, `snapshot ${spec.name}`, 'snapshot', 'per GB of what the disk really holds'),
      ],
    },
  ];
};
