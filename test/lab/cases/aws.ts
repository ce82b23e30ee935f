import { expect } from 'vitest';
import type { StackRequest } from '../../../src/planner/request.ts';
import type { Inventory } from '../harness.ts';
import type { LivesOptions, Subject } from '../life.ts';
import { patternSubjects, stateFile } from './patterns.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const LAN = { kind: 'network', name: 'lan' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 22, from: '198.51.100.7' }] };
export const WEB = { kind: 'server', name: 'web1', size: 't3.small', sshKeys: ['deploy'], firewalls: ['web'] };
/** In the account's default VPC, which saves the network's fifteen steps. */
export const SERVER = [KEY, FIREWALL, WEB];
export const ZONE = { kind: 'dns_zone', name: 'example.com' };
const RULES = "in [\"tcp 22-22 ['198.51.100.7/32']\", \"tcp 443-443 ['0.0.0.0/0', '::/0']\"] out [\"-1 None-None ['0.0.0.0/0']\"]";
const SERVER_STATE = {
  key_pair: ['deploy deploy'],
  security_group: [`web in default: ${RULES}`],
  instance: ["web1 t3.small running key=deploy in default groups ['web'] public=True"],
};
const ROOT = "web1/root 20 GB gp3 encrypted=True at ['web1']";

/** Every kind with what it needs, and what there has to be afterwards. */
export const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  ssh_key: { resources: [KEY], state: { key_pair: ['deploy deploy'] } },
  network: {
    resources: [LAN],
    state: {
      vpc: ['lan 10.0.0.0/16 hostnames=True'],
      internet_gateway: ["lan at ['lan']"],
      subnet: [
        'lan/private-a 10.0.32.0/20 eu-central-1a in lan',
        'lan/private-b 10.0.48.0/20 eu-central-1b in lan',
        'lan/public-a 10.0.0.0/20 eu-central-1a in lan',
        'lan/public-b 10.0.16.0/20 eu-central-1b in lan',
      ],
      route_table: [
        "lan/private routes ['10.0.0.0/16 local'] for ['lan/private-a', 'lan/private-b']",
        "lan/public routes ['0.0.0.0/0 gateway lan', '10.0.0.0/16 local'] for ['lan/public-a', 'lan/public-b']",
      ],
    },
  },
  firewall: {
    resources: [{ ...FIREWALL, rules: [{ port: 443 }, { protocol: 'icmp' }, { direction: 'out', port: 443 }] }],
    state: {
      security_group: [
        "web in default: in [\"icmp -1--1 ['0.0.0.0/0']\", \"icmpv6 -1--1 ['::/0']\", \"tcp 443-443 ['0.0.0.0/0', '::/0']\"] out [\"tcp 443-443 ['0.0.0.0/0', '::/0']\"]",
      ],
    },
  },
  server: { resources: SERVER, state: { ...SERVER_STATE, volume: [ROOT] } },
  volume: {
    resources: [...SERVER, { kind: 'volume', name: 'data', sizeGb: 40, server: 'web1' }],
    state: { ...SERVER_STATE, volume: ["data 40 GB gp3 encrypted=True at ['web1']", ROOT] },
  },
  'volume of no server': { resources: [{ kind: 'volume', name: 'data' }], state: { volume: ['data 10 GB gp3 encrypted=True at []'] } },
  static_ip: {
    resources: [...SERVER, { kind: 'static_ip', name: 'front', server: 'web1' }],
    state: { ...SERVER_STATE, volume: [ROOT], address: ['front at web1'] },
  },
  bucket: {
    resources: [{ kind: 'bucket', name: 'acme-files' }],
    state: { bucket: ['acme-files eu-central-1 AES256 closed=True versions=Enabled'] },
  },
  'dns_zone and dns_record': {
    resources: [
      ZONE,
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: 'v=spf1 include:"x" -all' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: ['10 mail', '20 mx.example.org'] },
      { kind: 'dns_record', name: '*', zone: 'example.com', type: 'CNAME', value: 'www' },
    ],
    state: {
      zone: ['example.com. plan main'],
      record: [
        // moto gives the star back as it is; Route 53 as \052, and both are looked for.
        "*.example.com. CNAME ['www.example.com.']",
        "example.com. MX ['10 mail.example.com.', '20 mx.example.org.']",
        `example.com. TXT ['"v=spf1 include:\\\\"x\\\\" -all"']`,
      ],
    },
  },
  certificate: {
    resources: [
      ZONE,
      { kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com', 'x.example.com'], zone: 'example.com' },
    ],
    state: {
      zone: ['example.com. plan main'],
      certificate: ["['*.example.com', 'example.com', 'x.example.com'] ISSUED site"],
      record: ['proof CNAME 1', 'proof CNAME 1'],
    },
  },
  'database and its snapshot': {
    resources: [
      ...SERVER,
      { kind: 'database', name: 'app', size: 'db.t4g.micro', access: ['web1'] },
      { kind: 'snapshot', name: 'rows', database: 'app' },
    ],
    state: {
      ...SERVER_STATE,
      volume: [ROOT],
      security_group: [
        `app/database in default: in ["tcp 5432-5432 ['web']"] out ["-1 None-None ['0.0.0.0/0']"]`,
        ...SERVER_STATE.security_group,
      ],
      database: [
        "app app postgres 17 db.t4g.micro 20 GB gp3 encrypted=True public=False multi=False backups=7 protected=True groups ['app/database'] in None",
      ],
      db_snapshot: ['rows of app available'],
    },
  },
  'snapshots of a server and a volume': {
    resources: [
      ...SERVER,
      { kind: 'volume', name: 'data', server: 'web1' },
      { kind: 'snapshot', name: 'before', volume: 'data' },
      { kind: 'snapshot', name: 'whole', server: 'web1' },
    ],
    state: {
      ...SERVER_STATE,
      volume: ["data 10 GB gp3 encrypted=True at ['web1']", ROOT],
      snapshot: ['before completed'],
      image: ['whole whole available'],
    },
  },
};

