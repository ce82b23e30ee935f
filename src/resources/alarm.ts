import * as z from 'zod';
import { amount, email, list, text } from './fields.ts';
import { defineKind } from './kind.ts';

export const alarm = defineKind(
  'alarm',
  {
    target: text.describe('what is watched'),
    metric: z
      .enum(['cpu', 'memory', 'disk', 'load', 'network_in', 'network_out', 'connections', 'storage_free', 'latency', 'errors', 'requests'])
      .default('cpu')
      .describe('cpu, memory, disk: percent; network: Mbit/s; storage_free: GB; latency: seconds'),
    threshold: amount(1_000_000_000).default(80),
    comparison: z.enum(['above', 'below']).default('above'),
    minutes: z
      .preprocess(
        (v) => (typeof v === 'string' ? Number(v) : v),
        z.union([z.literal(5), z.literal(10), z.literal(30), z.literal(60)], 'is none of 5, 10, 30 and 60'),
      )
      .default(5),
    emails: list(email).describe('who is told'),
  },
  {
    summary: 'a mail when a metric is beyond its threshold',
    refs: {
      target: { to: ['server', 'database', 'load_balancer', 'cache', 'autoscaling_group', 'container_service', 'volume', 'file_system'] },
    },
    aliases: ['alert', 'metric_alarm', 'monitoring_alert'],
    rare: true,
  },
);

export const uptimeCheck = defineKind(
  'uptime_check',
  {
    url: z
      .string()
      .max(1024)
      .regex(/^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[!-~]*)?$/i, 'is no address like https://example.com/health')
      .refine((value) => !/[@\s]/.test(value), 'has a user or a password in it'),
    emails: list(email).describe('who is told when it is down'),
  },
  { summary: 'asks a web address from outside, again and again', refs: {}, aliases: ['uptime', 'health_check'], rare: true },
);
