import { path, positional } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { find, labels } from './cli.ts';
import { type Swarm, swarmOf } from './swarm.ts';

export const secret: Emit<'secret'> = (spec, cx) => {
  if (spec.key !== undefined) cx.fail('key', { message: "is for AWS; a swarm's secrets are encrypted with its own keys." });
  const swarm = swarmOf(spec, cx);
  cx.warn(`secret ${spec.name} cannot be changed once it is made: for a new value put it into ${spec.file}, and take the action rotate`);
  return [...swarm.engine.steps, makeSecret(spec, cx, swarm, spec.name)];
};

/**
 * A secret under a name of its own, which need not be that of the plan: by its label it is found, and after a rotation it
 * has a day in its name. The value is read from a file of the user's by docker itself: it is in no command.
 */
export function makeSecret(spec: Spec<'secret'>, cx: Context, swarm: Swarm, name: string): Step {
  const found = find(cx, swarm.engine, ['secret', 'ls'], spec.name, 'Name', ...swarm.filter);
  return {
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
      name,
      positional(path(spec.file), cx.field('file')),
    ),
    outputs: { id: found },
    verify: { query: found },
    undo: [swarm.engine.docker('secret', 'rm', { of: cx.id, out: 'id' })],
    after: swarm.after,
    hint: `The value is read from ${spec.file}, which has to be there, not empty, and at most 500 kB. Where several are found, a rotation was not finished: run its script again.`,
    effects: [{ kind: 'creates', what: `secret ${spec.name}, encrypted in the swarm's state and read by the services that name it` }],
  };
}
