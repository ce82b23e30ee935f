import { query } from '../../../core/command.ts';
import type { Act } from '../../provider.ts';
import { engineAt } from '../cli.ts';
import { mark } from '../swarm.ts';
import { change, there } from './change.ts';

/** Who has read a token can join until it is changed. The tokens say nothing of their age, so a label of the first manager does. */
export const rotateTokens: Act<'swarm'> = (spec, cx) => {
  const engine = engineAt(spec.server, cx);
  const node = query(engine.docker('info', '--format', '{{.Swarm.NodeID}}'));
  cx.warn(
    `nodes that are in swarm ${spec.name} stay in it; its tokens are changed at most once a day, and docker swarm join-token worker shows the new one to whoever may use a manager`,
  );
  const tokens = (['worker', 'manager'] as const).map((role) => {
    const today = `${role}-token=${cx.today}`;
    const marked = query(engine.docker('node', 'ls', '--filter', `node.label=${today}`, '--format', '{{.ID}}'));
    return change(
      cx,
      role,
      `change the token by which a ${role} joins`,
      marked,
      engine.docker('swarm', 'join-token', '--rotate', '--quiet', role),
      [{ kind: 'changes', what: `the token by which a ${role} joins swarm ${spec.name}: nobody joins by the old one any more` }],
      {
        // It prints the new one, which is caught and dropped.
        captures: true,
        outputs: { id: node },
        wait: [engine.docker('node', 'update', '--label-add', today, { of: cx.part(role), out: 'id' })],
      },
    );
  });
  // By its mark, or another's swarm that the engine is in would do as well.
  return [there(cx, cx.id, `swarm ${spec.name}`, mark(engine, spec.name, cx)), ...tokens];
};
