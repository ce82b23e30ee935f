import type { Cannot } from '../provider.ts';

const NODES = 'Its nodes are servers of the plan, named after it with a number';

export const cannot: Cannot = {
  resize: {
    kubernetes_cluster: `${NODES}: more of them are made by create with a larger "nodes", which joins what is new and leaves the rest as it is; larger ones by resize of {"kind":"server","name":"CLUSTER-1","size":"TYPE"}, one after the other.`,
  },
  snapshot: {
    volume:
      'Hetzner has no snapshots of volumes: plan_backups with a source of engine "files" copies what is on one, and a snapshot of its server does not hold it.',
  },
  rename: {
    kubernetes_cluster: `${NODES}, and Kubernetes knows a node by its name for good: a cluster of another name is a new one.`,
  },
  protect: {
    bucket:
      'Object Storage has no lock on a bucket that is there: one that holds anything is not deleted, a teardown asks first, and versions bring back what was overwritten; Object Lock is switched on only where a bucket is made (aws s3api create-bucket --object-lock-enabled-for-bucket).',
    kubernetes_cluster: `${NODES}: protect those, {"kind":"server","name":"CLUSTER-1"} and so on.`,
  },
  rotate: {
    bucket: 'Keys of Object Storage are made and revoked in the console alone, and belong to the project and not to one bucket.',
    kubernetes_cluster:
      'Its own servers do it: k3s certificate rotate (with k3s stopped) for what signs its API, k3s token rotate for what lets nodes join; hcloud server ssh CLUSTER-1 gets there.',
  },
};
