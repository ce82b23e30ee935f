/** A stack with each of AWS's further kinds in it. */

type Resource = Readonly<Record<string, unknown>> & { readonly kind: string };

export const KEY: Resource = { kind: 'ssh_key', name: 'deploy' };
export const LAN: Resource = { kind: 'network', name: 'lan' };
export const WEB: Resource = { kind: 'server', name: 'web1', size: 't3.small', sshKeys: ['deploy'] };
export const BUCKET: Resource = { kind: 'bucket', name: 'acme-files' };
export const ROLE: Resource = {
  kind: 'iam_role',
  name: 'app',
  allow: [
    { actions: ['s3:GetObject', 's3:ListBucket'], on: 'acme-files' },
    { actions: ['secretsmanager:GetSecretValue'], on: 'db-pass' },
    { actions: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], on: 'app' },
  ],
  policies: ['AmazonSSMManagedInstanceCore'],
};

export const ALL: readonly Resource[] = [
  KEY,
  LAN,
  BUCKET,
  ROLE,
  { kind: 'secret', name: 'db-pass', file: '~/db-pass', key: 'data' },
  { kind: 'kms_key', name: 'data' },
  { kind: 'registry', name: 'app', immutableTags: true },
  { kind: 'nat_gateway', name: 'out', network: 'lan', highAvailability: true },
  { ...WEB, network: 'lan', subnet: 'private', docker: false, role: 'app', placementGroup: 'apart' },
  { kind: 'placement_group', name: 'apart' },
  { kind: 'cache', name: 'hot', access: ['web1'], highAvailability: true },
  { kind: 'file_system', name: 'files' },
  { kind: 'alarm', name: 'busy', target: 'web1', emails: ['ops@example.com'] },
  { kind: 'alarm', name: 'hot', target: 'hot', metric: 'memory' },
  { kind: 'static_ip', name: 'front' },
  { kind: 'dns_zone', name: 'acme.dev' },
  { kind: 'dns_record', name: 'mail', zone: 'acme.dev', target: 'front' },
  { kind: 'reverse_dns', name: 'mail.acme.dev', target: 'front' },
  { kind: 'certificate', name: 'edge', domains: ['www.acme.dev'], zone: 'acme.dev', region: 'us-east-1' },
  { kind: 'cdn', name: 'files', origin: 'acme-files', domains: ['www.acme.dev'], certificate: 'edge' },
  { kind: 'cdn', name: 'site', origin: 'lb1' },
  { kind: 'load_balancer', name: 'lb1' },
  { kind: 'autoscaling_group', name: 'web', loadBalancer: 'lb1', docker: true, role: 'app', sshKeys: ['deploy'] },
  { kind: 'load_balancer', name: 'lb2' },
  {
    kind: 'container_service',
    name: 'api',
    image: 'ghcr.io/acme/api:1.2',
    port: 8080,
    loadBalancer: 'lb2',
    secrets: ['db-pass'],
    environment: { MODE: 'production' },
    role: 'tasks',
    replicas: 2,
  },
  { kind: 'iam_role', name: 'tasks', for: 'ecs' },
  { kind: 'kubernetes_cluster', name: 'prod', version: '1.33', minNodes: 1, maxNodes: 4, access: ['203.0.113.0/24'] },
  { kind: 'database', name: 'app', size: 'db.t4g.micro' },
  { kind: 'database_replica', name: 'reads', database: 'app' },
  { kind: 'database_pool', name: 'shared', database: 'app' },
  { kind: 'uptime_check', name: 'home', url: 'https://www.acme.dev/health?deep=1', emails: ['ops@example.com'] },
  { kind: 'waf', name: 'front', targets: ['lb1', 'lb2'], requestsPerFiveMinutes: 2000 },
  { kind: 'waf', name: 'edge', targets: ['files', 'site'] },
  { kind: 'snapshot', name: 'rows', database: 'app' },
  { kind: 'database', name: 'again', size: 'db.t4g.micro', snapshot: 'rows' },
  { kind: 'database', name: 'then', size: 'db.t4g.micro', fork: 'app', restoreTime: '2026-11-22T04:30:00Z', highAvailability: true },
];
