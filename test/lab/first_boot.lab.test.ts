import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstBootFiles } from '../support/first_boot.ts';
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
        .filter((line) => line.includes('ops') || line.includes('keys'))
        .map((line) =>
          line
            .replace(/(?<![\w.])\/(root|home|etc|run)\b/g, `${dir}/$1`)
            .replaceAll('-o ops -g ops ', '')
            .replace(/ && \(systemctl.*\)/, ''),
        );
      const sh = () => spawnSync('sh', ['-c', own.join('\n')], { encoding: 'utf8' });
      const sshd = join(dir, 'etc/ssh/sshd_config.d/10-keys-only.conf');
      for (const one of ['root/.ssh', 'home/ubuntu/.ssh', 'etc/ssh', 'run']) await mkdir(join(dir, one), { recursive: true });
      await writeFile(
        join(dir, 'root/.ssh/authorized_keys'),
        'no-port-forwarding,command="echo Please login as ubuntu" ssh-ed25519 AAAA a\n',
      );
      expect(sh().stderr).toBe('');
      expect(existsSync(sshd)).toBe(false);
      await writeFile(join(dir, 'home/ubuntu/.ssh/authorized_keys'), 'ssh-ed25519 AAAA a\n');
      expect(sh().stderr).toBe('');
      expect(await readFile(join(dir, 'home/ops/.ssh/authorized_keys'), 'utf8')).toBe('ssh-ed25519 AAAA a\n');
      expect(await readFile(sshd, 'utf8')).toBe('PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\n');
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
