import type { Command } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { usageCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName, sameRegion } from './cli.ts';

export const snapshot: Emit<'snapshot'> = (spec, cx) => {
  if (spec.database !== undefined) {
    cx.fail('database', {
      message: 'DigitalOcean backs its databases up daily by itself, and no copy can be taken by hand. Dump it with plan_backups.',
    });
  }
  if (spec.server !== undefined && spec.volume !== undefined)
    cx.fail('volume', { message: 'cannot be given together with server; a snapshot is of one thing.' });
  const { of, what, resource, create } = source(spec, cx);
  const name = ownName(cx, spec.name);
  const found = find('compute snapshot', 'ID,Name', [name], '--resource', resource);
  return [
    {
      id: cx.id,
      title: `snapshot ${spec.name} of ${of}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: create(name),
      // It is listed once it is taken.
      wait: [{ ...found, seconds: 3600 }],
      verify: { query: found },
      undo: [doctl('compute', 'snapshot', 'delete', { of: cx.id, out: 'id' }, '--force')],
      keep: true,
      effects: [{ kind: 'creates', what }, usageCost(cx, `snapshot ${spec.name}`, 'snapshot', 'per GB of what is really held')],
    },
  ];
};

function source(spec: Spec<'snapshot'>, cx: Context): { of: string; what: string; resource: string; create: (name: string) => Command } {
  if (spec.volume !== undefined) {
    const volume = cx.of('volume', spec.volume);
    sameRegion(cx, cx.spec('volume', spec.volume), 'volume');
    return {
      of: spec.volume,
      what: `snapshot of volume ${spec.volume}`,
      resource: 'volume',
      create: (name) => doctl('compute', 'volume', 'snapshot', volume, '--snapshot-name', name),
    };
  }
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; name the server or the volume to copy.' });
  const droplet = cx.of('server', spec.server);
  sameRegion(cx, cx.spec('server', spec.server), 'server');
  return {
    of: spec.server,
    what: `snapshot of ${spec.server}'s own disk while it runs; attached volumes are not in it`,
    resource: 'droplet',
    create: (name) => doctl('compute', 'droplet-action', 'snapshot', droplet, '--snapshot-name', name),
  };
}
