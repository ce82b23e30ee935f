import * as z from 'zod';
import { list, text, whole } from './fields.ts';
import { defineKind } from './kind.ts';

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'CAA', 'SRV'] as const;

/** The host within its zone, `@` for the zone itself, from a host or from the full name in any case. */
export function hostIn(zone: string, name: string): string {
  const host = name.toLowerCase().replace(/\.$/, '');
  const domain = zone.toLowerCase();
  if (host === domain) return '@';
  return host.endsWith(`.${domain}`) ? host.slice(0, -domain.length - 1) : host;
}

export const dnsRecord = defineKind(
  'dns_record',
  {
    zone: text,
    type: z.preprocess((v) => (typeof v === 'string' ? v.toUpperCase() : v), z.enum(TYPES)).default('A'),
    value: list(text).describe('or target'),
    target: text.optional().describe('server, load_balancer or static_ip'),
    ttl: whole(60, 86_400).default(300),
  },
  {
    summary: 'a DNS record; its name is the host in the zone, @ for the zone itself',
    refs: { zone: { to: ['dns_zone'], anywhere: true }, target: { to: ['static_ip', 'load_balancer', 'server'], anywhere: true } },
    aliases: ['record', 'dns'],
    rare: ['ttl'],
    // A zone has one record set per host and type.
    identity: (spec) => `${hostIn(spec.zone, spec.name)}.${spec.zone}.${spec.type}`,
  },
);
