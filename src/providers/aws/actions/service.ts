import { query } from '../../../core/command.ts';
import type { Act } from '../../provider.ts';
import { aws, self, text } from '../cli.ts';
import { capacity, containerService, fargate } from '../container_service.ts';
import { change } from './change.ts';

/** Another number of containers, or larger ones: these are a revision of what they are made of, which takes the last one's place. */
export const resizeService: Act<'container_service'> = (spec, cx) => {
  const { name, replicas } = spec;
  const [cpu, memory] = fargate(cx, spec);
  const family = `${cx.plan}--${name}`;
  const cluster = { of: `ecs_cluster.${cx.region}`, out: 'id' };
  const definition = self(cx, 'revision');
  const task = containerService(spec, cx).find(({ id }) => id === cx.part('task'));
  if (task === undefined) return [];
  const newest = query(
    text(
      cx,
      `[taskDefinition][?cpu=='${cpu * 1024}'&&memory=='${memory}'].taskDefinitionArn`,
      'ecs describe-task-definition',
      '--task-definition',
      family,
    ),
  );
  const service = (condition: string) =>
    query(
      text(
        cx,
        [`services[?status=='ACTIVE'&&desiredCount==\`${replicas}\`&&taskDefinition=='`, definition, `'${condition}].serviceName`],
        'ecs describe-services',
        '--cluster',
        cluster,
        '--services',
        name,
      ),
    );
  const settled = service('&&length(deployments)==`1`&&runningCount>=desiredCount');
  const [title, size] = [`${replicas} of ${cpu} vCPU and ${memory} MB`, `${cpu} vCPU and ${memory} MB`];
  cx.warn(
    `where the size changes, the former revision of task definition ${family} stays, costs nothing, and is what aws ecs update-service --task-definition goes back to; a teardown removes the newest, and each further run of it one more`,
  );
  return [
    change(
      cx,
      'revision',
      `containers of ${name} have ${size}`,
      newest,
      task.create,
      [{ kind: 'changes', what: `new containers of ${name} have ${size}, and what else the request says of them: ${spec.image}` }],
      { captures: true },
    ),
    change(
      cx,
      'resize',
      `${name}: ${title}`,
      service(''),
      aws(
        cx,
        'ecs update-service',
        '--cluster',
        cluster,
        '--service',
        name,
        '--task-definition',
        definition,
        '--desired-count',
        String(replicas),
      ),
      [
        {
          kind: 'interrupts',
          what: `containers of ${name} that are replaced or are too many: each ends with what it is answering; where they are replaced, the new ones run first`,
        },
        { kind: 'changes', what: `container service ${name} is ${title}` },
        ...capacity(cx, name, replicas, cpu, memory).map((cost) => ({ ...cost, note: 'in place of its former price' })),
      ],
      {
        wait: [{ command: settled.command, expect: name, seconds: 1800 }],
        hint: `Where the new containers do not start, ECS goes back to the old ones by itself: aws ecs describe-services --cluster ${cx.plan} --services ${name} says why.`,
      },
    ),
  ];
};
