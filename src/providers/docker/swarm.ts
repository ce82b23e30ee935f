import { type Arg, type Atom, type Query, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { type Engine, engineAt } from './cli.ts';

/** Through which a node's containers reach the outside; every node of a swarm has it, and leaving one behind is usual. */
const BRIDGE = 'docker_gwbridge';

const HINT = `This engine is in a swarm, or was: docker info shows it. Where it is in none, docker network rm ${BRIDGE} removes what is left of the last one; a swarm that runs is left as it is: give what it is to run no "swarm".`;

/** Where services, secrets and stacks go. */
export interface Swarm {
  readonly engine: Engine;
  /** A filter that holds for them alone; it names the swarm of the plan, so that nothing is looked for where it is gone. */
  readonly filter: readonly Arg[];
  readonly labels: readonly Arg[];
  /** The swarm's name, where it is one of the plan. */
  readonly name: Atom | undefined;
  /** The steps after which all of its nodes are there. */
  readonly after: readonly string[];
}

/** The swarm of a resource: the one that it names, the plan's only one, or the one that the local engine is in. */
export function swarmOf(spec: Spec<'container_service' | 'secret' | 'compose'>, cx: Context): Swarm {
  const all = cx.all('swarm');
  if (spec.swarm === undefined && all.length > 1)
    cx.fail('swarm', { message: `is missing, and the plan has several: ${all.map((one) => one.name).join(', ')}. Name one.` });
  const swarm = spec.swarm === undefined ? all[0] : cx.spec('swarm', spec.swarm);
  const engine = engineAt(swarm?.server, cx);
  if (swarm === undefined) {
    cx.assume('what a swarm runs goes to the one that the local engine manages, as the plan has none');
    cx.preflight({
      title: 'does the local engine manage a swarm?',
      check: { query: query(engine.docker('info', '--format', '{{.Swarm.ControlAvailable}}')), expect: 'true' },
      fix: 'It is in none, or only works for one. Add {"kind":"swarm","name":"cluster"} to the plan, or let docker talk to a manager.',
    });
    return { engine, filter: [], labels: [], name: undefined, after: [] };
  }
  const name: Atom = { of: `swarm.${swarm.name}`, out: 'name' };
  return {
    engine,
    filter: ['--filter', ['label=swarm=', name]],
    labels: ['--label', ['swarm=', name]],
    name,
    after: [`swarm.${swarm.name}`, ...members(swarm).map(({ server }) => `swarm.${swarm.name}.${server}.label`)],
  };
}

interface Member {
  readonly server: string;
  readonly role: 'manager' | 'worker';
  readonly field: string;
}

function members(spec: Spec<'swarm'>): Member[] {
  return [
    ...spec.managers.map((server, i): Member => ({ server, role: 'manager', field: `managers[${i}]` })),
    ...spec.workers.map((server, i): Member => ({ server, role: 'worker', field: `workers[${i}]` })),
  ];
}

/**
 * A swarm carries no label that its CLI could set, so what marks it as the plan's is the bridge that it needs on every
 * node: made first, with the plan's labels, as Docker's manual has it for a bridge of one's own. Where that bridge is there
 * without them, the engine is in somebody else's swarm, and its creation fails before anything is joined.
 */
export const swarm: Emit<'swarm'> = (spec, cx) => {
  const joining = members(spec);
  const seen = new Set<string | undefined>([spec.server]);
  for (const { server, field } of joining) {
    if (seen.has(server)) cx.fail(field, { message: `names ${server}, which is in the swarm already.` });
    seen.add(server);
  }
  const twin = cx
    .all('swarm')
    .find((one) => one !== spec && [one.server, ...members(one).map(({ server }) => server)].some((server) => seen.has(server)));
  if (twin !== undefined) cx.fail('server', { message: `is in swarm ${twin.name} as well; an engine is in one swarm.` });
  const managers = 1 + spec.managers.length;
  if (managers % 2 === 0)
    cx.warn(`swarm ${spec.name} has ${managers} managers: an even number bears no more failures than one less. Take three or five`);
  if (managers === 1 && joining.length > 0)
    cx.warn(`swarm ${spec.name} has one manager: while it is down nothing is started or moved, and its state lies on it alone`);
  const engine = engineAt(spec.server, cx);
  const address = addressOf(spec.server, joining.length > 0, cx);
  if (joining.length > 0) {
    cx.warn(
      `swarm ${spec.name}: docker takes the token of a node that joins as an argument, which other users of this machine can read while it runs, for about a second; right after it, and whenever the script runs again, the token is changed`,
    );
  }
  if (spec.autolock)
    cx.warn(`swarm ${spec.name} is locked whenever a manager starts: docker swarm unlock-key shows the key. Keep it somewhere else, now`);
  const [bridge, marked] = bridgeStep(engine, spec.name, cx.part('bridge'), cx);
  const node = query(engine.docker('info', '--format', '{{.Swarm.NodeID}}'));
  const first: Step = {
    id: cx.id,
    title: `swarm ${spec.name}`,
    resource: cx.id,
    provider: 'docker',
    find: node,
    own: marked,
    create: engine.docker('swarm', 'init', ...address.flags, ...(spec.autolock ? ['--autolock'] : [])),
    // What it prints holds a token by which others can join: it is caught and dropped.
    captures: true,
    outputs: { id: node, name: spec.name },
    verify: { query: query(engine.docker('node', 'inspect', '--format', '{{.Status.State}}', { of: cx.id, out: 'id' })), expect: 'ready' },
    undo: [
      // Containers of services that are not the plan's are not to vanish: then this waits, and says so.
      { command: engine.docker('ps', '--all', '--quiet', '--filter', 'label=com.docker.swarm.task.id'), expect: '', seconds: 120 },
      engine.docker('swarm', 'leave', '--force'),
    ],
    after: [bridge.id],
    effects: [
      {
        kind: 'creates',
        what: `swarm ${spec.name} of ${1 + joining.length} node${joining.length === 0 ? '' : 's'}, managed by ${engine.server ?? 'the local engine'}`,
      },
    ],
  };
  return [...engine.steps, bridge, first, ...joining.flatMap((member) => join(spec, member, engine, cx))];
};

/** Where a node listens for the others: nowhere but on itself where there are none, else in the servers' network. */
function addressOf(server: string | undefined, others: boolean, cx: Context): { flags: Arg[]; ip: Arg } {
  const spec = server === undefined ? undefined : cx.spec('server', server);
  if (spec?.network !== undefined) {
    const ip = cx.of('server', spec.name, 'privateIpv4');
    return { flags: ['--listen-addr', [ip, ':2377'], '--advertise-addr', ip], ip };
  }
  if (others)
    cx.fail(spec === undefined ? 'server' : 'workers', {
      message:
        spec === undefined
          ? 'is missing; a swarm of several nodes has its first manager on a server of the plan, in a network with the others.'
          : `cannot reach ${spec.name}, which is in no network. Give all of its servers the same "network": what nodes say to each other does not go over the internet.`,
    });
  return { flags: ['--listen-addr', '127.0.0.1:2377', '--advertise-addr', '127.0.0.1'], ip: '127.0.0.1' };
}

/** Finds the bridge by which a swarm is the plan's. Not by the label of names, which a network of the plan may have as well. */
export function mark(engine: Engine, name: string, cx: Context): Query {
  const labels = ['--filter', `label=plan=${cx.plan}`, '--filter', `label=swarm=${name}`];
  return query(engine.docker('network', 'ls', ...labels, '--filter', `name=^${BRIDGE}$`, '--format', '{{.Name}}'));
}

/** The marked bridge of a node, and what finds the mark. */
function bridgeStep(engine: Engine, name: string, id: string, cx: Context): [Step, Query] {
  const found = mark(engine, name, cx);
  const step: Step = {
    id,
    title: `the bridge of a node of swarm ${cx.id.slice('swarm.'.length)}`,
    resource: cx.id,
    provider: 'docker',
    find: found,
    create: engine.docker(
      'network',
      'create',
      '--label',
      `plan=${cx.plan}`,
      '--label',
      `swarm=${name}`,
      '--opt',
      'com.docker.network.bridge.name=docker_gwbridge',
      '--opt',
      'com.docker.network.bridge.enable_icc=false',
      BRIDGE,
    ),
    outputs: { name: BRIDGE },
    hint: HINT,
    verify: { query: found, expect: BRIDGE },
    undo: [{ command: engine.docker('network', 'rm', BRIDGE), seconds: 60 }],
    effects: [],
  };
  return [step, found];
}

/** A further node: it joins, and is then labelled, by which a teardown without the plan knows it. */
function join(spec: Spec<'swarm'>, { server, role, field }: Member, manager: Engine, cx: Context): Step[] {
  const network = cx.spec('server', spec.server as string).network;
  if (cx.spec('server', server).network !== network)
    cx.fail(field, { message: `${server} is not in network ${network}, in which the swarm's nodes speak to each other.` });
  const engine = engineAt(server, cx);
  const [bridge, marked] = bridgeStep(engine, spec.name, cx.part(`${server}.bridge`), cx);
  const id = cx.part(server);
  const node = query(engine.docker('info', '--format', '{{.Swarm.NodeID}}'));
  const key = { of: id, out: 'id' };
  const labelled = { of: cx.part(`${server}.label`), out: 'id' };
  const token = { asked: query(manager.docker('swarm', 'join-token', '--quiet', role)) };
  const named = query(
    manager.docker(
      'node',
      'ls',
      '--filter',
      `node.label=plan=${cx.plan}`,
      '--filter',
      ['node.label=swarm=', { of: cx.id, out: 'name' }],
      '--filter',
      `node.label=name=${server}`,
      '--format',
      '{{.ID}}',
    ),
  );
  return [
    ...engine.steps,
    bridge,
    {
      id,
      title: `${server} joins as a ${role}`,
      resource: cx.id,
      provider: 'docker',
      find: node,
      own: marked,
      create: engine.docker(
        'swarm',
        'join',
        ...addressOf(server, true, cx).flags,
        '--token',
        token,
        [addressOf(spec.server, true, cx).ip, ':2377'].flat() as Arg,
      ),
      // What was on the process list opens nothing any more, and what replaces it is not printed.
      wait: [
        {
          command: manager.docker('swarm', 'join-token', '--rotate', role),
          pick: { column: [1, 2], equals: 'Successfully rotated', print: 1 },
          seconds: 60,
        },
      ],
      outputs: { id: node },
      verify: { query: query(engine.docker('info', '--format', '{{.Swarm.LocalNodeState}}')), expect: 'active' },
      undo: [engine.docker('swarm', 'leave', '--force')],
      after: [bridge.id, cx.id],
      effects: [{ kind: 'changes', what: `${server} is a ${role} of swarm ${spec.name}` }],
    },
    {
      id: cx.part(`${server}.label`),
      title: `labels of node ${server}`,
      resource: cx.id,
      provider: 'docker',
      find: named,
      create: manager.docker(
        'node',
        'update',
        '--label-add',
        `plan=${cx.plan}`,
        '--label-add',
        ['swarm=', { of: cx.id, out: 'name' }],
        '--label-add',
        `name=${server}`,
        key,
      ),
      outputs: { id: named },
      verify: { query: named },
      undo: [
        ...(role === 'manager' ? [manager.docker('node', 'demote', labelled)] : []),
        { command: manager.docker('node', 'rm', '--force', labelled), seconds: 60 },
      ],
      effects: [],
    },
  ];
}
