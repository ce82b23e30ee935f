import { type Arg, query } from '../../core/command.ts';
import { cost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName } from './cli.ts';

/** What can be watched, by the kind of the target and the neutral metric. */
const METRICS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  server: {
    cpu: 'v1/insights/droplet/cpu',
    memory: 'v1/insights/droplet/memory_utilization_percent',
    disk: 'v1/insights/droplet/disk_utilization_percent',
    load: 'v1/insights/droplet/load_5',
    network_in: 'v1/insights/droplet/public_inbound_bandwidth',
    network_out: 'v1/insights/droplet/public_outbound_bandwidth',
  },
  database: {
    cpu: 'v1/dbaas/alerts/cpu_alerts',
    memory: 'v1/dbaas/alerts/memory_utilization_alerts',
    disk: 'v1/dbaas/alerts/disk_utilization_alerts',
    load: 'v1/dbaas/alerts/load_15_alerts',
  },
  load_balancer: {
    cpu: 'v1/insights/lbaas/avg_cpu_utilization_percent',
    connections: 'v1/insights/lbaas/connection_utilization_percent',
    latency: 'v1/insights/lbaas/high_http_request_response_time',
    errors: 'v1/insights/lbaas/increase_in_http_error_rate_percentage_5xx',
  },
};
const WATCHED = ['server', 'database', 'cache', 'load_balancer'] as const;

export const alarm: Emit<'alarm'> = (spec, cx) => {
  const target = cx.target(
    ['server', 'database', 'cache', 'load_balancer', 'autoscaling_group', 'container_service', 'volume', 'file_system'],
    spec.target,
  );
  const kind = WATCHED.find((one) => one === target.kind);
  if (kind === undefined)
    return cx.fail('target', { message: `DigitalOcean watches no ${target.kind}.`, given: JSON.stringify(spec.target) });
  const metrics = METRICS[kind === 'cache' ? 'database' : kind] ?? {};
  const type = metrics[spec.metric];
  if (type === undefined)
    return cx.fail('metric', {
      message: `of a ${kind} is not watched by DigitalOcean.`,
      given: JSON.stringify(spec.metric),
      allowed: Object.keys(metrics),
    });
  if (!Number.isInteger(spec.threshold)) cx.fail('threshold', { message: 'has to be a whole number here.', given: String(spec.threshold) });
  const emails = notified(spec.emails, cx);
  const window = ({ 5: '5m', 10: '10m', 30: '30m', 60: '1h' } as const)[spec.minutes];
  // An alert has no name; its description is one word, so that a column of the list holds it.
  const name = ownName(cx, spec.name);
  // doctl 1.166 takes --format here and prints all columns all the same: UUID, Type, Description, ...
  const found = query(doctl('monitoring', 'alert', 'list'), { column: 3, equals: name, print: 1 });
  return [
    {
      id: cx.id,
      title: `alarm ${spec.name}: ${spec.metric} of ${spec.target} ${spec.comparison} ${spec.threshold}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'monitoring',
        'alert',
        'create',
        '--description',
        name,
        '--type',
        type,
        '--compare',
        spec.comparison === 'above' ? 'GreaterThan' : 'LessThan',
        '--value',
        String(spec.threshold),
        '--window',
        window,
        '--entities',
        cx.of(kind, spec.target),
        '--emails',
        emails,
      ),
      outputs: { id: found },
      verify: { query: found },
      undo: [doctl('monitoring', 'alert', 'delete', { of: cx.id, out: 'id' }, '--force')],
      effects: [
        {
          kind: 'creates',
          what: `a mail to ${spec.emails.join(', ')} when ${spec.metric} of ${spec.target} is ${spec.comparison} ${spec.threshold} for ${spec.minutes} minutes`,
        },
      ],
    },
  ];
};

export const uptimeCheck: Emit<'uptime_check'> = (spec, cx) => {
  const emails = notified(spec.emails, cx);
  const name = ownName(cx, spec.name);
  const found = find('monitoring uptime', 'ID,Name', [name]);
  const self = { of: cx.id, out: 'id' };
  const told = query(doctl('monitoring', 'uptime', 'alert', 'list', self, '--format', 'ID,Name', '--no-header'), {
    column: 2,
    equals: name,
    print: 1,
  });
  return [
    {
      id: cx.id,
      title: `uptime check ${spec.name} of ${spec.url}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'monitoring',
        'uptime',
        'create',
        name,
        '--target',
        spec.url,
        '--regions',
        'us_east,eu_west',
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      undo: [doctl('monitoring', 'uptime', 'delete', self)],
      effects: [
        { kind: 'creates', what: `uptime check of ${spec.url}, from the US and from Europe, every minute` },
        cost(
          cx,
          `uptime check ${spec.name}`,
          undefined,
          undefined,
          'the first of an account is free',
          'https://docs.digitalocean.com/products/uptime/details/pricing/',
        ),
      ],
    },
    {
      id: cx.part('alert'),
      title: `mail when ${spec.url} is down`,
      resource: cx.id,
      provider: 'digitalocean',
      find: told,
      create: doctl(
        'monitoring',
        'uptime',
        'alert',
        'create',
        self,
        '--name',
        name,
        '--type',
        'down_global',
        '--period',
        '2m',
        '--threshold',
        '1',
        '--comparison',
        'less_than',
        '--emails',
        emails,
      ),
      verify: { query: told },
      within: cx.id,
      effects: [{ kind: 'changes', what: `a mail to ${spec.emails.join(', ')} when ${spec.url} is down everywhere for 2 minutes` }],
    },
  ];
};

function notified(emails: readonly string[], cx: Context): Arg {
  if (emails.length === 0) return cx.fail('emails', { message: 'is missing; give the addresses that are told, like ["ops@example.com"].' });
  cx.warn(`DigitalOcean mails only addresses of your team that are verified: ${emails.join(', ')}`);
  return emails.join(',');
}
