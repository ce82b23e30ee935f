import { type Arg, type Command, command, type Query, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context } from '../provider.ts';

/**
 * Where Docker resources live: the engine that the user's own `docker` talks to, or the one of a server of the plan,
 * which is reached through an SSH context. Every command for a server's engine names its context; none changes the
 * user's current one.
 */
export interface Engine {
  readonly server: string | undefined;
  /** A command for this engine. */
  docker(...args: Arg[]): Command;
  /** The steps that have to come first; several resources of one engine give the same ones. */
  readonly steps: readonly Step[];
}

const where = (server: string | undefined): string => (server === undefined ? 'the local engine' : `server ${server}`);

/**
 * The engine of a resource. A container or a project says it itself; a network or a volume lies where it is used, for
 * no container can use one of another engine.
 */
export function engineOf(spec: Spec<'network' | 'volume' | 'container' | 'compose'>, cx: Context): Engine {
  let server =
    spec.kind === 'compose' && spec.swarm !== undefined ? cx.spec('swarm', spec.swarm).server : 'server' in spec ? spec.server : undefined;
  if (spec.kind === 'network' || spec.kind === 'volume') {
    const users = usersOf(spec.kind, spec.name, cx);
    const first = users[0];
    if (server === undefined) server = first?.server;
    const other = users.find((user) => user.server !== server);
    if (other !== undefined) {
      cx.fail(spec.kind === 'volume' && spec.server !== undefined ? 'server' : 'name', {
        message: `${spec.kind} ${spec.name} would be on two engines: ${other.kind} ${other.name} is on ${where(other.server)}, ${first === other || first === undefined ? 'the volume itself' : `${first.kind} ${first.name}`} on ${where(server)}. A ${spec.kind} lies on one engine: give them the same "server", or take a ${spec.kind} each.`,
      });
    }
  }
  return engineAt(server, cx);
}

/** The engine of a server, or the local one. */
export function engineAt(server: string | undefined, cx: Context): Engine {
  if (server === undefined) {
    cx.assume('Docker resources without a server are made by the engine that the docker command talks to now (docker context show)');
    cx.preflight({
      title: 'does the Docker engine answer?',
      check: { query: query(command('docker', ['version', '--format', '{{.Server.Version}}'])) },
      fix: 'Docker does not answer; its message is above. Start it (Docker Desktop, or: sudo systemctl start docker), or let your user reach it.',
    });
    return { server, docker: (...args) => command('docker', args), steps: [] };
  }
  const step = contextStep(server, cx);
  const name = { of: step.id, out: 'name' };
  return { server, docker: (...args) => command('docker', ['--context', name, ...args]), steps: [step] };
}

interface User {
  readonly kind: string;
  readonly name: string;
  readonly server?: string | undefined;
}

function usersOf(kind: 'network' | 'volume', name: string, cx: Context): User[] {
  const containers = cx
    .all('container')
    .filter((one) => (kind === 'network' ? one.network === name : one.volumes.some((mount) => mount.source === name)));
  // What a swarm runs is spoken of to its first manager.
  const manager = (swarm: string | undefined) => (swarm === undefined ? cx.all('swarm')[0] : cx.spec('swarm', swarm))?.server;
  if (kind === 'network')
    return [...containers, ...servicesIn(name, cx).map((one) => ({ kind: one.kind, name: one.name, server: manager(one.swarm) }))];
  const projects = cx
    .all('compose')
    .filter((one) => Object.values(one.services ?? {}).some((service) => service.volumes.some((mount) => mount.source === name)))
    .map((one) => ({ kind: one.kind, name: one.name, server: one.swarm === undefined ? one.server : manager(one.swarm) }));
  return [...containers, ...projects];
}

/** The swarm services in a network, which then has to reach over all nodes. */
export function servicesIn(network: string, cx: Context): Spec<'container_service'>[] {
  return cx.all('container_service').filter((one) => one.network === network);
}

