import { query } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { reach } from './access.ts';
import { aws, type Json, self, step, tags, text, Unknown, unknownCost } from './cli.ts';
import { databaseType, PORTS } from './database.ts';
import { fromGroups, groupRules, securityGroup } from './firewall.ts';
import { networkOf, subnet } from './network.ts';
import { inlinePolicy, role } from './role.ts';

/** How many bytes of memory RDS reckons for a connection: the default of max_connections is the class's memory by this. */
const BYTES = { postgresql: 9_531_392, mysql: 12_582_880 } as const;
/** PostgreSQL's default is never more than this. */
const MOST = { postgresql: 5000, mysql: 16_000 } as const;
const FAMILY = { postgresql: 'POSTGRESQL', mysql: 'MYSQL' } as const;
/** Every proxy has one group of targets, with this name. */
const TARGETS = 'default';

/** RDS Proxy: keeps connections to a database open, and shares them among clients, by the database's own secret. */
export const databasePool: Emit<'database_pool'> = (spec, cx) => {
  const { name } = spec;
  const database = cx.spec('database', spec.database);
  const network = refuse(cx, spec, database);
  const percent = share(cx, spec, database);
  const port = PORTS[database.engine];
  const own = self(cx);
  const proxyRole = `${cx.plan}--${name}-proxy`;
  const ofRole = self(cx, 'role');
  // No look-up of proxies shows tags; the role lies under the plan's path, and that says whose the proxy is.
  const proxies = (select: string) =>
    query(
      text(cx, `DBProxies[?DBProxyName=='${name}'&&ends_with(RoleArn,'/${cx.plan}/${proxyRole}')].${select}`, 'rds describe-db-proxies'),
    );
  const found = proxies('DBProxyName');
  const secret = cx.of('database', spec.database, 'secret');
  const mayRead: Json[] = [
    { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: new Unknown(secret) },
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt'],
      Resource: new Unknown(cx.of('database', spec.database, 'secret-key')),
      Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${cx.region}.amazonaws.com` } },
    },
  ];
  const limits = query(
    text(
      cx,
      `TargetGroups[?ConnectionPoolConfig.MaxConnectionsPercent==\`${percent}\`].TargetGroupName`,
      'rds describe-db-proxy-target-groups',
      '--db-proxy-name',
      own,
    ),
  );
  const targets = (select: string) =>
    query(text(cx, `Targets[?RdsResourceId=='${spec.database}'].${select}`, 'rds describe-db-proxy-targets', '--db-proxy-name', own));
  const healthy = targets('TargetHealth.State');
  cx.assume(
    `database_pool ${name}: clients connect by TLS to the Endpoint that aws rds describe-db-proxies gives, on ${port}, with the user and password of ${spec.database}; a connection goes back after each transaction, unless the session keeps state of its own (a prepared statement, a temporary table), which binds it to its client`,
  );
  cx.warn(
    `database_pool ${name} reads the administrator's secret; for a user with fewer rights, CREATE USER in SQL, keep its password in a {"kind":"secret"}, and add that by aws rds modify-db-proxy --auth`,
  );
  return [
    role(cx, 'role', { name: proxyRole, service: 'rds', what: `reads the secret of database ${spec.database} for its proxy` }),
    inlinePolicy(cx, 'policy', ofRole, 'secret', mayRead, [
      { kind: 'changes', what: `proxy ${name} reads the secret of database ${spec.database}, and nothing else` },
    ]),
    securityGroup(cx, 'group', `${name}/pool`, network, `database pool ${name}`),
    reach(cx, { name, access: database.access }, 'database_pool', network, port),
    ...(database.access.length === 0
      ? []
      : [
          // The database lets in only what it names, and the proxy is none of that.
          groupRules(cx, 'to-database', {
            group: cx.of('database', spec.database, 'id', 'group'),
            name: `${spec.database}/${name}`,
            permissions: [fromGroups(port, [self(cx, 'group')])],
            title: `let ${name} reach ${spec.database} on ${port}`,
            effects: [{ kind: 'changes', what: `database_pool ${name} may connect to database ${spec.database} on ${port}` }],
          }),
        ]),
    step(cx, '', {
      title: `proxy ${name} of database ${spec.database}`,
      find: found,
      create: aws(
        cx,
        'rds create-db-proxy',
        '--db-proxy-name',
        name,
        '--engine-family',
        FAMILY[database.engine],
        '--auth',
        ['AuthScheme=SECRETS,IAMAuth=DISABLED,SecretArn=', secret],
        '--role-arn',
        { of: cx.part('role'), out: 'arn' },
        '--vpc-subnet-ids',
        subnet(cx, network, 'private', 0),
        subnet(cx, network, 'private', 1),
        '--vpc-security-group-ids',
        self(cx, 'group'),
        '--require-tls',
        ...tags(cx, name),
      ),
      // A role that was just made is known everywhere only after a moment.
      patience: 120,
      outputs: { id: found, endpoint: proxies('Endpoint') },
      wait: [{ command: proxies('Status').command, expect: 'available', seconds: 1800 }],
      verify: { query: proxies('Status'), expect: 'available' },
      undo: [
        aws(cx, 'rds delete-db-proxy', '--db-proxy-name', own),
        { command: text(cx, `length(DBProxies[?DBProxyName=='${name}'])`, 'rds describe-db-proxies'), expect: '0', seconds: 1800 },
      ],
      after: [cx.part('policy'), cx.part('access')],
      effects: [
        { kind: 'creates', what: `proxy ${name} of database ${spec.database}, in the private subnets of ${network}, by TLS alone` },
        unknownCost(cx, `proxy ${name} (paid by the vCPU of ${spec.database}, at least two)`, 'https://aws.amazon.com/rds/proxy/pricing/'),
      ],
    }),
    step(cx, 'limit', {
      title: `${name} opens at most ${percent} % of the connections of ${spec.database}`,
      find: limits,
      create: aws(
        cx,
        'rds modify-db-proxy-target-group',
        '--db-proxy-name',
        own,
        '--target-group-name',
        TARGETS,
        '--connection-pool-config',
        `MaxConnectionsPercent=${percent}`,
      ),
      verify: { query: limits, expect: TARGETS },
      within: cx.id,
      effects: [{ kind: 'changes', what: `proxy ${name} opens at most ${percent} % of the connections that ${spec.database} allows` }],
    }),
    step(cx, 'target', {
      title: `${name} is a proxy of ${spec.database}`,
      find: targets('RdsResourceId'),
      create: aws(
        cx,
        'rds register-db-proxy-targets',
        '--db-proxy-name',
        own,
        '--target-group-name',
        TARGETS,
        '--db-instance-identifiers',
        cx.of('database', spec.database),
      ),
      wait: [{ command: healthy.command, expect: 'AVAILABLE', seconds: 1800 }],
      verify: { query: healthy, expect: 'AVAILABLE' },
      within: cx.id,
      after: [cx.part('limit'), ...(database.access.length === 0 ? [] : [cx.part('to-database')])],
      hint: `Where the database does not become AVAILABLE, TargetHealth of aws rds describe-db-proxy-targets --db-proxy-name ${name} says why.`,
      effects: [{ kind: 'changes', what: `proxy ${name} connects to database ${spec.database}` }],
    }),
  ];
};

