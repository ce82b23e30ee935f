import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, Lab, missing } from './lab.ts';

/** Base backups and logs, to a point in time, with the scripts as the tool gives them. */
const lacking =
  missing('psql', 'initdb', 'pg_basebackup', 'mariadbd', 'mariadb-backup') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, point in time: skipped, ${lacking} is missing`);

const now = (): string => new Date().toISOString().replace('T', ' ').slice(0, 19);
const second = (): Promise<void> => new Promise((done) => setTimeout(done, 1200));

describe.skipIf(lacking !== undefined)('PostgreSQL: point in time', () => {
  const lab = new Lab();
  let script = '';
  let between = '';
  const failing = () => lab.pings.filter((ping) => ping.endsWith('/fail')).length;

  /** Starts a restored data folder and asks it. */
  const ask = async (folder: string, text: string): Promise<string> => {
    const socket = join(lab.dir, `sock-${await freePort()}`);
    lab.owned(socket, 'postgres');
    writeFileSync(join(folder, 'ask.conf'), '');
    const server = lab.spawn(
      'postgres',
      [
        '-D',
        folder,
        '-k',
        socket,
        '-p',
        '5432',
        '-c',
        'listen_addresses=',
        '-c',
        `config_file=${folder}/ask.conf`,
        '-c',
        `hba_file=${folder}/ask.hba`,
      ],
      'postgres',
    );
    writeFileSync(join(folder, 'ask.hba'), 'local all all trust\n');
    const psql = () => lab.tool('psql', ['-XqtA', '-h', socket, '-p', '5432', '-U', 'postgres', '-d', 'postgres'], text);
    await lab.until(() => psql().code === 0);
    const { out } = psql();
    server.kill('SIGINT');
    await new Promise((done) => server.once('exit', done));
    return out.trim();
  };

  beforeAll(async () => {
    await lab.start();
    const spool = join(lab.dir, 'spool');
    lab.owned(spool, 'postgres');
    Object.assign(lab.env, { BACKUP_SPOOL: spool, BACKUP_PING_URL_LOG: `${lab.env.BACKUP_PING_URL}-log` });
    [script = ''] = await lab.write([{ engine: 'postgresql', name: 'app', sizeGb: 1 }], 'pitr', { rpo: '15m' });
    await lab.postgres([
      'archive_mode=on',
      `archive_command=BACKUP_SPOOL=${spool} ${script.replace(/\.sh$/, '-archive.sh')} %p %f`,
      'wal_keep_size=64MB',
    ]);
    lab.sql(`CREATE ROLE clerk LOGIN; CREATE TABLE t (n int, at timestamptz DEFAULT clock_timestamp()); ALTER TABLE t OWNER TO clerk;
      INSERT INTO t SELECT i FROM generate_series(1, 1000) i`);
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  test('a log without a backup before it is a failure', async () => {
    expect((await lab.run(script, ['log'])).code).not.toBe(0);
    expect(lab.pings.at(-1)).toMatch(/-log\/fail$/);
  }, 300_000);

  test('a base backup, the log, and back to a moment between two changes', async () => {
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    lab.sql('INSERT INTO t SELECT i FROM generate_series(1001, 1500) i');
    await second();
    between = now();
    await second();
    lab.sql('DELETE FROM t');
    const sent = await lab.run(script, ['log']);
    expect(sent, sent.err).toMatchObject({ code: 0 });
    expect(lab.pings.at(-1)).toMatch(/-log$/);
    const folder = join(lab.dir, 'data', 'moment');
    const restored = await lab.run(script, ['restore', '--at', between, '--into', folder]);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect(await ask(folder, `SELECT count(*), sum(n), (SELECT tableowner FROM pg_tables WHERE tablename = 't') FROM t`)).toBe(
      '1500|1125750|clerk',
    );
    expect(lab.sql('SELECT count(*) FROM t')).toBe('0');
  }, 300_000);

  test('without a moment: to the end of the log', async () => {
    lab.sql('INSERT INTO t VALUES (42)');
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    const folder = join(lab.dir, 'data', 'end');
    expect(await lab.run(script, ['restore', '--into', folder])).toMatchObject({ code: 0 });
    expect(await ask(folder, 'SELECT count(*), sum(n) FROM t')).toBe('1|42');
    const again = await lab.run(script, ['restore', '--into', folder]);
    expect(again.code).not.toBe(0);
    expect(again.err).toMatch(/exists/);
  }, 300_000);

  test('a drill replays, says the last transaction, and leaves nothing', async () => {
    const drill = await lab.run(script, ['drill']);
    expect(drill, drill.err).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/the last transaction: 20\d\d-/);
    expect(drill.err).toMatch(/came back: 3 databases, 2 roles/);
    expect(execFileSync('ls', [join(lab.dir, 'data')], { encoding: 'utf8' })).not.toMatch(/drill/);
  }, 300_000);

  test('a moment after the end of the log is refused, and so is one before the first backup', async () => {
    const late = await lab.run(script, ['restore', '--at', '2099-01-01 00:00:00', '--into', join(lab.dir, 'data', 'late')]);
    expect(late.code).not.toBe(0);
    expect(late.err).toMatch(/recovery ended before configured recovery target was reached/);
    const early = await lab.run(script, ['restore', '--at', '2001-01-01 00:00:00', '--into', join(lab.dir, 'data', 'early')]);
    expect(early.code).not.toBe(0);
    expect(early.err).toMatch(/no backup from before/);
  }, 300_000);

  test('a segment that was archived twice is sent once; one of another content stops', async () => {
    const [first = ''] = (await lab.keys('pitr/app/log')).filter((key) => /[0-9A-F]{24}\.gz\.age$/.test(key)).sort();
    const name = first.replace(/^.*\/|\.gz\.age$/g, '');
    const count = (await lab.keys('pitr/app/log')).length;
    writeFileSync(join(lab.env.BACKUP_SPOOL as string, name), 'other');
    const other = await lab.run(script, ['log']);
    expect(other.code).not.toBe(0);
    expect(other.err).toMatch(/other content/);
    rmSync(join(lab.env.BACKUP_SPOOL as string, name));
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    expect((await lab.keys('pitr/app/log')).length).toBeGreaterThan(count);
  }, 300_000);

  test('the server stops archiving: a failure', async () => {
    const archive = script.replace(/\.sh$/, '-archive.sh');
    renameSync(archive, `${archive}.gone`);
    const result = await lab.run(script, ['log'], { ARCHIVE_SECONDS: '3' });
    renameSync(`${archive}.gone`, archive);
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/was not archived in time/);
    await lab.until(async () => (await lab.run(script, ['log'])).code === 0, 90);
  }, 300_000);

  test('an archive that was cut off by a full disk goes on', async () => {
    const archive = script.replace(/\.sh$/, '-archive.sh');
    const spool = lab.env.BACKUP_SPOOL as string;
    const segment = join(lab.dir, 'segment');
    writeFileSync(segment, Buffer.alloc(70_000, 'x'));
    // What a full disk leaves: a part of the file.
    writeFileSync(join(spool, `.${'F'.repeat(24)}.part`), 'x');
    expect(await lab.run(archive, [segment, 'F'.repeat(24)])).toMatchObject({ code: 0 });
    expect(readFileSync(join(spool, 'F'.repeat(24)))).toEqual(readFileSync(segment));
    // Again is well, with the same content only.
    expect(await lab.run(archive, [segment, 'F'.repeat(24)])).toMatchObject({ code: 0 });
    writeFileSync(segment, 'other');
    expect((await lab.run(archive, [segment, 'F'.repeat(24)])).code).not.toBe(0);
    rmSync(join(spool, 'F'.repeat(24)));
    const full = lab.shim('cp', 'head -c 100 "$2" >"$3"; exit 1');
    writeFileSync(segment, Buffer.alloc(70_000, 'x'));
    expect((await lab.run(archive, [segment, 'F'.repeat(24)])).code).not.toBe(0);
    full();
    expect(existsSync(join(spool, 'F'.repeat(24)))).toBe(false);
  }, 300_000);

  test('a gap in the log: the sending, the drill and every restore behind it fail', async () => {
    const segments = (await lab.keys('pitr/app/log')).filter((key) => /[0-9A-F]{24}\.gz\.age$/.test(key)).sort();
    await lab.remove(segments.at(-2) as string);
    const before = failing();
    for (const verb of ['log', 'drill']) {
      const result = await lab.run(script, [verb]);
      expect(result.code).not.toBe(0);
      expect(result.err).toMatch(/a gap in the log before/);
    }
    expect(failing()).toBe(before + 1);
    const restore = await lab.run(script, ['restore', '--into', join(lab.dir, 'data', 'gap')]);
    expect(restore.code).not.toBe(0);
    expect(existsSync(join(lab.dir, 'state', 'app.log.lock'))).toBe(true);
    // A new base backup mends it.
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['drill'])).toMatchObject({ code: 0 });
  }, 300_000);

  test('a failover: the log goes on in a new timeline, and the base backup from before reaches into it', async () => {
    lab.sql('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    const next = join(lab.dir, 'data', 'next');
    expect(await lab.run(script, ['restore', '--into', next])).toMatchObject({ code: 0 });
    const [pid = ''] = readFileSync(join(lab.dir, 'pg', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGINT');
    await lab.until(() => !existsSync(join(lab.dir, 'pg', 'postmaster.pid')));
    const archive = `archive_command=BACKUP_SPOOL=${lab.env.BACKUP_SPOOL} ${script.replace(/\.sh$/, '-archive.sh')} %p %f`;
    const settings = ['archive_mode=on', archive, 'wal_keep_size=64MB', 'fsync=off'].flatMap((one) => ['-c', one]);
    lab.spawn('postgres', ['-D', next, '-p', lab.env.PGPORT as string, '-k', next, '-h', '127.0.0.1', ...settings], 'postgres');
    await lab.until(() => lab.tool('pg_isready').code === 0);
    expect(lab.sql('SELECT timeline_id > 1 FROM pg_control_checkpoint()')).toBe('t');
    lab.sql('INSERT INTO kept VALUES (2)');
    const sent = await lab.run(script, ['log']);
    expect(sent, sent.err).toMatchObject({ code: 0 });
    const after = join(lab.dir, 'data', 'after');
    const restored = await lab.run(script, ['restore', '--into', after]);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect(await ask(after, 'SELECT sum(n) FROM kept')).toBe('3');
    const drill = await lab.run(script, ['drill']);
    expect(drill, drill.err).toMatchObject({ code: 0 });
  }, 300_000);

  test('a damaged segment stops a restore', async () => {
    const segments = (await lab.keys('pitr/app/log')).filter((key) => /[0-9A-F]{24}\.gz\.age$/.test(key)).sort();
    await lab.put(segments.at(-1) as string, 'damaged');
    const result = await lab.run(script, ['drill']);
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/cannot be decrypted/);
    expect([...lab.leaked]).toEqual([]);
  }, 300_000);
});

describe.skipIf(lacking !== undefined)('MariaDB: point in time', () => {
  const lab = new Lab();
  let script = '';
  let socket = '';
  const ask = async (folder: string, text: string): Promise<string> => {
    const own = join(lab.dir, `m-${await freePort()}`);
    lab.owned(own, 'mysql');
    const server = lab.spawn(
      'mariadbd',
      ['--no-defaults', `--datadir=${folder}`, `--socket=${own}/s`, `--pid-file=${own}/pid`, '--skip-networking'],
      'mysql',
    );
    await lab.until(() => lab.maria(`${own}/s`, 'SELECT 1').code === 0);
    const { out } = lab.maria(`${own}/s`, text);
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
    return out.trim();
  };

  beforeAll(async () => {
    await lab.start();
    socket = await lab.mariadb(['--log-bin=binlog', '--server-id=1', '--binlog-format=ROW']);
    [script = ''] = await lab.write([{ engine: 'mariadb', name: 'shop', sizeGb: 1 }], 'mpitr', { rpo: '15m' });
    writeFileSync(join(lab.dir, 'config', 'shop.cnf'), `[client]\nsocket=${socket}\nuser=root\n`, { mode: 0o600 });
    lab.maria(socket, 'CREATE DATABASE shop; CREATE TABLE shop.t (n INT PRIMARY KEY); INSERT INTO shop.t VALUES (1), (2)');
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  test('a physical backup, the binlog, and back to a moment between two changes', async () => {
    const backup = await lab.run(script, ['backup']);
    expect(backup, backup.err).toMatchObject({ code: 0 });
    lab.maria(socket, 'INSERT INTO shop.t VALUES (3), (4); CREATE USER clerk@localhost');
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    lab.maria(socket, 'INSERT INTO shop.t VALUES (5)');
    await second();
    const between = now();
    await second();
    lab.maria(socket, 'DROP TABLE shop.t');
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    const folder = join(lab.dir, 'data', 'moment');
    const restored = await lab.run(script, ['restore', '--at', between, '--into', folder]);
    expect(restored, restored.err).toMatchObject({ code: 0 });
    expect(await ask(folder, 'SELECT COUNT(*), SUM(n) FROM shop.t; SELECT COUNT(*) FROM mysql.global_priv WHERE user = "clerk"')).toBe(
      '5\t15\n1',
    );
  }, 300_000);

  test('a drill; a moment after the end of the log is refused', async () => {
    lab.maria(socket, 'CREATE TABLE shop.u (n INT); INSERT INTO shop.u VALUES (7)');
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    const drill = await lab.run(script, ['drill']);
    expect(drill, drill.err).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/came back: 1 tables/);
    expect(execFileSync('ls', [join(lab.dir, 'data')], { encoding: 'utf8' })).not.toMatch(/drill/);
    const late = await lab.run(script, ['restore', '--at', '2099-01-01 00:00:00', '--into', join(lab.dir, 'data', 'late')]);
    expect(late.code).not.toBe(0);
    expect(late.err).toMatch(/the log ends at/);
  }, 300_000);

  test('a gap, and a server whose log begins anew, are failures', async () => {
    const files = (await lab.keys('mpitr/shop/log')).sort();
    await lab.remove(files[1] as string);
    lab.maria(socket, `PURGE BINARY LOGS TO '${lab.maria(socket, 'SHOW MASTER STATUS').out.split('\t')[0]}'`);
    const gap = await lab.run(script, ['log']);
    expect(gap.code).not.toBe(0);
    expect(gap.err).toMatch(/a gap in the log/);
    lab.maria(socket, 'RESET MASTER');
    const anew = await lab.run(script, ['log']);
    expect(anew.code).not.toBe(0);
    expect(anew.err).toMatch(/begins anew/);
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['log'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['drill'])).toMatchObject({ code: 0 });
    expect(readFileSync(script, 'utf8')).not.toMatch(/geheim/);
  }, 300_000);
});
