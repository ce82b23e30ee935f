import type { Cannot } from '../provider.ts';

const BACKUPS =
  'DigitalOcean backs its databases up by itself, every day, and takes no copy by hand: {"kind":"database","fork":"THE OTHER"} begins with what another one holds now or held in the last 7 days ("restoreTime"), and plan_backups writes a dump.';
const NO_LOCK =
  "DigitalOcean's API keeps nothing from being deleted: give what may delete a token of its own, with scopes, and keep copies elsewhere (plan_backups).";
const TAGGED =
  'It is known by a tag with its name, which its servers carry, and a server that lost the one before it has the other would be without it.';
const FOR_LIFE = 'DigitalOcean lets it keep its name for life, and doctl has no command for it.';

export const cannot: Cannot = {
  resize: {
    database_replica:
      'DigitalOcean has no call for it: make a second database_replica of the new size, let its readers go there, and remove the first.',
  },
  attach: {
    network:
      'DigitalOcean keeps a server in the network that it was made in, for good: a snapshot of it (action snapshot) starts in any other.',
  },
  detach: {
    static_ip:
      'A reserved IP has no name and no label: it is known by the server that it points to, and would be lost, and billed, without one. The action attach moves it to another server; destroy gives it back.',
  },
  snapshot: {
    database: BACKUPS,
    cache: 'DigitalOcean makes no backups of caches, by itself or by hand: what is in one has to come back from elsewhere.',
    file_system:
      'What doctl 1.166 has for it (doctl nfs snapshot create) takes the snapshot and then stops with an error, because it reads the UUID of the action as a number: run it by hand, and doctl nfs snapshot list shows that it is there.',
  },
  rename: {
    firewall: `${TAGGED} Make a firewall with the new name beside it, put the servers behind that (action attach), and then take them from behind the old one (action detach) and remove it.`,
    load_balancer: `${TAGGED} Make a load balancer with the new name beside it, point the DNS at that, and then remove the old one.`,
    volume: `${FOR_LIFE} A snapshot of it and the action restore make a new volume.`,
    database: `${FOR_LIFE} A database with the new name and "fork" begins with what this one holds.`,
    cache: `${FOR_LIFE} A new one fills itself.`,
    static_ip: 'A reserved IP has no name at DigitalOcean: call it what you like in your stack.',
    certificate: `${FOR_LIFE} Make one with the new name, name it in the load balancer, and remove the old one.`,
    file_system: `${FOR_LIFE} Make one with the new name, mount both and copy.`,
  },
  protect: {
    network: NO_LOCK,
    server: NO_LOCK,
    volume: NO_LOCK,
    load_balancer: NO_LOCK,
    database: NO_LOCK,
    bucket: `${NO_LOCK} A bucket that has something in it is refused to a deletion.`,
    static_ip: NO_LOCK,
    dns_zone: NO_LOCK,
    snapshot: NO_LOCK,
    kubernetes_cluster: NO_LOCK,
    file_system: NO_LOCK,
  },
  rotate: {
    bucket:
      'Its keys are yours, not of a plan, and a new one is shown once: doctl spaces keys create NAME --grants "bucket=BUCKET;permission=readwrite" shows it, put it into SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY, and doctl spaces keys delete takes the old one away.',
    cache: 'DigitalOcean has no users in a cache, and no command for the password of the one that it has: a new cache has a new one.',
    kubernetes_cluster:
      'What doctl kubernetes cluster kubeconfig save writes ends by itself after seven days, and is made anew by the same command; a token of the API that has to go is deleted in the control panel.',
  },
};
