import { path, positional } from '../../core/command.ts';
import type { Emit } from '../provider.ts';
import { find, labels } from './cli.ts';
import { swarmOf } from './swarm.ts';

/** The value is read from a file of the user's by docker itself: it is in no command. */
export const secret: Emit<'secret'> = (spec, cx) => {
  if (spec.key !== undefined) cx.fail('key', { message: "is for AWS; a swarm's secrets are encrypted with its own keys." });
  const swarm = swarmOf(spec, cx);
  const found = find(cx, swarm.engine, ['secret', 'ls'], spec.name, 'Name', ...swarm.filter);
  cx.warn(`secret ${spec.name} cannot be changed once it is made: for a new value make one of another name, and name that in "secrets"`);
  return [
    ...swarm.engine.steps,
    {
      id: cx.id,
      title: `secret ${spec.name}`,
      resource: cx.id,
      provider: 'docker',
      find: found,
      create: swarm.engine.docker(
        'secret',
        'create',
        ...labels(cx, spec.name),
        ...swarm.labels,
        spec.name,
        positional(path(spec.file), cx.field('file')),
      ),
      outputs: { name: spec.name },
      verify: { query: found, expect: spec.name },
      undo: [swarm.engine.docker('secret', 'rm', spec.name)],
      after: swarm.after,
      hint: `The value is read from ${spec.file}, which has to be there, not empty, and at most 500 kB.`,
      effects: [{ kind: 'creates', what: `secret ${spec.name}, encrypted in the swarm's state and read by the services that name it` }],
    },
  ];
};
