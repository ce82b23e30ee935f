import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, missing } from './lab.ts';

/** The scripts as the tool gives them, against real databases and an S3 API on loopback. */
const lacking = missing('psql', 'initdb', 'sqlite3') ?? (process.platform === 'linux' ? undefined : 'Linux');
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
    lab.sql(`CREATE ROLE clerk LOGIN PASSWORD 'x'; CREATE DATABASE ${quoted} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'POSIX'`);
    lab.sql(
      `CREATE TABLE orders (id bigserial PRIMARY KEY, note text, at timestamptz DEFAULT now());
       INSERT INTO orders (note) SELECT 'ünïcode ' || i FROM generate_series(1, 5000) i;
       ALTER TABLE orders OWNER TO clerk; SELECT lo_from_bytea(4711, decode(repeat('c0ffee', 5000), 'hex'));`,
      name,
    );
    [app = ''] = await lab.write([{ engine: 'postgresql', name }], 'pg');
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  test('PostgreSQL: round trip: rows, sequence, owner, role, large object; live data untouched', async () => {
    const facts = `SELECT md5(string_agg(o::text, ',' ORDER BY id)), (SELECT last_value FROM orders_id_seq), md5(lo_get(4711)), (SELECT tableowner FROM pg_tables WHERE tablename = 'orders'), (SELECT datcollate || datctype FROM pg_database WHERE datname = current_database()) FROM orders o`;
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
  }, 300_000);

  test('PostgreSQL: round trip: a drill says age and duration, signals, and leaves nothing', async () => {
    const drill = await lab.run(app, ['drill'], { BACKUP_PING_URL_DRILL: lab.env.BACKUP_PING_URL?.replace('ping', 'drill') ?? '' });
    expect(drill).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/1 tables, 5000 rows, 1 sequences, 1 large objects/);
    expect(lab.pings.at(-1)).toBe('/drill-geheim');
    expect(lab.sql(`SELECT count(*) FROM pg_database WHERE datname LIKE 'drill%'`)).toBe('0');
  }, 300_000);

  test('PostgreSQL: faults: prune keeps everything without a fresh backup, and the union with one', async () => {
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
  }, 300_000);

  test('PostgreSQL: round trip: into a restic repository and back; one that is missing is not made', async () => {
    const repository = join(lab.dir, 'repository');
    const [script = ''] = await lab.write([{ engine: 'postgresql', name }], 'own', { target: { provider: 'restic', repository } });
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
    expect((await lab.run(script, ['backup'])).code).not.toBe(0);
    expect(existsSync(repository)).toBe(false);
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    const backup = await lab.run(script, ['backup']);
    expect(backup, backup.err).toMatchObject({ code: 0 });
    const remove = lab.shim('pg_dump', 'echo half; kill -9 $$');
    expect((await lab.run(script, ['backup'])).code).not.toBe(0);
    remove();
    const list = await lab.run(script, ['list']);
    expect(list.out.trim().split('\n')).toHaveLength(1);
    const restored = await lab.run(script, ['restore', '--into', 'own']);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect(lab.sql('SELECT count(*) FROM orders', 'own')).toBe('5000');
    expect(await lab.run(script, ['prune', '--delete'])).toMatchObject({ code: 0 });
    expect((await lab.run(script, ['list'])).out).toBe(list.out);
  }, 300_000);

  test('SQLite: round trip: from under a live writer', async () => {
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
  }, 300_000);

  /** Nothing is committed, and the failure is signalled. */
  const refused = async (script: string, prefix: string, reason: RegExp, env: Record<string, string> = {}): Promise<void> => {
    const before = failing();
    const result = await lab.run(script, ['backup'], env);
    expect(result.code, result.err).not.toBe(0);
    expect(result.err).toMatch(reason);
    expect(result.out + result.err).not.toMatch(/geheim/);
    expect(await committed(prefix)).toEqual([]);
    expect(failing()).toBe(before + 1);
  };

  test.each([
    ['is missing', undefined, /does not exist/],
    ['is no database', 'this is text', /not a database|VACUUM INTO failed/],
  ])(
    'SQLite: faults: the file %s',
    async (what, content, reason) => {
      const file = join(lab.dir, `${what}.db`);
      if (content !== undefined) writeFileSync(file, content);
      const [script = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'lite-fault');
      await refused(script, 'lite-fault', reason);
      expect(existsSync(file)).toBe(content !== undefined);
    },
    300_000,
  );

  test('SQLite: faults: a damaged page', async () => {
    const file = join(lab.dir, 'page.db');
    lab.tool(
      'sqlite3',
      [file],
      'CREATE TABLE t (a); CREATE INDEX i ON t (a); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) INSERT INTO t SELECT hex(randomblob(50)) FROM c;',
    );
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 5 * 4096);
    writeFileSync(file, bytes);
    const [script = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'lite-page');
    await refused(script, 'lite-page', /VACUUM INTO failed|integrity_check/);
  }, 300_000);

  test('no secret was ever on the process list', () => {
    expect([...lab.leaked]).toEqual([]);
    expect(readFileSync(app, 'utf8')).not.toMatch(/geheim/);
  });
});
