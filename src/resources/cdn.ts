import { domain, list, text, whole } from './fields.ts';
import { defineKind } from './kind.ts';

export const cdn = defineKind(
  'cdn',
  {
    origin: text.optional().describe('bucket, load_balancer or server of the plan that it fetches from'),
    originDomain: domain.optional().describe('or any other host that it fetches from'),
    domains: list(domain).describe('names of your own under which it answers; they need a certificate'),
    certificate: text.optional(),
    ttl: whole(1, 31_536_000).default(3600).describe('seconds that content is kept where it does not say itself'),
  },
  {
    summary: 'a content delivery network in front of a bucket or a web server',
    refs: { origin: { to: ['bucket', 'load_balancer', 'server'] }, certificate: { to: ['certificate'] } },
    aliases: ['cloudfront', 'distribution', 'content_delivery_network'],
    rare: true,
  },
);
