import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, type Mischief, missing } from './lab.ts';

/** The scripts as the tool gives them, against real databases and an S3 API on loopback. */
const lacking = missing('psql', 'initdb', 'redis-server', 'sqlite3') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, live: skipped, ${lacking} is missing`);

describe.skipIf(lacking !== undefined)('scripts, run', () => {
  const lab = new Lab();
  /** No name that a shell, a connection string or SQL could take for something else. */
  const name = `a=b 'q' "d" $(touch x) \\ -`;
  const quoted = `"${name.replaceAll('"', '""')}"`;
  let app = '';
  const committed = async (prefix: string) => (await lab.keys(prefix)).filter((key) => key.includes('/manifests/'));
  const failing = () => lab.pings.filter((ping) => ping.endsWith('/fail')).length;

  beforeAll(async () => {
    await lab.start();
    await lab.postgres();
    await lab.redis();
    lab.sql(`CREATE ROLE clerk LOGIN PASSWORD 'x'; CREATE DATABASE ${quoted}`);
    lab.sql(
      `CREATE TABLE orders (id bigserial PRIMARY KEY, note text, at timestamptz DEFAULT now());
       INSERT INTO orders (note) SELECT 'ünïcode ' || i FROM generate_series(1, 5000) i;
       ALTER TABLE orders OWNER TO clerk; SELECT lo_from_bytea(4711, decode(repeat('c0ffee', 5000), 'hex'));`,
      name,
    );
    [app = ''] = await lab.write([{ engine: 'postgresql', name }], 'pg');
  }, 60_000);
  afterAll(() => lab.stop(), 30_000);

  test('PostgreSQL comes back: rows, sequence, owner, role, large object; live data untouched', async () => {
    const facts = `SELECT md5(string_agg(o::text, ',' ORDER BY id)), (SELECT last_value FROM orders_id_seq), md5(lo_get(4711)), (SELECT tableowner FROM pg_tables WHERE tablename = 'orders') FROM orders o`;
    const before = lab.sql(facts, name);
    const backup = await lab.run(app, ['backup']);
    expect(backup).toMatchObject({ code: 0 });
    expect(lab.pings.at(-1)).toBe('/ping-geheim');
    expect((await lab.keys('pg')).map((key) => key.replace(/\d{8}T\d{6}Z-\d+/, 'ID'))).toEqual([
      'pg/a-b-q-d-touch-x/data/ID.dump.age',
      'pg/a-b-q-d-touch-x/data/ID.globals.age',
      'pg/a-b-q-d-touch-x/manifests/ID',
    ]);
    // The role is gone, as on a new machine.
    lab.sql(`ALTER DATABASE ${quoted} RENAME TO gone;`);
    lab.sql(`REASSIGN OWNED BY clerk TO postgres; DROP OWNED BY clerk;`, 'gone');
    lab.sql(`DROP ROLE clerk`);
    const restored = await lab.run(app, ['restore', '--into', name, '--roles']);
    expect(restored).toMatchObject({ code: 0 });
    expect(lab.sql(facts, name)).toBe(before);
    expect(lab.sql(`SELECT rolcanlogin FROM pg_roles WHERE rolname = 'clerk'`)).toBe('t');
    expect(existsSync(join(lab.dir, 'x'))).toBe(false);
    // A second time it exists: refused, and untouched.
    const over = await lab.run(app, ['restore', '--into', name]);
    expect(over.code).not.toBe(0);
    expect(lab.sql(facts, name)).toBe(before);
  }, 60_000);

  test('a drill says age and duration, signals, and leaves nothing', async () => {
    const drill = await lab.run(app, ['drill'], { BACKUP_PING_URL_DRILL: lab.env.BACKUP_PING_URL?.replace('ping', 'drill') ?? '' });
    expect(drill).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/1 tables, 5000 rows, 1 sequences, 1 large objects/);
    expect(lab.pings.at(-1)).toBe('/drill-geheim');
    expect(lab.sql(`SELECT count(*) FROM pg_database WHERE datname LIKE 'drill%'`)).toBe('0');
  }, 60_000);

  /** A backup that must fail: no commit, no object, a signal, a message without secrets. */
  const fails = async (prefix: string, reason: RegExp, env: Record<string, string> = {}) => {
    const [script = ''] = await lab.write([{ engine: 'postgresql', name }], prefix);
    const before = failing();
    const result = await lab.run(script, ['backup'], env);
    lab.mischief = 'none';
    expect(result.code, result.err).not.toBe(0);
    expect(result.err).toMatch(reason);
    expect(await committed(prefix)).toEqual([]);
    expect(failing()).toBe(before + 1);
    expect(result.out + result.err).not.toMatch(/geheim/);
    return lab.keys(prefix);
  };

  test('a wrong password leaves no object', async () => {
    expect(await fails('password', /password authentication failed/, { PGPASSWORD: 'wrong' })).toEqual([]);
  }, 30_000);

  test('a dump that is killed midway leaves no object', async () => {
    const remove = lab.shim('pg_dump', 'head -c 20000000 /dev/urandom\nkill -9 $$');
    expect(await fails('killed', /Killed|FAILED/).finally(remove)).toEqual([]);
  }, 30_000);

  test('an empty dump is none', async () => {
    const remove = lab.shim('pg_dump', 'exit 0');
    expect(await fails('empty', /the dump is empty/).finally(remove)).toEqual([]);
  }, 30_000);

  test('nothing is sent without recipients', async () => {
    writeFileSync(join(lab.dir, 'none'), '');
    expect(await fails('plain', /no age recipients/, { AGE_RECIPIENTS: join(lab.dir, 'none') })).toEqual([]);
  }, 30_000);

  test.each<[Mischief, RegExp]>([
    ['refuse', /is missing or closed/],
    // aws s3 cp exits 0 here: only the size check notices.
    ['cut', /the object is not there|size is not what was sent/],
    ['500', /InternalError|\(500\)|Internal Server Error/],
    ['shorten', /size is not what was sent/],
    ['flip', /reads back differently/],
  ])(
    'a store that does this commits nothing: %s',
    async (mischief, reason) => {
      lab.mischief = mischief;
      await fails(`store-${mischief}`, reason);
    },
    60_000,
  );

  test('a flipped byte stops a restore before anything is made', async () => {
    lab.mischief = 'flip';
    const result = await lab.run(app, ['restore', '--into', 'flipped']);
    lab.mischief = 'none';
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/checksum/);
    expect(lab.sql(`SELECT count(*) FROM pg_database WHERE datname = 'flipped'`)).toBe('0');
  }, 30_000);

  test('of two at once one runs; SIGTERM ends it with all its processes, and the next one runs', async () => {
    const [script = ''] = await lab.write([{ engine: 'postgresql', name: 'app' }], 'twice');
    const remove = lab.shim('pg_dump', `touch ${join(lab.dir, 'slow')}\nexec sleep 4711`);
    const first = spawn(script, ['backup'], { env: lab.env, stdio: 'ignore' });
    await lab.until(() => existsSync(join(lab.dir, 'slow')));
    const second = await lab.run(script, ['backup']);
    expect(second.code).not.toBe(0);
    expect(second.err).toMatch(/another backup of app is running/);
    const ended = new Promise((done) => first.once('exit', done));
    first.kill('SIGTERM');
    expect(await ended).toBe(143);
    remove();
    expect(lab.tool('pgrep', ['-f', 'sleep 4711']).out).toBe('');
    expect(readdirSync(join(lab.dir, 'state')).filter((name) => name.includes('.run.'))).toEqual([]);
    expect(await lab.keys('twice')).toEqual([]);
  }, 30_000);

  test('prune keeps everything without a fresh backup, and the union with one', async () => {
    const [script = ''] = await lab.write([{ engine: 'postgresql', name: 'app' }], 'prune', {
      retention: { daily: 2, weekly: 0, monthly: 0 },
    });
    const old = ['01', '02', '03', '04'].map((day) => `202601${day}T021700Z-1`);
    for (const id of old) {
      await lab.put(`prune/app/data/${id}.dump.age`, 'x');
      await lab.put(`prune/app/manifests/${id}`, `backup 1 app ${id}\npart dump prune/app/data/${id}.dump.age 1 0 1\nend 1\n`);
    }
    const stale = await lab.run(script, ['prune', '--delete']);
    expect(stale.code).not.toBe(0);
    expect(await lab.keys('prune')).toHaveLength(8);
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    await lab.put(`prune/app/data/${now}-2.dump.age`, 'x');
    await lab.put(`prune/app/manifests/${now}-2`, `backup 1 app ${now}-2\npart dump prune/app/data/${now}-2.dump.age 1 0 1\nend 1\n`);
    const dry = await lab.run(script, ['prune']);
    expect(dry).toMatchObject({ code: 0 });
    expect(await lab.keys('prune')).toHaveLength(10);
    expect(await lab.run(script, ['prune', '--delete'])).toMatchObject({ code: 0 });
    // The newest three whatever their age.
    expect(await committed('prune')).toEqual([...old.slice(-2), `${now}-2`].map((id) => `prune/app/manifests/${id}`));
    expect(await lab.keys('prune')).toHaveLength(6);
  }, 60_000);

  test('SQLite comes back from under a live writer; a missing file is a failure', async () => {
    mkdirSync(join(lab.dir, 'lite'));
    const file = join(lab.dir, 'lite', 'a b.db');
    lab.tool('sqlite3', [file], 'PRAGMA journal_mode=wal; CREATE TABLE t (n INTEGER PRIMARY KEY, pad TEXT);');
    const writer = spawn(
      'bash',
      ['-c', 'while :; do echo "INSERT INTO t (pad) VALUES (hex(randomblob(200)));"; done | sqlite3 "$1"', 'bash', file],
      { stdio: 'ignore', detached: true },
    );
    const [script = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'lite');
    try {
      await lab.until(() => Number(lab.tool('sqlite3', ['-cmd', '.timeout 5000', file, 'SELECT count(*) FROM t']).out) > 50);
      const least = Number(lab.tool('sqlite3', ['-cmd', '.timeout 5000', file, 'SELECT max(n) FROM t']).out);
      expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
      const into = join(lab.dir, 'lite', 'back.db');
      expect(await lab.run(script, ['restore', '--into', into])).toMatchObject({ code: 0 });
      const [count, max, sound] = lab
        .tool('sqlite3', [into, 'SELECT count(*), max(n) FROM t; PRAGMA integrity_check'])
        .out.trim()
        .split(/[|\n]/);
      expect(Number(count)).toBe(Number(max));
      expect(Number(max)).toBeGreaterThanOrEqual(least);
      expect(sound).toBe('ok');
    } finally {
      process.kill(-(writer.pid as number), 'SIGKILL');
    }
    const [none = ''] = await lab.write([{ engine: 'sqlite', path: join(lab.dir, 'lite', 'none.db') }], 'none');
    expect((await lab.run(none, ['backup'])).code).not.toBe(0);
    expect(await lab.keys('none')).toEqual([]);
    expect(existsSync(join(lab.dir, 'lite', 'none.db'))).toBe(false);
  }, 60_000);

  test('Redis comes back through a server of its own; a wrong password is a failure', async () => {
    const [script = ''] = await lab.write([{ engine: 'redis' }], 'redis');
    const port = lab.env.REDIS_PORT as string;
    for (let i = 0; i < 5; i++) lab.tool('redis-cli', ['-p', port, 'SET', `key ${i}`, `value ${i}`]);
    expect((await lab.run(script, ['backup'], { REDISCLI_AUTH: 'wrong' })).code).not.toBe(0);
    expect(await lab.keys('redis')).toEqual([]);
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    const drill = await lab.run(script, ['drill']);
    expect(drill).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/came back: 5 keys/);
  }, 60_000);

  test('no secret was ever on the process list', () => {
    expect([...lab.leaked]).toEqual([]);
    expect(readFileSync(app, 'utf8')).not.toMatch(/geheim/);
  });
});
