import { query } from '../../../core/command.ts';
import type { Effect, Step } from '../../../core/plan.ts';
import type { Spec } from '../../../resources/index.ts';
import { protection } from '../../change.ts';
import { rateCost, typeCost } from '../../common.ts';
import type { Act, Context } from '../../provider.ts';
import { aws, self, step, tags, text } from '../cli.ts';
import { databaseType, findDatabase } from '../database.ts';
import { ofDatabase } from '../snapshot.ts';
import { change, there, until } from './change.ts';

/** How long RDS may take for a change, in seconds: what it copies is as large as the database. */
const PATIENCE = 14_400;

export const NOT_DELETED = "DBInstanceStatus!='deleting'";

export const resizeDatabase: Act<'database'> = (spec, cx, wish) => {
  const { name } = spec;
  const type = databaseType(cx, spec);
  const id = self(cx);
  const gb = spec.storageGb;
  const zones = spec.highAvailability ? '`true`' : '`false`';
  const wanted = (of: string): string =>
    [
      `(DBInstanceClass=='${type.id}'${of === 'any' ? `||PendingModifiedValues.DBInstanceClass=='${type.id}'` : ''})`,
      `(MultiAZ==${zones}${of === 'any' ? `||PendingModifiedValues.MultiAZ==${zones}` : ''})`,
      ...(gb === undefined
        ? []
        : [`(AllocatedStorage>=\`${gb}\`${of === 'any' ? `||PendingModifiedValues.AllocatedStorage==\`${gb}\`` : ''})`]),
    ].join('&&');
  const asked = findDatabase(cx, name, 'DBInstanceIdentifier', `${NOT_DELETED}&&${wanted('any')}`);
  // Storage is usable while RDS goes on optimizing it.
  const done = findDatabase(
    cx,
    name,
    'DBInstanceIdentifier',
    `(DBInstanceStatus=='available'||DBInstanceStatus=='storage-optimization')&&${wanted('now')}`,
  );
  // Failover takes 60 to 120 seconds as a rule, a large transaction longer (AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover,
  // read 2026-11-25). For a database without a standby no figure of AWS's was found.
  const away = spec.highAvailability
    ? 'while its standby takes over, one to two minutes as a rule'
    : 'while it moves to its new machine, minutes as a rule';
  const effects: Effect[] = [
    { kind: 'interrupts', what: `database ${name} is away ${away}` },
    {
      kind: 'changes',
      what: `database ${name}: ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${spec.highAvailability ? 'with a standby' : 'without a standby'}${gb === undefined ? '' : `, ${gb} GB storage, which cannot shrink`}`,
    },
    typeCost(cx, `database ${name} (${type.id})`, type, {
      quantity: spec.highAvailability ? 2 : 1,
      engine: spec.engine,
      note: 'in place of its former price',
    }),
    ...(gb === undefined
      ? []
      : [
          rateCost(
            cx,
            `storage of ${name} (${gb} GB)`,
            'database_storage',
            spec.highAvailability ? 2 * gb : gb,
            'in place of its former price',
          ),
        ]),
  ];
  return [
    ...(wish.snapshots ? [ofDatabase(cx, `${name}-before-resize-${cx.today}`, name, 'before-resize', id)] : []),
    change(
      cx,
      'resize',
      `make ${name} a ${type.id}`,
      asked,
      aws(
        cx,
        'rds modify-db-instance',
        '--db-instance-identifier',
        id,
        '--db-instance-class',
        type.id,
        spec.highAvailability ? '--multi-az' : '--no-multi-az',
        ...(gb === undefined ? [] : ['--allocated-storage', String(gb)]),
        '--apply-immediately',
      ),
      effects,
      {
        wait: [until(done, id, PATIENCE)],
        hint: 'RDS takes one change after the other: aws rds wait db-instance-available waits for the last one. Storage grows by a tenth at least, and not again within six hours.',
      },
    ),
  ];
};

export const snapshotDatabase: Act<'database'> = (spec, cx) => [
  ofDatabase(cx, `${spec.name}-${cx.today}`, spec.name, 'snapshot', self(cx)),
];

export function protectDatabase(on: boolean): Act<'database'> {
  return (spec, cx) => {
    const id = self(cx);
    const call = (want: boolean) =>
      aws(
        cx,
        'rds modify-db-instance',
        '--db-instance-identifier',
        id,
        want ? '--deletion-protection' : '--no-deletion-protection',
        '--apply-immediately',
      );
    const what = on
      ? `database ${spec.name} is deleted by nobody who does not lift that first; the teardown of its plan does`
      : `database ${spec.name} can be deleted`;
    return protection(
      change,
      cx,
      spec.name,
      on,
      what,
      findDatabase(cx, spec.name, 'DBInstanceIdentifier', `${NOT_DELETED}&&${on ? '' : '!'}DeletionProtection`),
      call,
    );
  };
}

/** A new password of the administrator, which AWS makes, puts in use and keeps: nobody sees it on the way. */
export const rotateDatabase: Act<'database'> = (spec, cx) => {
  const { name } = spec;
  const marked = findDatabase(cx, name, 'DBInstanceIdentifier', `${NOT_DELETED}&&TagList[?Key=='rotated'&&Value=='${cx.today}']`);
  return [
    step(cx, 'rotate', {
      title: `a new password for the administrator of ${name}`,
      find: marked,
      create: aws(
        cx,
        'rds modify-db-instance',
        '--db-instance-identifier',
        self(cx),
        '--manage-master-user-password',
        '--rotate-master-user-password',
        '--apply-immediately',
      ),
      // The mark says that it was done today, so that running the script again does not do it once more.
      wait: [
        aws(
          cx,
          'rds add-tags-to-resource',
          '--resource-name',
          [{ asked: findDatabase(cx, name, 'DBInstanceArn') }],
          '--tags',
          `Key=rotated,Value=${cx.today}`,
        ),
        { command: findDatabase(cx, name, 'MasterUserSecret.SecretStatus').command, expect: 'active', seconds: 900 },
      ],
      verify: { query: marked },
      hint: 'AWS rotates what it keeps itself: MasterUserSecret of aws rds describe-db-instances has to name a secret.',
      effects: [
        {
          kind: 'interrupts',
          what: `new connections to database ${name} with the password that was read before; open ones stay. What uses it has to read its secret again`,
        },
        { kind: 'changes', what: `the administrator's password of database ${name}; its secret keeps the last one as AWSPREVIOUS` },
      ],
    }),
  ];
};

