import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstBootFiles } from '../support/first_boot.ts';
import { plan } from '../support/plans.ts';

const lines = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Of cloud-init's own schema (cloudinit/config/schemas/schema-cloud-config-v1.json), the keys that are used here. */
const KEYS: Readonly<Record<string, (value: unknown) => boolean>> = {
  package_update: (value) => typeof value === 'boolean',
  packages: lines,
  bootcmd: lines,
  runcmd: lines,
  users: (value) =>
    Array.isArray(value) &&
    value[0] === 'default' &&
    value.slice(1).every((one) => one.lock_passwd === true && lines(one.groups) && !('passwd' in one) && typeof one.shell === 'string'),
  yum_repos: (value) => Object.values(value as Record<string, { gpgcheck: boolean }>).every((one) => one.gpgcheck),
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

const CHECKED = await firstBootFiles();

describe('every first-boot file', () => {
  it('is there for each image, with Docker, with a user, and with both', () => expect(Object.keys(CHECKED).length).toBeGreaterThan(50));

  it.each(
    Object.entries(CHECKED),
  )('%s: is cloud-config that cloud-init knows, installs security updates, and holds no secret', (_, text) => {
    expect(text.startsWith('#cloud-config\n')).toBe(true);
    const config = parse(text) as Record<string, unknown>;
    for (const [key, value] of Object.entries(config)) expect(KEYS[key]?.(value), key).toBe(true);
    if (config.packages !== undefined)
      expect(config.packages).toContainEqual(expect.stringMatching(/^(?:unattended-upgrades|dnf-automatic|dnf5-plugin-automatic)$/));
    expect(text).not.toMatch(/passwd: [^t]|secret|private key|token/i);
  });
});

describe('a server with a user', () => {
  const ask = async (more: object, provider = 'hetzner') => {
    const made = await plan({
      provider,
      resources: [
        { kind: 'network', name: 'lan' },
        { kind: 'ssh_key', name: 'deploy' },
        {
          kind: 'firewall',
          name: 'web',
          rules: [{ port: 22, from: '198.51.100.7' }, { port: '8000-8100', protocol: 'udp' }, { port: 443 }],
        },
        { kind: 'server', name: 'web1', network: 'lan', user: 'ops', ...more },
      ],
    });
    const file = made.steps.flatMap((step) => step.files ?? []).find(({ path }) => path.endsWith('cloud-init.yaml'));
    return { text: file?.text ?? '', made };
  };

  it('is entered by that user alone, by key, and root is closed only where the key is there', async () => {
    const { text, made } = await ask({});
    const { users, runcmd } = parse(text) as { users: unknown[]; runcmd: string[] };
    expect(users).toEqual([
      'default',
      { name: 'ops', groups: ['sudo'], shell: '/bin/bash', sudo: 'ALL=(ALL) NOPASSWD:ALL', lock_passwd: true },
    ]);
    const closing = runcmd.findIndex((line) => line.includes('PermitRootLogin no'));
    expect(runcmd[closing]).toMatch(/^if \[ -s \/home\/ops\/\.ssh\/authorized_keys \]; then .*PasswordAuthentication no/);
    expect(runcmd.at(-1)).toMatch(/try-reload-or-restart/);
    expect(made.assumptions.join()).toContain('SSH lets in ops by key');
  });

  it('has a host firewall with what its firewalls let in, whatever comes from its network, and SSH', async () => {
    const ufw = (parse((await ask({})).text) as { runcmd: string[] }).runcmd.filter((line) => line.startsWith('ufw'));
    expect(ufw).toEqual([
      'ufw allow 22/tcp',
      'ufw allow 443/tcp',
      'ufw allow 8000:8100/udp',
      'ufw allow from 10.0.0.0/16',
      'ufw --force enable',
    ]);
    const { text } = await ask({ image: 'fedora-44', docker: true });
    expect(text).toContain('firewall-cmd --permanent --add-port=8000-8100/udp');
    expect(text).toContain('usermod -aG docker ops');
    expect(text).toContain('moby-engine');
  });

  it("on Amazon Linux 2023 gets updates, which come only with later releases than its image's", async () => {
    const { runcmd } = parse((await ask({ image: 'amazon-linux-2023' }, 'aws')).text) as { runcmd: string[] };
    const follow = runcmd.indexOf('echo latest > /etc/dnf/vars/releasever');
    expect(follow).toBeGreaterThanOrEqual(0);
    expect(follow).toBeLessThan(runcmd.findIndex((line) => line.includes('dnf-automatic.timer')));
  });

  it.each([
    [{ user: 'root' }, 'is no name of a user'],
    [{ user: '-x' }, 'is no name of a user'],
    [{ user: 'a;reboot' }, 'is no name of a user'],
    [{ userData: '#cloud-config\n' }, 'cannot be given together with userData'],
  ])('%j is refused: %s', async (more, message) => {
    await expect(ask(more)).rejects.toThrow(message);
  });
});

it('on AWS a server mounts its volumes by their labels, which the command that makes their file systems gives them', async () => {
  const made = await plan({
    provider: 'aws',
    resources: [
      { kind: 'server', name: 'web1', docker: true },
      { kind: 'volume', name: 'data', server: 'web1', format: 'xfs' },
      { kind: 'volume', name: 'a-name-too-long', server: 'web1' },
      { kind: 'volume', name: 'free' },
    ],
  });
  const text = made.steps.flatMap((step) => step.files ?? []).find(({ path }) => path.endsWith('cloud-init.yaml'))?.text ?? '';
  expect([...new Set(text.match(/LABEL=\S+ \S+ \S+/g))]).toEqual(['LABEL=data /mnt/data xfs']);
  expect(made.warnings.join()).toContain('sudo mkfs -t xfs -L data /dev/nvme1n1 && sudo mount -a');
  expect(made.warnings.join()).toContain('/mnt/a-name-too-long ext4');
});
