import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { findDatabaseType, findRegion } from '../catalog.ts';
import type { DatabaseType } from '../catalog_types.ts';
import { cheapestDatabase } from '../choice.ts';
import { nearestType, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { reach } from './access.ts';
import { aws, self, step, tags, text } from './cli.ts';
import { securityGroup } from './firewall.ts';
import { sayNetwork, subnet } from './network.ts';

const PORT = 6379;
/** What was taken where no version was asked for; AWS's own default of redis is that of years ago. */
const VERSIONS = { valkey: '8.0', redis: '7.1' } as const;

/** A cache that keeps its data in memory: encrypted on its way and at rest, reached from the network alone. */
export const cache: Emit<'cache'> = (spec, cx) => {
  const { name, engine } = spec;
  const type = cacheType(cx, spec);
  const version = spec.version ?? VERSIONS[engine];
  const nodes = spec.highAvailability ? 2 : 1;
  const network = sayNetwork(cx, spec);
  const own = self(cx);
  cx.assume(
    `cache ${name}: ${engine} ${version}, encrypted on its way too, so that a client connects with TLS (rediss://); without a password, since only its network reaches it`,
  );
  cx.warn(`cache ${name} is not backed up: what it holds is gone with it, and has to be something that can be made again`);
  const steps: Step[] = [securityGroup(cx, 'group', `${name}/cache`, network, `cache ${name}`), reach(cx, spec, 'cache', network, PORT)];
  if (network !== undefined) steps.push(subnetGroup(cx, name, network));
  steps.push(
    step(cx, '', {
      title: `cache ${name} (${engine} ${version}, ${type.id})`,
      find: listed(cx, name, 'ReplicationGroupId'),
      create: text(
        cx,
        'ReplicationGroup.ReplicationGroupId',
        'elasticache create-replication-group',
        '--replication-group-id',
        name,
        '--replication-group-description',
        description(cx, name),
        '--engine',
        engine,
        '--engine-version',
        version,
        '--cache-node-type',
        type.id,
        '--num-cache-clusters',
        String(nodes),
        ...(spec.highAvailability ? ['--automatic-failover-enabled', '--multi-az-enabled'] : ['--no-automatic-failover-enabled']),
        '--transit-encryption-enabled',
        '--at-rest-encryption-enabled',
        ...(network === undefined ? [] : ['--cache-subnet-group-name', self(cx, 'subnets')]),
        '--security-group-ids',
        self(cx, 'group'),
        ...tags(cx, name),
      ),
      captures: true,
      wait: [aws(cx, 'elasticache wait replication-group-available', '--replication-group-id', own)],
      outputs: { name, endpoint: listed(cx, name, 'NodeGroups[].PrimaryEndpoint.Address[]') },
      verify: { query: listed(cx, name, 'Status'), expect: 'available' },
      undo: [
        {
          command: aws(cx, 'elasticache delete-replication-group', '--replication-group-id', own, '--no-retain-primary-cluster'),
          seconds: 600,
        },
        aws(cx, 'elasticache wait replication-group-deleted', '--replication-group-id', own),
      ],
      after: [cx.part('access')],
      effects: [
        {
          kind: 'creates',
          what: `cache ${name}: ${engine} ${version}, ${type.id}, ${type.memoryGb} GB, ${nodes} node${nodes === 1 ? '' : 's'}`,
        },
        typeCost(cx, `cache ${name} (${type.id})`, type, {
          quantity: nodes,
          engine,
          note: nodes === 1 ? undefined : 'with a replica that takes over',
        }),
      ],
    }),
  );
  return steps;
};

/** No look-up shows tags, so the description says whose it is. */
const description = (cx: Context, name: string): string => `cache ${name}, plan ${cx.plan}`;

/** One that is being deleted does not count. */
export function listed(cx: Context, name: string, select: string, condition = '') {
  return query(
    text(
      cx,
      `ReplicationGroups[?ReplicationGroupId=='${name}'&&Description=='${description(cx, name)}'&&Status!='deleting'${condition}].${select}`,
      'elasticache describe-replication-groups',
    ),
  );
}

export function cacheType(cx: Context, spec: Spec<'cache'>): DatabaseType {
  const { size, engine } = spec;
  const sold = cx.catalog.databaseTypes.filter((type) => type.engines.includes(engine));
  const allowed = sold.map((type) => type.id);
  if (typeof size === 'string') {
    const type = findDatabaseType(cx.catalog, size, engine) ?? findDatabaseType(cx.catalog, `cache.${size}`, engine);
    return (
      type ??
      cx.fail('size', {
        message: `is no node type for ${engine} that is known here.`,
        given: JSON.stringify(size),
        allowed,
        ...nearestType(size, allowed),
      })
    );
  }
  if (size.arch === 'x86' || size.diskGb !== undefined)
    cx.fail(size.arch === 'x86' ? 'size.arch' : 'size.diskGb', {
      message:
        size.arch === 'x86'
          ? 'makes no difference to the client of a cache; leave it out.'
          : 'is no choice: a cache keeps its data in memory.',
    });
  if (findRegion(cx.catalog, cx.region) === undefined)
    cx.fail('size', {
      message: `prices in ${cx.region} are not known here, so the cheapest that is large enough cannot be chosen. Name a node type, like "cache.t4g.small".`,
      given: JSON.stringify(size),
      allowed,
    });
  // A class is burstable where its family begins with t.
  const fits = size.dedicated ? { ...cx.catalog, databaseTypes: sold.filter((type) => !type.family.startsWith('cache.t')) } : cx.catalog;
  const { vcpu, memoryGb } = size;
  const need = { engine, ...(vcpu === undefined ? {} : { vcpu }), ...(memoryGb === undefined ? {} : { memoryGb }) };
  const found = cheapestDatabase(fits, need, cx.region);
  if (found === undefined)
    return cx.fail('size', { message: `no ${engine} node type that is known here is large enough.`, given: JSON.stringify(size), allowed });
  cx.assume(`size ${found.choice.id} for ${cx.id}: ${found.reason}`);
  return found.choice;
}

function subnetGroup(cx: Context, name: string, network: string): Step {
  // Neither tags nor filters here; the plan's own VPC makes sure whose it is.
  const found = query(
    text(
      cx,
      [`CacheSubnetGroups[?CacheSubnetGroupName=='${name}'&&VpcId=='`, cx.of('network', network), "'].CacheSubnetGroupName"],
      'elasticache describe-cache-subnet-groups',
    ),
  );
  return step(cx, 'subnets', {
    title: `private subnets for ${name}`,
    find: found,
    create: text(
      cx,
      'CacheSubnetGroup.CacheSubnetGroupName',
      'elasticache create-cache-subnet-group',
      '--cache-subnet-group-name',
      name,
      '--cache-subnet-group-description',
      `private subnets of ${network}`,
      '--subnet-ids',
      subnet(cx, network, 'private', 0),
      subnet(cx, network, 'private', 1),
      ...tags(cx, name),
    ),
    captures: true,
    verify: { query: found },
    undo: [{ command: aws(cx, 'elasticache delete-cache-subnet-group', '--cache-subnet-group-name', self(cx, 'subnets')), seconds: 300 }],
    effects: [{ kind: 'creates', what: `subnet group of cache ${name}` }],
  });
}
