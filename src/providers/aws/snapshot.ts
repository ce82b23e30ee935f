import { type Arg, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { usageCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, find, self, step, tagged, tags, text, unknownCost } from './cli.ts';

export const snapshot: Emit<'snapshot'> = (spec, cx) => {
  const sources = (['server', 'volume', 'database'] as const).filter((kind) => spec[kind] !== undefined);
  const [kind] = sources;
  if (kind === undefined || sources.length > 1)
    return cx.fail(sources[1] ?? 'server', {
      message:
        kind === undefined
          ? 'is missing; name the server, volume or database to copy.'
          : 'a snapshot is of one thing; make another for this.',
    });
  const there = cx.regionOf(cx.spec(kind, spec[kind] as string));
  if (there !== cx.region)
    cx.fail(kind, {
      message: `${kind} ${spec[kind]} is in ${there} and this snapshot in ${cx.region}; a snapshot is made in the region of its source.`,
    });
  return [{ server: ofServer, volume: ofVolume, database: ofDatabase }[kind](cx, spec.name, spec[kind] as string)];
};

/** A copy of a volume; `part` and `source` where the copy is a step of something else. */
export function ofVolume(cx: Context, name: string, volume: string, part = '', source: Arg = cx.of('volume', volume)): Step {
  const found = find(cx, 'describe-snapshots', 'Snapshots[].SnapshotId', name, 'Name=status,Values=pending,completed');
  return step(cx, part, {
    title: `snapshot ${name} of volume ${volume}`,
    find: found,
    create: text(cx, 'SnapshotId', 'ec2 create-snapshot', '--volume-id', source, ...tagged(cx, { snapshot: name })),
    captures: true,
    wait: [
      {
        command: text(cx, 'Snapshots[].State', 'ec2 describe-snapshots', '--snapshot-ids', self(cx, part)),
        expect: 'completed',
        seconds: 14_400,
      },
    ],
    verify: { query: find(cx, 'describe-snapshots', 'Snapshots[].State', name), expect: 'completed' },
    undo: [aws(cx, 'ec2 delete-snapshot', '--snapshot-id', self(cx, part))],
    keep: true,
    effects: [
      { kind: 'creates', what: `snapshot of volume ${volume} as it is at that moment` },
      usageCost(cx, `snapshot ${name}`, 'snapshot', 'per GB that it holds'),
    ],
  });
}

/** A copy of a server with all its volumes. */
export function ofServer(cx: Context, name: string, server: string, part = '', source: Arg = cx.of('server', server)): Step {
  const found = find(cx, 'describe-images', 'Images[].ImageId', name);
  return step(cx, part, {
    title: `image ${name} of server ${server}`,
    find: found,
    // Without a restart of the server: what it had not yet written to disk is not in it.
    create: text(
      cx,
      'ImageId',
      'ec2 create-image',
      '--instance-id',
      source,
      '--name',
      name,
      '--no-reboot',
      ...tagged(cx, { image: name, snapshot: `${name}/image` }),
    ),
    captures: true,
    wait: [
      { command: text(cx, 'Images[].State', 'ec2 describe-images', '--image-ids', self(cx, part)), expect: 'available', seconds: 14_400 },
    ],
    verify: { query: find(cx, 'describe-images', 'Images[].State', name), expect: 'available' },
    undo: [aws(cx, 'ec2 deregister-image', '--image-id', self(cx, part), '--delete-associated-snapshots')],
    keep: true,
    effects: [
      { kind: 'creates', what: `image of ${server} with all its volumes, taken while it runs` },
      usageCost(cx, `image ${name}`, 'snapshot', 'per GB that it holds'),
    ],
  });
}

/** A copy of a database. */
export function ofDatabase(cx: Context, given: string, database: string, part = '', source: Arg = cx.of('database', database)): Step {
  // RDS keeps its names in lower case.
  const name = given.toLowerCase();
  const pick = (what: string) =>
    query(
      text(
        cx,
        `DBSnapshots[?TagList[?Key=='plan'&&Value=='${cx.plan}']].${what}`,
        'rds describe-db-snapshots',
        '--snapshot-type',
        'manual',
        '--filters',
        `Name=db-snapshot-id,Values=${name}`,
      ),
    );
  return step(cx, part, {
    title: `snapshot ${name} of database ${database}`,
    find: pick('DBSnapshotIdentifier'),
    create: text(
      cx,
      'DBSnapshot.DBSnapshotIdentifier',
      'rds create-db-snapshot',
      '--db-snapshot-identifier',
      name,
      '--db-instance-identifier',
      source,
      ...tags(cx, given),
    ),
    captures: true,
    wait: [{ command: pick('Status').command, expect: 'available', seconds: 14_400 }],
    verify: { query: pick('Status'), expect: 'available' },
    undo: [aws(cx, 'rds delete-db-snapshot', '--db-snapshot-identifier', name)],
    keep: true,
    effects: [
      { kind: 'creates', what: `snapshot of database ${database} as it is at that moment` },
      usageCost(cx, `snapshot ${name}`, 'database_backup', 'per GB that it holds'),
    ],
  });
}

/** A copy of what a cache holds. */
export function ofCache(cx: Context, name: string, cache: string, part: string, source: Arg): Step {
  const pick = (what: string) =>
    query(text(cx, `Snapshots[?SnapshotName=='${name}'].${what}`, 'elasticache describe-snapshots', '--replication-group-id', source));
  return step(cx, part, {
    title: `snapshot ${name} of cache ${cache}`,
    find: pick('SnapshotName'),
    create: text(
      cx,
      'Snapshot.SnapshotName',
      'elasticache create-snapshot',
      '--snapshot-name',
      name,
      '--replication-group-id',
      source,
      ...tags(cx, name),
    ),
    captures: true,
    wait: [{ command: pick('SnapshotStatus').command, expect: 'available', seconds: 14_400 }],
    verify: { query: pick('SnapshotStatus'), expect: 'available' },
    undo: [aws(cx, 'elasticache delete-snapshot', '--snapshot-name', name)],
    keep: true,
    effects: [
      { kind: 'creates', what: `snapshot of cache ${cache} as it is at that moment; its node answers more slowly while it is taken` },
      unknownCost(cx, `snapshot ${name}`, 'https://aws.amazon.com/elasticache/pricing/', 'GB'),
    ],
  });
}
