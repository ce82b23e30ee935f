import { attachment } from '../../change.ts';
import type { Act, Provider } from '../../provider.ts';
import { volume } from '../volume.ts';
import { resizeCluster, rotateDatabase, rotateUser } from './database.ts';
import { rotateKey, rotateSecret } from './keys.ts';
import { resizeKubernetes } from './kubernetes.ts';
import { attachAddress, attachFirewall, detachFirewall } from './reach.ts';
import { renameCluster, renameKey, renameNetwork, renameProject, renameServer } from './rename.ts';
import { resizeApp, resizeFileSystem, resizeGroup, resizeLoadBalancer } from './scale.ts';
import { resizeServer, restoreServer, snapshotServer } from './server.ts';
import { detachVolume, resizeVolume, restoreVolume, snapshotVolume } from './volume.ts';

const restoreSnapshot: Act<'snapshot'> = (spec, cx, wish) => {
  if (spec.server !== undefined) return restoreServer(cx, spec.name, spec.server, wish.snapshots);
  if (spec.volume !== undefined) return restoreVolume(cx, spec.name, spec.volume);
  return cx.fail('server', { message: 'is missing; name the server or the volume that gets back what the snapshot holds.' });
};

export const actions: Provider['actions'] = {
  ssh_key: { rename: renameKey, rotate: rotateKey },
  network: { rename: renameNetwork },
  firewall: { attach: attachFirewall, detach: detachFirewall },
  server: { resize: resizeServer, snapshot: snapshotServer, rename: renameServer },
  volume: { resize: resizeVolume, attach: attachment(volume), detach: detachVolume, snapshot: snapshotVolume },
  load_balancer: { resize: resizeLoadBalancer },
  static_ip: { attach: attachAddress },
  snapshot: { restore: restoreSnapshot },
  database: { resize: resizeCluster, rotate: rotateDatabase },
  database_user: { rotate: rotateUser },
  cache: { resize: resizeCluster },
  autoscaling_group: { resize: resizeGroup },
  container_service: { resize: resizeApp },
  kubernetes_cluster: { resize: resizeKubernetes, rename: renameCluster },
  file_system: { resize: resizeFileSystem },
  secret: { rotate: rotateSecret },
  project: { rename: renameProject },
};
