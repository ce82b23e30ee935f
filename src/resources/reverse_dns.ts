import * as z from 'zod';
import { text } from './fields.ts';
import { defineKind } from './kind.ts';

export const reverseDns = defineKind(
  'reverse_dns',
  {
    target: text.describe('server, static_ip or load_balancer'),
    family: z.enum(['ipv4', 'ipv6']).default('ipv4').describe('which of its addresses'),
  },
  {
    summary: 'the host name that an address answers with (PTR); its name is that host name, like mail.example.com',
    refs: { target: { to: ['static_ip', 'server', 'load_balancer'] } },
    aliases: ['rdns', 'ptr', 'ptr_record'],
    rare: true,
    // A mail server's two addresses have one host name.
    identity: (spec) => `${spec.name}.${spec.family}`,
  },
);
