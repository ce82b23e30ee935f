import { query } from '../../core/command.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, json, self, step, tags, text, unknownCost } from './cli.ts';
import { topic } from './topic.ts';

/** Route 53 belongs to no region, and its figures are in the first one alone. */
const GLOBAL = 'us-east-1';
/** Seconds between two questions of one checker, and after how many failures in a row it says that the address is down. */
const INTERVAL = 30;
const FAILURES = 3;
/** How often the alarm has to find it down, once a minute. */
const MINUTES = 2;
const PRICES = 'https://aws.amazon.com/route53/pricing/';
/** Ranges that nobody reaches from outside; Route 53 takes none of them. */
const PRIVATE = /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|22[4-9]|2[3-5]\d)\./;

/** A health check of Route 53, with an alarm of its own that tells when the address is down and when it is back. */
export const uptimeCheck: Emit<'uptime_check'> = (spec, plan) => {
  const cx: Context = { ...plan, region: GLOBAL };
  const { name } = spec;
  const target = endpoint(cx, spec.url);
  // A caller reference is never taken twice, not even after the check is gone; the rest of it says whose it is.
  const reference = `${cx.plan}/${name}/`;
  if (reference.length + 14 > 64)
    cx.fail('name', {
      message: `is too long: with the plan's name before it, it has to fit into 49 characters, and ${cx.plan}/${name} has ${reference.length - 1}.`,
    });
  const own = self(cx);
  const checks = query(text(cx, `HealthChecks[?starts_with(CallerReference,'${reference}')].Id`, 'route53 list-health-checks'));
  const tagged = query(
    text(
      cx,
      `ResourceTagSet.Tags[?Key=='plan'&&Value=='${cx.plan}'].Value`,
      'route53 list-tags-for-resource',
      '--resource-type',
      'healthcheck',
      '--resource-id',
      own,
    ),
  );
  const alarmName = `${cx.plan}/uptime/${name}`;
  const alarms = query(
    text(cx, `MetricAlarms[?AlarmName=='${alarmName}'].AlarmName`, 'cloudwatch describe-alarms', '--alarm-names', alarmName),
  );
  cx.assume(
    `uptime check ${name}: up is an answer of 200 to 399 within two seconds of a connection that took at most four; the checkers of all regions together ask every two to three seconds`,
  );
  if (target.Type === 'HTTPS')
    cx.warn(
      `uptime check ${name} does not look at the certificate of ${target.host}: Route 53 takes one that ran out for up, where a browser does not`,
    );
  return [
    step(cx, '', {
      title: `health check of ${spec.url}`,
      find: checks,
      create: text(
        cx,
        'HealthCheck.Id',
        'route53 create-health-check',
        '--caller-reference',
        [reference, { now: true }],
        '--health-check-config',
        json({ ...target.config, RequestInterval: INTERVAL, FailureThreshold: FAILURES }),
      ),
      captures: true,
      verify: { query: checks },
      undo: [aws(cx, 'route53 delete-health-check', '--health-check-id', own)],
      effects: [
        {
          kind: 'creates',
          what: `health check of ${spec.url}: from several regions, each every ${INTERVAL} seconds, down after ${FAILURES} failures in a row`,
        },
        unknownCost(cx, `health check ${name}`, PRICES),
      ],
    }),
    step(cx, 'tags', {
      title: `health check ${name} is tagged as of plan ${cx.plan}`,
      find: tagged,
      create: aws(
        cx,
        'route53 change-tags-for-resource',
        '--resource-type',
        'healthcheck',
        '--resource-id',
        own,
        '--add-tags',
        ...tags(cx, name).slice(1),
      ),
      verify: { query: tagged, expect: cx.plan },
      within: cx.id,
      effects: [{ kind: 'changes', what: `health check ${name} is listed as part of plan ${cx.plan}` }],
    }),
    ...topic(cx, `${name}-uptime`, spec.emails),
    step(cx, 'alarm', {
      title: `alarm when ${spec.url} is down`,
      find: alarms,
      create: aws(
        cx,
        'cloudwatch put-metric-alarm',
        '--alarm-name',
        alarmName,
        '--alarm-description',
        `${name} is down for ${MINUTES} minutes, plan ${cx.plan}`,
        '--namespace',
        'AWS/Route53',
        '--metric-name',
        'HealthCheckStatus',
        '--dimensions',
        ['Name=HealthCheckId,Value=', own],
        '--statistic',
        'Minimum',
        '--period',
        '60',
        '--evaluation-periods',
        String(MINUTES),
        '--comparison-operator',
        'LessThanThreshold',
        '--threshold',
        '1',
        '--treat-missing-data',
        'missing',
        '--alarm-actions',
        self(cx, 'topic'),
        '--ok-actions',
        self(cx, 'topic'),
        ...tags(cx, name),
      ),
      verify: { query: alarms, expect: alarmName },
      undo: [aws(cx, 'cloudwatch delete-alarms', '--alarm-names', alarmName)],
      effects: [
        { kind: 'creates', what: `alarm ${alarmName}: a mail when ${spec.url} is down for ${MINUTES} minutes, and when it is back` },
        unknownCost(cx, `alarm of uptime check ${name}`, 'https://aws.amazon.com/cloudwatch/pricing/'),
      ],
    }),
  ];
};

interface Endpoint {
  readonly Type: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly config: { readonly [key: string]: string | number | boolean };
}

/** What Route 53 asks, by a name or by an address. */
function endpoint(cx: Context, given: string): Endpoint {
  const bad = (message: string): never => cx.fail('url', { message, given: JSON.stringify(given) });
  if (!URL.canParse(given)) return bad('is no address like https://example.com/health.');
  const { protocol, hostname, port, pathname, search } = new URL(given);
  const Type = protocol === 'https:' ? 'HTTPS' : 'HTTP';
  const host = hostname.replace(/\.$/, '');
  const path = `${pathname}${search}`;
  if (path.length > 255) bad('has a path of more than 255 characters, which is what Route 53 takes.');
  if (port === '0') bad('has no port: they are from 1 to 65535.');
  const isAddress = /^\d+(?:\.\d+){3}$/.test(host);
  if (isAddress ? PRIVATE.test(`${host}.`) : !host.includes('.'))
    bad(
      'is not reached from outside: Route 53 asks from the internet. A health check of its own behind a load_balancer sees what is inside.',
    );
  const where = isAddress ? { IPAddress: host } : { FullyQualifiedDomainName: host };
  return {
    Type,
    host,
    config: {
      Type,
      ...where,
      Port: port === '' ? (Type === 'HTTPS' ? 443 : 80) : Number(port),
      ResourcePath: path,
      // Without a name there is none to say in the TLS handshake.
      ...(Type === 'HTTPS' ? { EnableSNI: !isAddress } : {}),
    },
  };
}
