import type { StackRequest } from '../../../src/planner/request.ts';
import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { patternSubjects } from './patterns.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 22, from: '203.0.113.7' }] };
export const WEB = { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', sshKeys: ['deploy'], firewalls: ['web'] };
export const ZONE = { kind: 'dns_zone', name: 'example.com' };
export const SERVER = [WEB, KEY, FIREWALL];
export const SERVER_STATE = {
  ssh_key: ['shop--deploy'],
  tag: ['firewall:shop:web'],
  firewall: ['web'],
  droplet: ['web1 s-1vcpu-1gb active'],
  protected: ['web1 by web'],
};
export const LAN_STATE = { network: ['lan fra1 10.1.0.0/16'] };

/** Every kind with what it needs, and what there is to be afterwards. */
export const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  ssh_key: { resources: [KEY], state: { ssh_key: ['shop--deploy'] } },
  network: { resources: [LAN], state: LAN_STATE },
  firewall: {
    resources: [
      {
        kind: 'firewall',
        name: 'web',
        rules: [
          { port: 443 },
          { protocol: 'icmp' },
          { direction: 'out', protocol: 'udp', port: 'any' },
          { port: '8000-8100', from: ['10.0.0.0/8', '2001:db8::/32'] },
        ],
      },
    ],
    state: { tag: ['firewall:shop:web'], firewall: ['web'] },
  },
  server: { resources: SERVER, state: SERVER_STATE },
  'server without a public address': {
    resources: [{ ...WEB, network: 'lan', publicIp: false, docker: true, backups: true }, LAN, KEY, FIREWALL],
    state: {
      ...SERVER_STATE,
      ...LAN_STATE,
      droplet: ['web1 s-1vcpu-1gb active, not public'],
      joined: ['web1 in lan'],
      backups: ['backups daily of web1'],
    },
  },
  volume: { resources: [{ kind: 'volume', name: 'data', sizeGb: 20 }], state: { volume: ['data 20 ext4'] } },
  'volume of a server': {
    resources: [{ kind: 'volume', name: 'data', sizeGb: 20, format: 'xfs', server: 'web1' }, ...SERVER],
    state: { ...SERVER_STATE, volume: ['data 20 xfs'], attached: ['data to web1'] },
  },
  load_balancer: {
    resources: [
      {
        kind: 'load_balancer',
        name: 'lb1',
        targets: ['web1'],
        services: [{ port: 80 }, { protocol: 'tcp', port: 2222, targetPort: 22 }],
        size: '2',
      },
      ...SERVER,
    ],
    state: {
      ...SERVER_STATE,
      tag: ['firewall:shop:web', 'load-balancer:shop:lb1'],
      firewall: ['shop--lb1.load-balancer', 'web'],
      protected: ['web1 by shop--lb1.load-balancer', 'web1 by web'],
      load_balancer: ['lb1 active'],
      service: ['lb1 http 80 to 80', 'lb1 tcp 2222 to 22'],
      behind: ['web1 behind lb1'],
    },
  },
  'database of a network': {
    resources: [
      { kind: 'database', name: 'app', network: 'lan', version: '17', size: 'db-s-1vcpu-2gb', storageGb: 45, highAvailability: true },
      LAN,
    ],
    state: { ...LAN_STATE, database: ['shop--app pg 17 db-s-1vcpu-2gb x2 online'], access: ['shop--app from ip_addr 10.1.0.0/16'] },
  },
  'database of servers': {
    resources: [{ kind: 'database', name: 'app', engine: 'mysql', access: ['web1', 'web2'] }, WEB, { ...WEB, name: 'web2' }, KEY, FIREWALL],
    state: {
      ...SERVER_STATE,
      droplet: ['web1 s-1vcpu-1gb active', 'web2 s-1vcpu-1gb active'],
      protected: ['web1 by web', 'web2 by web'],
      database: ['shop--app mysql 8 db-s-1vcpu-1gb x1 online'],
      access: ['shop--app from droplet web1', 'shop--app from droplet web2'],
    },
  },
  bucket: {
    resources: [
      { kind: 'bucket', name: 'acme-files' },
      { kind: 'bucket', name: 'acme-cache', versioning: false },
    ],
    state: { bucket: ['acme-cache', 'acme-files, versions kept'] },
  },
  static_ip: {
    resources: [{ kind: 'static_ip', name: 'front', server: 'web1' }, ...SERVER],
    state: { ...SERVER_STATE, reserved_ip: ['for web1'] },
  },
  dns_zone: { resources: [ZONE], state: { domain: ['example.com'] } },
  dns_record: {
    resources: [
      ZONE,
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'A', value: ['203.0.113.251', '203.0.113.252'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'AAAA', value: '2001:DB8:0:0::1' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: ['v=spf1 include:"x" -all', '-x'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: ['10 mail.example.com', '20 backup'] },
      {
        kind: 'dns_record',
        name: '@',
        zone: 'example.com',
        type: 'CAA',
        value: ['0 issue letsencrypt.org', '0 iodef mailto:me@example.com'],
      },
      { kind: 'dns_record', name: '*', zone: 'example.com', type: 'CNAME', value: 'www.example.com' },
      { kind: 'dns_record', name: 'sub', zone: 'example.com', type: 'NS', value: 'ns1.other.example' },
      { kind: 'dns_record', name: '_sip._tcp', zone: 'example.com', type: 'SRV', value: '10 5 5060 sip.example.com' },
    ],
    state: {
      domain: ['example.com'],
      record: [
        'A @ in example.com: 0 203.0.113.251',
        'A @ in example.com: 0 203.0.113.252',
        'AAAA @ in example.com: 0 2001:db8::1',
        'CAA @ in example.com: 0 iodef mailto:me@example.com',
        'CAA @ in example.com: 0 issue letsencrypt.org',
        'CNAME * in example.com: 0 www.example.com',
        'MX @ in example.com: 10 mail.example.com',
        'MX @ in example.com: 20 backup.example.com',
        'NS sub in example.com: 0 ns1.other.example',
        'SRV _sip._tcp in example.com: 10 5 5060 sip.example.com',
        'TXT @ in example.com: 0 -x',
        'TXT @ in example.com: 0 v=spf1 include:"x" -all',
      ],
    },
  },
  certificate: {
    resources: [{ kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com'], zone: 'example.com' }, ZONE],
    state: { certificate: ['shop--site verified'], domain: ['example.com'] },
  },
  snapshot: {
    resources: [
      { kind: 'snapshot', name: 'first', server: 'web1' },
      { kind: 'snapshot', name: 'disk', volume: 'data' },
      { kind: 'volume', name: 'data' },
      ...SERVER,
    ],
    state: { ...SERVER_STATE, volume: ['data 10 ext4'], snapshot: ['shop--disk of volume', 'shop--first of droplet'] },
  },
};

export const STACK = [
  { kind: 'dns_record', name: 'www', zone: 'example.com', target: 'lb1' },
  { kind: 'dns_record', name: 'direct', zone: 'example.com', target: 'front' },
  { kind: 'dns_record', name: 'second', zone: 'example.com', target: 'web2' },
  {
    kind: 'load_balancer',
    name: 'lb1',
    network: 'lan',
    targets: ['web1', 'web2'],
    services: [{ port: 443, certificate: 'site', healthPath: '/health' }],
  },
  { kind: 'certificate', name: 'site', domains: ['www.example.com'], zone: 'example.com' },
  ZONE,
  { kind: 'database', name: 'app', network: 'lan', access: ['web1', 'web2'] },
  { ...WEB, network: 'lan' },
  { ...WEB, name: 'web2', network: 'lan', docker: true },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  { kind: 'volume', name: 'data', sizeGb: 20, server: 'web2' },
  FIREWALL,
  LAN,
  KEY,
  { kind: 'snapshot', name: 'first', server: 'web2' },
];
export const STACK_STATE: Inventory = {
  ...LAN_STATE,
  ssh_key: ['shop--deploy'],
  tag: ['firewall:shop:web', 'load-balancer:shop:lb1'],
  firewall: ['shop--lb1.load-balancer', 'web'],
  droplet: ['web1 s-1vcpu-1gb active', 'web2 s-1vcpu-1gb active'],
  joined: ['web1 in lan', 'web2 in lan'],
  protected: ['web1 by shop--lb1.load-balancer', 'web1 by web', 'web2 by shop--lb1.load-balancer', 'web2 by web'],
  volume: ['data 20 ext4'],
  attached: ['data to web2'],
  load_balancer: ['lb1 active in lan'],
  service: ['lb1 http 80 to 80', 'lb1 https 443 to 80'],
  behind: ['web1 behind lb1', 'web2 behind lb1'],
  database: ['shop--app pg 17 db-s-1vcpu-1gb x1 online'],
  access: ['shop--app from droplet web1', 'shop--app from droplet web2'],
  reserved_ip: ['for web1'],
  domain: ['example.com'],
  record: ['A direct in example.com: of the plan', 'A second in example.com: of the plan', 'A www in example.com: of the plan'],
  certificate: ['shop--site verified'],
  snapshot: ['shop--first of droplet'],
};

/** A stack of the account that the lab works in. */
export const stack = (resources: readonly object[]): StackRequest => ({
  provider: 'digitalocean',
  region: 'fra1',
  plan: 'shop',
  resources,
});

/** Everything whose life is lived. Buckets are made by the aws CLI. */
export const subjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(
    Object.entries(KINDS).map(([kind, { resources, state }]) => [
      kind,
      { request: stack(resources), state, ...(kind === 'bucket' ? { needs: ['aws'] } : {}) },
    ]),
  ),
  'a whole stack': { request: stack(STACK), state: STACK_STATE },
  ...(await patternSubjects('digitalocean', ['aws'])),
};
