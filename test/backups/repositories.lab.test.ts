import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DockerEngine, dockerEngine, noEngine } from '../lab/clouds/docker.ts';
import { Lab, missing } from './lab.ts';
import { type Sftp, sftp } from './servers.ts';

/** restic repositories: over SFTP, as on a Storage Box, and of the volumes of a real Docker engine. */
const root = process.platform === 'linux' && process.getuid?.() === 0;
const lacking = missing('restic', 'sqlite3', 'sshd', 'ssh') ?? (root ? undefined : 'root on Linux');
if (lacking !== undefined) console.warn(`backups, repositories: skipped, ${lacking} is missing`);

/** All that can be known of a folder's files, times of reading aside. */
const facts = (folder: string): string =>
  execFileSync(
    'bash',
    [
      '-c',
      `cd "$1" && find . -printf '%P %y %m %U:%G %l %T@ %n\\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum`,
      'bash',
      folder,
    ],
    {
      encoding: 'utf8',
    },
  );

/** Files that naive copies lose something of. */
function difficult(folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync(
    'bash',
    [
      '-c',
      `cd "$1" && echo content >'a b' && ln 'a b' hard && ln -s 'a b' soft && ln -s loop loop && ln -s /nowhere/at/all dangling
      printf x >"$(printf 'n%.0s' {1..255})" && echo x >$'line\\nbreak' && echo x >-rf && echo x >'$(touch x)' && : >empty && mkdir .hidden none && echo h >.hidden/h
      truncate -s 64M sparse && printf end | dd of=sparse bs=1 seek=40000000 conv=notrunc status=none
      chmod 4750 'a b' && chmod 000 empty && chown 1234:4321 .hidden/h && mkfifo fifo && touch -d '1999-12-31 23:59:59.5 UTC' soft .hidden`,
      'bash',
      folder,
    ],
    { stdio: 'inherit' },
  );
}

