import type { Cannot } from '../provider.ts';

/** These have no second name, in a tag, by which a plan could find them instead. */
const FIXED = (what: string, instead: string) => `AWS gives ${what} its name for good; ${instead}.`;
const GUARD = 'an IAM policy that denies it guards it from people and scripts';

export const cannot: Cannot = {
  resize: {
    load_balancer: 'AWS makes a load balancer as large as its load asks for by itself.',
    file_system: 'EFS grows and shrinks with what is in it by itself.',
  },
  attach: {
    network: 'AWS keeps a server in the network that it was started in, for good: an image of it (action snapshot) starts in any other.',
  },
  snapshot: {
    file_system:
      'EFS has no snapshots: AWS Backup copies it, every day once aws efs put-backup-policy --backup-policy Status=ENABLED was said.',
  },
  rename: {
    ssh_key: FIXED('a key pair', 'rotate puts another beside it, under a new name'),
    firewall: FIXED('a security group', 'make another, move the servers to it, and remove the old one'),
    load_balancer: FIXED('a load balancer', 'make another, point the DNS record at it, and remove the old one'),
    certificate: 'A certificate has no name on AWS but its domains.',
    cache: FIXED('a cache', 'take a snapshot of it, and make another from that'),
    placement_group: FIXED('a placement group', 'make another, and move each server there while it is stopped'),
    kubernetes_cluster: FIXED('a cluster', 'make another, and move the workloads there'),
    file_system: 'A plan finds a file system by the creation token that it was made with, and EFS never changes that.',
  },
  protect: {
    network: `AWS refuses to delete a network that anything is in, and locks none; ${GUARD}.`,
    volume: `AWS refuses to delete a volume that a server has, and locks none; take snapshots of it, or ${GUARD}.`,
    bucket: 'S3 refuses to delete a bucket that holds anything, which is the lock that every bucket has.',
    static_ip: `AWS refuses to release an address that is in use, and locks none; ${GUARD}.`,
    dns_zone: 'Route 53 refuses to delete a zone that has records besides its own, which is the lock that every zone has.',
    file_system: `AWS refuses to delete a file system that has mount targets, and locks none; ${GUARD}.`,
  },
  rotate: {
    bucket: 'S3 gives a bucket no keys of its own: roles read it, by keys that AWS changes every few hours.',
    cache: 'The cache of a plan has no password; its network and its security group say who reaches it.',
    kubernetes_cluster: 'EKS renews its certificates by itself, and a sign-in by aws eks get-token holds for a quarter of an hour.',
  },
};
