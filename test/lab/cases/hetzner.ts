import type { StackRequest } from '../../../src/planner/request.ts';
import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { patternSubjects } from './patterns.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 22, from: '203.0.113.7' }] };
export const WEB = { kind: 'server', name: 'web1', size: 'cx23', sshKeys: ['deploy'], firewalls: ['web'] };
/** A server and what it needs, and what there is of it. */
export const SERVER = [WEB, KEY, FIREWALL];
export const SERVER_STATE = { server: ['web1'], ssh_key: ['deploy'], firewall: ['web'], protected: ['web1 by web'] };
export const ADDRESSES = { primary_ip: ['primary_ip-web1-ipv4', 'primary_ip-web1-ipv6'] };
export const ZONE = { kind: 'dns_zone', name: 'example.com' };

/** Every kind with what it needs, and what there is to be afterwards. Addresses that come with a server go with it. */
export const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  ssh_key: { resources: [KEY], state: { ssh_key: ['deploy'] } },
  network: { resources: [LAN], state: { network: ['lan'], subnet: ['lan eu-central 10.1.0.0/16'] } },
  firewall: {
    resources: [
      {
        kind: 'firewall',
        name: 'web',
        rules: [
          { port: 443 },
          { port: 22, from: '203.0.113.7' },
          { protocol: 'icmp' },
          { direction: 'out', protocol: 'udp', port: 'any' },
          { port: '8000-8100', from: ['10.0.0.0/8', '2001:db8::/32'], description: "the team's" },
        ],
      },
    ],
    state: { firewall: ['web'] },
  },
  server: { resources: SERVER, state: { ...SERVER_STATE, ...ADDRESSES } },
  bucket: {
    resources: [
      { kind: 'bucket', name: 'acme-files' },
      { kind: 'bucket', name: 'acme-cache', versioning: false },
    ],
    state: { bucket: ['acme-cache', 'acme-files, versions kept'] },
  },
  'server without a public address': {
    resources: [{ ...WEB, network: 'lan', publicIp: false, docker: true, backups: true }, LAN, KEY, FIREWALL],
    // A firewall filters what comes in from outside, so there is nothing that it could be applied to.
    state: {
      server: ['web1'],
      ssh_key: ['deploy'],
      firewall: ['web'],
      network: ['lan'],
      subnet: ['lan eu-central 10.1.0.0/16'],
      joined: ['web1 in lan'],
      backups: ['web1'],
    },
  },
  volume: { resources: [{ kind: 'volume', name: 'data', sizeGb: 20 }], state: { volume: ['data'] } },
  'volume of a server': {
    resources: [{ kind: 'volume', name: 'data', sizeGb: 20, format: 'xfs', server: 'web1' }, ...SERVER],
    state: { volume: ['data'], attached: ['data to web1'], ...SERVER_STATE, ...ADDRESSES },
  },
  load_balancer: {
    resources: [
      { kind: 'load_balancer', name: 'lb1', targets: ['web1'], services: [{ port: 80 }, { protocol: 'tcp', port: 2222, targetPort: 22 }] },
      ...SERVER,
    ],
    state: {
      load_balancer: ['lb1'],
      service: ['lb1 http 80 to 80', 'lb1 tcp 2222 to 22'],
      target: ['web1 behind lb1'],
      ...SERVER_STATE,
      ...ADDRESSES,
    },
  },
  static_ip: { resources: [{ kind: 'static_ip', name: 'front' }], state: { primary_ip: ['front'] } },
  'static_ip of a server': {
    resources: [{ kind: 'static_ip', name: 'front', server: 'web1' }, ...SERVER],
    state: { primary_ip: ['front', 'primary_ip-web1-ipv6'], assigned: ['front to web1'], ...SERVER_STATE },
  },
  dns_zone: { resources: [ZONE], state: { zone: ['example.com'] } },
  dns_record: {
    resources: [
      ZONE,
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'A', value: ['203.0.113.7', '203.0.113.8'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: 'v=spf1 include:"x" -all' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: '10 mail.example.com' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'CAA', value: '0 issue letsencrypt.org' },
      { kind: 'dns_record', name: '*', zone: 'example.com', type: 'CNAME', value: 'www.example.com' },
      { kind: 'dns_record', name: '_sip._tcp', zone: 'example.com', type: 'SRV', value: '10 5 5060 sip.example.com' },
    ],
    state: {
      zone: ['example.com'],
      dns_record: [
        '*/CNAME in example.com: www.example.com.',
        '@/A in example.com: 203.0.113.7 203.0.113.8',
        '@/CAA in example.com: 0 issue "letsencrypt.org"',
        '@/MX in example.com: 10 mail.example.com.',
        '@/TXT in example.com: "v=spf1 include:\\"x\\" -all"',
        '_sip._tcp/SRV in example.com: 10 5 5060 sip.example.com.',
      ],
    },
  },
  certificate: {
    resources: [{ kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com'], zone: 'example.com' }, ZONE],
    state: { certificate: ['site'], zone: ['example.com'] },
  },
  snapshot: {
    resources: [{ kind: 'snapshot', name: 'first', server: 'web1' }, ...SERVER],
    state: { image: ['first'], ...SERVER_STATE, ...ADDRESSES },
  },
};

export const STACK = [
  { kind: 'dns_record', name: 'www', zone: 'example.com', target: 'lb1' },
  {
    kind: 'load_balancer',
    name: 'lb1',
    network: 'lan',
    targets: ['web1', 'web2'],
    services: [{ port: 443, certificate: 'site', healthPath: '/health' }],
  },
  { kind: 'certificate', name: 'site', domains: ['www.example.com'], zone: 'example.com' },
  ZONE,
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
  ssh_key: ['deploy'],
  network: ['lan'],
  subnet: ['lan eu-central 10.1.0.0/16'],
  firewall: ['web'],
  protected: ['web1 by web', 'web2 by web'],
  server: ['web1', 'web2'],
  primary_ip: ['front', 'primary_ip-web1-ipv6', 'primary_ip-web2-ipv4', 'primary_ip-web2-ipv6'],
  assigned: ['front to web1'],
  volume: ['data'],
  attached: ['data to web2'],
  load_balancer: ['lb1'],
  joined: ['lb1 in lan', 'web1 in lan', 'web2 in lan'],
  service: ['lb1 https 443 to 80'],
  target: ['web1 behind lb1', 'web2 behind lb1'],
  certificate: ['site'],
  zone: ['example.com'],
  dns_record: ['www/A in example.com: 198.51.100.2'],
  image: ['first'],
};

/** A stack of the account that the lab works in. */
export const stack = (resources: readonly object[]): StackRequest => ({ provider: 'hetzner', region: 'fsn1', plan: 'shop', resources });

/** What Debian's hcloud, which is years older, can do as well. */
const FOR_ANY = ['ssh_key', 'network', 'volume'];

/** Everything whose life is lived. Buckets are made by the aws CLI. */
export const subjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(
    Object.entries(KINDS).map(([kind, { resources, state }]) => {
      const needs = [...(FOR_ANY.includes(kind) ? [] : ['hcloud']), ...(kind === 'bucket' ? ['aws'] : [])];
      return [kind, { request: stack(resources), state, needs }];
    }),
  ),
  'a whole stack': { request: stack(STACK), state: STACK_STATE, needs: ['hcloud'] },
  ...(await patternSubjects('hetzner', ['hcloud', 'aws'])),
};
