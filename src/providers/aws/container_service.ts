import { type Arg, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { rateCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { behind } from './behind.ts';
import { aws, type Json, json, self, smallTags, step, tagMap, text, Unknown, unpriced } from './cli.ts';
import { groupOf, securityGroup } from './firewall.ts';
import { natRoutes } from './nat_gateway.ts';
import { sayNetwork, subnet } from './network.ts';
import { inlinePolicy, managedPolicy, role } from './role.ts';

const LOG_DAYS = '30';
/** Fargate sells these vCPU, each with so many GB of memory, in steps. */
const FARGATE: readonly (readonly [cpu: number, least: number, most: number, step: number])[] = [
  [0.25, 512, 2048, 512],
  [0.5, 1024, 4096, 1024],
  [1, 2048, 8192, 1024],
  [2, 4096, 16_384, 1024],
  [4, 8192, 30_720, 1024],
  [8, 16_384, 61_440, 4096],
  [16, 32_768, 122_880, 8192],
];

/** Containers on Fargate: no servers to keep, a role that reads their secrets and writes their logs, and nothing else. */
export const containerService: Emit<'container_service'> = (spec, cx) => {
  const { name } = spec;
  refuse(cx, spec);
  const [cpu, memory] = fargate(cx, spec);
  const network =
    sayNetwork(cx, spec) ??
    cx.fail('network', { message: 'is missing; containers need subnets in two zones. Add {"kind":"network","name":"lan"}.' });
  const isPublic = spec.public && spec.loadBalancer === undefined;
  const out = natRoutes(cx, network);
  // An image is pulled over the internet: from a public subnet by an address of its own, from a private one by NAT.
  const side = isPublic || out.length === 0 ? 'public' : 'private';
  if (!spec.public && out.length === 0)
    cx.fail('public', {
      message: `is false, and network ${network} has no nat_gateway by which the image could be pulled. Add {"kind":"nat_gateway","name":"out","network":"${network}"}.`,
    });
  const family = `${cx.plan}--${name}`;
  const logs = `/ecs/${cx.plan}/${name}`;
  const clusterId = `ecs_cluster.${cx.region}`;
  const cluster = { of: clusterId, out: 'id' };
  const execution = `${cx.plan}--${name}-execution`;
  const steps: Step[] = [];
  const groups = spec.firewalls.map((firewall) => cx.of('firewall', firewall));
  if (groups.length === 0) {
    cx.assume(
      `container_service ${name}: a security group of its own that lets nothing in${spec.loadBalancer ? ' but its load balancer' : ''}, since it names no firewall`,
    );
    steps.push(securityGroup(cx, 'group', `${name}/containers`, network, `containers of ${name}`));
    groups.push(groupOf(cx, spec));
  }
  const lb = spec.loadBalancer === undefined ? undefined : behind(cx, spec, network, [spec.port as number]);
  steps.push(...(lb?.steps ?? []), clusterStep(cx, clusterId), logGroup(cx, logs));
  steps.push(
    role(cx, 'execution', { name: execution, service: 'ecs', what: `starts the containers of ${name}` }),
    ...managedPolicy(cx, 'execution-policy', self(cx, 'execution'), 'AmazonECSTaskExecutionRolePolicy'),
  );
  const secrets = spec.secrets.map((secret) => cx.spec('secret', secret));
  if (secrets.length > 0) {
    const keys = [...new Set(secrets.flatMap(({ key }) => (key === undefined ? [] : [key])))];
    const statements: Json[] = [
      {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        Resource: secrets.map((secret) => new Unknown(cx.of('secret', secret.name))),
      },
      ...(keys.length === 0
        ? []
        : [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: keys.map((key) => new Unknown(cx.of('kms_key', key))) }]),
    ];
    steps.push(
      inlinePolicy(cx, 'execution-secrets', self(cx, 'execution'), 'secrets', statements, [
        { kind: 'changes', what: `the containers of ${name} are given secret ${spec.secrets.join(', ')}` },
      ]),
    );
  }
  const definition: Json = [
    {
      name,
      image: spec.image,
      essential: true,
      command: spec.command.length === 0 ? undefined : spec.command,
      portMappings: spec.port === undefined ? undefined : [{ containerPort: spec.port, protocol: 'tcp' }],
      environment: Object.entries(spec.environment).map(([key, value]) => ({ name: key, value: value as string })),
      secrets: secrets.map((secret) => ({ name: variable(secret.name), valueFrom: new Unknown(cx.of('secret', secret.name)) })),
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': logs, 'awslogs-region': cx.region, 'awslogs-stream-prefix': name },
      },
    },
  ];
  const defined = query(
    text(
      cx,
      'taskDefinitionArns[:1]',
      'ecs list-task-definitions',
      '--family-prefix',
      family,
      '--status',
      'ACTIVE',
      '--sort',
      'DESC',
      '--no-paginate',
    ),
  );
  steps.push(
    step(cx, 'task', {
      title: `what the containers of ${name} are (${spec.image})`,
      find: defined,
      create: text(
        cx,
        'taskDefinition.taskDefinitionArn',
        'ecs register-task-definition',
        '--family',
        family,
        '--requires-compatibilities',
        'FARGATE',
        '--network-mode',
        'awsvpc',
        '--cpu',
        String(cpu * 1024),
        '--memory',
        String(memory),
        '--runtime-platform',
        'cpuArchitecture=X86_64,operatingSystemFamily=LINUX',
        '--execution-role-arn',
        { of: cx.part('execution'), out: 'arn' },
        ...(spec.role === undefined ? [] : ['--task-role-arn', taskRole(cx, spec.role)]),
        '--container-definitions',
        json(definition),
        ...smallTags(cx, name),
      ),
      captures: true,
      verify: { query: defined },
      undo: [
        aws(cx, 'ecs deregister-task-definition', '--task-definition', self(cx, 'task')),
        aws(cx, 'ecs delete-task-definitions', '--task-definitions', self(cx, 'task')),
      ],
      after: [cx.part('execution-policy'), ...(secrets.length > 0 ? [cx.part('execution-secrets')] : []), cx.part('logs')],
      effects: [{ kind: 'creates', what: `task definition ${family}: ${spec.image}, ${cpu} vCPU, ${memory} MB` }],
    }),
  );
  // One that was removed is described for a while more.
  const services = (condition: string, select: string) =>
    query(text(cx, `services[?status=='ACTIVE'${condition}].${select}`, 'ecs describe-services', '--cluster', cluster, '--services', name));
  const found = services('', 'serviceArn');
  const running = services('&&runningCount>=desiredCount', 'serviceName');
  steps.push(
    step(cx, '', {
      title: `${spec.replicas} of ${spec.image}`,
      find: found,
      create: aws(
        cx,
        'ecs create-service',
        '--cluster',
        cluster,
        '--service-name',
        name,
        '--task-definition',
        self(cx, 'task'),
        '--desired-count',
        String(spec.replicas),
        '--launch-type',
        'FARGATE',
        '--network-configuration',
        networkConfiguration(cx, network, side, groups),
        '--deployment-configuration',
        'deploymentCircuitBreaker={enable=true,rollback=true}',
        ...(lb === undefined
          ? []
          : [
              '--load-balancers',
              ...lb.targetGroups.map((group): Arg => ['targetGroupArn=', group, `,containerName=${name},containerPort=${spec.port}`]),
              '--health-check-grace-period-seconds',
              '60',
            ]),
        '--propagate-tags',
        'SERVICE',
        '--enable-ecs-managed-tags',
        ...smallTags(cx, name),
      ),
      // The first service of an account waits for a role that AWS makes for it.
      patience: 120,
      outputs: { id: found, cluster: cx.plan },
      wait: [{ command: running.command, expect: name, seconds: 900 }],
      verify: { query: running, expect: name },
      undo: [
        aws(cx, 'ecs delete-service', '--cluster', cluster, '--service', self(cx), '--force'),
        aws(cx, 'ecs wait services-inactive', '--cluster', cluster, '--services', self(cx)),
      ],
      hint: `Where its containers do not start, aws ecs describe-services --cluster ${cx.plan} --services ${name} says why: most often the image is not there yet, or may not be read.`,
      after: [
        `network.${network}.public-route`,
        `network.${network}.${side}-a-routed`,
        `network.${network}.${side}-b-routed`,
        ...(side === 'private' ? out : []),
        ...(lb?.after ?? []),
      ],
      effects: [
        { kind: 'creates', what: `container service ${name}: ${spec.replicas} of ${spec.image} in two zones of ${network}` },
        ...capacity(cx, name, spec.replicas, cpu, memory),
        ...(side === 'public' && spec.replicas > 0
          ? [rateCost(cx, `public IPv4 of ${name} (${spec.replicas})`, 'public_ipv4', spec.replicas)]
          : []),
      ],
    }),
  );
  return steps;
};

