import type { Emit } from '../provider.ts';
import { aws, find, self, step, tagged, text } from './cli.ts';

/** A partition group has seven in a zone at most; three are what most clusters of databases have copies. */
const PARTITIONS = '3';

export const placementGroup: Emit<'placement_group'> = (spec, cx) => {
  const { name, strategy } = spec;
  const found = find(cx, 'describe-placement-groups', 'PlacementGroups[].GroupName', name, 'Name=state,Values=pending,available');
  const members = cx.all('server').filter((server) => server.placementGroup === name);
  for (const server of members) {
    const there = cx.regionOf(server);
    if (there !== cx.region)
      cx.fail('', { message: `server ${server.name} is in ${there} and placement_group ${name} in ${cx.region}; a group has one region.` });
  }
  if (strategy === 'cluster' && members.length > 1)
    cx.assume(`placement_group ${name}: its ${members.length} servers are near each other in one zone, and fail with it`);
  if (strategy === 'spread' && members.length > 14)
    cx.fail('strategy', { message: `spread has room for 7 servers in each of the two zones, and ${members.length} name it.` });
  if (strategy === 'partition') cx.assume(`placement_group ${name}: ${PARTITIONS} partitions, over which AWS spreads its servers`);
  return [
    step(cx, '', {
      title: `placement group ${name} (${strategy})`,
      find: found,
      create: text(
        cx,
        'PlacementGroup.GroupName',
        'ec2 create-placement-group',
        '--group-name',
        name,
        '--strategy',
        strategy,
        ...(strategy === 'partition' ? ['--partition-count', PARTITIONS] : []),
        ...tagged(cx, { 'placement-group': name }),
      ),
      captures: true,
      verify: { query: found },
      undo: [{ command: aws(cx, 'ec2 delete-placement-group', '--group-name', self(cx)), seconds: 120 }],
      effects: [{ kind: 'creates', what: `placement group ${name} (${strategy})` }],
    }),
  ];
};
