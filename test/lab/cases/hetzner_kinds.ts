import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { ADDRESSES, FIREWALL, KEY, LAN, SERVER, SERVER_STATE, stack, WEB } from './hetzner.ts';

const LAN_STATE = { network: ['lan'], subnet: ['lan eu-central 10.1.0.0/16'] };

/** Every further kind with what it needs, and what there is to be afterwards. */
const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  placement_group: {
    resources: [{ kind: 'placement_group', name: 'apart' }, { ...WEB, placementGroup: 'apart' }, KEY, FIREWALL],
    state: { ...SERVER_STATE, ...ADDRESSES, placement_group: ['apart'], grouped: ['web1 in apart'] },
  },
  'reverse_dns of a server': {
    resources: [
      { kind: 'reverse_dns', name: 'mail.example.com', target: 'web1' },
      { kind: 'reverse_dns', name: 'mail.example.com', target: 'web1', family: 'ipv6' },
      ...SERVER,
    ],
    state: { ...SERVER_STATE, ...ADDRESSES, reverse_dns: ['web1 is mail.example.com', 'web1 is mail.example.com'] },
  },
  'reverse_dns of an address': {
    resources: [
      { kind: 'reverse_dns', name: 'front.example.com', target: 'front' },
      { kind: 'static_ip', name: 'front' },
    ],
    state: { primary_ip: ['front'], reverse_dns: ['front is front.example.com'] },
  },
  'reverse_dns of a load balancer': {
    resources: [
      { kind: 'reverse_dns', name: 'www.example.com', target: 'lb1' },
      { kind: 'load_balancer', name: 'lb1' },
    ],
    state: { load_balancer: ['lb1'], service: ['lb1 http 80 to 80'], reverse_dns: ['lb1 is www.example.com'] },
  },
  nat_gateway: {
    resources: [
      { kind: 'nat_gateway', name: 'out', network: 'lan' },
      LAN,
      { ...WEB, network: 'lan', publicIp: false, docker: true },
      KEY,
      FIREWALL,
    ],
    state: {
      ...LAN_STATE,
      ssh_key: ['deploy'],
      firewall: ['web'],
      server: ['out', 'web1'],
      joined: ['out in lan', 'web1 in lan'],
      protected: ['out by web'],
      primary_ip: ['primary_ip-out-ipv4', 'primary_ip-out-ipv6'],
      route: ['lan 0.0.0.0/0 to a server'],
    },
  },
};

export const furtherSubjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { resources, state }]) => [kind, { request: stack(resources), state }]),
);
