import { type Arg, path, positional, query } from '../../core/command.ts';
import { notAllowed } from '../../core/errors.ts';
import type { Effect, LocalFile } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { type Engine, engineOf } from './cli.ts';
import { imageOf, mounts, published, settings } from './parts.ts';
import { stack } from './stack.ts';
import { composeYaml, Raw, type Yaml } from './yaml.ts';

/**
 * A compose project. Its name has the plan's in front: compose takes any project of a name for the one that is meant,
 * and would make another plan's project over into this one.
 */
export const compose: Emit<'compose'> = (spec, cx) => {
  const engine = engineOf(spec, cx);
  const project = `${cx.plan}--${spec.name}`;
  const services = spec.services ?? {};
  const own = spec.file !== undefined;
  if (spec.swarm !== undefined && spec.server !== undefined)
    cx.fail('server', { message: 'cannot be given together with swarm: a stack goes to whatever nodes its swarm chooses.' });
  if (own === Object.keys(services).length > 0)
    cx.fail(own ? 'file' : 'services', {
      message: own
        ? 'cannot be given together with services; give a file of yours, or services.'
        : 'is missing; give services like {"app":{"image":"nginx:1.29"}}, or the path of a compose file of yours as "file".',
    });
  const generated = own ? undefined : file(services, project, cx, engine, spec.swarm !== undefined);
  const source = generated === undefined ? positional(path(spec.file as string), cx.field('file')) : generated.file.path;
  const from: Arg[] = ['compose', '--project-name', project, '--file', source];
  // Compose checks every variable of the file whenever it reads it.
  const env =
    generated === undefined || generated.variables.length === 0
      ? {}
      : { env: Object.fromEntries(generated.variables.map((name) => [name, { env: name }])) };
  if (spec.swarm !== undefined) return stack(spec, cx, { project, source, env, ...(generated === undefined ? {} : { generated }) });
  const running = query(engine.docker('compose', 'ls', '--quiet', '--filter', `name=^${project}$`));
  if (own)
    cx.warn(
      `project ${project} comes from your own ${spec.file}: a teardown keeps the volumes that it declares (docker compose --project-name ${project} down --volumes removes them too), and secrets in it are yours to keep out`,
    );
  return [
    ...engine.steps,
    {
      id: cx.id,
      title: `compose project ${project}`,
      resource: cx.id,
      provider: 'docker',
      // A generated project has one network, which is the first thing to be made and the last to be removed.
      find: own
        ? query(engine.docker('compose', 'ls', '--all', '--quiet', '--filter', `name=^${project}$`))
        : query(engine.docker('network', 'ls', '--filter', `label=com.docker.compose.project=${project}`, '--format', '{{.Name}}')),
      ...(generated === undefined ? {} : { files: [generated.file] }),
      create: { ...engine.docker(...from, 'create'), ...env },
      wait: [{ ...engine.docker(...from, 'up', '--detach', '--wait'), ...env }],
      outputs: { name: project },
      verify: { query: running, expect: project },
      // Volumes of the plan are external to the project, and have a step of their own.
      undo: [engine.docker('compose', '--project-name', project, 'down', '--remove-orphans', ...(own ? [] : ['--volumes']))],
      ...(generated === undefined || generated.volumes.length === 0 ? {} : { after: generated.volumes.map((name) => `volume.${name}`) }),
      effects: [
        {
          kind: 'creates',
          what: `compose project ${project}: ${own ? `what ${spec.file} says` : Object.keys(services).join(', ')}${engine.server === undefined ? '' : ` on ${engine.server}`}`,
        },
        ...(generated?.effects ?? []),
      ],
    },
  ];
};

type Services = NonNullable<Spec<'compose'>['services']>;

/** A compose file of this plan's own making, and what it uses. */
export interface Generated {
  readonly file: LocalFile;
  readonly variables: readonly string[];
  readonly volumes: readonly string[];
  readonly effects: readonly Effect[];
}

function file(services: Services, project: string, cx: Context, engine: Engine, swarm: boolean): Generated {
  const variables = new Set<string>();
  const volumes = new Set<string>();
  const effects: Effect[] = [];
  const yaml: Record<string, Yaml> = {};
  for (const [name, service] of Object.entries(services)) {
    const at = `services.${name}.`;
    const environment: Record<string, Yaml> = {};
    for (const { key, value } of settings(service, cx, at)) {
      if (typeof value !== 'string') variables.add(value.env);
      environment[key] = typeof value === 'string' ? value : new Raw(`\${${value.env}:?}`);
    }
    for (const [i, other] of service.dependsOn.entries()) {
      if (!Object.hasOwn(services, other) || other === name) {
        const others = Object.keys(services).filter((one) => one !== name);
        const { field: _, ...problem } = notAllowed('', other, 'names no other service of this project', others);
        cx.fail(`${at}dependsOn[${i}]`, problem);
      }
    }
    const mounted = mounts(service, cx, engine, at);
    for (const mount of mounted) if (mount.type === 'volume') volumes.add(mount.source);
    effects.push(...published(service, cx, engine, at, `service ${name} of ${project}`));
    for (const [i, port] of swarm ? service.ports.entries() : [])
      if (port.address !== '0.0.0.0')
        cx.fail(`${at}ports[${i}]`, {
          message: `is for ${port.address} alone, and a swarm publishes on every node to everybody: write "0.0.0.0:${port.host}:${port.container}", or leave it out and reach the service by its name.`,
        });
    yaml[name] = {
      image: imageOf(service.image, cx, at),
      command: some(service.command),
      restart: swarm ? undefined : service.restart,
      labels: { plan: cx.plan },
      depends_on: swarm ? undefined : some(service.dependsOn),
      ports: some(service.ports.map((port) => `${swarm ? '' : `${port.address}:`}${port.host}:${port.container}/${port.protocol}`)),
      environment: Object.keys(environment).length > 0 ? environment : undefined,
      volumes: some(
        mounted.map(
          ({ type, source, target, readOnly }): Yaml => ({
            type,
            // Compose reads ~ as the home directory.
            source,
            target,
            read_only: readOnly || undefined,
            // As `docker create --mount` has it: a folder that is missing is a mistake, and not made by root.
            bind: type === 'bind' && !swarm ? { create_host_path: false } : undefined,
          }),
        ),
      ),
      ...(swarm
        ? { deploy: deployed(service, cx) }
        : { mem_limit: service.memoryMb === undefined ? undefined : `${service.memoryMb}m`, cpus: service.cpus }),
    };
  }
  const external = Object.fromEntries([...volumes].map((name): [string, Yaml] => [name, { external: true, name }]));
  const text = composeYaml({ services: yaml, volumes: volumes.size > 0 ? external : undefined });
  return { file: { path: `${project}.compose.yaml`, text: text.slice(1) }, variables: [...variables], volumes: [...volumes], effects };
}

/** What a swarm reads of a service in place of restart, mem_limit and cpus. */
function deployed(service: Services[string], cx: Context): Yaml {
  const memory = service.memoryMb === undefined ? undefined : `${service.memoryMb}m`;
  const cpus = service.cpus === undefined ? undefined : String(service.cpus);
  return {
    labels: { plan: cx.plan },
    restart_policy: { condition: service.restart === 'no' ? 'none' : service.restart === 'on-failure' ? 'on-failure' : 'any' },
    update_config: { failure_action: 'rollback' },
    resources: memory === undefined && cpus === undefined ? undefined : { limits: { cpus, memory } },
  };
}

const some = <T extends Yaml>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined);