/** What RDS Proxy has no place for; gives the network that it is in. */
function refuse(cx: Context, spec: Spec<'database_pool'>, database: Spec<'database'>): string {
  const there = cx.regionOf(database);
  if (cx.providerOf(database) !== 'aws')
    cx.fail('database', { message: `database ${database.name} is on ${cx.providerOf(database)}; a pool belongs to the same provider.` });
  if (there !== cx.region)
    cx.fail('region', {
      message: `database ${database.name} is in ${there}; its proxy has to be there too.`,
      given: JSON.stringify(cx.region),
      allowed: [there],
    });
  if (spec.mode !== 'transaction')
    cx.fail('mode', {
      message: 'is no choice on AWS: RDS Proxy takes a connection back after each transaction.',
      given: JSON.stringify(spec.mode),
      allowed: ['transaction'],
    });
  if (spec.user !== undefined)
    cx.fail('user', {
      message: 'is no choice on AWS, which makes no users of a database; the pool connects as its administrator. Leave it out.',
      given: JSON.stringify(spec.user),
    });
  return (
    networkOf(cx, database) ??
    cx.fail('database', {
      message: `database ${database.name} is in the account's default VPC, and a proxy has to be told its subnets. Add {"kind":"network","name":"lan"}, and "network":"lan" to the database.`,
    })
  );
}

/** So many connections, as a share of those that the database allows by default, in whole percents. */
function share(cx: Context, spec: Spec<'database_pool'>, database: Spec<'database'>): number {
  // The database itself says what was assumed of its size.
  const type = databaseType({ ...cx, assume: () => {} }, database);
  const most = Math.min(MOST[database.engine], Math.floor((type.memoryGb * 1024 ** 3) / BYTES[database.engine]));
  if (spec.connections > most)
    cx.fail('connections', {
      message: `is more than a ${type.id} allows: about ${most} (its ${type.memoryGb} GB by ${BYTES[database.engine]} bytes, RDS's default of max_connections). Give the database a larger size, or ask for fewer.`,
      given: String(spec.connections),
    });
  const percent = Math.min(100, Math.max(1, Math.ceil((spec.connections / most) * 100)));
  cx.assume(
    `database_pool ${spec.name}: ${spec.connections} connections are ${percent} % of the about ${most} that a ${type.id} allows by default (${type.memoryGb} GB by ${BYTES[database.engine]} bytes)`,
  );
  return percent;
}
