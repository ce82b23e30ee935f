import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, missing } from './lab.ts';
import { mysql } from './servers.ts';

/** The engines beside PostgreSQL, SQLite and Redis, each once around. */
const lacking =
  missing('mariadbd', 'mariadb-dump', 'mysqld', 'mysqldump', 'restic', 'git') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, other engines: skipped, ${lacking} is missing`);

describe.skipIf(lacking !== undefined)('other engines', () => {
  const lab = new Lab();
  beforeAll(async () => {
    await lab.start();
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  /** Nothing is committed, and the failure is signalled. */
  const refused = async (script: string, prefix: string, reason: RegExp, env: Record<string, string> = {}): Promise<void> => {
    const before = lab.pings.length;
    const result = await lab.run(script, ['backup'], env);
    expect(result.code, result.err).not.toBe(0);
    expect(result.err).toMatch(reason);
    expect((await lab.keys(prefix)).filter((key) => key.includes('/manifests/') || key.includes('/snapshots/'))).toEqual([]);
    expect(lab.pings.slice(before)).toEqual(['/ping-geheim/fail']);
  };

  describe.each([
    { title: 'MariaDB', engine: 'mariadb', client: 'mariadb', dump: 'mariadb-dump', start: () => lab.mariadb() },
    { title: 'MySQL', engine: 'mysql', client: 'mysql', dump: 'mysqldump', start: () => mysql(lab) },
  ])('$engine', ({ title, engine, client, dump, start }) => {
    const maria = engine === 'mariadb';
    let socket = '';
    const sql = (text: string, ...args: string[]) =>
      lab.tool(client, ['--no-defaults', `--socket=${socket}`, '-uroot', '-BN', '--default-character-set=utf8mb4', ...args], text);
    const access = (script: string, user = 'root'): void => {
      const source = readFileSync(script, 'utf8').match(/^SOURCE=(.*)$/m)?.[1] as string;
      writeFileSync(join(lab.dir, 'config', `${source}.cnf`), `[client]\nsocket=${socket}\nuser=${user}\n`, { mode: 0o600 });
    };
    beforeAll(async () => {
      socket = await start();
    }, 300_000);

    test(`${title}: round trip: rows, routine, event, trigger${maria ? ', account' : ''}`, async () => {
      const name = 'shop `x` -=';
      const quoted = `\`${name.replaceAll('`', '``')}\``;
      const made =
        sql(`SET GLOBAL event_scheduler = OFF; CREATE DATABASE outside; CREATE TABLE outside.ran (n INT); CREATE DATABASE ${quoted}; CREATE USER clerk@localhost IDENTIFIED BY 'x';
        USE ${quoted}; CREATE TABLE t (n INT PRIMARY KEY, b BLOB, s VARCHAR(9) CHARACTER SET utf8mb4) ENGINE=InnoDB; INSERT INTO t VALUES (1, x'00ff0a', '\u{1f600}ü');
        CREATE VIEW v AS SELECT n + 1 FROM t;
        CREATE PROCEDURE p() SELECT 1; CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO outside.ran VALUES (1); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n;`);
      expect(made, made.err).toMatchObject({ code: 0 });
      const [script = ''] = await lab.write([{ engine, name }], engine);
      access(script);
      const backup = await lab.run(script, ['backup']);
      expect(backup, backup.err).toMatchObject({ code: 0 });
      // Of the whole database nothing is left.
      expect(sql(`DROP DATABASE ${quoted}; SET GLOBAL event_scheduler = ON; DROP USER clerk@localhost`)).toMatchObject({ code: 0 });
      const restored = await lab.run(script, ['restore', '--into', 'back `2`', ...(maria ? ['--roles'] : [])]);
      expect(restored, restored.err).toMatchObject({ code: 0 });
      expect(
        sql(
          'SELECT HEX(b), HEX(s) FROM t; SELECT * FROM v; SHOW TRIGGERS; SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE(); SELECT COUNT(*) FROM information_schema.events WHERE event_schema = DATABASE(); SELECT COUNT(*) FROM mysql.user WHERE user = "clerk"',
          '--database=back `2`',
        ).out,
      ).toMatch(maria ? /^00FF0A\tF09F9880C3BC\n2\ng\t[\s\S]*\n1\n1\n1\n$/ : /^00FF0A\tF09F9880C3BC\n2\ng\t[\s\S]*\n1\n1\n0\n$/);
      const drill = await lab.run(script, ['drill']);
      expect(drill, drill.err).toMatchObject({ code: 0 });
      expect(drill.err).toMatch(/came back: 2 tables, 1 routines, 1 events/);
      expect(sql('SHOW DATABASES').out).not.toMatch(/drill/);
      // What came back does nothing by itself, and says so.
      expect(restored.err).toMatch(/its events came back disabled.*`e`/);
      expect(sql('SELECT COUNT(*) FROM outside.ran').out).toBe('0\n');
      const over = await lab.run(script, ['restore', '--into', 'back `2`']);
      expect(over.code).not.toBe(0);
      expect(sql('SELECT COUNT(*) FROM t', '--database=back `2`').out).toBe('1\n');
    }, 300_000);

    test.each<[string, string | undefined, RegExp]>([
      ['wrong password', undefined, /Access denied/],
      ['the dump is killed midway', '"$REAL" "$@" | head -c 1500; kill -9 $$', /FAILED/],
      ['the dump is cut off and says 0', '"$REAL" "$@" | head -c 1500; exit 0', /not whole/],
    ])(
      `${title}: faults: %s`,
      async (what, shim, reason) => {
        const [script = ''] = await lab.write([{ engine, name: 'mysql' }], `${engine}-fault`);
        sql("CREATE USER IF NOT EXISTS locked@localhost IDENTIFIED BY 'right'");
        access(script, what === 'wrong password' ? 'locked\npassword=wrong' : 'root');
        const remove = shim === undefined ? undefined : lab.shim(dump, `REAL=${lab.path(dump)}\n${shim}`);
        await refused(script, `${engine}-fault`, reason).finally(remove);
      },
      300_000,
    );
  });

  test('Files: faults: a file that cannot be read, a wrong password, a bucket that is missing', async () => {
    const folder = join(lab.dir, 'unread');
    mkdirSync(folder);
    writeFileSync(join(folder, 'good'), 'x');
    const [script = ''] = await lab.write([{ engine: 'files', path: folder }], 'unread');
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    // restic saw a file that could not be read: exit code 3, and a snapshot that must not count.
    const remove = lab.shim(
      'restic',
      `case " $* " in *" backup "*unread*) /usr/bin/restic "$@" || exit; exit 3;; esac\nexec /usr/bin/restic "$@"`,
    );
    expect((await lab.run(script, ['backup'])).code).not.toBe(0);
    remove();
    expect((await lab.run(script, ['list'])).out).toBe('');
    expect((await lab.run(script, ['backup'], { RESTIC_PASSWORD: 'wrong' })).code).not.toBe(0);
    expect((await lab.run(script, ['list'])).out).toBe('');
    const [other = ''] = await lab.write([{ engine: 'files', path: folder }], 'nowhere', {
      target: { bucket: 'mistyped-bucket', region: 'us-east-1', endpoint: lab.endpoint },
    });
    const init = await lab.run(other, ['init']);
    expect(init.code).not.toBe(0);
    expect(init.err).toMatch(/mistyped-bucket is missing/);
    expect(await lab.buckets()).toEqual(['lab-bucket']);
  }, 300_000);

  test('Files: faults: flipped bytes in the repository are found by a drill, and not hidden by the cache', async () => {
    const folder = join(lab.dir, 'flip');
    mkdirSync(folder);
    writeFileSync(join(folder, 'data'), Buffer.alloc(300_000, 'abc'));
    const repository = join(lab.dir, 'flip-repository');
    const [script = ''] = await lab.write([{ engine: 'files', path: folder }], 'flip', { target: { provider: 'restic', repository } });
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    const [pack = ''] = lab
      .tool('find', [join(repository, 'data'), '-type', 'f', '-size', '+1k'])
      .out.trim()
      .split('\n');
    const bytes = readFileSync(pack);
    bytes[50] = (bytes[50] as number) ^ 1;
    lab.tool('chmod', ['u+w', pack]);
    writeFileSync(pack, bytes);
    expect((await lab.run(script, ['drill'])).code).not.toBe(0);
    expect((await lab.run(script, ['restore', '--into', join(lab.dir, 'flip-back')])).code).not.toBe(0);
  }, 300_000);

  test('Config: faults: a folder that is no repository', async () => {
    mkdirSync(join(lab.dir, 'plain'));
    const [script = ''] = await lab.write([{ engine: 'config', path: join(lab.dir, 'plain') }], 'plain');
    await refused(script, 'plain', /is no repository/);
  }, 300_000);

  test('Files: round trip: restic, its drill, its prune; an empty folder is a failure', async () => {
    const folder = join(lab.dir, 'www $(touch x)');
    mkdirSync(folder);
    const [script = ''] = await lab.write([{ engine: 'files', path: folder }], 'www');
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    expect((await lab.run(script, ['backup'])).code).not.toBe(0);
    writeFileSync(join(folder, 'a b'), 'content');
    expect((await lab.run(script, ['prune', '--delete'])).code).not.toBe(0);
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['drill'])).toMatchObject({ code: 0 });
    const into = join(lab.dir, 'www-back');
    expect(await lab.run(script, ['restore', '--into', into])).toMatchObject({ code: 0 });
    expect(readFileSync(join(into, folder, 'a b'), 'utf8')).toBe('content');
    expect(await lab.run(script, ['prune', '--delete'])).toMatchObject({ code: 0 });
    expect((await lab.run(script, ['list'])).out).toMatch(/^\d{8}T\d{6}Z-\d+\n$/);
    expect(existsSync(join(lab.dir, 'x'))).toBe(false);
  }, 300_000);

  test('Config: round trip: a bundle of all refs', async () => {
    const repo = join(lab.dir, 'conf');
    const git = (...args: string[]) => lab.tool('git', ['-C', repo, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);
    mkdirSync(repo);
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'one');
    git('branch', 'other');
    const [script = ''] = await lab.write([{ engine: 'config', path: repo }], 'conf');
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    const into = join(lab.dir, 'conf-back');
    expect(await lab.run(script, ['restore', '--into', into])).toMatchObject({ code: 0 });
    expect(lab.tool('git', ['-C', into, 'for-each-ref', '--format=%(refname)']).out).toBe('refs/heads/main\nrefs/heads/other\n');
  }, 300_000);
});
