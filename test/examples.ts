/** Calls that work as they stand: what each tool's contract is tried with, here and in a client's hands (`npm run inspect`). */
import type { ToolName } from '../src/tools/index.ts';

export interface Example {
  readonly tool: ToolName;
  readonly title: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const web = [
  { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1'] },
  { kind: 'server', name: 'web1', size: 'cx23', image: 'ubuntu-24.04', network: 'lan', firewalls: ['web'], sshKeys: ['deploy'] },
  { kind: 'firewall', name: 'web', rules: [{ port: 443, from: ['0.0.0.0/0', '::/0'] }] },
  { kind: 'network', name: 'lan', cidr: '10.0.0.0/16' },
  { kind: 'ssh_key', name: 'deploy', publicKeyPath: '~/.ssh/id_ed25519.pub' },
];

/** The first call of the contract. */
export const provision: Example = {
  tool: 'generate_provision_command',
  title: 'a web server behind a load balancer on Hetzner',
  args: { provider: 'hetzner', region: 'fsn1', shell: 'bash', resources: web },
};

/** The second. */
export const backups: Example = {
  tool: 'plan_backups',
  title: 'a PostgreSQL database to S3',
  args: { sources: [{ engine: 'postgresql', name: 'app' }], target: { provider: 's3', bucket: 'acme-backups' } },
};

export const recommend: Example = {
  tool: 'recommend_architecture',
  title: 'a small shop',
  args: {
    workload: 'a small shop with PostgreSQL',
    requestsPerSecond: { peak: 200 },
    dataGb: 20,
    budget: { amount: 150, currency: 'EUR' },
    regions: ['EU'],
    providers: ['hetzner'],
  },
};

export const capacity: Example = {
  tool: 'assess_capacity',
  title: 'a busy shop: another server?',
  args: { measured: { cpu: 85, memory: 60, requestsPerSecond: 120, p95: 420 }, growth: 3, provider: 'hetzner', size: 'cx33' },
};

export const examples: readonly Example[] = [
  recommend,
  provision,
  {
    tool: 'generate_provision_command',
    title: 'the same as one script for PowerShell',
    args: { ...provision.args, shell: 'powershell', as: 'script' },
  },
  { tool: 'generate_provision_command', title: 'its teardown', args: { ...provision.args, action: 'destroy' } },
  {
    tool: 'estimate_cost',
    title: 'the same, and with one more server, on every provider',
    args: {
      provider: 'hetzner',
      region: 'fsn1',
      resources: web,
      usage: { egressGb: 500 },
      changes: [{ kind: 'server', name: 'web2', network: 'lan', firewalls: ['web'], sshKeys: ['deploy'] }],
    },
  },
  capacity,
  {
    tool: 'assess_capacity',
    title: 'a load test at several numbers of servers, after SPEC SDM91',
    args: {
      points: [
        [1, 64.9],
        [18, 995.9],
        [36, 1652.4],
        [72, 1853.2],
        [108, 1828.9],
        [144, 1775],
        [216, 1702.2],
      ],
      servers: 36,
      measured: { requestsPerSecond: 700 },
    },
  },
  backups,
];
