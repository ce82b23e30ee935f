import { type Arg, query } from '../../core/command.ts';
import type { Kind, Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, self, step, tags, text, unpriced } from './cli.ts';
import { topic } from './topic.ts';

type Alarm = Spec<'alarm'>;
type Metric = Alarm['metric'];

interface Measured {
  readonly metric: string;
  readonly statistic?: 'Average' | 'Sum';
  /** From the unit of the request to that of CloudWatch. */
  readonly factor?: number;
}

const PERIOD = 300;
const percent = (metric: string): Measured => ({ metric });
/** Mbit/s as the bytes of a period. */
const traffic = (metric: string): Measured => ({ metric, statistic: 'Sum', factor: (1_000_000 / 8) * PERIOD });

/** What CloudWatch measures by itself, by what is watched. */
const METRICS: { readonly [K in Kind]?: { readonly [M in Metric]?: Measured } } = {
  server: { cpu: percent('CPUUtilization'), network_in: traffic('NetworkIn'), network_out: traffic('NetworkOut') },
  autoscaling_group: { cpu: percent('CPUUtilization'), network_in: traffic('NetworkIn'), network_out: traffic('NetworkOut') },
  database: {
    cpu: percent('CPUUtilization'),
    connections: { metric: 'DatabaseConnections' },
    storage_free: { metric: 'FreeStorageSpace', factor: 1_000_000_000 },
  },
  cache: {
    cpu: percent('CPUUtilization'),
    memory: percent('DatabaseMemoryUsagePercentage'),
    connections: { metric: 'CurrConnections' },
  },
  container_service: { cpu: percent('CPUUtilization'), memory: percent('MemoryUtilization') },
  file_system: { load: percent('PercentIOLimit'), connections: { metric: 'ClientConnections', statistic: 'Sum' } },
};
const NAMESPACES: { readonly [K in Kind]?: string } = {
  server: 'AWS/EC2',
  autoscaling_group: 'AWS/EC2',
  database: 'AWS/RDS',
  cache: 'AWS/ElastiCache',
  container_service: 'AWS/ECS',
  file_system: 'AWS/EFS',
};
const KINDS: readonly Kind[] = [
  'server',
  'database',
  'load_balancer',
  'cache',
  'autoscaling_group',
  'container_service',
  'volume',
  'file_system',
];

/** An alarm of CloudWatch with a topic of its own, whose subscribers it tells. */
export const alarm: Emit<'alarm'> = (spec, cx) => {
  const { name, metric } = spec;
  const target = cx.target(KINDS, spec.target);
  const there = cx.regionOf(target);
  if (there !== cx.region)
    cx.fail('target', {
      message: `${target.kind} ${target.name} is in ${there} and this alarm in ${cx.region}; it has to be in the same region.`,
    });
  const known = METRICS[target.kind] ?? {};
  const measured = known[metric];
  if (measured === undefined)
    return cx.fail('metric', {
      message: `${
        ['memory', 'disk', 'load'].includes(metric) && target.kind === 'server'
          ? 'is not known to AWS from outside a server; the CloudWatch agent on it measures it.'
          : `is not measured by AWS of a ${target.kind}.`
      }${Object.keys(known).length === 0 ? ' It measures nothing of it that can be named here.' : ''}`,
      given: JSON.stringify(metric),
      allowed: Object.keys(known),
    });
  const alarmName = `${cx.plan}/${name}`;
  const alarms = query(
    text(cx, `MetricAlarms[?AlarmName=='${alarmName}'].AlarmName`, 'cloudwatch describe-alarms', '--alarm-names', alarmName),
  );
  const beyond = `${metric} of ${target.kind} ${target.name} is ${spec.comparison} ${spec.threshold} for ${spec.minutes} minutes`;
  const steps = topic(cx, name, spec.emails);
  steps.push(
    step(cx, '', {
      title: `alarm ${name}: ${beyond}`,
      find: alarms,
      create: aws(
        cx,
        'cloudwatch put-metric-alarm',
        '--alarm-name',
        alarmName,
        '--alarm-description',
        `${beyond}, plan ${cx.plan}`,
        '--namespace',
        NAMESPACES[target.kind] as string,
        '--metric-name',
        measured.metric,
        '--dimensions',
        ...dimensions(cx, target.kind, target.name),
        '--statistic',
        measured.statistic ?? 'Average',
        '--period',
        String(PERIOD),
        '--evaluation-periods',
        String(Math.max(1, (spec.minutes * 60) / PERIOD)),
        '--comparison-operator',
        spec.comparison === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        '--threshold',
        String(Math.round(spec.threshold * (measured.factor ?? 1) * 1000) / 1000),
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
        { kind: 'creates', what: `alarm ${name}: a mail when ${beyond}, and when it is over` },
        unpriced(cx, `alarm ${name}`, 'AmazonCloudWatch'),
      ],
    }),
  );
  return steps;
};

/** What CloudWatch knows the target by. */
function dimensions(cx: Context, kind: Kind, name: string): Arg[] {
  const one = (key: string, value: Arg): Arg => [`Name=${key},Value=`, ...(Array.isArray(value) ? value : [value])] as Arg;
  switch (kind) {
    case 'server':
      return [one('InstanceId', cx.of('server', name))];
    case 'autoscaling_group':
      return [one('AutoScalingGroupName', cx.of('autoscaling_group', name))];
    case 'database':
      return [one('DBInstanceIdentifier', cx.of('database', name))];
    case 'cache':
      // ElastiCache's own name for the first node of a group.
      return [one('CacheClusterId', [cx.of('cache', name), '-001'] as Arg)];
    case 'container_service':
      return [one('ClusterName', cx.of('container_service', name, 'cluster')), one('ServiceName', name)];
    default:
      return [one('FileSystemId', cx.of('file_system', name))];
  }
}
