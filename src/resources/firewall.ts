import * as z from 'zod';
import { cidrs, list, portRange, text } from './fields.ts';
import { defineKind } from './kind.ts';

export const rule = z
  .strictObject({
    direction: z
      .preprocess(
        (v) => (v === 'inbound' || v === 'ingress' ? 'in' : v === 'outbound' || v === 'egress' ? 'out' : v),
        z.enum(['in', 'out']),
      )
      .default('in'),
    protocol: z.preprocess((v) => (typeof v === 'string' ? v.toLowerCase() : v), z.enum(['tcp', 'udp', 'icmp'])).default('tcp'),
    port: portRange.optional(),
    /** Where traffic comes from; with direction out, where it goes to. */
    from: cidrs.optional(),
    to: cidrs.optional(),
    description: text.max(100, 'is longer than 100 characters').optional(),
  })
  .refine((r) => r.protocol === 'icmp' || r.port !== undefined, {
    message: 'is missing; a port, a range like 8000-8100 or "any" is needed here',
    path: ['port'],
  })
  .refine((r) => (r.direction === 'in' ? r.to === undefined : r.from === undefined || r.to === undefined), {
    message: 'a rule has one side: "from" for inbound, "to" for outbound',
    path: ['to'],
  });
export type Rule = z.output<typeof rule>;

export const firewall = defineKind(
  'firewall',
  {
    rules: list(rule).describe('[{port, from, protocol?, direction?}]; outbound is open unless a rule has direction "out"'),
    network: text.optional(),
  },
  { summary: 'which traffic reaches the servers that use it', refs: { network: { to: ['network'] } }, aliases: ['security_group', 'sg'] },
);