/** What AWS has no place for. */
function refuse(cx: Context, spec: Spec<'container_service'>): void {
  if (spec.publish !== undefined)
    cx.fail('publish', { message: 'is for docker; on AWS a load_balancer publishes it, or "public" gives its containers addresses.' });
  if (spec.domains.length > 0)
    cx.fail('domains', {
      message: 'are for DigitalOcean; on AWS a dns_record points at its load_balancer.',
      given: JSON.stringify(spec.domains),
    });
  if (spec.swarm !== undefined) cx.fail('swarm', { message: 'is for docker.', given: JSON.stringify(spec.swarm) });
  if (spec.loadBalancer !== undefined && spec.port === undefined)
    cx.fail('port', { message: 'is missing; the load balancer has to know on which port the containers listen.' });
  for (const [key, value] of Object.entries(spec.environment))
    if (typeof value !== 'string')
      cx.fail(`environment.${key}`, {
        message: 'would stand in the open in the task definition. Make it a {"kind":"secret"} and name that in "secrets".',
      });
  const taken = new Set(Object.keys(spec.environment));
  for (const [i, secret] of spec.secrets.entries()) {
    if (taken.has(variable(secret)))
      cx.fail(`secrets[${i}]`, { message: `${variable(secret)} is set twice.`, given: JSON.stringify(secret) });
    taken.add(variable(secret));
  }
  if (spec.healthPath !== '/' && spec.loadBalancer !== undefined)
    cx.fail('healthPath', { message: `is asked by the load balancer: give it in the "services" of ${spec.loadBalancer}.` });
}

