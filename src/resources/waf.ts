import { list, text, whole } from './fields.ts';
import { defineKind } from './kind.ts';

export const waf = defineKind(
  'waf',
  {
    targets: list(text).describe('what it protects: load balancers, or one cdn'),
    requestsPerFiveMinutes: whole(10, 2_000_000_000).optional().describe('of one address; more are blocked'),
  },
  {
    summary: 'a firewall for web requests',
    refs: { targets: { to: ['load_balancer', 'cdn'] } },
    aliases: ['web_acl', 'web_application_firewall'],
    rare: true,
  },
);
