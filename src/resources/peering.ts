import { list, text } from './fields.ts';
import { defineKind } from './kind.ts';

export const peering = defineKind(
  'peering',
  {
    networks: list(text)
      .refine((names) => new Set(names).size === 2, 'has to name two networks')
      .describe('the two; their ranges must not overlap'),
  },
  {
    summary: 'joins two networks, so that their servers reach each other by private addresses',
    refs: { networks: { to: ['network'] } },
    aliases: ['vpc_peering', 'network_peering'],
    rare: true,
  },
);