/** db-pass is DB_PASS. */
const variable = (secret: string): string => secret.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();

/** The smallest size of Fargate that has what is asked for. */
export function fargate(cx: Context, spec: Spec<'container_service'>): readonly [cpu: number, memory: number] {
  for (const [cpu, least, most, by] of FARGATE) {
    if (cpu < spec.cpus || most < spec.memoryMb) continue;
    const memory = Math.max(least, Math.ceil(spec.memoryMb / by) * by);
    if (cpu !== spec.cpus || memory !== spec.memoryMb)
      cx.assume(
        `container_service ${spec.name}: ${cpu} vCPU and ${memory} MB, Fargate's smallest with at least ${spec.cpus} and ${spec.memoryMb}`,
      );
    return [cpu, memory];
  }
  return cx.fail(spec.cpus > 16 ? 'cpus' : 'memoryMb', { message: 'is more than Fargate has: at most 16 vCPU and 122880 MB.' });
}

function taskRole(cx: Context, name: string) {
  const { for: service } = cx.spec('iam_role', name);
  if (service !== 'ecs')
    cx.fail('role', { message: `role ${name} is for ${service}; containers take on one that is for ecs.`, given: JSON.stringify(name) });
  return cx.of('iam_role', name, 'arn');
}

function networkConfiguration(
  cx: Context,
  network: string,
  side: 'public' | 'private',
  groups: readonly { of: string; out: string }[],
): Arg {
  return [
    'awsvpcConfiguration={subnets=[',
    subnet(cx, network, side, 0),
    ',',
    subnet(cx, network, side, 1),
    '],securityGroups=[',
    ...groups.flatMap((group, i) => (i === 0 ? [group] : [',', group])),
    `],assignPublicIp=${side === 'public' ? 'ENABLED' : 'DISABLED'}}`,
  ];
}

/** One cluster for all services of a plan in a region: it is a name, and costs nothing. */
function clusterStep(cx: Context, id: string): Step {
  // One of that name that is not the plan's is left alone; the tags tell them apart.
  const found = query(
    text(
      cx,
      `clusters[?status=='ACTIVE'&&tags[?key=='plan'&&value=='${cx.plan}']].clusterArn`,
      'ecs describe-clusters',
      '--clusters',
      cx.plan,
      '--include',
      'TAGS',
    ),
  );
  return {
    ...step(cx, '', {
      title: `cluster ${cx.plan}`,
      find: found,
      create: text(cx, 'cluster.clusterArn', 'ecs create-cluster', '--cluster-name', cx.plan, ...smallTags(cx, cx.plan)),
      captures: true,
      verify: { query: found },
      undo: [{ command: aws(cx, 'ecs delete-cluster', '--cluster', { of: id, out: 'id' }), seconds: 300 }],
      effects: [{ kind: 'creates', what: `ECS cluster ${cx.plan}` }],
    }),
    id,
  };
}

function logGroup(cx: Context, logs: string): Step {
  const found = query(
    text(cx, `logGroups[?logGroupName=='${logs}'].logGroupName`, 'logs describe-log-groups', '--log-group-name-prefix', logs),
  );
  return step(cx, 'logs', {
    title: `logs ${logs}`,
    find: found,
    create: aws(cx, 'logs create-log-group', '--log-group-name', logs, ...tagMap(cx, logs)),
    wait: [aws(cx, 'logs put-retention-policy', '--log-group-name', logs, '--retention-in-days', LOG_DAYS)],
    verify: { query: found, expect: logs },
    undo: [aws(cx, 'logs delete-log-group', '--log-group-name', logs)],
    effects: [{ kind: 'creates', what: `logs ${logs}, kept ${LOG_DAYS} days` }, unpriced(cx, `logs of ${logs}`, 'AmazonCloudWatch', 'GB')],
  });
}

/** Fargate is paid by its vCPU and its memory, by the hour. */
export function capacity(cx: Context, name: string, replicas: number, cpu: number, memory: number) {
  return [
    rateCost(cx, `vCPU of ${name} (${replicas} x ${cpu})`, 'container_vcpu_x86', replicas * cpu),
    rateCost(cx, `memory of ${name} (${replicas} x ${memory / 1024} GB)`, 'container_memory_x86', (replicas * memory) / 1024),
  ];
}
