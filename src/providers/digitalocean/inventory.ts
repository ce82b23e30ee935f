import type { Provider } from '../provider.ts';
import { doctl } from './cli.ts';

/** By tag where there are tags; what has none carries the plan's name in its own (`PLAN--name`) or in its description. */
export const inventory: Provider['inventory'] = (plan) => {
  const list = (what: string, noun: string, columns: string, ...more: string[]) => ({
    what,
    command: doctl(...noun.split(' '), 'list', ...more, '--format', columns),
  });
  const named = `named ${plan}--...`;
  return [
    list('servers', 'compute droplet', 'ID,Name,Status,PublicIPv4,Region', '--tag-name', `plan:${plan}`),
    list(`volumes tagged plan:${plan}`, 'compute volume', 'ID,Name,Size,DropletIDs,Tags'),
    list(`networks described as plan:${plan}`, 'vpcs', 'ID,Name,IPRange,Description'),
    list(`firewalls tagged firewall:${plan}:...`, 'compute firewall', 'ID,Name,Tags'),
    list(`load balancers tagged load-balancer:${plan}:...`, 'compute load-balancer', 'ID,Name,IP,Tag'),
    list(`databases ${named}`, 'databases', 'ID,Name,Engine,Status'),
    list('reserved IPs, by their droplets', 'compute reserved-ip', 'IP,Region,DropletID'),
    list(`SSH keys ${named}`, 'compute ssh-key', 'ID,Name'),
    list(`certificates ${named}`, 'compute certificate', 'ID,Name,NotAfter'),
    list(`snapshots ${named}`, 'compute snapshot', 'ID,Name,ResourceType,Size'),
    list(`apps ${named}`, 'apps', 'ID,Spec.Name,DefaultIngress'),
    list(`autoscaling groups ${named}`, 'compute droplet-autoscale', 'ID,Name,Status'),
    list('DNS zones, of every plan', 'compute domain', 'Domain'),
    list('tags', 'compute tag', 'Name,DropletCount'),
  ];
};
