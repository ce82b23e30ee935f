import { defineKind } from './kind.ts';

export const dnsZone = defineKind(
  'dns_zone',
  {},
  { summary: 'the DNS zone of the domain that is its name', refs: {}, aliases: ['domain', 'zone', 'hosted_zone'] },
);
