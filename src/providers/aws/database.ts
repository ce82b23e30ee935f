import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { findDatabaseType, findRegion, retiredSuccessor } from '../catalog.ts';
import type { DatabaseType } from '../catalog_types.ts';
import { cheapestDatabase } from '../choice.ts';
import { nearestType, noDatabase, rateCost, typeCost, usageCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { reach } from './access.ts';
import { aws, self, step, tags, text } from './cli.ts';
import { origin } from './database_copy.ts';
import { securityGroup } from './firewall.ts';
import { sayNetwork, subnet } from './network.ts';

export const PORTS = { postgresql: 5432, mysql: 3306 } as const;
/** `admin` is a reserved word in PostgreSQL. */
const ADMIN = 'dbadmin';
const BACKUP_DAYS = '7';
/** RDS's least for gp3. */
const LEAST_GB = 20;

export const database: Emit<'database'> = (spec, cx) => {
  const { name } = spec;
  const type = databaseType(cx, spec);
  const copy = origin(cx, spec);
  const version = copy === undefined ? engineVersion(cx, spec) : `of ${copy.from}`;
  const engine = cx.catalog.engines.find((one) => one.engine === spec.engine)?.id as string;
  const gb = storage(cx, spec);
  const network = sayNetwork(cx, spec);
  const port = PORTS[spec.engine];
  const own = self(cx);
  const found = findDatabase(cx, name, 'DBInstanceIdentifier');
  cx.assume(`database ${name}: ${BACKUP_DAYS} days of backups, protected from deletion (its teardown lifts that), encrypted, private`);
  cx.assume(
    `database ${name}: user ${copy === undefined ? ADMIN : `of ${copy.from}`}, whose password AWS makes and keeps; aws secretsmanager get-secret-value shows it under the ARN that MasterUserSecret of aws rds describe-db-instances gives`,
  );
  cx.preflight({
    title: `can ${type.id} be ordered for ${engine} in ${cx.region}?`,
    check: {
      query: query(
        text(
          cx,
          'OrderableDBInstanceOptions[:1].DBInstanceClass',
          'rds describe-orderable-db-instance-options',
          '--engine',
          engine,
          '--db-instance-class',
          type.id,
        ),
      ),
    },
    fix: `${type.id} is not sold for ${engine} in ${cx.region}. Nothing was made. Ask for another size or region.`,
    unless: found,
  });

  const group = securityGroup(cx, 'group', `${name}/database`, network, `database ${name}`);
  const steps: Step[] = [group, reach(cx, spec, 'database', network, port)];
  if (network !== undefined) steps.push(subnetGroup(cx, spec, network));
  steps.push(
    step(cx, '', {
      title: `database ${name} (${spec.engine} ${version}, ${type.id})`,
      find: found,
      create: text(
        cx,
        'DBInstance.DBInstanceIdentifier',
        // What it is a copy of brings its engine, its user and its encryption along.
        ...(copy?.args ?? [
          'rds create-db-instance',
          '--db-instance-identifier',
          name,
          '--engine',
          engine,
          '--engine-version',
          version,
          '--allocated-storage',
          String(gb),
          '--storage-encrypted',
          '--master-username',
          ADMIN,
        ]),
        '--db-instance-class',
        type.id,
        '--storage-type',
        'gp3',
        // AWS makes the password and keeps it: no command ever has it.
        '--manage-master-user-password',
        ...(network === undefined ? [] : ['--db-subnet-group-name', self(cx, 'subnets')]),
        '--vpc-security-group-ids',
        self(cx, 'group'),
        '--no-publicly-accessible',
        spec.highAvailability ? '--multi-az' : '--no-multi-az',
        '--backup-retention-period',
        BACKUP_DAYS,
        '--copy-tags-to-snapshot',
        '--deletion-protection',
        ...tags(cx, name),
      ),
      captures: true,
      wait: [aws(cx, 'rds wait db-instance-available', '--db-instance-identifier', name)],
      outputs: {
        name,
        endpoint: findDatabase(cx, name, 'Endpoint.Address'),
        secret: findDatabase(cx, name, 'MasterUserSecret.SecretArn'),
        'secret-key': findDatabase(cx, name, 'MasterUserSecret.KmsKeyId'),
      },
      verify: { query: findDatabase(cx, name, 'DBInstanceStatus'), expect: 'available' },
      undo: [
        aws(cx, 'rds modify-db-instance', '--db-instance-identifier', own, '--no-deletion-protection', '--apply-immediately'),
        { command: aws(cx, 'rds delete-db-instance', '--db-instance-identifier', own, '--skip-final-snapshot'), seconds: 600 },
        aws(cx, 'rds wait db-instance-deleted', '--db-instance-identifier', own),
      ],
      rescue: [
        aws(
          cx,
          'rds create-db-snapshot',
          '--db-instance-identifier',
          own,
          '--db-snapshot-identifier',
          [`${name}-last-`, { now: true }],
          ...tags(cx, name),
        ),
        {
          command: text(
            cx,
            "length(DBSnapshots[?Status!='available'])",
            'rds describe-db-snapshots',
            '--db-instance-identifier',
            own,
            '--snapshot-type',
            'manual',
          ),
          expect: '0',
          seconds: 14_400,
        },
      ],
      after: [cx.part('access')],
      effects: [
        {
          kind: 'creates',
          what: `database ${name}: ${spec.engine} ${version}, ${type.id}, ${type.vcpu} vCPU, ${type.memoryGb} GB, ${gb} GB storage, ${cx.region}`,
        },
        typeCost(cx, `database ${name} (${type.id})`, type, {
          quantity: spec.highAvailability ? 2 : 1,
          note: spec.highAvailability ? 'with a standby of the same size' : undefined,
          engine: spec.engine,
        }),
        rateCost(
          cx,
          `storage of ${name} (${gb} GB)`,
          'database_storage',
          spec.highAvailability ? 2 * gb : gb,
          spec.highAvailability ? 'kept twice' : undefined,
        ),
        rateCost(cx, `password of ${name}, kept by AWS`, 'secret'),
        usageCost(cx, `backups of ${name}`, 'database_backup', 'beyond the size of the database itself'),
      ],
    }),
  );
  return steps;
};

/** Names are unique in a region, so the plan's tag makes sure whose it is. One that is being deleted does not count. */
export function findDatabase(cx: Context, name: string, select: string, condition = "DBInstanceStatus!='deleting'") {
  return query(
    text(
      cx,
      `DBInstances[?${condition}&&TagList[?Key=='plan'&&Value=='${cx.plan}']].${select}`,
      'rds describe-db-instances',
      '--filters',
      `Name=db-instance-id,Values=${name}`,
    ),
  );
}

export function databaseType(cx: Context, spec: Spec<'database'>): DatabaseType {
  const { size } = spec;
  const sold = cx.catalog.databaseTypes.filter((type) => type.engines.includes(spec.engine));
  const allowed = sold.map((type) => type.id);
  if (typeof size === 'string') {
    // The class of a machine is the machine's name with a prefix, and people leave it out.
    const type = findDatabaseType(cx.catalog, size, spec.engine) ?? findDatabaseType(cx.catalog, `db.${size}`, spec.engine);
    return (
      type ??
      cx.fail('size', {
        message: `is no database class for ${spec.engine} that the catalog knows.`,
        given: JSON.stringify(size),
        allowed,
        ...nearestType(size, allowed),
      })
    );
  }
  if (findRegion(cx.catalog, cx.region) === undefined) {
    return cx.fail('size', {
      message: `prices in ${cx.region} are not known here, so the cheapest that is large enough cannot be chosen. Name a class, like "db.t4g.small".`,
      given: JSON.stringify(size),
      allowed,
    });
  }
  if (size.arch === 'x86')
    cx.fail('size.arch', {
      message: 'is no choice: the classes known here run on ARM, which a client of a database does not notice. Leave it out.',
    });
  // A class is burstable where its family begins with t.
  const fits = size.dedicated ? { ...cx.catalog, databaseTypes: sold.filter((type) => !type.family.startsWith('db.t')) } : cx.catalog;
  const need = {
    engine: spec.engine,
    standby: spec.highAvailability,
    ...(size.vcpu === undefined ? {} : { vcpu: size.vcpu }),
    ...(size.memoryGb === undefined ? {} : { memoryGb: size.memoryGb }),
  };
  const found = cheapestDatabase(fits, need, cx.region);
  if (found === undefined) return noDatabase(cx, need, size);
  cx.assume(`size ${found.choice.id} for ${cx.id}: ${found.reason}`);
  return found.choice;
}

/** A major version alone lets RDS take its newest minor one. */
function engineVersion(cx: Context, spec: Spec<'database'>): string {
  const { versions = [] } = cx.catalog.engines.find((one) => one.engine === spec.engine) ?? {};
  if (spec.version === undefined) {
    const version = versions.find((one) => one.default)?.version as string;
    cx.assume(`database ${spec.name}: ${spec.engine} ${version}`);
    return version;
  }
  const parts = spec.version.split('.');
  const major = spec.engine === 'mysql' ? parts.slice(0, 2).join('.') : (parts[0] as string);
  const retired = retiredSuccessor(cx.catalog, 'database-version', `${spec.engine} ${major}`);
  if (retired?.state === 'retired') {
    const next = retired.successor?.split(' ').at(-1);
    if (next === undefined)
      return cx.fail('version', {
        message: `${spec.engine} ${major} has had no standard support since ${retired.since}.`,
        given: JSON.stringify(spec.version),
      });
    cx.warn(`${spec.engine} ${spec.version} has had no standard support since ${retired.since}: ${cx.id} uses ${next} instead`);
    return next;
  }
  if (retired !== undefined)
    cx.warn(`${spec.engine} ${spec.version} loses its standard support on ${retired.since}; its successor is ${retired.successor}`);
  return spec.version;
}

function storage(cx: Context, spec: Spec<'database'>): number {
  const asked = typeof spec.size === 'string' ? undefined : spec.size.diskGb;
  const gb = spec.storageGb ?? (asked === undefined ? LEAST_GB : Math.ceil(asked));
  if (gb < LEAST_GB) cx.fail('storageGb', { message: `is too little: RDS has at least ${LEAST_GB} GB.`, given: String(gb) });
  if (spec.storageGb === undefined) cx.assume(`database ${spec.name}: ${gb} GB of storage`);
  return gb;
}

function subnetGroup(cx: Context, spec: Spec<'database'>, network: string): Step {
  // Neither tags nor filters here; the plan's own VPC makes sure whose it is.
  const found = query(
    text(
      cx,
      [`DBSubnetGroups[?DBSubnetGroupName=='${spec.name}'&&VpcId=='`, cx.of('network', network), "'].DBSubnetGroupName"],
      'rds describe-db-subnet-groups',
    ),
  );
  return step(cx, 'subnets', {
    title: `private subnets for ${spec.name}`,
    find: found,
    create: text(
      cx,
      'DBSubnetGroup.DBSubnetGroupName',
      'rds create-db-subnet-group',
      '--db-subnet-group-name',
      spec.name,
      '--db-subnet-group-description',
      `private subnets of ${network}`,
      '--subnet-ids',
      subnet(cx, network, 'private', 0),
      subnet(cx, network, 'private', 1),
      ...tags(cx, spec.name),
    ),
    captures: true,
    verify: { query: found },
    undo: [{ command: aws(cx, 'rds delete-db-subnet-group', '--db-subnet-group-name', self(cx, 'subnets')), seconds: 300 }],
    effects: [{ kind: 'creates', what: `subnet group of database ${spec.name}` }],
  });
}
