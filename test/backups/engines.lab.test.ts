import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, missing } from './lab.ts';

/** The engines beside PostgreSQL, SQLite and Redis, each once around. */
const lacking = missing('mariadbd', 'mariadb-dump', 'restic', 'git') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, other engines: skipped, ${lacking} is missing`);

describe.skipIf(lacking !== undefined)('other engines', () => {
  const lab = new Lab();
  beforeAll(() => lab.start(), 30_000);
  afterAll(() => lab.stop(), 30_000);

  test('MariaDB: rows, routine, event, trigger, account', async () => {
    const socket = await lab.mariadb();
    const sql = (text: string, ...args: string[]) => lab.maria(socket, text, ...args);
    const name = 'shop `x` -=';
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    sql(`CREATE DATABASE ${quoted}; CREATE USER clerk@localhost IDENTIFIED BY 'x';
      USE ${quoted}; CREATE TABLE t (n INT PRIMARY KEY, b BLOB) ENGINE=InnoDB; INSERT INTO t VALUES (1, x'00ff0a');
      CREATE PROCEDURE p() SELECT 1; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n;`);
    const [script = ''] = await lab.write([{ engine: 'mariadb', name }], 'maria');
    const source = readFileSync(script, 'utf8').match(/^SOURCE=(.*)$/m)?.[1] as string;
    writeFileSync(join(lab.dir, 'config', `${source}.cnf`), `[client]\nsocket=${socket}\nuser=root\n`, { mode: 0o600 });
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    sql('DROP USER clerk@localhost');
    expect(await lab.run(script, ['restore', '--into', 'back `2`', '--roles'])).toMatchObject({ code: 0 });
    expect(
      sql(
        'SELECT HEX(b) FROM t; SHOW TRIGGERS; SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE(); SELECT COUNT(*) FROM information_schema.events WHERE event_schema = DATABASE(); SELECT user FROM mysql.user WHERE user = "clerk"',
        '--database=back `2`',
      ).out,
    ).toMatch(/^00FF0A\ng\t[\s\S]*\n1\n1\nclerk\n$/);
    const drill = await lab.run(script, ['drill']);
    expect(drill).toMatchObject({ code: 0 });
    expect(drill.err).toMatch(/came back: 1 tables, 1 routines, 1 events/);
    expect(sql('SHOW DATABASES').out).not.toMatch(/drill/);
  }, 90_000);

  test('files: restic, its drill, its prune; an empty folder is a failure', async () => {
    const folder = join(lab.dir, 'www $(touch x)');
    mkdirSync(folder);
    const [script = ''] = await lab.write([{ engine: 'files', path: folder }], 'www');
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
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
    expect(existsSync(join(lab.dir, 'x'))).toBe(false);
  }, 90_000);

  test('config: a bundle of all refs', async () => {
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
  }, 60_000);
});
