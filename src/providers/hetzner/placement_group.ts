import type { Emit } from '../provider.ts';
import { find, hcloud, labels } from './cli.ts';

/** Hetzner puts at most this many servers of a group on hosts of their own. */
const MOST = 10;

export const placementGroup: Emit<'placement_group'> = (spec, cx) => {
  if (spec.strategy !== 'spread')
    cx.fail('strategy', { message: 'is not offered by Hetzner.', given: JSON.stringify(spec.strategy), allowed: ['spread'] });
  const servers = cx.all('server').filter((one) => one.placementGroup === spec.name);
  if (servers.length > MOST)
    cx.fail('name', { message: `has ${servers.length} servers, and a group of Hetzner's takes ${MOST}. Make several groups.` });
  const found = find(cx, 'placement-group', spec.name);
  return [
    {
      id: cx.id,
      title: `placement group ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud('placement-group', 'create', '--name', spec.name, '--type', 'spread', ...labels(cx, spec.name)),
      outputs: { name: spec.name },
      verify: { query: found },
      // It is refused while a server is still in it.
      undo: [{ command: hcloud('placement-group', 'delete', spec.name), seconds: 60 }],
      effects: [{ kind: 'creates', what: `placement group ${spec.name}: its servers run on different hosts` }],
    },
  ];
};