describe.skipIf(lacking !== undefined)('Storage Box', () => {
  const lab = new Lab();
  let box: Sftp;
  let repository = '';
  const failing = () => lab.pings.filter((ping) => ping.endsWith('/fail')).length;
  let www = '';
  let files = '';
  let lite = '';

  beforeAll(async () => {
    await lab.start();
    box = await sftp(lab);
    repository = `sftp://root@127.0.0.1:${box.port}/${box.folder}/backup`;
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
    www = join(lab.dir, 'www');
    difficult(www);
    lab.tool('sqlite3', [join(lab.dir, 'app.db'), `CREATE TABLE t (n); INSERT INTO t VALUES ('over sftp')`]);
    [files = '', lite = ''] = await lab.write(
      [
        { engine: 'files', path: www },
        { engine: 'sqlite', path: join(lab.dir, 'app.db') },
      ],
      'box',
      { target: { provider: 'storagebox', repository } },
    );
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  test('Storage Box: faults: a repository that is missing is not made', async () => {
    expect((await lab.run(files, ['backup'])).code).not.toBe(0);
    expect(readdirSync(box.folder)).toEqual([]);
    expect(await lab.run(files, ['init'])).toMatchObject({ code: 0 });
  }, 300_000);

  test('Storage Box: round trip: files with all that belongs to them; a database; drill and prune', async () => {
    const before = facts(www);
    const backup = await lab.run(files, ['backup']);
    expect(backup, backup.err).toMatchObject({ code: 0 });
    expect(await lab.run(lite, ['backup'])).toMatchObject({ code: 0 });
    rmSync(www, { recursive: true });
    rmSync(join(lab.dir, 'app.db'));
    const into = join(lab.dir, 'back');
    const restored = await lab.run(files, ['restore', '--into', into]);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    renameSync(join(into, www), www);
    expect(facts(www)).toBe(before);
    expect(await lab.run(lite, ['restore', '--into', join(lab.dir, 'app.db')])).toMatchObject({ code: 0 });
    expect(lab.tool('sqlite3', [join(lab.dir, 'app.db'), 'SELECT n FROM t']).out).toBe('over sftp\n');
    for (const script of [files, lite]) {
      const drill = await lab.run(script, ['drill']);
      expect(drill, drill.err).toMatchObject({ code: 0 });
      expect(await lab.run(script, ['prune', '--delete'])).toMatchObject({ code: 0 });
      expect((await lab.run(script, ['list'])).out.trim().split('\n')).toHaveLength(1);
    }
  }, 300_000);

  test.each<[string, () => Promise<() => Promise<void>>]>([
    [
      'the key is not let in',
      async () => {
        box.admit(false);
        return async () => box.admit(true);
      },
    ],
    [
      'the connection ends midway',
      async () => {
        writeFileSync(join(www, 'large'), execFileSync('head', ['-c', '60000000', '/dev/urandom'], { maxBuffer: 1 << 27 }));
        const size = () => Number(lab.tool('du', ['-s', box.folder]).out.split('\t')[0]);
        const small = size();
        const cut = setInterval(() => {
          if (size() > small + 2000) box.hangUp();
        }, 20);
        return async () => {
          clearInterval(cut);
          rmSync(join(www, 'large'));
        };
      },
    ],
    [
      'restic is killed midway, and leaves a lock',
      async () => {
        const real = lab.path('restic');
        const remove = lab.shim('restic', `case " $* " in *" backup "*) timeout -s KILL 0.8 ${real} "$@"; exit;; esac\nexec ${real} "$@"`);
        return async () => remove();
      },
    ],
  ])(
    'Storage Box: faults: %s',
    async (_, harm) => {
      const [list, count] = [(await lab.run(files, ['list'])).out, failing()];
      const mend = await harm();
      const result = await lab.run(files, ['backup']);
      await mend();
      expect(result.code, result.err).not.toBe(0);
      expect(failing()).toBe(count + 1);
      expect((await lab.run(files, ['list'])).out).toBe(list);
      // Whatever it left, the next run is well.
      const next = await lab.run(files, ['backup']);
      expect(next, next.err).toMatchObject({ code: 0 });
      expect(await lab.run(files, ['drill'])).toMatchObject({ code: 0 });
    },
    300_000,
  );

  test('Storage Box: faults: another machine answers in its name', async () => {
    await box.anotherHostKey();
    const count = failing();
    const result = await lab.run(files, ['backup']);
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/the repository cannot be opened/);
    expect(failing()).toBe(count + 1);
  }, 300_000);
});

const noDocker = lacking ?? noEngine;
if (noDocker !== undefined) console.warn(`backups, docker volumes: skipped, ${noDocker}`);

describe.skipIf(noDocker !== undefined)('Docker volumes', () => {
  const lab = new Lab();
  let engine: DockerEngine;
  let script = '';
  const failing = () => lab.pings.filter((ping) => ping.endsWith('/fail')).length;
  const mount = (name: string) => engine.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', name);

  beforeAll(async () => {
    await lab.start();
    engine = await dockerEngine(['infra/busybox:1']);
    Object.assign(lab.env, { DOCKER_HOST: engine.env.DOCKER_HOST, DOCKER_CONFIG: engine.env.DOCKER_CONFIG });
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
    [script = ''] = await lab.write([{ engine: 'volume', name: 'data' }], 'docker');
    await engine.docker('volume', 'create', 'data');
  }, 300_000);
  afterAll(async () => {
    await engine?.stop();
    await lab.stop();
  }, 300_000);

  test('Docker volumes: faults: an empty one, one that is missing', async () => {
    for (const name of ['data', 'mistyped']) {
      const [other = ''] = await lab.write([{ engine: 'volume', name }], 'docker');
      expect(await lab.run(other, ['init'])).toMatchObject({ code: 0 });
      const count = failing();
      const result = await lab.run(other, ['backup']);
      expect(result.code).not.toBe(0);
      expect(result.err).toMatch(name === 'data' ? /is empty or missing/ : /no such volume/i);
      expect(failing()).toBe(count + 1);
    }
    expect((await engine.docker('volume', 'ls', '--quiet')).split('\n')).toEqual(['data']);
    expect((await lab.run(script, ['list'])).out).toBe('');
  }, 300_000);

  test("Docker volumes: round trip: written by a container, destroyed, restored by the plan's steps, read by another", async () => {
    await engine.docker('run', '--rm', '--volume', 'data:/data', 'infra/busybox:1', 'sh', '-c', 'echo kept >/data/inside');
    difficult(await mount('data'));
    const before = facts(await mount('data'));
    const backup = await lab.run(script, ['backup']);
    expect(backup, backup.err).toMatchObject({ code: 0 });
    await engine.docker('volume', 'rm', 'data');
    const into = join(lab.dir, 'back');
    const restored = await lab.run(script, ['restore', '--into', into]);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    const steps = (await lab.restore([{ engine: 'volume', name: 'data' }])).find(({ scenario }) => scenario === 'data: same place');
    const commands = (steps?.commands as string[]).slice(2).map((one) => one.replaceAll('sudo ', ''));
    expect(commands).toContain('docker volume create data');
    const swapped = lab.tool('bash', ['-c', `set -e; ${commands.join('\n').replace(/^RESTORED=$/m, `RESTORED='${into}'`)}`]);
    expect(swapped, swapped.err).toMatchObject({ code: 0 });
    expect(facts(await mount('data'))).toBe(before);
    expect(
      await engine.docker('run', '--rm', '--volume', 'data:/data', 'infra/busybox:1', 'sh', '-c', 'cat /data/inside "/data/a b"'),
    ).toBe('kept\ncontent');
    const drill = await lab.run(script, ['drill']);
    expect(drill, drill.err).toMatchObject({ code: 0 });
    expect(existsSync(join(await mount('data'), 'x'))).toBe(false);
    expect(readFileSync(script, 'utf8')).not.toMatch(/geheim/);
  }, 300_000);
});
