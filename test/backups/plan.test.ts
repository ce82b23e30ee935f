import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { kept, objectsHeld, objectsOn } from '../../src/planner/backup/retention.ts';
import { parseMinutes, showMinutes } from '../../src/planner/backup/time.ts';
import { definition } from '../../src/tools/definition.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';
import { checkCommand } from '../grammar/check.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read loosely here
const plan = async (args: unknown): Promise<any> =>
  (await planBackups.run(parse(planBackups.input, args), { today: '2026-11-23' })).structured;
const target = { provider: 's3', bucket: 'acme-backups' };
const pg = (more = {}) => ({ sources: [{ engine: 'postgresql', name: 'app', ...more }], target });
const refusal = async (args: unknown): Promise<string> => {
  try {
    await plan(args);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'not refused';
};

test('the definition stays within 2,000 characters', () => {
  expect(JSON.stringify(definition(planBackups as never)).length).toBeLessThanOrEqual(2000);
});

describe('retention', () => {
  const rule = (daily: number, weekly: number, monthly: number, yearly = 0) => ({ daily, weekly, monthly, yearly });
  test.each([
    [7, 4, 12, 19],
    [7, 5, 12, 20],
    [14, 8, 12, 29],
    [30, 0, 0, 30],
    [7, 4, 6, 13],
  ])('%i daily, %i weekly, %i monthly keep %i', (daily, weekly, monthly, objects) => {
    expect(objectsOn('2026-06-15', rule(daily, weekly, monthly))).toBe(objects);
  });

  test('the calendar moves the union by two', () => {
    expect(objectsHeld(rule(7, 4, 12))).toEqual({ least: 19, most: 21 });
    expect(objectsHeld(rule(30, 0, 0))).toEqual({ least: 30, most: 30 });
  });

  test('lib.sh decides as the program does', async () => {
    const { files } = await plan(pg());
    const lib = files.find((file: { path: string }) => file.path.endsWith('/lib.sh')).text as string;
    const day = 86_400_000;
    for (const [start, days, step] of [
      [Date.UTC(2024, 1, 27), 500, 1],
      [Date.UTC(2025, 11, 20), 40, 1],
      [Date.UTC(2020, 0, 1), 2200, 17],
      [Date.UTC(2026, 0, 1), 3, 1],
    ] as const) {
      const times = Array.from({ length: Math.ceil(days / step) }, (_, i) => new Date(start + i * step * day + (i % 20) * 3_600_000));
      const id = (time: Date) => `${time.toISOString().replace(/[-:]|\.\d+/g, '')}-1`;
      const ids = times.map(id).sort().reverse();
      const script = `SOURCE=x; eval "$LIB"; KEEP='7 4 12 3' KEEP_LAST=3; decide`;
      const out = execFileSync('bash', ['-c', script], {
        input: `${ids.join('\n')}\n`,
        encoding: 'utf8',
        env: { ...process.env, LIB: lib, BACKUP_CONFIG: '/nonexistent' },
      });
      const keeps = out
        .split('\n')
        .filter((line) => line.startsWith('keep'))
        .map((line) => line.slice(5));
      expect(keeps).toEqual(kept(times, rule(7, 4, 12, 3), 3).map(id));
    }
  });
});

test('durations', () => {
  expect(['24h', '15m', '1d', '90', '1h30m', '2 days', '1 week'].map(parseMinutes)).toEqual([1440, 15, 1440, 90, 90, 2880, 10_080]);
  expect(['soon', '', '1x', '-1h'].map(parseMinutes)).toEqual([undefined, undefined, undefined, undefined]);
  expect([1449, 60, 2881, 0].map(showMinutes)).toEqual(['24 h 9 min', '1 h', '2 d 1 min', '0 min']);
});

describe('objectives', () => {
  test('nothing asked: daily, and the loss is interval + duration', async () => {
    const [app] = (await plan(pg({ sizeGb: 30, compressedGb: 6 }))).sources;
    expect(app).toMatchObject({ verdict: 'not asked', reachable: { rpoMinutes: 1440 + 22 } });
  });
  test('24 h is missed by a daily dump, so it is every 12 h', async () => {
    const [app] = (await plan({ ...pg({ sizeGb: 10 }), rpo: '24h' })).sources;
    expect(app).toMatchObject({ verdict: 'met', asked: { rpoMinutes: 1440 } });
    expect(app.reachable.rpoMinutes).toBeLessThan(1440);
    expect(app.notes.join()).toMatch(/would miss 24 h by its own duration, so it is every 12 h/);
  });
  test('15 min: base backups and the log, where the server is on this machine', async () => {
    const answer = await plan({ ...pg({ sizeGb: 10 }), rpo: '15m' });
    expect(answer.sources[0]).toMatchObject({
      verdict: 'met',
      reachable: { rpoMinutes: 8 },
      method: expect.stringMatching(/WAL sent every 7 min/),
    });
    expect(answer.monitoring.join()).toMatch(/BACKUP_PING_URL_LOG likewise, alarm on silence after 15 min/);
    expect(answer.restore.map(({ scenario }: { scenario: string }) => scenario)).toContain('app: a point in time (UTC)');
    const [far] = (await plan({ ...pg({ sizeGb: 10, host: 'db.example.com' }), rpo: '15m' })).sources;
    expect(far.verdict).toBe('missed');
    expect(far.notScripted.join()).toMatch(/pgBackRest/);
  });
  test('a minute is more than the log reaches; above 100 GB it is the log anyhow', async () => {
    expect((await plan({ ...pg({ sizeGb: 10 }), rpo: '1m' })).sources[0]).toMatchObject({
      verdict: 'missed',
      reachable: { rpoMinutes: 2 },
    });
    expect((await plan(pg({ sizeGb: 200 }))).sources[0].method).toMatch(/pg_basebackup/);
  });
  test('a slow line sets the duration', async () => {
    const [slow] = (await plan({ ...pg({ sizeGb: 30, compressedGb: 9 }), bandwidthMbit: 20 })).sources;
    expect(slow.reachable.rpoMinutes).toBe(1440 + 121);
  });
  test('of a server and a volume of a provider: its own backups, and what they are not', async () => {
    for (const managed of ['hetzner', 'aws', 'digitalocean']) {
      const { sources, gaps, files } = await plan({ sources: [{ engine: 'server', name: 'web', managed }], target });
      expect(sources[0].rejected.length).toBeGreaterThan(0);
      expect(gaps.join()).toMatch(/in the same account/);
      expect(files).toEqual([]);
    }
  });
  test('a Storage Box: everything into a restic repository', async () => {
    const repository = 'sftp://u1@u1.your-storagebox.de:23/backup';
    const answer = await plan({ sources: [{ engine: 'postgresql', name: 'app' }], target: { provider: 'storagebox', repository } });
    expect(answer.files.map(({ path }: { path: string }) => path)).toContain('/opt/backups/restic.sh');
    expect(answer.files.find(({ path }: { path: string }) => path === '/opt/backups/app.sh').text).toMatch(`REPOSITORY=${repository}`);
    expect(answer.env.map(({ name }: { name: string }) => name)).not.toContain('AWS_ACCESS_KEY_ID');
    expect(await refusal({ ...pg(), target: { provider: 'storagebox', repository: 'sftp://u1:geheim@x/y' } })).toMatch(/holds a password/);
    expect(await refusal({ ...pg(), target: { provider: 'storagebox', repository, objectLockDays: 3 } })).toMatch(/only a bucket/);
  });
  test("prices of one's own, with their date", async () => {
    const { cost } = await plan({
      ...pg({ compressedGb: 2, sizeGb: 6 }),
      target: { provider: 'b2', bucket: 'acme-backups', region: 'eu-central-003' },
      prices: { storage: 0.006, egress: 0, currency: 'USD', asOf: '2026-11-01' },
    });
    expect(cost.items[0]).toMatchObject({ monthly: 0.25, currency: 'USD', source: 'as given', asOf: '2026-11-01' });
    expect(cost.totals[0]).toMatchObject({ complete: true });
  });
  test('zero is refused, with the nearest', async () => {
    expect(await refusal({ ...pg(), rpo: 0 })).toMatch(/^rpo: no backup reaches 0. Nearest: a synchronous replica/);
  });
  test('managed: point-in-time restore and a weekly dump', async () => {
    const answer = await plan({ sources: [{ engine: 'postgres', name: 'app', managed: 'aws', host: 'db.example.com' }], target });
    expect(answer.sources[0]).toMatchObject({ schedule: expect.stringMatching(/^Sun /), method: expect.stringMatching(/point-in-time/) });
    expect(answer.files.find((file: { path: string }) => file.path.endsWith('app.sh')).text).toMatch(/--no-role-passwords/);
  });
});

describe('input', () => {
  test('what a model carelessly writes', async () => {
    const answer = await plan({
      sources: { engine: 'Postgres', name: 'app', size_gb: '12' },
      target: 's3://acme-backups/prod',
      rpo: '1d',
      retention: { daily: '3' },
    });
    expect(answer.sources[0]).toMatchObject({ engine: 'postgresql', asked: { rpoMinutes: 1440 } });
    expect(answer.files.find(({ path }: { path: string }) => path.endsWith('app.sh')).text).toMatch(/^BASE=prod\/app$/m);
  });
  test.each([
    [{ sources: [{ engine: 'postgresql', name: 'app' }] }, /^target: is missing; backups need a bucket/],
    [{ ...pg(), target: { bucket: 'Bad_Bucket' } }, /target.bucket/],
    [{ ...pg(), target: { bucket: 'abc', provider: 'r2' } }, /target.endpoint/],
    [{ ...pg(), os: 'darwin', schedule: 'systemd' }, /launchd/],
    [pg({ name: 'a\nb' }), /sources\[0\].name/],
    [pg({ container: '-x' }), /container/],
    [pg({ host: '-x' }), /host/],
    [pg({ managed: 'hetzner', host: 'x' }), /Hetzner sells no managed/],
    [{ sources: [{ engine: 'sqlite', path: '-rf' }], target }, /path/],
    [{ sources: [{ engine: 'sqlite' }], target }, /sources\[0\].(name|path)/],
    [{ sources: [{ engine: 'oracle', name: 'x' }], target }, /engine/],
    [{ ...pg(), rpo: 'soon' }, /^rpo: is no duration/],
    [{ ...pg(), encryption: { recipients: ['age1short'] } }, /recipients/],
    [{ ...pg(), retention: { daily: 0, weekly: 0, monthly: 0 } }, /keeps nothing/],
    [{ sources: [], target }, /sources: is empty/],
    [{ sources: Array.from({ length: 101 }, () => ({ engine: 'redis' })), target }, /^sources: holds 101; at most 100/],
  ])('%j is refused', async (args, message) => {
    expect(await refusal(args)).toMatch(message);
  });
});

describe('what is given out', () => {
  const everything = {
    sources: [
      { engine: 'postgresql', name: `a=b 'q' $(touch x) -`, container: 'pg' },
      { engine: 'postgresql', name: '-x', host: 'db.example.com' },
      { engine: 'mysql', name: 'old' },
      { engine: 'mariadb', name: 'new `x`', container: 'db' },
      { engine: 'redis' },
      { engine: 'valkey', container: 'cache' },
      { engine: 'mongodb' },
      { engine: 'sqlite', path: `/srv/$(touch x)/'a'.db` },
      { engine: 'files', path: '/srv/w w w' },
      { engine: 'config', path: '/srv/conf' },
    ],
  };
  const stores = [
    { provider: 's3', bucket: 'acme-backups', region: 'eu-central-1', objectLockDays: 30, prefix: 'a/b' },
    { provider: 'b2', bucket: 'acme-backups', region: 'eu-central-003' },
    { provider: 'hetzner', bucket: 'acme-backups', region: 'fsn1' },
    { provider: 'minio', bucket: 'acme-backups', endpoint: 'http://127.0.0.1:9000' },
  ];
  const installed = (() => {
    try {
      return execFileSync('shellcheck', ['--version'], { encoding: 'utf8' }) !== '';
    } catch {
      console.warn('backups: shellcheck is missing, scripts are not checked with it');
      return false;
    }
  })();

  test.skipIf(!installed)('every script passes shellcheck', async () => {
    const answers = [
      await plan({ ...everything, target: stores[0] }),
      ...(await Promise.all(stores.slice(1).map((store) => plan({ ...pg(), target: store })))),
    ];
    const scripts = new Set(
      answers.flatMap(({ files }) =>
        files.filter(({ path }: { path: string }) => path.endsWith('.sh')).map(({ text }: { text: string }) => text),
      ),
    );
    for (const text of scripts) expect(execFileSync('shellcheck', ['-S', 'style', '-'], { input: text, encoding: 'utf8' })).toBe('');
  });

  test('nothing that bash 3.2 of macOS lacks', async () => {
    const { files } = await plan({ ...everything, target });
    const text = files.map((file: { text: string }) => file.text).join('\n');
    expect(text).not.toMatch(
      /wait -n|BASHPID|declare -A|mapfile|readarray|\$\{\w+(?:,,|\^\^)\}|\|&|&>>|local -n|printf -v|\bsha256sum [^>]/,
    );
    // An empty array is unbound there unless it is asked for like this.
    expect(text.match(/(?<!\$\{\w+\[@\]\+)"\$\{(?:PLACE|ACCESS)\[@\]\}"/g)).toBeNull();
  });

  test('every aws command of the steps is in its grammar', async () => {
    for (const store of stores) {
      const { steps } = await plan({ ...everything, target: store });
      const commands = (steps as { command: string }[])
        .flatMap(({ command }) => command.split(/ (?:\|\||&&) /))
        .filter((command) => command.startsWith('aws '));
      expect(commands.length).toBeGreaterThan(1);
      for (const command of commands) {
        const argv = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
          .split('\0')
          .slice(0, -1);
        expect(checkCommand(argv), command).toEqual([]);
      }
    }
  });

  test('every command for servers and volumes of providers is in its grammar', async () => {
    let seen = 0;
    for (const managed of ['hetzner', 'aws', 'digitalocean'])
      for (const engine of managed === 'hetzner' ? ['server'] : ['server', 'volume']) {
        const { steps, restore } = await plan({ sources: [{ engine, name: 'web', managed }], target });
        const commands = [
          ...steps.map(({ command }: { command: string }) => command),
          ...restore.flatMap(({ commands }: { commands: string[] }) => commands),
        ];
        for (const command of commands.map((text) => text.replace(/^\w+=\$\((.*)\)$/, '$1'))) {
          if (!/^(?:aws|hcloud|doctl) /.test(command)) continue;
          const names = [...command.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name as string);
          const env = Object.fromEntries(names.map((name) => [name, name === 'METADATA' ? '{}' : '1']));
          const argv = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8', env: { ...process.env, ...env } })
            .split('\0')
            .slice(0, -1);
          expect(checkCommand(argv), command).toEqual([]);
          seen++;
        }
      }
    expect(seen).toBeGreaterThan(12);
    expect(await refusal({ sources: [{ engine: 'volume', name: 'data', managed: 'hetzner' }], target })).toMatch(
      /no snapshots of a volume/,
    );
  });

  test('paths differ, no secret stands in a file, steps that destroy say so', async () => {
    const answer = await plan({ ...everything, target });
    const paths = answer.files.map((file: { path: string }) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(
      answer.steps.filter((step: { destructive?: boolean }) => step.destructive).map((step: { id: string }) => step.id.split('.')[0]),
    ).toContain('prune');
    expect(answer.warnings.join()).toMatch(/No age recipients given/);
  });

  test('the text of a file is in the answer once; the Markdown names it', async () => {
    const { structured, markdown } = await planBackups.run(parse(planBackups.input, pg()), { today: '2026-11-23' });
    const { files } = structured as unknown as { files: { path: string; text: string }[] };
    for (const { path, text } of files) {
      expect(markdown).toContain(path);
      expect(markdown).not.toContain(text);
    }
    expect(markdown.length).toBeLessThan(8000);
  });

  test('cost: known by size and region, with date and source; else unknown', async () => {
    const known = await plan({ ...pg({ compressedGb: 2, sizeGb: 6 }), target: { ...target, region: 'eu-central-1' } });
    expect(known.cost.items[0]).toMatchObject({ monthly: 1.03, currency: 'USD', asOf: '2026-08-20' });
    const unknown = await plan(pg());
    expect(unknown.cost.items[0].monthly).toBeNull();
  });
  test('cost: the working gives the sum, with what is included taken off first', async () => {
    const { cost } = await plan({
      ...pg({ compressedGb: 60, sizeGb: 200 }),
      target: { provider: 'hetzner', bucket: 'shop-backups', region: 'fsn1' },
    });
    const [, stored, out] = cost.items;
    const said = /^([\d.]+) GB held, less 1000 GB included = ([\d.]+) GB × 0\.0087 EUR per TB-hour × 730 h$/.exec(stored.formula);
    expect(Number(said?.[1]) - 1000).toBeCloseTo(Number(said?.[2]), 1);
    expect(stored.monthly).toBeCloseTo((Number(said?.[2]) / 1000) * 0.0087 * 730, 1);
    expect(out).toMatchObject({
      monthly: 0,
      formula: expect.stringMatching(/ GB a month, less 1000 GB included = 0 GB × 1 EUR per TB; free from/),
    });
  });

  test('systemd takes the units', async () => {
    const { files } = await plan({ ...everything, target });
    for (const { path, text } of files)
      if (path.endsWith('.timer')) expect(text).toMatch(/OnCalendar=(Sun )?\*-\*-(?:\*|05) [\d,]+:\d\d:00 UTC\n/);
  });
});
