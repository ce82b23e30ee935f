import { text } from './fields.ts';
import { defineKind } from './kind.ts';

export const staticIp = defineKind(
  'static_ip',
  { server: text.optional() },
  {
    summary: 'a public IPv4 address that stays',
    refs: { server: { to: ['server'] } },
    aliases: ['reserved_ip', 'elastic_ip', 'eip', 'floating_ip', 'primary_ip'],
  },
);
