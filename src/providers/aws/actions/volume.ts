import { query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { attachment, grownVolume } from '../../change.ts';
import { rateCost } from '../../common.ts';
import type { Act, Arg, Context } from '../../provider.ts';
import { aws, filter, find, self, step, text } from '../cli.ts';
import { ofVolume } from '../snapshot.ts';
import { deviceOf, volume } from '../volume.ts';
import { change, instance, there, until } from './change.ts';
import { whileStopped } from './server.ts';

const UNMOUNT = 'unmount it on its server first (sudo umount), or what is not yet written is lost';

/** Prints the id of a volume while a condition of JMESPath holds of it. */
const where = (cx: Context, id: Arg, condition: string, ...more: Arg[]) =>
  query(text(cx, `Volumes[?${condition}].VolumeId`, 'ec2 describe-volumes', '--filters', filter('volume-id', id), ...more));

export const resizeVolume: Act<'volume'> = (spec, cx) => {
  const id = self(cx);
  // EC2 says the new size once the volume can be used at it.
  const done = where(cx, id, `Size>=\`${spec.sizeGb}\``);
  const { title, effects } = grownVolume(spec, cx);
  return [
    change(cx, 'resize', title, done, aws(cx, 'ec2 modify-volume', '--volume-id', id, '--size', String(spec.sizeGb)), effects, {
      wait: [until(done, id, 1800)],
      hint: 'A volume that is still being modified is not modified again: aws ec2 describe-volumes-modifications shows how far that is.',
    }),
  ];
};

export const attachVolume = attachment(volume);

export const detachVolume: Act<'volume'> = (spec, cx) => {
  const id = self(cx);
  const free = where(cx, id, "State=='available'");
  return [
    change(
      cx,
      'detach',
      `detach ${spec.name}`,
      free,
      aws(cx, 'ec2 detach-volume', '--volume-id', id),
      [{ kind: 'interrupts', what: `what uses volume ${spec.name}; ${UNMOUNT}` }],
      {
        wait: [until(free, id, 600)],
        hint: `A volume that is mounted does not let go: ${UNMOUNT}.`,
      },
    ),
  ];
};

export const snapshotVolume: Act<'volume'> = (spec, cx) => [ofVolume(cx, `${spec.name}-${cx.today}`, spec.name, 'snapshot', self(cx))];

/**
 * Back to a snapshot: EBS writes none onto a volume that is there, so a new one takes its place, and its name. The old
 * one is kept under another name.
 */
export function restoreVolume(cx: Context, snapshot: string, name: string): Step[] {
  const spec = cx.spec('volume', name);
  const aside = `${name}-before-${snapshot}-${cx.today}`;
  const mark = `${snapshot}/${cx.today}`;
  const state = 'Name=status,Values=creating,available,in-use';
  // Of the two, the older one, whichever name it has by now.
  const older = find(cx, 'describe-volumes', 'sort_by(Volumes,&CreateTime)[:1].VolumeId', `${name},${aside}`, state);
  const [old, fresh] = [self(cx, 'old'), self(cx, 'new')];
  const made = query(
    text(
      cx,
      'Volumes[].VolumeId',
      'ec2 describe-volumes',
      '--filters',
      `Name=tag:plan,Values=${cx.plan}`,
      `Name=tag:restored,Values=${mark}`,
      state,
    ),
  );
  const ready = where(cx, fresh, "State=='available'||State=='in-use'");
  const called = (id: Arg, to: string) => where(cx, id, 'VolumeId', `Name=tag:Name,Values=${to}`);
  const call = (part: string, id: Arg, to: string, what: string): Step =>
    change(cx, part, what, called(id, to), aws(cx, 'ec2 create-tags', '--resources', id, '--tags', `Key=Name,Value=${to}`), [
      { kind: 'changes', what },
    ]);
  cx.warn(
    `the volume as it was stays as ${aside}, and is billed, until you remove it: aws ec2 delete-volume with the id that aws ec2 describe-volumes --filters Name=tag:Name,Values=${aside} shows`,
  );
  if (spec.server === undefined)
    cx.warn(`if ${name} is attached to a server, name that in the volume, so that the new one is attached in its place`);
  const swap = (server: string): Step[] => {
    const machine = cx.of('server', server);
    const free = where(cx, old, "State=='available'");
    const attached = where(cx, fresh, 'VolumeId', filter('attachment.instance-id', machine));
    return whileStopped(cx, server, machine, ["BlockDeviceMappings[?Ebs.VolumeId=='", fresh, "']"], 'while its volume is exchanged', [
      change(
        cx,
        'detach',
        `take the old ${name} off ${server}`,
        free,
        aws(cx, 'ec2 detach-volume', '--volume-id', old),
        [{ kind: 'changes', what: `server ${server} has the old ${name} no longer` }],
        { wait: [until(free, old, 600)] },
      ),
      change(
        cx,
        'attach',
        `attach the new ${name} to ${server}`,
        attached,
        aws(cx, 'ec2 attach-volume', '--device', deviceOf(cx, spec, server), '--instance-id', machine, '--volume-id', fresh),
        [
          {
            kind: 'changes',
            what: `server ${server} has volume ${name} as it was at snapshot ${snapshot}; what was written since is on ${aside} alone`,
          },
        ],
        { wait: [until(instance(cx, machine, ["BlockDeviceMappings[?Ebs.VolumeId=='", fresh, "']"]), machine, 600)] },
      ),
    ]);
  };
  return [
    there(cx, 'old', `volume ${name} as it is`, older, {
      zone: query(text(cx, 'Volumes[].AvailabilityZone', 'ec2 describe-volumes', '--filters', filter('volume-id', old))),
    }),
    step(cx, 'new', {
      title: `volume from snapshot ${snapshot}`,
      find: made,
      create: text(
        cx,
        'VolumeId',
        'ec2 create-volume',
        '--snapshot-id',
        self(cx),
        '--availability-zone',
        { of: cx.part('old'), out: 'zone' },
        '--volume-type',
        'gp3',
        '--encrypted',
        '--tag-specifications',
        `ResourceType=volume,Tags=[{Key=plan,Value=${cx.plan}},{Key=Name,Value=${name}-restored},{Key=restored,Value=${mark}}]`,
      ),
      captures: true,
      wait: [until(ready, fresh, 600)],
      verify: { query: made },
      undo: [{ command: aws(cx, 'ec2 delete-volume', '--volume-id', fresh), seconds: 120 }],
      effects: [
        { kind: 'creates', what: `a volume with what snapshot ${snapshot} holds, encrypted` },
        rateCost(cx, `volume ${name}`, 'volume', spec.sizeGb, 'while the old one is kept as well'),
      ],
    }),
    ...(spec.server === undefined ? [] : swap(spec.server)),
    call('aside', old, aside, `call the old volume ${aside}`),
    call('name', fresh, name, `call the new volume ${name}`),
  ];
}
