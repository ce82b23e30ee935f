import { type Arg, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { grownVolume } from '../../change.ts';
import { rateCost } from '../../common.ts';
import type { Act, Context } from '../../provider.ts';
import { doctl, find, get, planTag } from '../cli.ts';
import { change, copy, self, without } from './change.ts';

export const snapshotVolume: Act<'volume'> = (spec, cx) => [
  copy(cx, spec.name, `${spec.name}-${cx.today}`, 'snapshot', 'volume', (full) =>
    doctl('compute', 'volume', 'snapshot', self(cx), '--snapshot-name', full),
  ),
];

export const resizeVolume: Act<'volume'> = (spec, cx) => {
  // `50 GiB`
  const done = query(get('compute volume', self(cx), 'Size'), { column: 1, equals: String(spec.sizeGb), print: 1 });
  const { title, effects } = grownVolume(spec, cx);
  return [
    change(
      cx,
      'resize',
      title,
      done,
      doctl('compute', 'volume-action', 'resize', self(cx), '--size', String(spec.sizeGb), '--region', cx.region, '--wait'),
      effects,
    ),
  ];
};

/** Takes a volume off a droplet: done where the droplet has it no longer. */
function detach(cx: Context, part: string, volume: Arg, droplet: Arg, title: string, what: string): Step {
  return change(
    cx,
    part,
    title,
    without(droplet, '.VolumeIDs', volume),
    doctl('compute', 'volume-action', 'detach', volume, droplet, '--wait'),
    [{ kind: 'interrupts', what }],
  );
}

export const detachVolume: Act<'volume'> = (spec, cx) => {
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; say which server it is attached to.' });
  const { name, server } = spec;
  return [
    detach(
      cx,
      'detach',
      self(cx),
      cx.of('server', server),
      `detach ${name}`,
      `what uses volume ${name}; unmount it on its server first (sudo umount), or what is not yet written is lost`,
    ),
  ];
};

/**
 * Back to a snapshot: a volume takes nothing back into itself, and keeps its name for life, so what the snapshot holds
 * comes as a new volume, in the place of the old one, which is kept.
 */
export function restoreVolume(cx: Context, snapshot: string, volume: string): Step[] {
  const old = cx.spec('volume', volume);
  const fresh = `${volume.slice(0, 64 - cx.today.length - 1).replace(/-+$/, '')}-${cx.today}`;
  const id = { of: cx.part('new'), out: 'id' };
  const found = find('compute volume', 'ID,Name,Tags', [fresh, planTag(cx)]);
  cx.warn(
    `in your stack, volume ${volume} becomes ${fresh}; the old ${volume} stays as it is, and is billed, until you remove it: action destroy, with the volume ${volume} alone`,
  );
  if (old.server === undefined)
    cx.warn(`if ${volume} is attached to a server, name that in the volume, so that the new one is attached in its place`);
  const swap = (server: string): Step[] => {
    const droplet = cx.of('server', server);
    const attached = query(get('compute volume', id, 'DropletIDs'), { column: 1, equals: ['[', droplet, ']'], print: 1 });
    cx.warn(
      `on ${server}, the volume is another device: /dev/disk/by-id/scsi-0DO_Volume_${fresh} in /etc/fstab, mounted where ${volume} was`,
    );
    return [
      detach(
        cx,
        'detach',
        cx.of('volume', volume),
        droplet,
        `take the old ${volume} off ${server}`,
        `what uses volume ${volume} on ${server}, until the new one is mounted in its place; unmount it first (sudo umount), or what is not yet written is lost`,
      ),
      change(
        cx,
        'attach',
        `attach ${fresh} to ${server}`,
        attached,
        doctl('compute', 'volume-action', 'attach', id, droplet),
        [
          {
            kind: 'changes',
            what: `server ${server} has volume ${fresh}, as ${volume} was at snapshot ${snapshot}; what was written since is on ${volume} alone`,
          },
        ],
        { wait: [{ ...attached, seconds: 120 }], undo: [doctl('compute', 'volume-action', 'detach', id, droplet)] },
      ),
    ];
  };
  return [
    change(
      cx,
      'new',
      `volume ${fresh} from snapshot ${snapshot}`,
      found,
      doctl(
        'compute',
        'volume',
        'create',
        fresh,
        '--region',
        cx.region,
        '--snapshot',
        self(cx),
        '--size',
        `${old.sizeGb}GiB`,
        '--tag',
        planTag(cx),
        '--format',
        'ID',
        '--no-header',
      ),
      [
        { kind: 'creates', what: `volume ${fresh} with what snapshot ${snapshot} holds` },
        rateCost(cx, `volume ${fresh} (${old.sizeGb} GB)`, 'volume', old.sizeGb, 'while the old one is kept as well'),
      ],
      {
        captures: true,
        undo: [{ command: doctl('compute', 'volume', 'delete', id, '--force'), seconds: 120 }],
        hint: `It has to be at least as large as ${volume} was: "sizeGb" of the volume says how large.`,
      },
    ),
    ...(old.server === undefined ? [] : swap(old.server)),
  ];
}
