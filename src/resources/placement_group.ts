import * as z from 'zod';
import { defineKind } from './kind.ts';

export const placementGroup = defineKind(
  'placement_group',
  {
    strategy: z
      .enum(['spread', 'cluster', 'partition'])
      .default('spread')
      .describe('spread: on different hosts, so that one failing takes one server along'),
  },
  {
    summary: 'how its servers lie on the hosts below them; servers name it as placementGroup',
    refs: {},
    aliases: ['affinity_group'],
    rare: true,
  },
);
