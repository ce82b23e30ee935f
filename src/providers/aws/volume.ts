import { query } from '../../core/command.ts';
import type { Patient, Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { rateCost } from '../common.ts';
import { mountLabel } from '../first_boot.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, by, filter, find, lookUp, self, step, tagged, text } from './cli.ts';
import { zoneQuery } from './network.ts';

/** The device names that EC2 recommends for data volumes; a Nitro machine calls them /dev/nvme1n1 and so on. */
const DEVICES = 'fghijklmnop';

/** Waits until every snapshot of a volume is complete. aws's own waiter gives up after ten minutes, which a large disk outlasts. */
export function snapshotsComplete(cx: Context, volume: Patient['command']['args'][number]): Patient {
  return {
    command: text(
      cx,
      "length(Snapshots[?State!='completed'])",
      'ec2 describe-snapshots',
      '--owner-ids',
      'self',
      '--filters',
      filter('volume-id', volume),
    ),
    expect: '0',
    seconds: 14_400,
  };
}

export const volume: Emit<'volume'> = (spec, cx) => {
  const own = self(cx);
  const found = find(cx, 'describe-volumes', 'Volumes[].VolumeId', spec.name, 'Name=status,Values=creating,available,in-use');
  const server = spec.server === undefined ? undefined : ownServer(cx, spec.server);
  const steps: Step[] = [];
  const zone = `zone.${cx.region}`;
  if (server === undefined) steps.push(lookUp(cx, zone, `first zone of ${cx.region}`, zoneQuery(cx, 0)));
  steps.push(
    step(cx, '', {
      title: `volume ${spec.name} (${spec.sizeGb} GB)`,
      find: found,
      create: text(
        cx,
        'VolumeId',
        'ec2 create-volume',
        '--availability-zone',
        server === undefined ? { of: zone, out: 'id' } : cx.of('server', server.name, 'zone'),
        '--size',
        String(spec.sizeGb),
        '--volume-type',
        'gp3',
        '--encrypted',
        ...tagged(cx, { volume: spec.name }),
      ),
      captures: true,
      // Not aws's own waiter: on a second run the volume is in use, which that would not take for an answer.
      wait: [
        {
          command: text(cx, "Volumes[?State=='available'||State=='in-use'].VolumeId", 'ec2 describe-volumes', '--volume-ids', own),
          expect: own,
          seconds: 120,
        },
      ],
      verify: { query: found },
      undo: [{ command: aws(cx, 'ec2 delete-volume', '--volume-id', own), seconds: 120 }],
      rescue: [
        aws(cx, 'ec2 create-snapshot', '--volume-id', own, ...tagged(cx, { snapshot: [`${spec.name}-last-`, { now: true }] })),
        snapshotsComplete(cx, own),
      ],
      effects: [
        { kind: 'creates', what: `volume ${spec.name}, ${spec.sizeGb} GB, encrypted, ${cx.region}` },
        rateCost(cx, `volume ${spec.name} (${spec.sizeGb} GB)`, 'volume', spec.sizeGb),
      ],
    }),
  );
  if (server === undefined) return steps;
  const device = deviceOf(cx, spec, server.name);
  const label = mountLabel(spec, server);
  cx.warn(
    label === undefined
      ? `volume ${spec.name} comes without a file system. Once, on ${server.name} (lsblk shows it, the first one as nvme1n1): sudo mkfs -t ${spec.format} /dev/nvme1n1 && sudo mkdir -p /mnt/${spec.name} && echo "UUID=$(sudo blkid -s UUID -o value /dev/nvme1n1) /mnt/${spec.name} ${spec.format} defaults,nofail 0 2" | sudo tee -a /etc/fstab && sudo mount -a`
      : `volume ${spec.name} comes without a file system. Once, on ${server.name} (lsblk shows it, the first one as nvme1n1): sudo mkfs -t ${spec.format} -L ${label} /dev/nvme1n1 && sudo mount -a; its first boot sees to it that what is labelled ${label} is mounted at /mnt/${spec.name}`,
  );
  const attached = query(
    text(
      cx,
      'Volumes[].VolumeId',
      'ec2 describe-volumes',
      '--filters',
      filter('volume-id', own),
      filter('attachment.instance-id', cx.of('server', server.name)),
    ),
  );
  steps.push(
    step(cx, 'attach', {
      title: `attach ${spec.name} to ${server.name}`,
      find: attached,
      create: aws(cx, 'ec2 attach-volume', '--device', device, '--instance-id', cx.of('server', server.name), '--volume-id', own),
      verify: { query: attached },
      // A mounted volume does not let go. Stopping the server unmounts it, and makes what a snapshot then holds whole.
      undo: [
        aws(cx, 'ec2 stop-instances', '--instance-ids', cx.of('server', server.name)),
        aws(cx, 'ec2 wait instance-stopped', '--instance-ids', cx.of('server', server.name)),
        aws(cx, 'ec2 detach-volume', '--instance-id', cx.of('server', server.name), '--volume-id', own),
        aws(cx, 'ec2 wait volume-available', '--volume-ids', own),
      ],
      effects: [{ kind: 'changes', what: `server ${server.name} has volume ${spec.name}; taking it off again stops the server` }],
    }),
  );
  return steps;
};

/** The device name under which a server gets a volume: the volumes of a server take turns. */
export function deviceOf(cx: Context, spec: Spec<'volume'>, server: string): string {
  const beside = by(cx.all('volume'), 'server', (one) => (one.server === undefined ? [] : [one.server])).get(server) ?? [];
  const letter = DEVICES[beside.indexOf(spec)];
  if (letter === undefined) return cx.fail('server', { message: `server ${server} has ${DEVICES.length} volumes already.` });
  return `/dev/sd${letter}`;
}

function ownServer(cx: Context, name: string): Spec<'server'> {
  const server = cx.spec('server', name);
  if (cx.providerOf(server) !== 'aws') cx.fail('server', { message: `server ${name} is on another provider.` });
  const there = cx.regionOf(server);
  if (there !== cx.region)
    cx.fail('server', { message: `server ${name} is in ${there} and this volume in ${cx.region}; a volume attaches within its own zone.` });
  return server;
}
