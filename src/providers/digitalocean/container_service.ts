import { query } from '../../core/command.ts';
import { show } from '../../core/errors.ts';
import type { LocalFile } from '../../core/plan.ts';
import { isSecretName } from '../../core/secrets.ts';
import type { Spec } from '../../resources/index.ts';
import { monthly, priceIn } from '../catalog.ts';
import type { ContainerType } from '../catalog_types.ts';
import { cost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

/** An app's own name: 2 to 32 characters. */
const APP = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;
/** Of the sizes whose price is known, the smallest runs as one container only. */
const SINGLE = '1vcpu-0.5gb';

/** An app of App Platform with one component. doctl reads what it is to be from a file, which is JSON here: that is YAML as well. */
export const containerService: Emit<'container_service'> = (spec, cx) => {
  const { name, type, file } = app(spec, cx);
  const found = find('apps', 'ID,Spec.Name', [name]);
  const live = query(doctl('apps', 'list', '--format', 'Spec.Name,ActiveDeployment.ID', '--no-header'), {
    column: 1,
    equals: name,
    print: 2,
  });
  const price = priceIn(type.prices, cx.region);
  return [
    {
      id: cx.id,
      title: `app ${name} (${spec.image})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      files: [file],
      create: doctl('apps', 'create', '--spec', file.path, '--format', 'ID', '--no-header'),
      captures: true,
      wait: [{ ...live, seconds: 900 }],
      outputs: { name },
      verify: { query: live },
      undo: [doctl('apps', 'delete', { of: cx.id, out: 'id' }, '--force')],
      hint: `doctl apps list-deployments and doctl apps logs say why ${name} does not come up.`,
      effects: [
        { kind: 'creates', what: `app ${name}: ${spec.replicas} of ${spec.image}, ${type.vcpu} vCPU and ${type.memoryGb} GB each` },
        ...(spec.public
          ? [{ kind: 'exposes' as const, port: '443/tcp', to: 'the internet, by an address of App Platform', what: name }]
          : []),
        {
          ...cost(cx, `app ${name} (${spec.replicas} x ${type.id})`, price, undefined, undefined, 'doctl apps tier instance-size list'),
          monthly: price === undefined ? null : monthly(price, spec.replicas),
        },
      ],
    },
  ];
};

/** What the app is, as a whole: its creation and its update take the same file. */
export function app(spec: Spec<'container_service'>, cx: Context): { name: string; type: ContainerType; file: LocalFile } {
  const name = ownName(cx, spec.name);
  if (!APP.test(name) || name.length > 32)
    cx.fail('name', {
      message: `makes the app ${name}, and an app has 2 to 32 lower-case letters, digits and dashes, beginning with a letter. Take a shorter name, or a shorter "plan".`,
    });
  if (spec.replicas < 1)
    cx.fail('replicas', { message: 'is less than one container, which an app cannot have.', given: String(spec.replicas) });
  for (const field of ['network', 'loadBalancer', 'role', 'swarm', 'publish'] as const)
    if (spec[field] !== undefined)
      cx.fail(field, { message: 'is not for DigitalOcean: App Platform has an address, a balancer and TLS of its own.' });
  for (const field of ['firewalls', 'secrets'] as const)
    if (spec[field].length > 0)
      cx.fail(field, {
        message:
          field === 'secrets'
            ? "cannot be handed to an app here: doctl would read them in the open from the app's file. Put them in as encrypted variables in the control panel."
            : 'are not for apps: only the port that it listens on is reached.',
      });
  const envs = Object.entries(spec.environment).map(([key, value]) => {
    if (typeof value !== 'string' || isSecretName(key))
      return cx.fail(`environment.${key}`, {
        message:
          "is secret, and doctl would read it in the open from the app's file: put it in as an encrypted variable in the control panel.",
      });
    return { key, value, scope: 'RUN_TIME' };
  });
  const type = sizeOf(cx, spec.cpus, spec.memoryMb, spec.replicas);
  const component = {
    name: 'app',
    image: image(cx, spec.image),
    instance_count: spec.replicas,
    instance_size_slug: `apps-s-${type.id}`,
    ...(spec.command.length === 0 ? {} : { run_command: spec.command.map(word).join(' ') }),
    ...(envs.length === 0 ? {} : { envs }),
  };
  const web = { ...component, http_port: spec.port ?? 8080, health_check: { http_path: spec.healthPath } };
  if (spec.public && spec.port === undefined) cx.assume(`container_service ${spec.name} listens on port 8080 ("port")`);
  if (!spec.public && spec.domains.length > 0) cx.fail('domains', { message: 'belong to a service that is public.' });
  const file = {
    path: `${name}-app.json`,
    text: `${JSON.stringify(
      {
        name,
        // An app's regions have no number.
        region: cx.region.replace(/\d+$/, ''),
        ...(spec.public ? { services: [web] } : { workers: [component] }),
        ...(spec.domains.length === 0
          ? {}
          : { domains: spec.domains.map((domain, i) => ({ domain, type: i === 0 ? 'PRIMARY' : 'ALIAS' })) }),
      },
      null,
      1,
    )}\n`,
  };
  return { name, type, file };
}

/** The cheapest size that has it, of those whose price is known. */
function sizeOf(cx: Context, cpus: number, memoryMb: number, replicas: number): ContainerType {
  const all = cx.catalog.containerTypes ?? [];
  const fit = all.find((one) => one.vcpu >= cpus && one.memoryGb * 1024 >= memoryMb && (replicas === 1 || one.id !== SINGLE));
  if (fit === undefined)
    return cx.fail(memoryMb > 2048 ? 'memoryMb' : 'cpus', {
      message: `is more than the sizes whose price is known have (${all.map((one) => one.id).join(', ')}); doctl apps tier instance-size list shows all. A "container" on a server has no such limit.`,
      given: String(memoryMb > 2048 ? memoryMb : cpus),
    });
  cx.assume(
    `container_service: ${fit.id} is the smallest of App Platform with ${cpus} vCPU and ${memoryMb} MB${replicas > 1 ? ' that runs more than once' : ''}`,
  );
  return fit;
}

/** Where App Platform pulls an image from. */
function image(cx: Context, reference: string): Record<string, string> {
  const [path = '', digest] = reference.split('@');
  const colon = path.indexOf(':', path.lastIndexOf('/') + 1);
  const bare = colon === -1 ? path : path.slice(0, colon);
  const version = digest !== undefined ? { digest } : { tag: colon === -1 ? 'latest' : path.slice(colon + 1) };
  if (version.tag === 'latest') cx.warn(`image ${reference} means whatever is newest on the day it is pulled; name a version`);
  const parts = bare.split('/');
  const host = parts.length > 1 && /[.:]/.test(parts[0] as string) ? parts.shift() : 'docker.io';
  const [owner, ...rest] = parts as [string, ...string[]];
  switch (host) {
    case 'docker.io':
      return {
        registry_type: 'DOCKER_HUB',
        registry: rest.length === 0 ? 'library' : owner,
        repository: rest.length === 0 ? owner : rest.join('/'),
        ...version,
      };
    case 'ghcr.io':
      return { registry_type: 'GHCR', registry: owner, repository: rest.join('/'), ...version };
    case 'registry.digitalocean.com':
      return { registry_type: 'DOCR', repository: rest.join('/'), ...version };
    default:
      return cx.fail('image', {
        message: 'is in a registry that App Platform does not pull from; it pulls from Docker Hub, ghcr.io and registry.digitalocean.com.',
        given: show(reference),
      });
  }
}

/** A word of the command, which App Platform gives to a shell. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
