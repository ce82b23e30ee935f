import { type Arg, type Command, type Query, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { changesOf } from '../change.ts';
import type { Act, Context, Provider } from '../provider.ts';
import { type Engine, engineAt, engineOf, find, listed, named } from './cli.ts';
import { makeSecret } from './secret.ts';
import { mark, swarmOf } from './swarm.ts';

const change = changesOf('docker');

const nano = (cpus: number): string => String(Math.round(cpus * 1e9));
const bytes = (mb: number): string => String(mb * 1024 * 1024);

/** Prints what comes after the first columns, where these are what is wanted: docker's templates compare no numbers. */
const columns = (command: Command, wanted: readonly string[]): Required<Query> => ({
  command,
  pick: { column: wanted.map((_, i) => i + 1), equals: wanted.join(' '), print: wanted.length + 1 },
});

/** The kernel holds a running container to its new limits: nothing is restarted. */
const resizeContainer: Act<'container'> = (spec, cx) => {
  const { name, cpus, memoryMb } = spec;
  if (cpus === undefined && memoryMb === undefined)
    return cx.fail('', { message: 'has neither cpus nor memoryMb; give what it may use from now on.' });
  const engine = engineOf(spec, cx);
  const limits: Arg[] = [];
  const shown: string[] = [];
  const wanted: string[] = [];
  const said: string[] = [];
  if (cpus !== undefined) {
    limits.push('--cpus', String(cpus));
    shown.push('{{.HostConfig.NanoCpus}}');
    wanted.push(nano(cpus));
    said.push(`${cpus} CPU`);
  }
  if (memoryMb !== undefined) {
    // A limit above that of memory and swap together is refused, so that one moves as well: twice the memory, as at creation.
    limits.push('--memory', `${memoryMb}m`, '--memory-swap', `${memoryMb * 2}m`);
    shown.push('{{.HostConfig.Memory}}');
    wanted.push(bytes(memoryMb));
    said.push(`${memoryMb} MB`);
    cx.warn(
      `where container ${name} holds more than ${memoryMb} MB now, the kernel swaps or ends its processes at once: docker stats --no-stream ${name} shows what it holds`,
    );
  }
  const container = cx.of('container', name, 'name');
  const done = columns(engine.docker('container', 'inspect', '--format', `${shown.join(' ')} {{.Id}}`, container), wanted);
  return [
    change(cx, 'resize', `let ${name} use ${said.join(' and ')}`, done, engine.docker('container', 'update', ...limits, container), [
      { kind: 'changes', what: `container ${name} may use ${said.join(' and ')}, from now on and after a restart; it runs on meanwhile` },
    ]),
  ];
};

/** The look-up of what is acted on, where it is another than that of its creation. */
const there = (cx: Context, title: string, find: Query): Step => ({
  id: cx.id,
  title,
  resource: cx.id,
  provider: 'docker',
  there: true,
  find,
  create: find.command,
  captures: true,
  verify: { query: find },
  effects: [],
});

/** By its name a container is found, so that is all that there is to change. */
const renameContainer: Act<'container'> = (spec, cx, { newName }) => {
  const { name } = spec;
  const to = newName as string;
  const engine = engineOf(spec, cx);
  cx.warn(`in your stack, too, ${name} is now ${to}: a plan that still says ${name} would make a new one`);
  return [
    // Under either name: the script may have been here before.
    there(cx, `container ${name}`, named(cx, engine, [name, to])),
    change(
      cx,
      'rename',
      `call ${name} ${to}`,
      named(cx, engine, [to]),
      engine.docker('container', 'rename', { of: cx.id, out: 'id' }, to),
      [
        {
          kind: 'changes',
          what: `container ${name} is called ${to} and runs on; in its network the others find it by ${to}, and by ${name} no more`,
        },
      ],
      { undo: [engine.docker('container', 'rename', to, name)] },
    ),
  ];
};

/** Containers of the request that name it join it, or leave it. Neither restarts them. */
const joining =
  (on: boolean): Act<'network'> =>
  (spec, cx) => {
    const { name } = spec;
    const containers = cx.all('container').filter(({ network }) => network === name);
    if (containers.length === 0)
      return cx.fail('name', {
        message: `is named by no container here; add those that are meant to the resources, with "network":"${name}", and this one as "target".`,
      });
    const engine = engineOf(spec, cx);
    return containers.map(({ name: container }): Step => {
      const self = cx.of('container', container, 'name');
      const call = (join: boolean): Command => engine.docker('network', join ? 'connect' : 'disconnect', name, container);
      const template = `{{$in := false}}{{range $name, $_ := .NetworkSettings.Networks}}{{if eq $name "${name}"}}{{$in = true}}{{end}}{{end}}{{if ${on ? '' : 'not '}$in}}{{.Id}}{{end}}`;
      return change(
        cx,
        `${on ? 'attach' : 'detach'}-${container}`,
        `${on ? 'attach' : 'detach'} ${name} ${on ? 'to' : 'from'} ${container}`,
        query(engine.docker('container', 'inspect', '--format', template, self)),
        call(on),
        [
          on
            ? {
                kind: 'changes',
                what: `container ${container} is in network ${name} as well, where the others find it by its name; it runs on`,
              }
            : {
                kind: 'interrupts',
                what: `what container ${container} says and hears over network ${name}, for good; it runs on, and without another network it reaches nothing`,
              },
        ],
        { undo: [call(!on)] },
      );
    });
  };

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
function update(engine: Engine, cx: Context, service: string, { part, title, done, what, args, hint = '' }: Update): Step {
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

const inspect = (engine: Engine, cx: Context, service: string, template: string): Command =>
  engine.docker('service', 'inspect', '--format', template, cx.of('container_service', service, 'name'));

const resizeService: Act<'container_service'> = (spec, cx) => {
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

/**
 * A secret cannot be changed, so a new one under a name of its day takes its place: beside it first, then in every service
 * that reads it, under the file name that it had; then the old one goes. The label by which a plan finds it stays.
 */
const rotateSecret: Act<'secret'> = (spec, cx) => {
  const { name } = spec;
  const swarm = swarmOf(spec, cx);
  const { engine } = swarm;
  const fresh = `${name.slice(0, 64 - 1 - cx.today.length)}-${cx.today}`;
  const all = find(cx, engine, ['secret', 'ls'], name, 'Name', ...swarm.filter);
  const services = cx.all('container_service').filter((one) => one.secrets.includes(name));
  cx.preflight({
    title: `is secret ${name} there?`,
    check: { query: all },
    fix: `secret.${name} is not there, by the plan's label and its name. Nothing was changed.`,
  });
  cx.warn(
    `secret ${name} gets what is in ${spec.file} now, at most once a day: what has the name ${fresh} already is taken for it. In your stack nothing changes, and in /run/secrets it keeps its name`,
  );
  cx.warn(
    services.length === 0
      ? `no container_service among these resources reads secret ${name}: one that does keeps the old value, and until it is named here the old secret cannot be removed`
      : `services that read secret ${name} and are not among these resources keep the old value, and the old secret cannot be removed while there are any`,
  );
  const versions = (which: 'new' | 'old'): Query => ({
    ...listed(cx, engine, ['secret', 'ls'], name, `{{if eq .Name "${fresh}"}}new{{else}}old{{end}} {{.Name}}`, ...swarm.filter),
    pick: { column: 1, equals: which, print: 2 },
  });
  const old = cx.part('old');
  return [
    {
      ...makeSecret(spec, cx, swarm, fresh),
      title: `secret ${fresh}, beside the one that ${name} is now`,
      find: versions('new'),
      outputs: { id: versions('new') },
      verify: { query: versions('new') },
      effects: [{ kind: 'creates', what: `secret ${fresh} from ${spec.file}; ${name} stays as it is until the services read the new one` }],
    },
    ...services.map((service) => {
      const read = inspect(
        engine,
        cx,
        service.name,
        '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.File.Name}} {{println .SecretName}}{{end}}',
      );
      return update(engine, cx, service.name, {
        part: service.name,
        title: `let ${service.name} read the new ${name}`,
        done: { command: read, pick: { column: [1, 2], equals: `${name} ${fresh}`, print: 2 } },
        what: `service ${service.name} reads secret ${fresh} as /run/secrets/${name}`,
        args: [
          '--secret-rm',
          { asked: { command: read, pick: { column: 1, equals: name, print: 2 } } },
          '--secret-add',
          `source=${fresh},target=${name}`,
        ],
        hint: `Where ${fresh} holds the wrong value: docker service rollback for each service that reads it already, docker secret rm ${fresh}, the right value into ${spec.file}, and again from the start.`,
      });
    }),
    {
      ...change(cx, 'old', `remove what ${name} was`, versions('old'), engine.docker('secret', 'rm', { of: old, out: 'id' }), [
        { kind: 'destroys', what: `the former value of secret ${name}, which nothing shows any more` },
      ]),
      removes: true,
      verify: { query: all, expect: fresh },
      hint: `A secret that a service still reads is not removed; docker's message names the service. Add it to the resources.`,
    },
  ];
};

/** Who has read a token can join until it is changed. The tokens say nothing of their age, so a label of the first manager does. */
const rotateTokens: Act<'swarm'> = (spec, cx) => {
  const engine = engineAt(spec.server, cx);
  const node = query(engine.docker('info', '--format', '{{.Swarm.NodeID}}'));
  cx.warn(
    `nodes that are in swarm ${spec.name} stay in it; its tokens are changed at most once a day, and docker swarm join-token worker shows the new one to whoever may use a manager`,
  );
  const tokens = (['worker', 'manager'] as const).map((role) => {
    const today = `${role}-token=${cx.today}`;
    const marked = query(engine.docker('node', 'ls', '--filter', `node.label=${today}`, '--format', '{{.ID}}'));
    return change(
      cx,
      role,
      `change the token by which a ${role} joins`,
      marked,
      engine.docker('swarm', 'join-token', '--rotate', '--quiet', role),
      [{ kind: 'changes', what: `the token by which a ${role} joins swarm ${spec.name}: nobody joins by the old one any more` }],
      {
        // It prints the new one, which is caught and dropped.
        captures: true,
        outputs: { id: node },
        wait: [engine.docker('node', 'update', '--label-add', today, { of: cx.part(role), out: 'id' })],
      },
    );
  });
  // By its mark, or another's swarm that the engine is in would do as well.
  return [there(cx, `swarm ${spec.name}`, mark(engine, spec.name, cx)), ...tokens];
};

export const actions: Provider['actions'] = {
  network: { attach: joining(true), detach: joining(false) },
  container: { resize: resizeContainer, rename: renameContainer },
  container_service: { resize: resizeService },
  secret: { rotate: rotateSecret },
  swarm: { rotate: rotateTokens },
};
