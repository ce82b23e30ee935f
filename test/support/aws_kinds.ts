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
];
