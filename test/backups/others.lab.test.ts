import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, missing } from './lab.ts';
import { mysql } from './servers.ts';

/** Further faults, and surroundings that are none: what a timer lacks, what a store does on a bad day, what people do. */
const lacking = missing('psql', 'initdb', 'mysqld', 'restic', 'sqlite3', 'git') ?? (process.platform === 'linux' ? undefined : 'Linux');
if (lacking !== undefined) console.warn(`backups, further faults: skipped, ${lacking} is missing`);
const root = process.getuid?.() === 0;

describe.skipIf(lacking !== undefined)('further', () => {
  const lab = new Lab();
  let lite = '';
  let file = '';
  const failing = () => lab.pings.filter((ping) => ping.endsWith('/fail')).length;
  const fails = async (script: string, reason: RegExp, env: Record<string, string> = {}, verb = 'backup'): Promise<void> => {
    const [list, count] = [(await lab.run(script, ['list'])).out, failing()];
    const result = await lab.run(script, [verb], env);
    expect(result.code, result.err).not.toBe(0);
    expect(result.err).toMatch(reason);
    expect(failing()).toBe(count + 1);
    expect((await lab.run(script, ['list'])).out).toBe(list);
  };

  beforeAll(async () => {
    await lab.start();
    lab.env.BACKUP_PING_URL_DRILL = `${lab.env.BACKUP_PING_URL}-drill`;
    file = join(lab.dir, 'app.db');
    lab.tool('sqlite3', [file, "CREATE TABLE t (n); INSERT INTO t VALUES ('kept')"]);
    [lite = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'lite');
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'lab', { mode: 0o600 });
    expect(await lab.run(lite, ['backup'])).toMatchObject({ code: 0 });
  }, 300_000);
  afterAll(() => lab.stop(), 300_000);

  test.skipIf(!root)(
    'as a timer starts it: no HOME, no locale, umask 0, a read-only /tmp, everything from the env file',
    async () => {
      const { PATH = '', BACKUP_CONFIG = '', BACKUP_STATE = '', ...rest } = lab.env;
      const env = join(BACKUP_CONFIG, 'env');
      writeFileSync(
        env,
        Object.entries(rest)
          .flatMap(([name, value]) => (/^(?:HOME|LANG)$/.test(name) ? [] : [`${name}='${value}'\n`]))
          .join(''),
        {
          mode: 0o600,
        },
      );
      try {
        for (const verb of ['backup', 'drill', 'check']) {
          const { code, err } = await lab.run('unshare', [
            '-m',
            'bash',
            '-c',
            `mkdir -p /run/backup-lab && mount -t tmpfs tmpfs /run/backup-lab && mount --rbind ${lab.dir} /run/backup-lab && mount -o bind /tmp /tmp && mount -o remount,ro,bind /tmp && mount --rbind /run/backup-lab ${lab.dir} && ! touch /tmp/written 2>/dev/null && umask 0 && exec env -i PATH="$1" BACKUP_CONFIG="$2" BACKUP_STATE="$3" "$4" "$5"`,
            'bash',
            PATH,
            BACKUP_CONFIG,
            BACKUP_STATE,
            lite,
            verb,
          ]);
          expect(code, err).toBe(0);
        }
      } finally {
        rmSync(env);
      }
    },
    300_000,
  );

  test('a store that is busy now and then is asked again; one that stays busy is a failure', async () => {
    lab.mischief = 'busy';
    const result = await lab.run(lite, ['backup'], { AWS_MAX_ATTEMPTS: '5' });
    lab.mischief = 'none';
    expect(result, result.err).toMatchObject({ code: 0 });
    lab.mischief = '503';
    await fails(lite, /SlowDown|\(503\)/).finally(() => {
      lab.mischief = 'none';
    });
  }, 300_000);

  test('more than a page of 1,000 backups: all are listed, the newest is found, the first can be had', async () => {
    const [many = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'many');
    const id = (n: number) =>
      `2025${String(1 + (Math.floor(n / 28 / 24) % 12)).padStart(2, '0')}${String(1 + (Math.floor(n / 24) % 28)).padStart(2, '0')}T${String(n % 24).padStart(2, '0')}0000Z-7`;
    for (let n = 0; n < 1050; n += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => lab.put(`many/app-db/manifests/${id(n + i)}`, `backup 1 app-db ${id(n + i)}\nend 0\n`)),
      );
    expect(await lab.run(many, ['backup'])).toMatchObject({ code: 0 });
    const ids = (await lab.run(many, ['list'])).out.trim().split('\n');
    expect(ids).toHaveLength(1051);
    expect(ids[0]).toBe(id(0));
    expect(await lab.run(many, ['check'])).toMatchObject({ code: 0 });
  }, 300_000);

  test('keys half rotated: the drill says so; each backup opens with the key of its time', async () => {
    const [old = ''] = (await lab.run(lite, ['list'])).out.split('\n');
    const next = join(lab.dir, 'next-key');
    execFileSync('age-keygen', ['-o', next], { stdio: 'ignore' });
    const recipients = join(lab.dir, 'rotated');
    writeFileSync(recipients, `${/age1\w+/.exec(readFileSync(next, 'utf8'))?.[0]}\n`);
    expect(await lab.run(lite, ['backup'], { AGE_RECIPIENTS: recipients })).toMatchObject({ code: 0 });
    await fails(lite, /cannot be decrypted/, {}, 'drill');
    expect(await lab.run(lite, ['drill'], { AGE_IDENTITY: next })).toMatchObject({ code: 0 });
    expect(await lab.run(lite, ['restore', '--from', old, '--into', join(lab.dir, 'old.db')])).toMatchObject({ code: 0 });
    writeFileSync(recipients, `${readFileSync(recipients, 'utf8')}age1half\n`);
    await fails(lite, /no usable recipients/, { AGE_RECIPIENTS: recipients });
  }, 300_000);

  test('the clock went backwards: the run fails, since a restore would take an older backup', async () => {
    const repository = join(lab.dir, 'clock');
    const [script = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'clock', { target: { provider: 'restic', repository } });
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    const remove = lab.shim(
      'date',
      `case "$*" in *%Y%m%dT*) exec ${lab.path('date')} -d '2 hours ago' "$@";; esac\nexec ${lab.path('date')} "$@"`,
    );
    const result = await lab.run(script, ['backup']).finally(remove);
    expect(result.code).not.toBe(0);
    expect(result.err).toMatch(/a clock is or was wrong/);
    expect(lab.pings.at(-1)).toMatch(/fail$/);
  }, 300_000);

  test('no room where a restore goes: a failure, and nothing is taken for the database', async () => {
    const small = join(lab.dir, 'small');
    mkdirSync(small);
    // Of its own: the newest of the others is under the key that another test went over to.
    const [script = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'room');
    expect(await lab.run(script, ['backup'])).toMatchObject({ code: 0 });
    const result = await lab.run('unshare', [
      '-m',
      'bash',
      '-c',
      `mount -t tmpfs -o size=4k tmpfs ${small} && ! "$1" restore --into ${small}/app.db && [ ! -e ${small}/app.db ]`,
      'bash',
      script,
    ]);
    expect(result, result.err).toMatchObject({ code: 0 });
    expect(result.err).toMatch(/No space left|kB free/);
  }, 300_000);

  test('Files: faults: a link in the place of the folder', async () => {
    mkdirSync(join(lab.dir, 'real'));
    writeFileSync(join(lab.dir, 'real', 'kept'), 'x');
    symlinkSync(join(lab.dir, 'real'), join(lab.dir, 'link'));
    const [script = ''] = await lab.write([{ engine: 'files', path: join(lab.dir, 'link') }], 'link');
    expect(await lab.run(script, ['init'])).toMatchObject({ code: 0 });
    await fails(script, /is a symbolic link: give the path that it leads to, \/.*\/real/);
  }, 300_000);

  test('Config: faults: a shallow clone, whose bundle could not be cloned', async () => {
    const [whole, shallow] = [join(lab.dir, 'whole'), join(lab.dir, 'shallow')];
    lab.tool('git', ['init', '-q', '-b', 'main', whole]);
    for (const message of ['one', 'two'])
      lab.tool('git', ['-C', whole, '-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '-q', '--allow-empty', '-m', message]);
    lab.tool('git', ['clone', '-q', '--depth', '1', `file://${whole}`, shallow]);
    const [script = ''] = await lab.write([{ engine: 'config', path: shallow }], 'shallow');
    await fails(script, /is a shallow clone/);
  }, 300_000);

  for (const engine of ['mariadb', 'mysql'] as const)
    test(`${engine === 'mysql' ? 'MySQL' : 'MariaDB'}: faults: a user who sees a part of the database`, async () => {
      const socket = engine === 'mysql' ? await mysql(lab) : await lab.mariadb();
      const sql = (text: string) => lab.tool(engine, ['--no-defaults', `--socket=${socket}`, '-uroot', '-BN', '--force'], text);
      const name = `sh_p 'x'`;
      sql(
        `CREATE DATABASE \`${name}\`; USE \`${name}\`; CREATE TABLE seen (n INT); CREATE TABLE unseen (n INT); CREATE TRIGGER g BEFORE INSERT ON seen FOR EACH ROW SET NEW.n = 1; CREATE PROCEDURE p() SELECT 1;
         CREATE USER part@localhost; GRANT SELECT ON \`${name}\`.seen TO part@localhost;
         CREATE USER most@localhost; GRANT SELECT, SHOW VIEW, EVENT, LOCK TABLES ON \`${name.replace('_', '\\_')}\`.* TO most@localhost;
         CREATE USER whole@localhost; GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, LOCK TABLES ON \`${name.replace('_', '\\_')}\`.* TO whole@localhost;
         GRANT SELECT ON *.* TO whole@localhost;`,
      );
      const [script = ''] = await lab.write([{ engine, name }], `part-${engine}`);
      const access = (user: string) =>
        writeFileSync(join(lab.dir, 'config', 'sh-p-x.cnf'), `[client]\nsocket=${socket}\nuser=${user}\n`, { mode: 0o600 });
      for (const user of ['part', 'most']) {
        access(user);
        await fails(script, /the user sees only a part of/);
      }
      access(engine === 'mysql' ? 'whole' : 'root');
      const good = await lab.run(script, ['backup']);
      expect(good, good.err).toMatchObject({ code: 0 });
    }, 300_000);
});
