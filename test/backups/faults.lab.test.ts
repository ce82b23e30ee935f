import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Lab, type Mischief, missing, type Result } from './lab.ts';

/**
 * Faults, each in a test of its own, with a good backup already there. Whatever the fault: the exit code is not 0, the
 * signal for failure is sent, no backup is committed, none disappears or changes, the live data is as it was, and no
 * secret is on the process list or in the output.
 */
const lacking = missing('psql', 'initdb') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, faults: skipped, ${lacking} is missing`);

describe.skipIf(lacking !== undefined)('PostgreSQL: faults', () => {
  const lab = new Lab();
  const name = `a=b 'q' $(touch x)`;
  const quoted = `"${name}"`;
  let script = '';
  const facts = `SELECT count(*), md5(string_agg(t::text, ',' ORDER BY n)), md5(lo_get(7)) FROM t`;
  const databases = `SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database`;
  const failures = (): number => lab.pings.filter((ping) => ping.endsWith('/fail')).length;
  const state = async () => ({
    committed: (await lab.keys('f')).filter((key) => key.includes('/manifests/')),
    good: await lab.digest(good),
    live: lab.sql(facts, name),
    databases: lab.sql(databases),
  });
  let good: string[] = [];
  const undo: (() => void)[] = [];

  beforeAll(async () => {
    await lab.start();
    await lab.postgres();
    lab.sql(`CREATE DATABASE ${quoted}`);
    lab.sql(
      `CREATE TABLE t (n int PRIMARY KEY, pad text); INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 20000) i; SELECT lo_from_bytea(7, 'large')`,
      name,
    );
    [script = ''] = await lab.write([{ engine: 'postgresql', name }], 'f');
    const first = await lab.run(script, ['backup']);
    expect(first, first.err).toMatchObject({ code: 0 });
    good = await lab.keys('f');
    lab.env.BACKUP_PING_URL_DRILL = `${lab.env.BACKUP_PING_URL}-drill`;
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);
  afterEach(() => {
    lab.mischief = 'none';
    for (const one of undo.splice(0)) one();
  });

  /** Runs it under the fault, and looks at everything that has to hold. */
  const fails = async (reason: RegExp, act: () => Promise<Result>, signals = 1): Promise<Result> => {
    const [before, count] = [await state(), failures()];
    const result = await act();
    lab.mischief = 'none';
    for (const one of undo.splice(0)) one();
    expect(result.code, result.err).not.toBe(0);
    expect(result.err).toMatch(reason);
    expect(await state()).toEqual(before);
    await lab.until(() => failures() === count + signals);
    expect(result.out + result.err).not.toMatch(/geheim/);
    expect([...lab.leaked]).toEqual([]);
    expect(readdirSync(join(lab.dir, 'state')).filter((one) => one.includes('.run.'))).toEqual([]);
    expect(existsSync(join(lab.dir, 'x'))).toBe(false);
    return result;
  };
  const backup = (env: Record<string, string> = {}) => lab.run(script, ['backup'], env);
  const shim = (program: string, text: string): void => void undo.push(lab.shim(program, text));
  const real = (program: string): string =>
    execFileSync('bash', ['-c', `PATH=${lab.env.PATH?.split(':').slice(1).join(':')} command -v ${program}`], { encoding: 'utf8' }).trim();

  test('wrong password', () => fails(/password authentication failed/, () => backup({ PGPASSWORD: 'wrong' })), 300_000);

  test(
    'the server is not there',
    () => fails(/could not connect|Connection refused|connection to server/, () => backup({ PGPORT: '1' })),
    300_000,
  );

  test.each([
    ['at its start', 'kill -9 $$'],
    ['midway', '"$REAL" "$@" | head -c 200000; kill -9 $$'],
    ['at its end', '"$REAL" "$@"; kill -9 $$'],
  ])(
    'the dump is killed %s',
    async (_, text) => {
      shim('pg_dump', `REAL=${real('pg_dump')}\n${text}`);
      await fails(/FAILED/, backup);
    },
    300_000,
  );

  test('the dump stops midway and says 0', () => {
    shim('pg_dump', `${real('pg_dump')} "$@" | head -c 200000\nexit 0`);
    return fails(/not whole|unexpected end of file|could not read from input file/, backup);
  }, 300_000);

  test('the dump says 0 and gives nothing', () => {
    shim('pg_dump', 'exit 0');
    return fails(/the dump is empty/, backup);
  }, 300_000);

  test('the roles are cut off, and the program says 0', () => {
    shim('pg_dumpall', `${real('pg_dumpall')} "$@" | head -n 5\nexit 0`);
    return fails(/globals: the dump is not whole/, backup);
  }, 300_000);

  test("the dump's backend is terminated", async () => {
    const holder = spawn('psql', ['-X', '-d', `dbname='${name.replaceAll("'", "\\'")}'`], {
      env: lab.env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    holder.stdin.write('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;\n');
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'`;
    await lab.until(
      () => lab.sql(`SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation > 16383`) !== '0',
    );
    const running = backup();
    await lab.until(() => lab.sql(waiting) === '1', 60);
    lab.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pg_dump'`);
    const result = await running;
    holder.stdin.end('ROLLBACK;\n');
    await new Promise((done) => holder.once('exit', done));
    const count = failures();
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/terminating connection/);
    expect(count).toBeGreaterThan(0);
    expect((await state()).committed).toEqual(good.filter((key) => key.includes('/manifests/')));
  }, 300_000);

  test('age dies midway', () => {
    shim(
      'age',
      `[ "$2" != --recipients-file ] || [ ! -s "$3" ] || [ "$(readlink /proc/self/fd/0)" = /dev/null ] || { head -c 1000; kill -9 $$; }\nexec ${real('age')} "$@"`,
    );
    return fails(/FAILED/, backup);
  }, 300_000);

  test('the uploader is killed', () => {
    shim('aws', `[ "$1 $2 $3" != "s3 cp -" ] || { head -c 1000 >/dev/null; kill -9 $$; }\nexec ${real('aws')} "$@"`);
    return fails(/FAILED/, backup);
  }, 300_000);

  test('no usable recipients', () => {
    writeFileSync(join(lab.dir, 'bad'), 'age1nonsense\n');
    return fails(/no usable recipients/, () => backup({ AGE_RECIPIENTS: join(lab.dir, 'bad') }));
  }, 300_000);

  test('the secrets can be read by others', () => {
    writeFileSync(join(lab.dir, 'config', 'env'), 'X=1\n');
    chmodSync(join(lab.dir, 'config', 'env'), 0o644);
    undo.push(() => rmSync(join(lab.dir, 'config', 'env')));
    return fails(/can be read by others/, backup);
  }, 300_000);

  /** A file system of 128 kB. */
  const small = (): string => {
    const at = join(lab.dir, 'small');
    mkdirSync(at, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', at]);
    undo.push(() => execFileSync('umount', [at]));
    return at;
  };
  const root = process.getuid?.() === 0;

  test.skipIf(!root)(
    'the disk is full',
    () => {
      const at = small();
      try {
        writeFileSync(join(at, 'full'), Buffer.alloc(1 << 20));
      } catch {}
      return fails(/No space left|FAILED/, () => backup({ BACKUP_STATE: at }));
    },
    300_000,
  );

  test.skipIf(!root)(
    'TMPDIR is full: it is not used',
    async () => {
      const at = small();
      try {
        writeFileSync(join(at, 'full'), Buffer.alloc(1 << 20));
      } catch {}
      const result = await backup({ TMPDIR: at });
      expect(result, result.err).toMatchObject({ code: 0 });
      good = await lab.keys('f');
    },
    300_000,
  );

  test.skipIf(!root)(
    'there is no room to restore',
    async () => {
      const at = small();
      await fails(/kB free|No space/, () => lab.run(script, ['restore', '--into', 'roomless'], { BACKUP_STATE: at }), 0);
    },
    300_000,
  );

  test.each<[Mischief, string, RegExp]>([
    ['refuse', 'refuses', /missing or closed/],
    ['cut', 'hangs up midway', /not there|size is not/],
    ['500', 'answers 500', /InternalError|\(500\)|Internal Server Error/],
    ['500-commit', 'answers 500 to the commit', /InternalError|\(500\)|Internal Server Error/],
    ['shorten', 'stores half', /size is not what was sent/],
    ['flip', 'stores another byte', /reads back differently/],
    ['skew', 'is 20 minutes off and refuses', /RequestTimeTooSkewed|\(403\)|missing or closed/],
    ['late', 'is 20 minutes off and takes it', /clocks of this machine and of the store/],
  ])(
    'the store: %s',
    async (mischief, _, reason) => {
      lab.mischief = mischief;
      await fails(reason, backup);
    },
    300_000,
  );

  test('the bucket is missing, and is not made', async () => {
    const [other = ''] = await lab.write([{ engine: 'postgresql', name }], 'nowhere', {
      target: { bucket: 'mistyped-bucket', region: 'us-east-1', endpoint: lab.endpoint },
    });
    await fails(/mistyped-bucket is missing or closed/, () => lab.run(other, ['backup']));
    expect(await lab.buckets()).toEqual(['lab-bucket']);
  }, 300_000);

  /** Starts a backup whose dump waits, and gives it once it does. */
  const waiting = async (): Promise<ChildProcess> => {
    rmSync(join(lab.dir, 'slow'), { force: true });
    shim('pg_dump', `head -c 9000000 /dev/urandom\ntouch ${join(lab.dir, 'slow')}\nexec sleep 4712`);
    const child = spawn(script, ['backup'], { env: lab.env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    await lab.until(() => existsSync(join(lab.dir, 'slow')), 60);
    return child;
  };
  const ended = (child: ChildProcess): Promise<number> =>
    new Promise((done) => child.once('exit', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 1))));
  const left = (): string => lab.tool('pgrep', ['-f', 'sleep 4712']).out;

  test('two runs at once: the second one stops, the first is not touched', async () => {
    const child = await waiting();
    await lab.until(() => true);
    const count = failures();
    const second = await backup();
    expect(second.code).not.toBe(0);
    expect(second.err).toMatch(/another backup of .* is running/);
    expect(failures()).toBe(count + 1);
    expect(child.exitCode).toBeNull();
    const end = ended(child);
    child.kill('SIGTERM');
    await end;
  }, 300_000);

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)('%s: nothing goes on, nothing stays', async (signal) => {
    await fails(/^/, async () => {
      const child = await waiting();
      const end = ended(child);
      child.kill(signal);
      const code = await end;
      await lab.until(() => left() === '');
      await lab.until(() => readdirSync(join(lab.dir, 'state')).every((one) => !one.includes('.run.')));
      return { code, out: '', err: '' };
    });
    // The lock went with it.
    const next = await backup();
    expect(next, next.err).toMatchObject({ code: 0 });
    good = await lab.keys('f');
  }, 300_000);

  describe('what is stored is damaged', () => {
    const dump = async (): Promise<string> => (await lab.keys('f')).filter((key) => key.endsWith('.dump.age')).at(-1) as string;
    const restored = (): Promise<Result> => lab.run(script, ['restore', '--into', 'again']);
    const damage = async (key: string, change: (bytes: Buffer) => Buffer | undefined): Promise<void> => {
      const bytes = await lab.get(key);
      const changed = change(bytes);
      if (changed === undefined) await lab.remove(key);
      else await lab.put(key, changed);
      undo.push(() => void lab.put(key, bytes));
      good = good.filter((one) => one !== key);
    };
    const flip = (bytes: Buffer): Buffer => {
      const copy = Buffer.from(bytes);
      copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 1;
      return copy;
    };

    test('the key is another', () => {
      const key = join(lab.dir, 'other-key');
      execFileSync('age-keygen', ['-o', key], { stdio: 'ignore' });
      undo.push(() => rmSync(key));
      return fails(/cannot be decrypted/, () => lab.run(script, ['restore', '--into', 'again'], { AGE_IDENTITY: key }), 0);
    }, 300_000);

    test.each<[string, (bytes: Buffer) => Buffer | undefined, RegExp, RegExp]>([
      ['truncated', (bytes) => bytes.subarray(0, bytes.length >> 1), /checksum/, /is damaged/],
      ['flipped', flip, /checksum/, /^/],
      ['deleted', () => undefined, /404|Not Found|does not exist/, /404|Not Found/],
    ])(
      'an object is %s: restore and drill stop before anything is made, and nothing is pruned behind it',
      async (what, change, reason, atCheck) => {
        const key = await dump();
        await damage(key, change);
        await fails(reason, restored, 0);
        await damage(key, change);
        await fails(reason, () => lab.run(script, ['drill']));
        if (what !== 'flipped') {
          await damage(key, change);
          await fails(atCheck, () => lab.run(script, ['check']), 0);
          await damage(key, change);
          await fails(atCheck, () => lab.run(script, ['prune', '--delete']), 0);
        }
        await lab.until(async () => (await lab.keys('f')).includes(key));
      },
      300_000,
    );

    test('a manifest is cut off', async () => {
      const key = (await lab.keys('f')).filter((one) => one.includes('/manifests/')).at(-1) as string;
      await damage(key, (bytes) => bytes.subarray(0, bytes.length - 8));
      await fails(/the manifest is cut off/, restored, 0);
    }, 300_000);

    test('a backup from the future is not fresh', async () => {
      const future = `${good[0]?.split('/data/')[0]}/manifests/20991231T000000Z-1`;
      await lab.put(future, 'x');
      undo.push(() => void lab.remove(future));
      const check = await lab.run(script, ['check']);
      expect(check.code).not.toBe(0);
      expect(check.err).toMatch(/dated in the future/);
      const prune = await lab.run(script, ['prune', '--delete']);
      expect(prune.code).not.toBe(0);
      expect(prune.err).toMatch(/dated in the future/);
    }, 300_000);
  });
});
