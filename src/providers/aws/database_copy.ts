import type { Arg } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { rateCost, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, self, step, tags, text } from './cli.ts';
import { databaseType, findDatabase } from './database.ts';

/** RDS's rule for names of databases and their snapshots. */
const RDS_NAME = /^[a-zA-Z](?:-?[a-zA-Z0-9])*$/;

export interface Origin {
  /** The operation that makes it, and what is its own. */
  readonly args: readonly [call: string, ...Arg[]];
  readonly after: readonly string[];
  /** In words. */
  readonly from: string;
}

/** What a database begins as a copy of, where it does: its engine, its user and its storage come with that. */
export function origin(cx: Context, spec: Spec<'database'>): Origin | undefined {
  const { fork, snapshot, restoreTime, name } = spec;
  if (fork !== undefined && snapshot !== undefined)
    cx.fail('snapshot', { message: 'a database begins as a copy of one thing: of another ("fork") or of a snapshot.' });
  if (restoreTime !== undefined && fork === undefined)
    cx.fail('restoreTime', { message: 'belongs to "fork": a snapshot is as it was when it was taken.' });
  for (const [field, given] of [
    ['fork', fork],
    ['snapshot', snapshot],
  ] as const)
    if (given !== undefined && !RDS_NAME.test(given))
      cx.fail(field, {
        message: 'is no name of RDS: letters, digits and single dashes, beginning with a letter.',
        given: JSON.stringify(given),
      });
  if (fork === undefined && snapshot === undefined) return undefined;
  if (spec.version !== undefined)
    cx.fail('version', {
      message: 'comes with what it is a copy of; leave it out, and upgrade it afterwards.',
      given: JSON.stringify(spec.version),
    });
  const storage: Arg[] = spec.storageGb === undefined ? [] : ['--allocated-storage', String(spec.storageGb)];
  if (snapshot !== undefined) {
    const planned = cx.all('snapshot').find((one) => one.name === snapshot && one.database !== undefined);
    return {
      args: [
        'rds restore-db-instance-from-db-snapshot',
        '--db-instance-identifier',
        name,
        '--db-snapshot-identifier',
        // RDS keeps its names in lower case.
        planned === undefined ? snapshot.toLowerCase() : cx.of('snapshot', planned.name),
        ...storage,
      ],
      after: [],
      from: `snapshot ${snapshot}`,
    };
  }
  const source = cx.all('database').find((one) => one.name === fork);
  if (fork === name) cx.fail('fork', { message: 'is this database itself.', given: JSON.stringify(fork) });
  return {
    args: [
      'rds restore-db-instance-to-point-in-time',
      '--source-db-instance-identifier',
      source === undefined ? (fork as string).toLowerCase() : cx.of('database', source.name),
      '--target-db-instance-identifier',
      name,
      ...(restoreTime === undefined ? ['--use-latest-restorable-time'] : ['--restore-time', restoreTime]),
      ...storage,
    ],
    after: [],
    from: `database ${fork}${restoreTime === undefined ? ' as it is now' : ` as it was at ${restoreTime}`}`,
  };
}

/** A copy of a database that follows it and is read from, with the same engine, storage and security group. */
export const databaseReplica: Emit<'database_replica'> = (spec, cx) => {
  const { name } = spec;
  const source = cx.spec('database', spec.database);
  const there = cx.regionOf(source);
  if (there !== cx.region)
    cx.fail('region', {
      message: `database ${source.name} is in ${there}; an encrypted replica in another region needs a key of that region, which this version does not write: aws rds create-db-instance-read-replica --kms-key-id.`,
      given: JSON.stringify(cx.region),
    });
  if (spec.network !== undefined && spec.network !== source.network)
    cx.fail('network', { message: `is that of database ${source.name} in one region; leave it out.`, given: JSON.stringify(spec.network) });
  const type = databaseType(cx, { ...source, size: spec.size ?? source.size });
  const own = self(cx);
  const found = findDatabase(cx, name, 'DBInstanceIdentifier');
  return [
    step(cx, '', {
      title: `replica ${name} of database ${source.name}`,
      find: found,
      create: text(
        cx,
        'DBInstance.DBInstanceIdentifier',
        'rds create-db-instance-read-replica',
        '--db-instance-identifier',
        name,
        '--source-db-instance-identifier',
        cx.of('database', source.name),
        '--db-instance-class',
        type.id,
        '--vpc-security-group-ids',
        cx.of('database', source.name, 'id', 'group'),
        '--no-publicly-accessible',
        '--copy-tags-to-snapshot',
        ...tags(cx, name),
      ),
      captures: true,
      wait: [aws(cx, 'rds wait db-instance-available', '--db-instance-identifier', name)],
      outputs: { name, endpoint: findDatabase(cx, name, 'Endpoint.Address') },
      verify: { query: findDatabase(cx, name, 'DBInstanceStatus'), expect: 'available' },
      undo: [
        // Somebody may have protected it since.
        aws(cx, 'rds modify-db-instance', '--db-instance-identifier', own, '--no-deletion-protection', '--apply-immediately'),
        { command: aws(cx, 'rds delete-db-instance', '--db-instance-identifier', own, '--skip-final-snapshot'), seconds: 600 },
        aws(cx, 'rds wait db-instance-deleted', '--db-instance-identifier', own),
      ],
      effects: [
        { kind: 'creates', what: `replica ${name}, which follows database ${source.name} a moment behind, and is read only` },
        typeCost(cx, `replica ${name} (${type.id})`, type, { engine: source.engine }),
        rateCost(cx, `storage of ${name} (${source.storageGb ?? 20} GB)`, 'database_storage', source.storageGb ?? 20),
      ],
    }),
  ];
};
