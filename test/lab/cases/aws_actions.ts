import { TODAY } from '../../support/plans.ts';
import type { ActionCase } from '../actions.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
export const WEB = { kind: 'server', name: 'web1', size: 't3.small', sshKeys: ['deploy'], firewalls: ['web'] };
export const OFFICE = { kind: 'firewall', name: 'office', rules: [{ port: 22, from: '198.51.100.7' }] };
const BARE = { kind: 'server', name: 'web2', size: 't3.small', network: 'lan', subnet: 'private' };
export const DATA = { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' };
export const FRONT = { kind: 'static_ip', name: 'front', server: 'web1' };
const LAN = { kind: 'network', name: 'lan' };
const LB = { kind: 'load_balancer', name: 'lb1', network: 'lan' };
const DB = { kind: 'database', name: 'app', size: 'db.t4g.micro', network: 'lan' };
const HOT = { kind: 'cache', name: 'hot', size: 'cache.t4g.micro', network: 'lan' };
const GROUP = { kind: 'autoscaling_group', name: 'pool', size: 't3.small', network: 'lan' };
const SECRET = { kind: 'secret', name: 'db-pass', file: 'db-pass.txt' };
const DATA_KEY = { kind: 'kms_key', name: 'sealed' };
const ROWS = { kind: 'snapshot', name: 'rows', database: 'app' };
export const BYTES = { kind: 'snapshot', name: 'bytes', volume: 'data' };
export const WHOLE = { kind: 'snapshot', name: 'whole', server: 'web1' };
const REPLICA = { kind: 'database_replica', name: 'reads', database: 'app', size: 'db.t4g.micro' };
const NAT = { kind: 'nat_gateway', name: 'out', network: 'lan' };
const CLUSTER = { kind: 'kubernetes_cluster', name: 'prod', size: 't3.medium', network: 'lan' };
const API = { kind: 'container_service', name: 'api', image: 'nginx:1.29', network: 'lan', port: 8080 };
export const STACK = [
  ...[KEY, FIREWALL, LAN, WEB, BARE, DATA, FRONT, LB, DB, HOT, GROUP, SECRET, DATA_KEY, ROWS, BYTES, WHOLE],
  ...[REPLICA, NAT, CLUSTER, API, OFFICE],
];

/** Actions that a test of their own lives through, and those whose case begins with another resource. */
export const PROVEN = [
  ...['attach volume', 'attach static_ip', 'unprotect server', 'unprotect load_balancer', 'protect database'],
  'detach firewall',
  ...['unprotect kubernetes_cluster', 'protect snapshot', 'unprotect snapshot'],
];

export interface AwsActionCase extends ActionCase {
  /** What there is afterwards and was not before: parts of the lines of the state. */
  readonly made?: readonly string[];
  /** What there was before and is no more. */
  readonly gone?: readonly string[];
}

const ec2 = (...calls: string[]) => calls.map((call) => `ec2 ${call}`);
const rds = (...calls: string[]) => calls.map((call) => `rds ${call}`);
const renamed = (resource: object, made: string, parts: number, gone: string): AwsActionCase => ({
  resources: [resource],
  action: 'rename',
  more: { newName: 'other' },
  writes: Array.from({ length: parts }, () => 'ec2 CreateTags'),
  made: [made],
  gone: [gone],
});

export const CASES: Readonly<Record<string, AwsActionCase>> = {
  'resize of a server': {
    resources: [{ ...WEB, size: 't3.medium' }],
    action: 'resize',
    writes: ec2('CreateImage', 'StopInstances', 'ModifyInstanceAttribute', 'StartInstances'),
    made: ['web1 t3.medium running', `web1-before-resize-${TODAY}`],
    gone: ['web1 t3.small running'],
  },
  'resize of a server without a snapshot': {
    resources: [{ ...WEB, size: 't3.medium' }],
    action: 'resize',
    more: { snapshots: false },
    writes: ec2('StopInstances', 'ModifyInstanceAttribute', 'StartInstances'),
    made: ['web1 t3.medium running'],
    gone: ['web1 t3.small running'],
  },
  'snapshot of a server': {
    resources: [WEB],
    action: 'snapshot',
    writes: ec2('CreateImage'),
    made: [`web1-${TODAY} web1-${TODAY} available`],
  },
  'protect of a server': { resources: [WEB], action: 'protect', writes: ec2('ModifyInstanceAttribute') },
  'rename of a server': renamed(WEB, 'other t3.small running', 2, 'web1 t3.small running'),
  'rename of a server with a group of its own': renamed(BARE, 'other/server in lan', 3, 'web2/server in lan'),
  'attach of a firewall': {
    resources: [OFFICE, FIREWALL, { ...WEB, firewalls: ['web', 'office'] }],
    action: 'attach',
    more: { target: ['firewall.office'] },
    writes: ec2('ModifyInstanceAttribute'),
    made: ["groups ['office', 'web'] "],
    gone: ["web1 t3.small running key=deploy in lan/public-a groups ['web'] "],
  },
  'rename of a volume': renamed(DATA, 'other 20 GB', 1, 'data 20 GB'),
  'rename of an address': renamed(FRONT, 'other at web1', 1, 'front at web1'),
  'rename of a network': renamed(LAN, 'other 10.0.0.0/16', 8, 'lan 10.0.0.0/16'),
  'resize of a volume': {
    resources: [{ ...DATA, sizeGb: 50 }],
    action: 'resize',
    writes: ec2('ModifyVolume'),
    made: ["data 50 GB gp3 encrypted=True at ['web1']"],
    gone: ['data 20 GB'],
  },
  'snapshot of a volume': {
    resources: [DATA],
    action: 'snapshot',
    writes: ec2('CreateSnapshot'),
    made: [`data-${TODAY} completed`],
  },
  'detach of a volume': {
    resources: [DATA],
    action: 'detach',
    writes: ec2('DetachVolume'),
    made: ['data 20 GB gp3 encrypted=True at []'],
    gone: ["data 20 GB gp3 encrypted=True at ['web1']"],
  },
  'detach of an address': {
    resources: [FRONT],
    action: 'detach',
    writes: ec2('DisassociateAddress'),
    made: ['front at None'],
    gone: ['front at web1'],
  },
  'protect of a load balancer': { resources: [LB], action: 'protect', writes: ['elasticloadbalancing ModifyLoadBalancerAttributes'] },
  'resize of a database': {
    resources: [{ ...DB, size: 'db.t4g.small', storageGb: 40 }],
    action: 'resize',
    writes: rds('CreateDBSnapshot', 'ModifyDBInstance'),
    made: ['app app postgres 17 db.t4g.small 40 GB', `app-before-resize-${TODAY} of app available`],
    gone: ['app app postgres 17 db.t4g.micro 20 GB'],
  },
  'resize of a database to one with a standby': {
    resources: [{ ...DB, highAvailability: true }],
    action: 'resize',
    more: { snapshots: false },
    writes: rds('ModifyDBInstance'),
    made: ['multi=True'],
    gone: ['app app postgres 17 db.t4g.micro 20 GB gp3 encrypted=True public=False multi=False'],
  },
  'snapshot of a database': {
    resources: [DB],
    action: 'snapshot',
    writes: rds('CreateDBSnapshot'),
    made: [`app-${TODAY} of app available`],
  },
  'unprotect of a database': { resources: [DB], action: 'unprotect', writes: rds('ModifyDBInstance'), made: ['protected=False'] },
  'rename of a database': {
    resources: [DB],
    action: 'rename',
    more: { newName: 'other' },
    writes: [...rds('ModifyDBInstance', 'AddTagsToResource'), ...ec2('CreateTags', 'CreateTags')],
    made: ['other other postgres 17', 'other/database in lan'],
    gone: ['app app postgres', 'app/database in lan'],
  },
  'resize of a replica': {
    resources: [{ ...REPLICA, size: 'db.t4g.small' }, DB],
    action: 'resize',
    more: { target: ['reads'] },
    writes: rds('ModifyDBInstance'),
    made: ['reads reads postgres 17 db.t4g.small'],
    gone: ['reads reads postgres 17 db.t4g.micro'],
  },
  'snapshot of a cache': {
    resources: [HOT],
    action: 'snapshot',
    writes: ['elasticache CreateSnapshot'],
    made: [`hot-${TODAY} of hot available`],
  },
  'resize of a cluster': {
    resources: [{ ...CLUSTER, nodes: 3, maxNodes: 5 }],
    action: 'resize',
    writes: ['eks POST /clusters/shop--prod/node-groups/nodes/update-config'],
    made: ['3 to 5'],
    gone: ["nodes ACTIVE ['t3.medium'] 2 to 2"],
  },
  'resize of a container service': {
    resources: [{ ...API, replicas: 2, cpus: 1, memoryMb: 2048 }],
    action: 'resize',
    writes: ['ecs RegisterTaskDefinition', 'ecs UpdateService'],
    made: ['api ACTIVE 2 of shop--api'],
    gone: ['api ACTIVE 1 of shop--api'],
  },
  'resize of a container service to another number': {
    resources: [{ ...API, replicas: 3 }],
    action: 'resize',
    writes: ['ecs UpdateService'],
    made: ['api ACTIVE 3 of shop--api'],
    gone: ['api ACTIVE 1 of shop--api'],
  },
  'protect of a cluster': {
    resources: [CLUSTER],
    action: 'protect',
    writes: ['eks POST /clusters/shop--prod/update-config'],
    made: ['protected'],
  },
  'rotate of a database': { resources: [DB], action: 'rotate', writes: rds('ModifyDBInstance', 'AddTagsToResource') },
  'resize of a cache': {
    resources: [{ ...HOT, size: 'cache.t4g.small' }],
    action: 'resize',
    writes: ['elasticache ModifyReplicationGroup'],
  },
  'resize of a group': {
    resources: [{ ...GROUP, size: 't3.medium', max: 6 }],
    action: 'resize',
    writes: ['ec2 CreateLaunchTemplateVersion', 'autoscaling UpdateAutoScalingGroup', 'autoscaling StartInstanceRefresh'],
    made: ['pool/server t3.medium running'],
  },
  'rotate of a secret': { resources: [SECRET], action: 'rotate', writes: ['secretsmanager PutSecretValue'] },
  'rotate of a key': { resources: [DATA_KEY], action: 'rotate', writes: ['kms RotateKeyOnDemand', 'kms TagResource'] },
  'restore of a server': {
    resources: [WHOLE],
    action: 'restore',
    writes: ec2('CreateImage', 'CreateReplaceRootVolumeTask', 'CreateTags'),
    made: [`web1-before-restore-${TODAY}`],
  },
  'restore of a volume': {
    resources: [BYTES, DATA],
    action: 'restore',
    more: { target: ['bytes'] },
    writes: ec2('CreateVolume', 'StopInstances', 'DetachVolume', 'AttachVolume', 'StartInstances', 'CreateTags', 'CreateTags'),
    made: [`data-before-bytes-${TODAY} 20 GB gp3 encrypted=True at []`],
  },
  'restore of a volume that no server has': {
    resources: [BYTES],
    action: 'restore',
    writes: ec2('CreateVolume', 'CreateTags', 'CreateTags'),
    made: [`data-before-bytes-${TODAY} 20 GB`],
  },
  'restore of a database': {
    resources: [ROWS, DB],
    action: 'restore',
    more: { target: ['rows'] },
    writes: rds('RestoreDBInstanceFromDBSnapshot', 'ModifyDBInstance', 'ModifyDBInstance'),
    made: [`app-before-${TODAY} app postgres`],
  },
  'rotate of an SSH key': {
    resources: [{ ...KEY, publicKeyPath: '~/.ssh/new.pub' }],
    action: 'rotate',
    writes: ec2('ImportKeyPair'),
    made: [`deploy-${TODAY} deploy-${TODAY}`],
  },
};
