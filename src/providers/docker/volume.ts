import type { Emit } from '../provider.ts';
import { engineOf, find, labels } from './cli.ts';

export const volume: Emit<'volume'> = (spec, cx) => {
  const engine = engineOf(spec, cx);
  const found = find(cx, engine, ['volume', 'ls'], spec.name, 'Name');
  cx.assume(
    `volume ${spec.name} is a folder of the engine: it grows with its content, on its host's file system (sizeGb and format are for clouds)`,
  );
  cx.warn(`removing volume ${spec.name} destroys its data, and Docker has no snapshots. Back it up first (plan_backups, source "volumes")`);
  return [
    ...engine.steps,
    {
      id: cx.id,
      title: `volume ${spec.name}`,
      resource: cx.id,
      provider: 'docker',
      find: found,
      create: engine.docker('volume', 'create', ...labels(cx, spec.name), spec.name),
      outputs: { name: spec.name },
      verify: { query: found, expect: spec.name },
      undo: [engine.docker('volume', 'rm', spec.name)],
      effects: [{ kind: 'creates', what: `Docker volume ${spec.name}` }],
    },
  ];
};
