import { describe, expect, it } from 'vitest';
import { plan } from '../support/plans.ts';

const SIZES = { hetzner: 'cx23', aws: 't3.small', digitalocean: 's-1vcpu-1gb' } as const;

describe.each(Object.entries(SIZES))('a load balancer on %s', (provider, size) => {
  const warnings = async (port: number): Promise<string> =>
    (
      await plan({
        provider,
        resources: [
          { kind: 'network', name: 'lan' },
          { kind: 'ssh_key', name: 'deploy' },
          { kind: 'firewall', name: 'web', rules: [{ port: 443 }] },
          { kind: 'server', name: 'web1', size, network: 'lan', sshKeys: ['deploy'], firewalls: ['web'] },
          { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1'], services: [{ protocol: 'tcp', port }] },
        ],
      } as never)
    ).warnings.join('\n');

  it('warns of a database port that it opens to everybody, and of no other', async () => {
    expect(await warnings(5432)).toMatch(/load balancer lb1 opens port 5432 \(PostgreSQL\) to the whole internet/);
    expect(await warnings(5000)).not.toMatch(/to the whole internet/);
  });
});
