import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { plan } from '../support/plans.ts';

/** Of cloud-init's own schema (cloudinit/config/schemas/schema-cloud-config-v1.json), the keys that are used here. */
const KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
  package_update: (value) => typeof value === 'boolean',
  packages: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  bootcmd: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  runcmd: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  write_files: (value) =>
    Array.isArray(value) &&
    value.every(
      (one) =>
        Object.keys(one).every((key) => ['path', 'content', 'permissions'].includes(key)) &&
        one.path.startsWith('/') &&
        typeof one.content === 'string' &&
        (one.permissions === undefined || /^0[0-7]{3}$/.test(one.permissions)),
    ),
};

it('every first-boot file is cloud-config that cloud-init knows, installs security updates, and holds no secret', async () => {
  const files = new Map<string, string>();
  for (const provider of ['hetzner', 'aws', 'digitalocean']) {
    const made = await plan({
      provider,
      resources: [
        { kind: 'network', name: 'lan' },
        { kind: 'server', name: 'web', docker: true, network: 'lan' },
        ...(provider === 'hetzner'
          ? [
              { kind: 'nat_gateway', name: 'out', network: 'lan' },
              { kind: 'server', name: 'inner', network: 'lan', publicIp: false },
              { kind: 'server', name: 'deep', network: 'lan', publicIp: false, docker: true },
            ]
          : []),
      ],
    });
    for (const step of made.steps)
      for (const file of step.files ?? []) if (file.path.endsWith('cloud-init.yaml')) files.set(`${provider} ${file.path}`, file.text);
  }
  expect([...files.keys()].length).toBe(6);
  for (const [path, text] of files) {
    expect(text.startsWith('#cloud-config\n'), path).toBe(true);
    const config = parse(text) as Record<string, unknown>;
    for (const [key, value] of Object.entries(config)) expect(KEYS[key]?.(value), `${path}: ${key}`).toBe(true);
    if (config.packages !== undefined) expect(config.packages, path).toContain('unattended-upgrades');
    expect(text).not.toMatch(/password|token|secret|private key/i);
  }
});