/** The context by which this machine's `docker` reaches a server's engine. */
function contextStep(server: string, cx: Context): Step {
  const target = cx.spec('server', server);
  const field = 'server';
  if (!target.publicIp || target.subnet !== 'public')
    cx.fail(field, {
      message: `server ${server} has no public address, so its engine cannot be reached from here. Give it one, or run docker on the server itself.`,
    });
  const open = target.firewalls.length === 0 || target.firewalls.some((name) => letsInSsh(cx.spec('firewall', name)));
  if (!open) {
    cx.fail(field, {
      message: `commands for the engine of ${server} go over SSH, and firewall ${target.firewalls.join(', ')} lets none in. Give ${server} a firewall with the rule {"port":22,"from":["YOUR.ADDRESS/32"]}, with your own address.`,
    });
  }
  if (!target.docker)
    cx.warn(
      `server ${server} needs Docker, and does not say "docker":true: without it (or an image or userData that installs Docker) the containers on it cannot be made`,
    );
  const user = sshUser(target, cx);
  const name = `${cx.plan}--${server}`;
  const id = `context.${server}`;
  const ip = cx.of('server', server, 'ipv4');
  const host: Arg = [`ssh://${user}@`, ip];
  cx.warn(
    `the first connection to ${server} has to be made by hand, to accept its SSH host key: ssh-keyscan -t ed25519 ADDRESS shows it, and ssh ${user}@ADDRESS once stores it; until then step ${id} waits`,
  );
  return {
    id,
    title: `Docker context ${name}: the engine of ${server}`,
    resource: id,
    provider: 'docker',
    find: query(command('docker', ['context', 'ls', '--format', '{{.Name}}']), { column: 1, equals: name, print: 1 }),
    create: command('docker', ['context', 'create', name, '--description', `plan ${cx.plan}`, '--docker', ['host=', ...host] as Arg]),
    wait: [
      // The server may have another address than when the context was made.
      command('docker', ['context', 'update', name, '--docker', ['host=', ...host] as Arg]),
      { command: command('docker', ['--context', name, 'version', '--format', '{{.Server.Version}}']), seconds: 600 },
    ],
    outputs: { name },
    verify: { query: query(command('docker', ['context', 'inspect', name, '--format', '{{.Endpoints.docker.Host}}'])), expect: host },
    undo: [command('docker', ['context', 'rm', '--force', name])],
    effects: [{ kind: 'creates', what: `Docker context ${name} on this machine: commands for ${server} go over SSH, as ${user}` }],
  };
}

function letsInSsh(firewall: Spec<'firewall'>): boolean {
  return firewall.rules.some((rule) => {
    if (rule.direction !== 'in' || rule.protocol !== 'tcp') return false;
    if (rule.port === 'any') return true;
    const [from = 0, to = from] = (rule.port ?? '').split('-').map(Number);
    return from <= 22 && 22 <= to;
  });
}

/** Who may log in: AWS's images have a user of their own, the others let root in by key. */
function sshUser(server: Spec<'server'>, cx: Context): string {
  if (server.user !== undefined) return server.user;
  if (cx.providerOf(server) !== 'aws') return 'root';
  return server.image.includes('ubuntu') ? 'ubuntu' : 'ec2-user';
}

/** The labels that everything in a plan carries. */
export function labels(cx: Context, name: string): Arg[] {
  return ['--label', `plan=${cx.plan}`, '--label', `name=${name}`];
}

/** Looks something up by the plan's labels and prints of each what a template of Go says. */
export function listed(cx: Context, engine: Engine, list: readonly string[], name: string, template: string, ...more: Arg[]): Query {
  return query(
    engine.docker(...list, '--filter', `label=plan=${cx.plan}`, '--filter', `label=name=${name}`, ...more, '--format', template),
  );
}

/** The same with one column: of `docker network ls`, of `docker secret ls`. */
export function find(cx: Context, engine: Engine, list: readonly string[], name: string, column: string, ...more: Arg[]): Query {
  return listed(cx, engine, list, name, `{{.${column}}}`, ...more);
}

/** The plan's containers of these names. By the name itself, which can be changed, and a label of a container cannot. */
export function named(cx: Context, engine: Engine, names: readonly string[], ...more: Arg[]): Query {
  const [first = '', ...others] = names.map((name) => name.replaceAll('.', '\\.'));
  const pattern = others.length === 0 ? `^${first}$` : `^(${[first, ...others].join('|')})$`;
  return query(
    engine.docker('ps', '--all', '--filter', `label=plan=${cx.plan}`, '--filter', `name=${pattern}`, ...more, '--format', '{{.Names}}'),
  );
}

/** The names of the plan's volumes on an engine, for mounts that mean one. */
export function isVolume(cx: Context, name: string): boolean {
  return cx.all('volume').some((volume) => volume.name === name);
}
