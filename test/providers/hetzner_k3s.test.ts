import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Plan } from '../../src/core/plan.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, refusal, words } from '../support/plans.ts';

const K8S = { kind: 'kubernetes_cluster', name: 'k8s', version: '1.34.1', nodes: 2, network: 'lan', access: '203.0.113.7' };
const LAN = { kind: 'network', name: 'lan' };
const stack = (...resources: readonly object[]): Promise<Plan> =>
  plan({ provider: 'hetzner', plan: 'shop', resources: resources as never });

const refused = (...resources: readonly object[]): Promise<string> => refusal(stack(...resources));

it('every command is one that hcloud has', async () => {
  const one = await stack(K8S, LAN);
  for (const { from, command } of commandsOf(one)) expect(checkCommand(words(command, one.steps)), from).toEqual([]);
});

it('is servers of the plan, behind a firewall that lets in who may administer them, in order', async () => {
  const one = await stack(K8S, LAN);
  expect(one.steps.map(({ id }) => id)).toEqual([
    'network.lan',
    'network.lan.subnet',
    'firewall.k8s-nodes',
    'ssh_key.shop-key',
    'server.k8s-1',
    'server.k8s-2',
    'kubernetes_cluster.k8s.boot',
    'kubernetes_cluster.k8s',
    'kubernetes_cluster.k8s.k8s-2',
  ]);
  const rules = JSON.parse(one.steps.find(({ id }) => id === 'firewall.k8s-nodes')?.files?.[0]?.text ?? '[]');
  expect(rules.map((rule: { port: string; source_ips: string[] }) => [rule.port, rule.source_ips])).toEqual([
    ['22', ['203.0.113.7/32']],
    ['6443', ['203.0.113.7/32']],
  ]);
});

it('a first boot installs exactly that release by a script that a shell can read, and holds no secret', async () => {
  for (const resources of [[K8S, LAN], [{ ...K8S, nodes: 1, network: undefined }]]) {
    const files = (await stack(...resources)).steps
      .flatMap(({ files = [] }) => files)
      .filter(({ path }) => path.endsWith('cloud-init.yaml'));
    expect(files.length).toBe(resources.length);
    for (const [i, { text }] of files.entries()) {
      expect(text.startsWith('#cloud-config\n')).toBe(true);
      const config = parse(text);
      expect(config.runcmd).toEqual(i === 0 ? ['/usr/local/sbin/install-node server'] : undefined);
      expect(config.packages).toContain('unattended-upgrades');
      const script: string = config.write_files[0].content;
      expect(script).toContain('/k3s/v1.34.1%2Bk3s1/install.sh\n');
      expect(script).toContain('INSTALL_K3S_VERSION=v1.34.1+k3s1 sh ');
      expect(script.includes('--flannel-iface')).toBe(resources.length === 2);
      if (process.platform !== 'win32') expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
      expect(text).not.toMatch(/password|token|secret/i);
    }
  }
});

describe('refuses', () => {
  it.each<[string, object, RegExp]>([
    ['no release', { version: undefined }, /version is missing.*v1\.34\.1\+k3s1/],
    ['half a release', { version: '1.34' }, /version is no whole release/],
    ['a door that nobody is named for', { access: [] }, /access is missing/],
    ['nodes that speak over the internet', { network: undefined }, /network is missing.*"nodes":1/],
    ['nodes that follow the load', { maxNodes: 5 }, /maxNodes is not to be had here.*hetzner-k3s/],
    ['three control planes', { highAvailability: true }, /highAvailability is not planned here/],
    ['a name that is no host name', { name: 'My_Cluster' }, /is no name for a kubernetes_cluster/],
  ])('%s', async (_, more, message) => expect(await refused({ ...K8S, ...more }, LAN)).toMatch(message));
});

it('names the tool that makes more of it, and what one control plane means', async () => {
  const one = await stack(K8S, LAN);
  expect(one.assumptions.join('\n')).toContain('hetzner-k3s (github.com/vitobotta/hetzner-k3s)');
  expect(one.warnings.join('\n')).toContain('one control plane, k8s-1');
  expect((await stack({ ...K8S, access: '0.0.0.0/0' }, LAN)).warnings.join('\n')).toMatch(/open to the whole internet/);
});