/** What patterns are made of, all in one network. */
export const STACK: readonly object[] = [
  { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1', 'web2'], services: [{ certificate: 'site' }] },
  { kind: 'load_balancer', name: 'tcp1', targets: ['web1'], services: [{ protocol: 'tcp', port: 5000 }] },
  { ...WEB, network: 'lan', docker: true },
  { ...WEB, name: 'web2', network: 'lan', subnet: 'private' },
  { kind: 'database', name: 'app', size: 'db.t4g.micro', access: ['web1', 'web2'], highAvailability: true },
  { kind: 'dns_record', name: '@', zone: 'example.com', target: 'lb1' },
  { kind: 'dns_record', name: 'ssh', zone: 'example.com', target: 'web1' },
  { kind: 'dns_record', name: 'front', zone: 'example.com', target: 'front' },
  { kind: 'certificate', name: 'site', domains: ['example.com'], zone: 'example.com' },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  ZONE,
  FIREWALL,
  LAN,
  KEY,
];

/** A stack of the account that the lab works in. */
export const stack = (resources: readonly object[], plan = 'main'): StackRequest => ({
  provider: 'aws',
  region: 'eu-central-1',
  plan,
  resources,
});

/** What it leaves when it is made. */
export const isStack = (created: Inventory): Promise<unknown> =>
  expect(`${JSON.stringify(created, null, 2)}\n`).toMatchFileSnapshot(stateFile('stack', 'aws'));

/** A network's steps are many, and are interrupted and refused in its own life. */
export const elsewhere = /^network\./;

/** Everything whose life is lived, but for the stacks of many steps. */
export const subjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { resources, state }]) => [kind, { request: stack(resources), state }]),
);

/** Whole stacks: those of patterns.md, and one of the kinds that they are made of. */
export const stacks: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries({ 'a whole stack': { request: stack(STACK), state: isStack }, ...(await patternSubjects('aws', [])) }).map(
    ([name, subject]) => [name, { ...subject, elsewhere }],
  ),
);

/**
 * A stack on AWS has two or three times as many steps as one elsewhere: in bash it is interrupted at four places, and refused
 * at two or three. In zsh, which differs in how it reads the same words, it is interrupted once and not refused.
 * LAB_EVERY=1 interrupts and refuses everywhere.
 */
export const few: LivesOptions = {
  every: (steps, shell) => Math.ceil(steps / (shell === 'bash' ? 4 : 1)),
  refused: (shell) => (shell === 'bash' ? 2 : 0),
};

/**
 * Of the large ones, whose every run takes half a minute, each in bash is interrupted at two places, and refused at about two:
 * what they are made of is at more, in its own life. In zsh they live without interruptions.
 */
export const fewer: LivesOptions = {
  every: (steps, shell) => (shell === 'bash' ? Math.ceil(steps / 2) : 0),
  refused: (shell) => (shell === 'bash' ? 2 : 0),
};

/** One of patterns.md, for all of them, is interrupted at every step of its own in bash. */
export const throughout: LivesOptions = {
  every: (_, shell) => (shell === 'bash' ? 1 : 0),
  refused: (shell) => (shell === 'bash' ? 6 : 0),
};
