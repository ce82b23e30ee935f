import type { Arg, Command } from '../../core/command.ts';
import type { Effect } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { SENSITIVE } from '../network_rules.ts';
import type { Context, Emit } from '../provider.ts';
import { find, labels } from './cli.ts';
import { OWN } from './container.ts';
import { imageOf, settings } from './parts.ts';
import { swarmOf } from './swarm.ts';

/** A service of a swarm: containers of one image, which its managers keep running on whatever nodes there are. */
export const containerService: Emit<'container_service'> = (spec, cx) => {
  if (spec.domains.length > 0)
    cx.fail('domains', { message: 'are for DigitalOcean; a service is reached by its published port, or through a proxy in its network.' });
  const swarm = swarmOf(spec, cx);
  const image = imageOf(spec.image, cx, '');
  const effects = published(spec, cx);
  const args: Arg[] = ['--name', spec.name, ...labels(cx, spec.name), ...swarm.labels, '--container-label', `plan=${cx.plan}`];
  args.push('--replicas', String(spec.replicas), '--limit-cpu', String(spec.cpus), '--limit-memory', `${spec.memoryMb}m`);
  cx.assume(
    `container_service ${spec.name}: at most ${spec.cpus} CPU and ${spec.memoryMb} MB a container ("cpus", "memoryMb"); a failed update goes back by itself`,
  );
  args.push('--update-failure-action', 'rollback');
  if (spec.network !== undefined) args.push('--network', cx.of('network', spec.network, 'name'));
  for (const secret of spec.secrets) args.push('--secret', ['source=', cx.of('secret', secret), `,target=${secret}`]);
  if (spec.publish !== undefined) args.push('--publish', `published=${spec.publish},target=${spec.port}`);
  // As for a container: a value that is secret comes from the command's own environment.
  const env: Record<string, Arg> = {};
  for (const { key, value } of settings(spec, cx, '')) {
    if (typeof value !== 'string') {
      if (OWN.test(key))
        cx.fail(`environment.${key}`, { message: 'is a variable that docker or the shell itself heeds; use another, or "secrets".' });
      env[key] = value;
    }
    args.push('--env', typeof value === 'string' ? `${key}=${value}` : key);
  }
  const make = swarm.engine.docker('service', 'create', ...args, '--detach', '--quiet', image, ...spec.command);
  const create: Command = Object.keys(env).length > 0 ? { ...make, env } : make;
  const found = find(cx, swarm.engine, ['service', 'ls'], spec.name, 'Name', ...swarm.filter);
  const running = find(cx, swarm.engine, ['service', 'ls'], spec.name, 'Replicas', ...swarm.filter);
  const all = `${spec.replicas}/${spec.replicas}`;
  return [
    ...swarm.engine.steps,
    {
      id: cx.id,
      title: `service ${spec.name} (${image})`,
      resource: cx.id,
      provider: 'docker',
      find: found,
      create,
      wait: [{ ...running, expect: all, seconds: 600 }],
      outputs: { name: spec.name },
      verify: { query: running, expect: all },
      undo: [swarm.engine.docker('service', 'rm', spec.name)],
      after: swarm.after,
      hint: `docker service ps --no-trunc ${spec.name} says why a container does not start.`,
      effects: [{ kind: 'creates', what: `service ${spec.name}: ${spec.replicas} of ${image}` }, ...effects],
    },
  ];
};

/** A swarm publishes on every node and every address of it: there is no 127.0.0.1 here. */
function published(spec: Spec<'container_service'>, cx: Context): Effect[] {
  if (spec.publish === undefined) return [];
  if (spec.port === undefined)
    cx.fail('port', { message: 'is missing; give the port on which the container listens, for "publish" to lead to.' });
  const twin = cx.all('container_service').find((one) => one !== spec && one.publish === spec.publish && one.swarm === spec.swarm);
  if (twin !== undefined) cx.fail('publish', { message: `${spec.publish} is published by ${twin.name} already; take another port.` });
  const known = SENSITIVE[spec.port] ?? SENSITIVE[spec.publish];
  cx.warn(
    `service ${spec.name} is published on port ${spec.publish}${known === undefined ? '' : ` (${known})`} of every node, on all of its addresses, because the request says so`,
  );
  return [{ kind: 'exposes', port: `${spec.publish}/tcp`, to: 'every network of every node', what: `service ${spec.name}` }];
}
