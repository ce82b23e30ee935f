import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstBootFiles } from '../support/first_boot.ts';
import { plan } from '../support/plans.ts';
import { LAB } from './harness.ts';

const SCHEMA = join(LAB, 'cloud-init/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json');
const PYTHON = join(LAB, 'moto', 'bin', 'python3');
const missing = existsSync(SCHEMA) && existsSync(PYTHON) ? undefined : "cloud-init's schema is not there: test/lab/setup installs it";

/** Problems by file: as YAML, and by the schema that cloud-init itself ships. */
const CHECK = `
import json, sys, jsonschema, yaml
schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft4Validator(schema)
def problems(text):
    try: return [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(yaml.safe_load(text))]
    except yaml.YAMLError as e: return [str(e)]
print(json.dumps({name: problems(text) for name, text in json.load(sys.stdin).items()}))
`;

const CLOSED = 'PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\nAllowUsers ops\n';

function check(files: Record<string, string>): Record<string, string[]> {
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', CHECK, SCHEMA], { input: JSON.stringify(files), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string[]>;
}

describe.skipIf(missing !== undefined)(
  `first-boot files, by the schema of Debian's cloud-init${missing === undefined ? '' : ` (left out: ${missing})`}`,
  () => {
    it('takes each of them', async () => {
      const files = await firstBootFiles();
      expect(Object.keys(files).length).toBeGreaterThan(50);
      expect(Object.entries(check(files)).filter(([, problems]) => problems.length > 0)).toEqual([]);
    });

    it('and refuses what is none', () => {
      const { key, user, list } = check({
        key: '#cloud-config\npackges: [a]\n',
        user: '#cloud-config\nusers:\n  - name: x\n    lock_passwd: maybe\n',
        list: '#cloud-config\nruncmd: one\n',
      });
      expect([key, user, list].map((problems) => (problems ?? []).length > 0)).toEqual([true, true, true]);
    });

    it('closes root and passwords only where a key of the user is there, and lets no restricted key of root in', async () => {
      const files = await firstBootFiles();
      const { runcmd } = parse(files['aws ubuntu-24.04 user'] as string) as { runcmd: string[] };
      const dir = await mkdtemp(join(tmpdir(), 'infra-boot-'));
      const own = runcmd
        .filter((line) => (line.includes('ops') || line.includes('keys')) && !line.includes('systemctl'))
        .map((line) => line.replace(/(?<![\w.])\/(root|home|etc|run)\b/g, `${dir}/$1`).replaceAll('-o ops -g ops ', ''));
      const sh = () => spawnSync('sh', ['-c', own.join('\n')], { encoding: 'utf8' });
      const sshd = join(dir, 'etc/ssh/sshd_config.d/10-keys-only.conf');
      for (const one of ['root/.ssh', 'home/ubuntu/.ssh', 'etc/ssh', 'run']) await mkdir(join(dir, one), { recursive: true });
      const main = join(dir, 'etc/ssh/sshd_config');
      await writeFile(main, 'Include /etc/ssh/sshd_config.d/*.conf\n');
      await writeFile(
        join(dir, 'root/.ssh/authorized_keys'),
        'no-port-forwarding,command="echo Please login as ubuntu" ssh-ed25519 AAAA a\n',
      );
      expect(sh().stderr).toBe('');
      expect(existsSync(sshd)).toBe(false);
      await writeFile(join(dir, 'home/ubuntu/.ssh/authorized_keys'), 'ssh-ed25519 AAAA a\n');
      expect(sh().stderr).toBe('');
      expect(await readFile(join(dir, 'home/ops/.ssh/authorized_keys'), 'utf8')).toBe('ssh-ed25519 AAAA a\n');
      expect(await readFile(sshd, 'utf8')).toBe(CLOSED);
      expect(await readFile(main, 'utf8')).toBe('Include /etc/ssh/sshd_config.d/*.conf\n');
      await rm(dir, { recursive: true });
    });

    it('runs commands that a shell can read', async () => {
      const files = await firstBootFiles();
      const texts = Object.values(files).flatMap((text) => [...text.matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line as string));
      const commands = [...new Set(texts)].flatMap((line) =>
        /^(?:default|name:|path:)/.test(line) ? [] : [line.startsWith('"') ? (JSON.parse(line) as string) : line],
      );
      expect(commands.length).toBeGreaterThan(20);
      for (const command of commands) {
        const { status, stderr } = spawnSync('sh', ['-n', '-c', command], { encoding: 'utf8' });
        expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
      }
    });
  },
);

const DEBIAN = join(LAB, 'boot');
const NAMESPACES = ['--mount', '--net', '--pid', '--uts', '--fork', '--kill-child'];
const unbootable = ((): string | undefined => {
  const note = join(LAB, 'unavailable', 'boot');
  if (existsSync(note)) return `a Debian to boot could not be had: ${readFileSync(note, 'utf8').trim()}`;
  if (!existsSync(join(LAB, 'stamp', 'boot'))) return 'a Debian to boot is not there: test/lab/setup installs it';
  if (process.getuid?.() !== 0) return 'a Debian is booted as root';
  const apart = spawnSync('unshare', [...NAMESPACES, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  return apart.status === 0 ? undefined : 'a Debian is booted in namespaces, which this machine does not let one have';
})();

/** What a boot shows, by section: first_boot.sh says what each is. */
type Seen = Readonly<Record<string, string>>;

/** A first-boot file, run by cloud-init itself in a Debian 12 that is thrown away. */
async function boot(text: string, ...how: string[]): Promise<Seen> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-boot-'));
  try {
    const file = join(dir, 'user-data');
    await writeFile(file, text);
    const script = fileURLToPath(new URL('first_boot.sh', import.meta.url));
    const { stdout, stderr } = await promisify(execFile)('unshare', [...NAMESPACES, 'sh', script, DEBIAN, file, ...how], {
      maxBuffer: 16 * 1024 * 1024,
      timeout: 240_000,
    });
    expect(stderr).toBe('');
    const sections = stdout.split(/^== /m).slice(1);
    return Object.fromEntries(sections.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)]));
  } finally {
    await rm(dir, { recursive: true });
  }
}

