import { type Arg, path } from '../../core/command.ts';
import { show } from '../../core/errors.ts';
import type { Effect } from '../../core/plan.ts';
import { isSecretName } from '../../core/secrets.ts';
import type { Spec } from '../../resources/index.ts';
import { retiredSuccessor } from '../catalog.ts';
import { SENSITIVE } from '../network_rules.ts';
import type { Context } from '../provider.ts';
import { type Engine, isVolume } from './cli.ts';

/** What a container and a service of a compose project have in common, checked. `at` is the field's place in the resource: '' or 'services.app.'. */
type Common = Omit<Spec<'container'>, 'kind' | 'name' | 'provider' | 'region' | 'network' | 'server'>;

/** An image reference, taken apart. */
function parts(reference: string): { readonly repository: string; readonly tag: string | undefined; readonly digest: boolean } {
  const [name = '', digest] = reference.split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repository = (colon === -1 ? name : name.slice(0, colon)).replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  return { repository, tag: colon === -1 ? undefined : name.slice(colon + 1), digest: digest !== undefined };
}

/** The image to run: a retired one gives way to its successor, and one that may change overnight is warned of. */
export function imageOf(given: string, cx: Context, at: string): string {
  const { repository, tag, digest } = parts(given);
  if (digest) return given;
  if (tag === undefined || tag === 'latest') {
    cx.warn(`image ${given} means whatever is newest on the day it is pulled; name a version, like ${repository}:1.2`);
    return given;
  }
  // 13, 13.4 and 13-alpine are all of the line 13.
  const lines = [tag, ...[...tag.matchAll(/[.-]/g)].map((match) => tag.slice(0, match.index)).reverse()];
  const retired = lines.map((line) => retiredSuccessor(cx.catalog, 'image', `${repository}:${line}`)).find((one) => one !== undefined);
  if (retired === undefined) return given;
  const since = retired.since === null ? '' : ` since ${retired.since}`;
  if (retired.state !== 'retired') {
    cx.warn(
      `image ${given}: ${retired.note === undefined ? `is ${retired.state}` : retired.note}${since}${retired.successor === null ? '' : `; its successor is ${retired.successor}`}`,
    );
    return given;
  }
  const choices = retired.successor?.split(' or ') ?? [];
  const successor = choices.find((one) => one.startsWith(`${repository}:`)) ?? choices[0];
  if (successor === undefined)
    return cx.fail(`${at}image`, { message: `gets no more updates${since}, and has no successor.`, given: show(given) });
  const next = `${successor}${/-(?:alpine|slim)$/.exec(tag)?.[0] ?? ''}`;
  cx.warn(
    `image ${given} gets no more updates${since}: ${cx.id} uses ${next} instead. Data that the older version wrote has to be dumped with it and restored, if there is any`,
  );
  return next;
}

export interface Setting {
  readonly key: string;
  /** A value in the open, or the variable of the user's shell that holds it. */
  readonly value: string | { readonly env: string };
}

export function settings(spec: Pick<Common, 'environment'>, cx: Context, at: string): Setting[] {
  return Object.entries(spec.environment).map(([key, value]) => {
    if (typeof value !== 'string') {
      cx.warn(`secrets that reach a container as environment variables can be read by everybody who may use its engine (docker inspect)`);
      return { key, value: cx.env({ name: value.env, purpose: `${key} of ${cx.id}`, secret: true }) };
    }
    if (isSecretName(key) && !/^(?:true|false|yes|no|)$/i.test(value)) {
      cx.fail(`${at}environment.${key}`, {
        message: `is a secret by its name, and is given in the open; it is not repeated here. Set it in your own shell, and write {"${key}":{"env":"${key}"}}`,
      });
    }
    return { key, value };
  });
}

export interface Mount {
  readonly type: 'volume' | 'bind';
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export function mounts(spec: Common, cx: Context, engine: Engine, at: string): Mount[] {
  return spec.volumes.map(({ source, target, readOnly }, i) => {
    const field = `${at}volumes[${i}]`;
    if (`${source}${target}`.includes('"'))
      cx.fail(field, { message: 'has a quotation mark, which Docker does not take in a mount.', given: show(source) });
    if (spec.volumes.findIndex((other) => other.target === target) !== i)
      cx.fail(field, { message: `mounts at ${target}, as another one does.`, given: show(target) });
    if (isVolume(cx, source)) return { type: 'volume', source, target, readOnly };
    if (source.startsWith('~/') && engine.server !== undefined)
      cx.fail(field, {
        message: 'begins with ~, which is a folder of this machine; on a server give the whole path.',
        given: show(source),
      });
    if (!source.startsWith('/') && !source.startsWith('~/')) {
      cx.fail(field, {
        message: `names no volume of this plan and no absolute path. Add {"kind":"volume","name":${show(source)},"provider":"docker"}, or give a path from / on.`,
        given: show(source),
      });
    }
    if (/\/docker\.sock$/.test(source)) cx.warn(`${cx.id} is given the engine's own socket: whoever breaks into it is root on its host`);
    return { type: 'bind', source, target, readOnly };
  });
}

/** A mount's source as an argument: a volume by its step, a folder as it stands. */
export function sourceOf(mount: Mount, cx: Context): Arg {
  return mount.type === 'volume' ? cx.of('volume', mount.source, 'name') : path(mount.source);
}

export type Port = Common['ports'][number];

/** Checks what is published, against the rest of the engine too. */
export function published(spec: Common, cx: Context, engine: Engine, at: string, what: string): Effect[] {
  const effects: Effect[] = [];
  for (const [i, one] of spec.ports.entries()) {
    const twin = taken(cx, engine).filter(
      (other) =>
        other.host === one.host &&
        other.protocol === one.protocol &&
        (other.address === one.address || other.address === '0.0.0.0' || one.address === '0.0.0.0'),
    );
    if (twin.length > 1)
      cx.fail(`${at}ports[${i}].host`, { message: 'is published twice on this engine; take another port.', given: String(one.host) });
    if (one.address.startsWith('127.')) {
      cx.assume(
        `port ${one.host} of ${what} is published on ${one.address}, for ${engine.server === undefined ? 'this machine' : `server ${engine.server} itself`} only ("0.0.0.0:${one.host}:${one.container}" opens it)`,
      );
      continue;
    }
    const known = SENSITIVE[one.container] ?? SENSITIVE[one.host];
    cx.warn(
      `${what} publishes port ${one.host}${known === undefined ? '' : ` (${known})`} on ${one.address}, because the request says so: Docker's own rules let it in before a host firewall such as ufw is asked`,
    );
    effects.push({
      kind: 'exposes',
      port: `${one.host}/${one.protocol}`,
      to: one.address === '0.0.0.0' ? 'every network of its host' : one.address,
      what,
    });
  }
  return effects;
}

function taken(cx: Context, engine: Engine): Port[] {
  return [
    ...cx
      .all('container')
      .filter((one) => one.server === engine.server)
      .flatMap((one) => one.ports),
    ...cx
      .all('compose')
      .filter((one) => one.server === engine.server)
      .flatMap((one) => Object.values(one.services ?? {}).flatMap((service) => service.ports)),
  ];
}
