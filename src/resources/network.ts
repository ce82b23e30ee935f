import { privateCidr } from './fields.ts';
import { defineKind } from './kind.ts';

export const network = defineKind(
  'network',
  { cidr: privateCidr.default('10.0.0.0/16') },
  { summary: 'a private network with its subnets; on AWS a whole VPC in two zones', refs: {}, aliases: ['vpc', 'vnet'] },
);
