import { domain, list, text } from './fields.ts';
import { defineKind } from './kind.ts';

export const certificate = defineKind(
  'certificate',
  { domains: list(domain), zone: text.optional() },
  {
    summary: 'a TLS certificate that the provider issues and renews',
    refs: { zone: { to: ['dns_zone'] } },
    aliases: ['cert', 'tls_certificate', 'ssl_certificate'],
  },
);
