import { type Query, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { protection } from '../../change.ts';
import { typeCost } from '../../common.ts';
import type { Act, Arg, Context } from '../../provider.ts';
import { aws, filter, self, step, tagged, text } from '../cli.ts';
import { instanceType } from '../machine.ts';
import { ofServer } from '../snapshot.ts';
import { change, instance, until } from './change.ts';

/** How long an instance may take to stop or to start, in seconds. */
const PATIENCE = 900;

/**
 * Stopped, changed, started: the steps around what a running server does not let happen. `done` is the condition under
 * which it need not be stopped any more.
 */
export function whileStopped(cx: Context, name: string, id: Arg, done: Arg, why: string, steps: readonly Step[]): Step[] {
  const hint = `It may be stopped now: aws ec2 start-instances starts ${name} as it is.`;
  const off = instance(cx, id, ["State.Name=='stopped'||", ...(Array.isArray(done) ? done : [done])]);
  const on = instance(cx, id, "State.Name=='running'");
  return [
    change(
      cx,
      'off',
      `stop ${name}`,
      off,
      aws(cx, 'ec2 stop-instances', '--instance-ids', id),
      [
        {
          kind: 'interrupts',
          what: `server ${name} is down ${why}; its public IPv4 address is another one afterwards, unless it has a static_ip`,
        },
      ],
      { wait: [until(off, id, PATIENCE)], hint },
    ),
    ...steps.map((one) => ({ ...one, hint: one.hint === undefined ? hint : `${one.hint} ${hint}` })),
    change(
      cx,
      'on',
      `start ${name}`,
      on,
      aws(cx, 'ec2 start-instances', '--instance-ids', id),
      [{ kind: 'changes', what: `server ${name} runs again` }],
      { wait: [until(on, id, PATIENCE)] },
    ),
  ];
}

export const resizeServer: Act<'server'> = (spec, cx, wish) => {
  const type = instanceType(cx, spec.size);
  const id = self(cx);
  const is = `InstanceType=='${type.id}'`;
  const resize = change(
    cx,
    'resize',
    `make ${spec.name} a ${type.id}`,
    instance(cx, id, is),
    aws(cx, 'ec2 modify-instance-attribute', '--instance-id', id, '--instance-type', `Value=${type.id}`),
    [
      { kind: 'changes', what: `server ${spec.name} is a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB); its disks stay as they are` },
      typeCost(cx, `server ${spec.name} (${type.id})`, type, { note: 'from then on, in place of its former price' }),
    ],
    { hint: `${type.id} has to have ${spec.name}'s architecture (${type.arch}).` },
  );
  return [
    ...(wish.snapshots ? [ofServer(cx, `${spec.name}-before-resize-${cx.today}`, spec.name, 'before-resize', id)] : []),
    // No figure of AWS's was found for how long that takes (looked for on 2026-11-25), so none is given.
    ...whileStopped(cx, spec.name, id, is, 'for as long as its system takes to shut down and to boot', [resize]),
  ];
};

export const snapshotServer: Act<'server'> = (spec, cx) => [ofServer(cx, `${spec.name}-${cx.today}`, spec.name, 'snapshot', self(cx))];

/** Back to an image of the server: its root volume is replaced while its addresses and its other volumes stay. */
export function restoreServer(cx: Context, snapshot: string, server: string, snapshots: boolean): Step[] {
  const id = cx.of('server', server);
  const mark = `${snapshot}/${cx.today}`;
  const task = (state: string): Query =>
    query(
      text(
        cx,
        `ReplaceRootVolumeTasks[?Tags[?Key=='Name'&&Value=='${mark}']&&${state}].ReplaceRootVolumeTaskId`,
        'ec2 describe-replace-root-volume-tasks',
        '--filters',
        filter('instance-id', id),
      ),
    );
  const labelled = query(
    text(
      cx,
      "Volumes[?State=='in-use'].VolumeId",
      'ec2 describe-volumes',
      '--filters',
      filter('attachment.instance-id', id),
      `Name=tag:plan,Values=${cx.plan}`,
      `Name=tag:Name,Values=${server}/root`,
    ),
  );
  const newest = query(
    text(cx, 'sort_by(Volumes,&CreateTime)[-1:].VolumeId', 'ec2 describe-volumes', '--filters', filter('attachment.instance-id', id)),
  );
  return [
    ...(snapshots ? [ofServer(cx, `${server}-before-restore-${cx.today}`, server, 'before-restore', id)] : []),
    step(cx, 'restore', {
      title: `put image ${snapshot} onto ${server}`,
      find: task("TaskState!='failed'&&TaskState!='failing'&&TaskState!='failed-detached'"),
      create: text(
        cx,
        'ReplaceRootVolumeTask.ReplaceRootVolumeTaskId',
        'ec2 create-replace-root-volume-task',
        '--instance-id',
        id,
        '--image-id',
        self(cx),
        '--delete-replaced-root-volume',
        ...tagged(cx, { 'replace-root-volume-task': mark }),
      ),
      captures: true,
      wait: [until(task("TaskState=='succeeded'"), self(cx, 'restore'), 3600)],
      verify: { query: task("TaskState=='succeeded'") },
      hint: `${server} has to be running, and the image has to be one of it.`,
      effects: [
        {
          kind: 'destroys',
          what: `what is on server ${server}'s root volume now; it becomes what image ${snapshot} holds, other volumes stay as they are`,
        },
        { kind: 'interrupts', what: `server ${server} is restarted on its new root volume, a few minutes as a rule` },
      ],
    }),
    change(
      cx,
      'label',
      `label the root volume of ${server}`,
      labelled,
      aws(
        cx,
        'ec2 create-tags',
        '--resources',
        [{ asked: newest }],
        '--tags',
        `Key=plan,Value=${cx.plan}`,
        `Key=Name,Value=${server}/root`,
      ),
      [{ kind: 'changes', what: `the new root volume carries the plan's tags` }],
    ),
  ];
}

/** Whether the API may end an instance. */
export function protectServer(on: boolean): Act<'server'> {
  return (spec, cx) => {
    const id = self(cx);
    const state = query(
      text(
        cx,
        `[DisableApiTermination.Value][?${on ? '' : '!'}@]`,
        'ec2 describe-instance-attribute',
        '--attribute',
        'disableApiTermination',
        '--instance-id',
        id,
      ),
    );
    const call = (want: boolean) =>
      aws(cx, 'ec2 modify-instance-attribute', '--instance-id', id, `--${want ? '' : 'no-'}disable-api-termination`);
    const what = on
      ? `server ${spec.name} cannot be terminated until it is unprotected, by a teardown of its plan neither`
      : `server ${spec.name} can be terminated`;
    return protection(change, cx, spec.name, on, what, state, call);
  };
}
