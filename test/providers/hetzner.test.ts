import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';
import { powershell } from '../../src/render/powershell.ts';
import { plan } from '../support/plans.ts';

const REQUEST = {
  provider: 'hetzner',
  region: 'fsn1',
  resources: [
    { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1'] },
    { kind: 'server', name: 'web1', size: 'cx21', image: 'ubuntu-24.04', network: 'lan', firewalls: ['web'], sshKeys: ['deploy'] },
    { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' },
    { kind: 'firewall', name: 'web', rules: [{ port: 443, from: ['0.0.0.0/0', '::/0'] }] },
    { kind: 'network', name: 'lan', cidr: '10.0.0.0/16' },
    { kind: 'ssh_key', name: 'deploy', publicKeyPath: '~/.ssh/id_ed25519.pub' },
  ],
};

describe('hetzner', () => {
  it('orders', async () => {
    const p = await plan(REQUEST);
    expect(p.steps.map((s) => s.id)).toMatchSnapshot();
    const names = new Names(p.steps);
    for (const r of [bash, powershell]) {
      writeFileSync(`/tmp/h-create.${r.id}`, r.createScript(p, createOutline(p, names, { resumable: true }), names, ['x']));
      const d = destroyOutline(p, names, { rescue: true, backups: false });
      writeFileSync(`/tmp/h-destroy.${r.id}`, r.destroyScript(p, d.looks, d.chapters, names, ['x'], { rescue: true, backups: false }));
      writeFileSync(
        `/tmp/h-steps.${r.id}`,
        createOutline(p, names, { resumable: false })
          .map((c) => r.paste(c.statements, names))
          .join('\n\n'),
      );
    }
    console.log(p.warnings, p.assumptions, p.preflight);
  });
});