/**
 * Back to a snapshot: RDS restores into a new database only, so that one takes the name, and with it the endpoint, of the
 * old one, which is kept under another.
 */
export function restoreDatabase(cx: Context, snapshot: string, database: Spec<'database'>): Step[] {
  const { name } = database;
  const [fresh, aside] = [`${name}-restored-${cx.today}`, `${name}-before-${cx.today}`];
  const named = (ids: string, select: string, condition = NOT_DELETED) => findDatabase(cx, ids, select, condition);
  // Of the two, the older one, whichever name it has by now.
  const oldest = (select: string) =>
    query(
      text(
        cx,
        `sort_by(DBInstances[?${NOT_DELETED}&&TagList[?Key=='plan'&&Value=='${cx.plan}']],&InstanceCreateTime)[:1].${select}`,
        'rds describe-db-instances',
        '--filters',
        `Name=db-instance-id,Values=${name},${aside}`,
      ),
    );
  const old = (out: string) => ({ of: cx.part('old'), out });
  const available = (id: string) => named(id, 'DBInstanceIdentifier', "DBInstanceStatus=='available'");
  const rename = (part: string, from: string, to: string, effects: readonly Effect[]): Step =>
    change(
      cx,
      part,
      `call ${from} ${to}`,
      named(to, 'DBInstanceIdentifier'),
      aws(cx, 'rds modify-db-instance', '--db-instance-identifier', from, '--new-db-instance-identifier', to, '--apply-immediately'),
      effects,
      { wait: [until(available(to), to, 3600)] },
    );
  cx.warn(
    `database ${name} as it was stays as ${aside}, and is billed, until you remove it: aws rds modify-db-instance --db-instance-identifier ${aside} --no-deletion-protection --apply-immediately, then aws rds delete-db-instance --db-instance-identifier ${aside}`,
  );
  cx.warn(
    `the restored ${name} has a password of its own, in a secret of its own: MasterUserSecret of aws rds describe-db-instances gives its ARN`,
  );
  return [
    there(cx, 'old', `database ${name} as it is`, oldest('DBInstanceIdentifier'), {
      class: oldest('DBInstanceClass'),
      subnets: oldest('DBSubnetGroup.DBSubnetGroupName'),
      group: oldest('VpcSecurityGroups[0].VpcSecurityGroupId'),
    }),
    step(cx, 'new', {
      title: `database from snapshot ${snapshot}`,
      // Under its own name, or already in the old one's place.
      find: named(`${fresh},${aside}`, 'DBInstanceIdentifier|[:1]'),
      create: text(
        cx,
        'DBInstance.DBInstanceIdentifier',
        'rds restore-db-instance-from-db-snapshot',
        '--db-instance-identifier',
        fresh,
        '--db-snapshot-identifier',
        self(cx),
        '--db-instance-class',
        old('class'),
        '--db-subnet-group-name',
        old('subnets'),
        '--vpc-security-group-ids',
        old('group'),
        '--no-publicly-accessible',
        database.highAvailability ? '--multi-az' : '--no-multi-az',
        '--manage-master-user-password',
        '--copy-tags-to-snapshot',
        '--deletion-protection',
        ...tags(cx, name),
      ),
      captures: true,
      wait: [{ ...named(`${fresh},${aside}`, 'DBInstanceStatus|[:1]'), expect: 'available', seconds: PATIENCE }],
      verify: { query: named(`${fresh},${aside}`, 'DBInstanceIdentifier|[:1]') },
      effects: [
        { kind: 'creates', what: `a database with what snapshot ${snapshot} holds, of the same class and in the same network` },
        { kind: 'changes', what: `two databases are billed until ${aside} is removed` },
      ],
    }),
    rename('aside', name, aside, [
      { kind: 'interrupts', what: `database ${name} is away from here until the restored one has its name, some minutes` },
      {
        kind: 'destroys',
        what: `for what uses ${name}: what was written since snapshot ${snapshot} is in ${aside} alone`,
      },
    ]),
    rename('name', fresh, name, [{ kind: 'changes', what: `the restored database answers at the endpoint of ${name}` }]),
  ];
}

