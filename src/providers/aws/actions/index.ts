import type { Act, Provider } from '../../provider.ts';
import { rotateKey as rotateSshKey } from '../../rotate.ts';
import { aws } from '../cli.ts';
import { privateParts } from '../network.ts';
import { sshKey } from '../ssh_key.ts';

import { attachAddress, detachAddress, protectLoadBalancer, resizeGroup } from './balance.ts';
import { resizeCache, snapshotCache } from './cache.ts';
import { protectCluster, resizeCluster } from './cluster.ts';
import { protectDatabase, resizeDatabase, resizeReplica, restoreDatabase, rotateDatabase, snapshotDatabase } from './database.ts';
import { renameDatabase } from './database_rename.ts';
import { rotateKey, rotateSecret } from './keys.ts';
import { protectSnapshot } from './lock.ts';
import { rename } from './rename.ts';
import { protectServer, resizeServer, restoreServer, snapshotServer } from './server.ts';
import { resizeService } from './service.ts';
import { attachVolume, detachVolume, resizeVolume, restoreVolume, snapshotVolume } from './volume.ts';
import { attachFirewall, detachFirewall } from './wall.ts';

const restoreSnapshot: Act<'snapshot'> = (spec, cx, wish) => {
  if (spec.server !== undefined) return restoreServer(cx, spec.name, spec.server, wish.snapshots);
  if (spec.volume !== undefined) return restoreVolume(cx, spec.name, spec.volume);
  if (spec.database !== undefined) return restoreDatabase(cx, spec.name, cx.spec('database', spec.database));
  return cx.fail('server', { message: 'is missing; name the server, volume or database that gets back what the snapshot holds.' });
};

const VOLUMES = {
  call: 'describe-volumes',
  ids: 'Volumes[].VolumeId',
  more: ['Name=status,Values=creating,available,in-use'],
};
const GROUPS = { call: 'describe-security-groups', ids: 'SecurityGroups[].GroupId' };
const none = () => [];
const GATEWAYS = { call: 'describe-internet-gateways', ids: 'InternetGateways[].InternetGatewayId' };
const SUBNETS = { call: 'describe-subnets', ids: 'Subnets[].SubnetId' };
const TABLES = { call: 'describe-route-tables', ids: 'RouteTables[].RouteTableId' };

export const actions: Provider['actions'] = {
  ssh_key: {
    rotate: rotateSshKey(
      sshKey,
      (name, _id, cx) => aws(cx, 'ec2 delete-key-pair', '--key-name', name),
      'ubuntu (ec2-user on Amazon Linux)',
    ),
  },
  server: {
    resize: resizeServer,
    snapshot: snapshotServer,
    rename: rename(
      {
        call: 'describe-instances',
        ids: 'Reservations[].Instances[].InstanceId',
        more: ['Name=instance-state-name,Values=pending,running,stopping,stopped'],
      },
      // A server that is reached from the internet is behind a firewall of the plan's; any other may have a group of its own.
      ({ firewalls, publicIp, subnet }) => [
        { ...VOLUMES, suffix: 'root', what: 'root volume' },
        ...(firewalls.length > 0 || (publicIp && subnet === 'public') ? [] : [{ ...GROUPS, suffix: 'server', what: 'security group' }]),
      ],
      '; its host name stays as it is',
    ),
    protect: protectServer(true),
    unprotect: protectServer(false),
  },
  firewall: { attach: attachFirewall, detach: detachFirewall },
  volume: {
    resize: resizeVolume,
    attach: attachVolume,
    detach: detachVolume,
    snapshot: snapshotVolume,
    rename: rename(VOLUMES, none),
  },
  network: {
    rename: rename({ call: 'describe-vpcs', ids: 'Vpcs[].VpcId' }, ({ name }, cx) => [
      { ...GATEWAYS, what: 'internet gateway' },
      ...['public-a', 'public-b', 'private-a', 'private-b'].map((suffix) => ({ ...SUBNETS, suffix, what: `subnet ${suffix}` })),
      ...['public', ...privateParts(cx, name)].map((suffix) => ({ ...TABLES, suffix, what: `route table ${suffix}` })),
    ]),
  },
  static_ip: {
    attach: attachAddress,
    detach: detachAddress,
    rename: rename({ call: 'describe-addresses', ids: 'Addresses[].AllocationId' }, none),
  },
  load_balancer: { protect: protectLoadBalancer(true), unprotect: protectLoadBalancer(false) },
  database: {
    resize: resizeDatabase,
    snapshot: snapshotDatabase,
    protect: protectDatabase(true),
    unprotect: protectDatabase(false),
    rename: renameDatabase,
    rotate: rotateDatabase,
  },
  database_replica: { resize: resizeReplica },
  cache: { resize: resizeCache, snapshot: snapshotCache },
  container_service: { resize: resizeService },
  kubernetes_cluster: { resize: resizeCluster, protect: protectCluster(true), unprotect: protectCluster(false) },
  autoscaling_group: { resize: resizeGroup },
  secret: { rotate: rotateSecret },
  kms_key: { rotate: rotateKey },
  snapshot: { restore: restoreSnapshot, protect: protectSnapshot(true), unprotect: protectSnapshot(false) },
};
