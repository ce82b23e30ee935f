import type { Arg, Command, Query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import type { Act, Context } from '../../provider.ts';
import { type Engine, find } from '../cli.ts';
import { swarmOf } from '../swarm.ts';
import { bytes, change, columns, nano } from './change.ts';

/** Says that a service replaces containers no more, or never did. */
const AT_REST = '{{if not .UpdateStatus}}rest{{else if eq .UpdateStatus.State "updating" "rollback_started"}}busy{{else}}rest{{end}}';

interface Update {
  readonly part: string;
  readonly title: string;
  /** With a pick, so that nothing printed is told from an answer. */
  readonly done: Required<Query>;
  readonly what: string;
  readonly args: readonly Arg[];
  readonly hint?: string;
}

/**
 * A change for which a service replaces its containers. The command waits for the last of them; interrupted, it goes on
 * without it.
 */
export function update(engine: Engine, cx: Context, service: string, { part, title, done, what, args, hint = '' }: Update): Step {
  const name = cx.of('container_service', service, 'name');
  return {
    ...change(cx, part, title, done, engine.docker('service', 'update', '--quiet', '--detach=false', ...args, name), [
      {
        kind: 'interrupts',
        what: `containers of service ${service}, which are replaced one after the other: connections to each break, and where there is one alone the service is away until the next one runs`,
      },
      { kind: 'changes', what },
    ]),
    // Docker's exit code is 0 as well where the service went back to what it was.
    wait: [
      { command: inspect(engine, cx, service, AT_REST), expect: 'rest', seconds: 600 },
      { ...done, seconds: 5 },
    ],
    hint: `Where the new containers do not start, the service goes back by itself; docker service ps --no-trunc ${service} says why. ${hint}`.trim(),
  };
}

export const inspect = (engine: Engine, cx: Context, service: string, template: string): Command =>
  engine.docker('service', 'inspect', '--format', template, cx.of('container_service', service, 'name'));

export const resizeService: Act<'container_service'> = (spec, cx) => {
  const { name, replicas, cpus, memoryMb } = spec;
  const { engine, filter } = swarmOf(spec, cx);
  const scaled = columns(inspect(engine, cx, name, '{{.Spec.Mode.Replicated.Replicas}} {{.ID}}'), [String(replicas)]);
  const limits = '{{with .Spec.TaskTemplate.Resources}}{{with .Limits}}{{.NanoCPUs}} {{.MemoryBytes}}{{end}}{{end}} {{.ID}}';
  const limited = columns(inspect(engine, cx, name, limits), [nano(cpus), bytes(memoryMb)]);
  return [
    change(
      cx,
      'scale',
      `run ${replicas} of ${name}`,
      scaled,
      engine.docker('service', 'scale', '--detach', [cx.of('container_service', name, 'name'), `=${replicas}`]),
      [{ kind: 'changes', what: `service ${name} runs ${replicas} container${replicas === 1 ? '' : 's'}; those that stay run on` }],
      { wait: [{ ...find(cx, engine, ['service', 'ls'], name, 'Replicas', ...filter), expect: `${replicas}/${replicas}`, seconds: 600 }] },
    ),
    update(engine, cx, name, {
      part: 'limits',
      title: `let each container of ${name} use ${cpus} CPU and ${memoryMb} MB`,
      done: limited,
      what: `each container of service ${name} may use ${cpus} CPU and ${memoryMb} MB`,
      args: ['--limit-cpu', String(cpus), '--limit-memory', `${memoryMb}m`],
    }),
  ];
};
