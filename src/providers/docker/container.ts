import type { Arg, Command } from '../../core/command.ts';
import type { Emit } from '../provider.ts';
import { engineOf, labels, named } from './cli.ts';
import { imageOf, mounts, published, settings, sourceOf } from './parts.ts';

/** Variables that the docker command, or the shell in front of it, would take for its own. */
export const OWN = /^(?:DOCKER_.*|COMPOSE_.*|BUILDX_.*|LD_.*|BASH.*|SSH_.*|.*_PROXY|PATH|HOME|IFS|ENV|PWD|UID|EUID|GID|PPID|SHELLOPTS)$/i;

/**
 * Made, then started: two commands that can each be repeated on their own, where `docker run` that was interrupted
 * between the two would leave a container that nothing starts.
 */
export const container: Emit<'container'> = (spec, cx) => {
  const engine = engineOf(spec, cx);
  const image = imageOf(spec.image, cx, '');
  const args: Arg[] = ['--name', spec.name, ...labels(cx, spec.name), '--restart', spec.restart];
  if (spec.network !== undefined) args.push('--network', cx.of('network', spec.network, 'name'));
  for (const { address, host, container, protocol } of spec.ports)
    args.push('--publish', `${address}:${host}:${container}${protocol === 'udp' ? '/udp' : ''}`);
  for (const mount of mounts(spec, cx, engine, '')) {
    args.push(
      '--mount',
      [`type=${mount.type},source=`, sourceOf(mount, cx), `,target=${mount.target}${mount.readOnly ? ',readonly' : ''}`].flat(),
    );
  }
  // A secret is handed over in the command's own environment: an argument could be read by every user of the machine.
  const env: Record<string, Arg> = {};
  for (const { key, value } of settings(spec, cx, '')) {
    if (typeof value !== 'string') {
      if (OWN.test(key))
        cx.fail(`environment.${key}`, {
          message:
            'is a variable that docker or the shell itself heeds, so a secret cannot be handed over by that name. Use another, or a file in a mount.',
        });
      env[key] = value;
    }
    args.push('--env', typeof value === 'string' ? `${key}=${value}` : key);
  }
  if (spec.memoryMb !== undefined) args.push('--memory', `${spec.memoryMb}m`);
  if (spec.cpus !== undefined) args.push('--cpus', String(spec.cpus));
  const make = engine.docker('create', ...args, image, ...spec.command);
  const create: Command = Object.keys(env).length > 0 ? { ...make, env } : make;
  return [
    ...engine.steps,
    {
      id: cx.id,
      title: `container ${spec.name} (${image})`,
      resource: cx.id,
      provider: 'docker',
      find: named(cx, engine, [spec.name]),
      create,
      wait: [engine.docker('start', spec.name)],
      outputs: { name: spec.name },
      verify: { query: named(cx, engine, [spec.name], '--filter', 'status=running'), expect: spec.name },
      // With the volumes that the image itself asks for; those of the plan have a step of their own.
      undo: [engine.docker('rm', '--force', '--volumes', spec.name)],
      effects: [
        { kind: 'creates', what: `container ${spec.name} from ${image}${engine.server === undefined ? '' : ` on ${engine.server}`}` },
        ...published(spec, cx, engine, '', `container ${spec.name}`),
      ],
    },
  ];
};
