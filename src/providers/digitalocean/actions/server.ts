import { query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { serverType, typeCost } from '../../common.ts';
import type { Act, Context } from '../../provider.ts';
import { doctl, get } from '../cli.ts';
import { change, copy, mark, self, whereas } from './change.ts';

const serverCopy = (cx: Context, server: string, name: string, part: string): Step =>
  copy(cx, server, name, part, 'droplet', (full) => doctl('compute', 'droplet-action', 'snapshot', self(cx), '--snapshot-name', full));

export const resizeServer: Act<'server'> = (spec, cx, wish) => {
  const type = serverType(cx, spec.size);
  const droplet = self(cx);
  const done = `eq .SizeSlug "${type.id}"`;
  const status = (want: string) => ({ command: get('compute droplet', droplet, 'Status'), expect: want, seconds: 600 });
  const hint = `If ${spec.name} does not shut down by itself, doctl compute droplet-action power-off ID stops it hard; doctl compute droplet-action power-on ID starts it as it was.`;
  return [
    ...(wish.snapshots ? [serverCopy(cx, spec.name, `${spec.name}-before-resize-${cx.today}`, 'before-resize')] : []),
    {
      ...change(
        cx,
        'off',
        `shut ${spec.name} down`,
        whereas(droplet, `or (${done}) (eq .Status "off")`),
        doctl('compute', 'droplet-action', 'shutdown', droplet, '--wait'),
        [{ kind: 'interrupts', what: `server ${spec.name} is down from its shutdown until it is started again, a few minutes as a rule` }],
      ),
      hint,
    },
    {
      ...change(
        cx,
        'resize',
        `make ${spec.name} a ${type.id}`,
        whereas(droplet, done),
        // Without --resize-disk, or it could never become smaller again.
        doctl('compute', 'droplet-action', 'resize', droplet, '--size', type.id, '--wait'),
        [
          {
            kind: 'changes',
            what: `server ${spec.name} is a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB); its disk keeps its size`,
          },
          typeCost(cx, `server ${spec.name} (${type.id})`, type, { note: 'from then on, in place of its former price' }),
        ],
      ),
      hint,
    },
    change(
      cx,
      'on',
      `start ${spec.name}`,
      whereas(droplet, 'eq .Status "active"'),
      doctl('compute', 'droplet-action', 'power-on', droplet, '--wait'),
      [{ kind: 'changes', what: `server ${spec.name} runs again` }],
      { wait: [status('active')] },
    ),
  ];
};

export const snapshotServer: Act<'server'> = (spec, cx) => [serverCopy(cx, spec.name, `${spec.name}-${cx.today}`, 'snapshot')];

/** Back to a snapshot: the disk is written anew, and what was on it since is gone. */
export function restoreServer(cx: Context, snapshot: string, server: string, snapshots: boolean): Step[] {
  const droplet = cx.of('server', server);
  // A tag has no dots, and a snapshot's name no colons.
  const tag = `restored:${cx.plan}:${snapshot.replaceAll('.', ':')}:${cx.today}`;
  const done = query(doctl('compute', 'droplet', 'list', '--tag-name', tag, '--format', 'ID', '--no-header'));
  return [
    ...(snapshots
      ? [
          copy(cx, server, `${server}-before-restore-${cx.today}`, 'before-restore', 'droplet', (full) =>
            doctl('compute', 'droplet-action', 'snapshot', droplet, '--snapshot-name', full),
          ),
        ]
      : []),
    // Before anything is destroyed, so that nothing comes between that and its mark.
    mark(cx, 'mark', tag),
    {
      ...change(
        cx,
        'restore',
        `put snapshot ${snapshot} onto ${server}`,
        done,
        doctl('compute', 'droplet-action', 'restore', droplet, '--image-id', self(cx), '--wait'),
        [
          {
            kind: 'destroys',
            what: `what is on server ${server}'s own disk now; it becomes what snapshot ${snapshot} holds, attached volumes stay as they are`,
          },
          { kind: 'interrupts', what: `server ${server} is down while its disk is written, minutes for a small one` },
        ],
        // The mark says that it was done today, so that running the script again does not do it once more.
        {
          wait: [
            { command: get('compute droplet', droplet, 'Status'), expect: 'active', seconds: 1800 },
            doctl('compute', 'droplet', 'tag', droplet, '--tag-name', tag),
          ],
        },
      ),
      hint: `The snapshot has to be one of ${server}, on a disk of the same size.`,
    },
  ];
}
