import { size, text, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const natGateway = defineKind(
  'nat_gateway',
  {
    network: text.describe('whose servers without a public address it takes to the internet'),
    size: size.optional().describe('where the gateway is a server of its own (Hetzner), or has units (DigitalOcean)'),
    highAvailability: yesNo.default(false).describe('one in each zone of the network'),
  },
  {
    summary: 'lets servers without a public address reach the internet',
    refs: { network: { to: ['network'] } },
    aliases: ['nat', 'egress', 'vpc_nat_gateway'],
    rare: true,
  },
);