/** The replica of another size; the database that it follows stays as it is. */
export const resizeReplica: Act<'database_replica'> = (spec, cx) => {
  const { name } = spec;
  const source = cx.spec('database', spec.database);
  if (spec.size === undefined) return cx.fail('size', { message: 'is missing; say how large the replica is to be.' });
  const type = databaseType(cx, { ...source, size: spec.size });
  const id = self(cx);
  const is = `DBInstanceClass=='${type.id}'`;
  return [
    change(
      cx,
      'resize',
      `make replica ${name} a ${type.id}`,
      findDatabase(cx, name, 'DBInstanceIdentifier', `${NOT_DELETED}&&(${is}||PendingModifiedValues.${is})`),
      aws(cx, 'rds modify-db-instance', '--db-instance-identifier', id, '--db-instance-class', type.id, '--apply-immediately'),
      [
        { kind: 'interrupts', what: `replica ${name} is away while it moves to its new machine, minutes as a rule, and then catches up` },
        { kind: 'changes', what: `replica ${name}: ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB` },
        typeCost(cx, `replica ${name} (${type.id})`, type, { engine: source.engine, note: 'in place of its former price' }),
      ],
      { wait: [until(findDatabase(cx, name, 'DBInstanceIdentifier', `DBInstanceStatus=='available'&&${is}`), id, PATIENCE)] },
    ),
  ];
};
