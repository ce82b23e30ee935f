import { BUCKET, KEY, LAN, WEB } from '../../support/aws_kinds.ts';
import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { elsewhere, stack } from './aws.ts';
import states from './states/kinds-aws.json' with { type: 'json' };

type Resource = Readonly<Record<string, unknown>>;

const SECRET = { kind: 'secret', name: 'db-pass', file: 'db-pass.txt' };
const DMZ = { kind: 'network', name: 'dmz', cidr: '10.1.0.0/16' };
const NAT = { kind: 'nat_gateway', name: 'out', network: 'lan' };

/** Each further kind with what it needs. */
const KINDS: Readonly<Record<string, readonly Resource[]>> = {
  iam_role: [
    BUCKET,
    {
      kind: 'iam_role',
      name: 'app',
      allow: [{ actions: ['s3:GetObject', 's3:ListBucket'], on: 'acme-files' }],
      policies: ['AmazonSSMManagedInstanceCore'],
    },
    KEY,
    { ...WEB, role: 'app' },
  ],
  nat_gateway: [LAN, NAT],
  'nat_gateway in each zone': [LAN, { ...NAT, highAvailability: true }],
  placement_group: [KEY, { ...WEB, placementGroup: 'apart' }, { kind: 'placement_group', name: 'apart' }],
  reverse_dns: [
    KEY,
    WEB,
    { kind: 'static_ip', name: 'front', server: 'web1' },
    { kind: 'dns_zone', name: 'acme.dev' },
    { kind: 'dns_record', name: 'mail', zone: 'acme.dev', target: 'front' },
    { kind: 'reverse_dns', name: 'mail.acme.dev', target: 'front' },
  ],
  cdn: [BUCKET, { kind: 'cdn', name: 'files', origin: 'acme-files' }],
  'cdn of each origin, behind a waf': [
    BUCKET,
    LAN,
    { kind: 'load_balancer', name: 'lb1' },
    { kind: 'dns_zone', name: 'acme.dev' },
    { kind: 'certificate', name: 'edge', domains: ['www.acme.dev'], zone: 'acme.dev', region: 'us-east-1' },
    { kind: 'cdn', name: 'files', origin: 'acme-files', domains: ['www.acme.dev'], certificate: 'edge' },
    { kind: 'cdn', name: 'site', origin: 'lb1' },
    { kind: 'cdn', name: 'blog', originDomain: 'blog.example.net' },
    { kind: 'waf', name: 'edge', targets: ['files', 'site'], requestsPerFiveMinutes: 2000 },
  ],
  secret: [SECRET],
  kms_key: [{ kind: 'kms_key', name: 'data' }],
  cache: [LAN, KEY, { ...WEB, network: 'lan' }, { kind: 'cache', name: 'hot', access: ['web1'], highAvailability: true }],
  alarm: [KEY, WEB, { kind: 'alarm', name: 'busy', target: 'web1', emails: ['ops@example.com', 'dev@example.com'] }],
  file_system: [LAN, { kind: 'file_system', name: 'files' }],
  registry: [{ kind: 'registry', name: 'app', immutableTags: true }],
  autoscaling_group: [
    LAN,
    { kind: 'load_balancer', name: 'lb1' },
    { kind: 'iam_role', name: 'app' },
    { kind: 'autoscaling_group', name: 'web', size: 't3.small', docker: true, loadBalancer: 'lb1', role: 'app' },
  ],
  container_service: [
    LAN,
    { kind: 'load_balancer', name: 'lb1', services: [{ targetPort: 8080 }] },
    SECRET,
    { kind: 'iam_role', name: 'tasks', for: 'ecs' },
    { kind: 'container_service', name: 'api', image: 'nginx:1.29', port: 8080, loadBalancer: 'lb1', secrets: ['db-pass'], role: 'tasks' },
  ],
  kubernetes_cluster: [LAN, NAT, { kind: 'kubernetes_cluster', name: 'prod', size: 't3.medium', access: ['203.0.113.0/24'] }],
  peering: [LAN, DMZ, { kind: 'peering', name: 'both', networks: ['lan', 'dmz'] }],
  uptime_check: [{ kind: 'uptime_check', name: 'home', url: 'https://www.acme.dev/health', emails: ['ops@example.com'] }],
  waf: [LAN, { kind: 'load_balancer', name: 'lb1' }, { kind: 'waf', name: 'front', targets: ['lb1'], requestsPerFiveMinutes: 2000 }],
  database_pool: [LAN, { kind: 'database', name: 'app', size: 'db.t4g.micro' }, { kind: 'database_pool', name: 'shared', database: 'app' }],
  'database_replica and copies': [
    LAN,
    { kind: 'database', name: 'app', size: 'db.t4g.micro' },
    { kind: 'database_replica', name: 'reads', database: 'app' },
    { kind: 'snapshot', name: 'rows', database: 'app' },
    { kind: 'database', name: 'again', size: 'db.t4g.micro', snapshot: 'rows' },
    { kind: 'database', name: 'then', size: 'db.t4g.micro', fork: 'app' },
  ],
};

export const files = { 'db-pass.txt': 'correct horse' };

/** Those of few steps, which are interrupted and refused at more places. */
const SMALL = ['placement_group', 'cdn', 'iam_role', 'nat_gateway', 'nat_gateway in each zone', 'secret', 'kms_key'];

const subjectsOf = (small: boolean): Readonly<Record<string, Subject>> =>
  Object.fromEntries(
    Object.entries(KINDS)
      .filter(([kind]) => SMALL.includes(kind) === small)
      .map(([kind, resources]) => [
        kind,
        { request: stack(resources), state: (states as Record<string, Inventory>)[kind] ?? {}, files, elsewhere },
      ]),
  );

/** Everything whose life is lived. */
export const furtherSubjects = subjectsOf(true);
/** The rest of it: each stands on a network, or takes a cloud minutes. */
export const largerSubjects = subjectsOf(false);