const lines = (text: string | undefined) => (text ?? '').split('\n').filter((line) => line !== '');

/** A second boot of the same server changes nothing, and a server made from its image comes to the same. */
function same(seen: Seen): void {
  expect(seen['again: state']).toBe(seen['first: state']);
  expect(seen['again: files']).toBe(seen['first: files']);
  expect(seen['image: state']).toBe(seen['first: state']);
  for (const when of ['first', 'again', 'image'])
    expect(lines(seen[`${when}: errors`]).filter((line) => line !== 'E: Unable to locate package docker-compose-v2')).toEqual(['[]']);
}

describe.skipIf(unbootable !== undefined)(
  `first-boot files, run by cloud-init in a Debian 12${unbootable === undefined ? '' : ` (left out: ${unbootable})`}`,
  { timeout: 300_000 },
  () => {
    it('Docker, updates, a user whom alone SSH lets in by key, and a firewall', async () => {
      const files = await firstBootFiles();
      const seen = await boot(files['hetzner debian-12 docker and user'] as string);
      same(seen);
      expect(seen.user).toMatch(/^uid=\d+\(ops\) gid=\d+\(ops\) groups=\d+\(ops\),\d+\(sudo\),\d+\(docker\)$/m);
      expect(seen.user).toMatch(/^ops:!:/m);
      expect(lines(seen.packages)).toEqual([
        'docker-compose installed',
        'docker.io installed',
        'ufw installed',
        'unattended-upgrades installed',
        'docker enabled',
        'ufw enabled',
        'unattended-upgrades enabled',
        'apt-daily-upgrade.timer enabled',
      ]);
      expect(seen.updates).toContain('APT::Periodic::Unattended-Upgrade "1";');
      expect(seen.updates).toContain('APT::Periodic::Update-Package-Lists "1";');
      expect(seen.updates).toMatch(/^Allowed origins are: .*origin=Debian,codename=bookworm-security,label=Debian-Security$/m);
      expect(seen.rules).toMatch(/type filter hook input priority filter; policy drop;/);
      // From outside what the firewalls let in, from the plan's network all of it.
      expect(lines(seen.reach)).toEqual([
        '192.0.2.1:22 open',
        '192.0.2.1:443 open',
        '192.0.2.1:8080 closed',
        '10.0.0.1:22 open',
        '10.0.0.1:443 open',
        '10.0.0.1:8080 open',
      ]);
      expect(lines(seen['ssh ops'])).toEqual(['root', 'ops sudo docker']);
      for (const other of ['root', 'debian']) expect(seen[`ssh ${other}`]).toBe(`${other}@192.0.2.1: Permission denied (publickey).\n`);
      expect(seen['ssh password']).toBe('ops@192.0.2.1: Permission denied (publickey).\n');
    });

    it.each([
      ["the key is the image's own user's, as on AWS", 'locked', 'yes'],
      ['sshd includes nothing, as on the relatives of RHEL 8', 'key', 'no'],
    ])('%s: the user gets in, and nobody else', async (_, keys, include) => {
      const files = await firstBootFiles();
      const seen = await boot(files['hetzner debian-12 user'] as string, keys, include);
      same(seen);
      expect(lines(seen['ssh ops'])).toEqual(['root', 'ops sudo']);
      for (const other of ['root', 'debian', 'password'])
        expect(seen[`ssh ${other}`]).toMatch(/@192\.0\.2\.1: Permission denied \(publickey\)\.\n$/);
    });

    it('where there is no key nothing is closed', async () => {
      const files = await firstBootFiles();
      const seen = await boot(files['hetzner debian-12 user'] as string, 'none');
      same(seen);
      expect(lines(seen['first: state']).slice(0, 3)).toEqual([
        'permitrootlogin yes',
        'pubkeyauthentication yes',
        'passwordauthentication yes',
      ]);
    });

    it("on AWS, volumes are mounted by one line each, and Docker is the image's own user's", async () => {
      const made = await plan({
        provider: 'aws',
        resources: [
          { kind: 'server', name: 'web1', docker: true },
          { kind: 'volume', name: 'data', server: 'web1', format: 'xfs' },
          { kind: 'volume', name: 'logs', server: 'web1' },
        ],
      });
      const file = made.steps.flatMap((step) => step.files ?? []).find(({ path }) => path.endsWith('cloud-init.yaml'));
      const seen = await boot(file?.text ?? '', 'locked');
      same(seen);
      expect(lines(seen['image: state']).filter((line) => /^LABEL|^\/mnt/.test(line))).toEqual([
        'LABEL=data /mnt/data xfs defaults,nofail 0 2',
        'LABEL=logs /mnt/logs ext4 defaults,nofail 0 2',
        '/mnt/data',
        '/mnt/logs',
      ]);
      expect(lines(seen['ssh debian']).at(-1)).toMatch(/\bdocker\b/);
      expect(seen.updates).toContain('APT::Periodic::Unattended-Upgrade "1";');
    });
  },
);
