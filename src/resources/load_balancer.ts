import * as z from 'zod';
import { list, port, text } from './fields.ts';
import { defineKind } from './kind.ts';

export const service = z
  .strictObject({
    protocol: z.preprocess((v) => (typeof v === 'string' ? v.toLowerCase() : v), z.enum(['http', 'https', 'tcp'])).optional(),
    port: port.optional(),
    targetPort: port.optional(),
    certificate: text.optional(),
    healthPath: text.regex(/^\/[!-~]*$/, 'is no path: it begins with a slash and has no spaces').default('/'),
  })
  .transform((s) => {
    const protocol = s.protocol ?? (s.certificate !== undefined || s.port === 443 ? 'https' : 'http');
    const listen = s.port ?? (protocol === 'https' ? 443 : 80);
    return { ...s, protocol, port: listen, targetPort: s.targetPort ?? (protocol === 'https' ? 80 : listen) };
  });
export type Service = z.output<typeof service>;

export const loadBalancer = defineKind(
  'load_balancer',
  {
    network: text.optional(),
    targets: list(text),
    services: z
      .preprocess((v) => (v === undefined || v === null ? [{}] : Array.isArray(v) ? v : [v]), z.array(service).min(1))
      .describe('[{protocol, port, targetPort, certificate, healthPath}]; http 80 by default'),
    size: text.optional(),
  },
  {
    summary: 'spreads traffic over servers',
    refs: { network: { to: ['network'] }, targets: { to: ['server'] }, 'services[].certificate': { to: ['certificate'] } },
    aliases: ['lb', 'alb', 'loadbalancer'],
  },
);
