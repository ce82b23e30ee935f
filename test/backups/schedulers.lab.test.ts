import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';
import { DTD, TASK_SCHEMA } from './schemas.ts';

/** What starts the scripts, given to the schedulers themselves. */
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const root = process.platform === 'linux' && process.getuid?.() === 0;

type File = { path: string; mode: string; text: string };
const files = async (more: Record<string, unknown>): Promise<File[]> => {
  const input = {
    sources: [
      { engine: 'postgresql', name: 'app', sizeGb: 1 },
      { engine: 'files', path: '/srv/www' },
      { engine: 'sqlite', path: '/srv/a.db' },
    ],
    target: { provider: 's3', bucket: 'acme-backups' },
    ...more,
  };
  return (await planBackups.run(parse(planBackups.input, input), { today: '2026-11-23' })).structured.files as unknown as File[];
};

describe('schedulers', () => {
  const dir = mkdtempSync(join(tmpdir(), 'schedulers-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** Writes the files at their own paths below a folder. */
  const write = (below: string, all: readonly File[]): void => {
    for (const { path, mode, text } of all.filter((file) => file.path.startsWith('/'))) {
      mkdirSync(dirname(join(below, path)), { recursive: true });
      writeFileSync(join(below, path), text, { mode: Number.parseInt(mode, 8) });
    }
  };
  /** Inside a mount namespace whose /etc, /opt and /var/lib are the machine's with ours on top; nothing of the machine changes. */
  const inside = (below: string): string =>
    ['etc', 'opt', 'var/lib']
      .map((at) => {
        const work = join(below, '.work', at);
        mkdirSync(work, { recursive: true });
        mkdirSync(join(below, at), { recursive: true });
        return `mount -t overlay overlay -o lowerdir=/${at},upperdir=${join(below, at)},workdir=${work} /${at}`;
      })
      .join(' && ');
  /** Overlays take no folder of an overlay on top: a file system of their own. */
  const scratch = (name: string): string => {
    const at = join(dir, name);
    mkdirSync(at);
    return at;
  };
  const setUp = (at: string): string => `mount -t tmpfs tmpfs ${at}`;

  test.skipIf(!root || !has('systemd-analyze'))('systemd-analyze verify has nothing to say', async () => {
    const all = await files({ rpo: '15m', schedule: 'systemd', drillEvery: '90d' });
    const staged = scratch('staged');
    write(staged, all);
    const at = scratch('systemd');
    const units = all.flatMap(({ path }) => /^\/etc\/systemd\/system\/(.*\.timer)$/.exec(path)?.[1] ?? []);
    expect(units).toHaveLength(7);
    const names = units.flatMap((unit) => [unit, unit.replace(/timer$/, 'service')]).join(' ');
    const text = `set -e; ${setUp(at)}; cp -a ${staged}/. ${at}/; mkdir -p ${at}/.work/etc ${at}/.work/opt ${at}/.work/var/lib ${at}/var/lib; ${inside(at)}; cd /etc/systemd/system; systemd-analyze verify ${names}`;
    const { status, stderr, stdout } = spawnSync('unshare', ['-m', 'bash', '-c', text], { encoding: 'utf8' });
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
  });

  test.skipIf(!has('systemd-analyze'))('every calendar line is one, and drills come as often as was asked', async () => {
    for (const drillEvery of ['1d', '7d', '30d', '90d', '365d']) {
      for (const { path, text } of await files({ drillEvery, rpo: '12h' })) {
        if (!path.endsWith('.timer')) continue;
        const [, line = ''] = /^OnCalendar=(.*)$/m.exec(text) as RegExpExecArray;
        const { status, stdout } = spawnSync('systemd-analyze', ['calendar', '--iterations=2', '--base-time=2026-01-06', line], {
          encoding: 'utf8',
        });
        expect(status, line).toBe(0);
        const [first = 0, second = 0] = [
          ...stdout.matchAll(/UTC\): \w+ ([\d-]+ [\d:]+)|(?:Next elapse|Iter. #2): \w+ ([\d-]+ [\d:]+) UTC/g),
        ].map(([, a, b]) => Date.parse(`${a ?? b}Z`));
        if (path.includes('drill'))
          expect((second - first) / 86_400_000, `${drillEvery} ${line}`).toBeLessThanOrEqual(Number.parseInt(drillEvery, 10) + 3);
      }
    }
  });

  describe('cron', () => {
    let cron: ChildProcess | undefined;
    afterAll(() => {
      if (cron?.pid !== undefined && cron.exitCode === null) process.kill(-cron.pid, 'SIGTERM');
    });

    test.skipIf(!root || !has('cron'))(
      'runs the job as it stands',
      async () => {
        const all = await files({ rpo: '3m', schedule: 'cron' });
        const staged = scratch('staged-cron');
        write(staged, all);
        mkdirSync(join(staged, 'etc', 'backups'), { recursive: true });
        // Nothing answers there: the run fails at once, and its lock shows that it was.
        writeFileSync(join(staged, 'etc', 'backups', 'env'), 'AWS_MAX_ATTEMPTS=1\nAWS_ENDPOINT_URL=http://127.0.0.1:1\n', { mode: 0o600 });
        expect(all.find(({ path }) => path === '/etc/cron.d/backups')?.text).toMatch(/^\* \* \* \* \* root \/opt\/backups\/app\.sh log$/m);
        const at = scratch('cron');
        const state = join(at, 'var/lib/backups');
        const text = `set -e; ${setUp(at)}; cp -a ${staged}/. ${at}/; mkdir -p ${at}/.work/etc ${at}/.work/opt ${at}/.work/var/lib ${at}/var/lib; ${inside(at)}; chown root:root /etc/cron.d/backups; touch ${dir}/up; cron -f & while sleep 1; do [ ! -d /var/lib/backups ] || ls /var/lib/backups >${dir}/state; done`;
        cron = spawn('unshare', ['-m', '-p', '-f', '--kill-child', 'bash', '-c', text], { stdio: 'ignore', detached: true });
        const end = Date.now() + 75_000;
        const ran = () => existsSync(join(dir, 'state')) && readFileSync(join(dir, 'state'), 'utf8').includes('app.log.lock');
        while (Date.now() < end && !ran()) await new Promise((done) => setTimeout(done, 500));
        expect(existsSync(join(dir, 'up'))).toBe(true);
        expect(ran(), state).toBe(true);
      },
      300_000,
    );

    test('every line has five fields, a user and a command without a percent sign', async () => {
      for (const drillEvery of ['1d', '7d', '30d', '90d', '365d']) {
        for (const { path, text } of await files({ schedule: 'cron', rpo: '15m', drillEvery })) {
          if (!path.startsWith('/etc/cron.d/')) continue;
          expect(path).toMatch(/^\/etc\/cron\.d\/[a-z-]+$/);
          const lines = text.split('\n').filter((line) => /^[\d*]/.test(line));
          expect(lines.length).toBeGreaterThan(0);
          for (const line of lines) expect(line).toMatch(/^(?:[\d*/,]+ ){5}root \/opt\/backups\/[a-z0-9-]+\.sh (?:backup|log|drill)$/);
          expect(text.endsWith('\n')).toBe(true);
        }
      }
    });
  });

  /** What xmllint has to say of all of them. */
  const valid = (flags: readonly string[], texts: readonly string[]): string => {
    const paths = texts.map((text, i) => {
      const path = join(dir, `${i}.xml`);
      writeFileSync(path, text);
      return path;
    });
    return spawnSync('xmllint', ['--noout', '--nonet', ...flags, ...paths], { encoding: 'utf8' }).stderr;
  };
  const often = ['1d', '7d', '30d', '90d', '365d'];

  test.skipIf(!has('xmllint'))('launchd: every plist is valid against its DTD, and has the keys that launchd knows', async () => {
    writeFileSync(join(dir, 'plist.dtd'), DTD);
    const plists = (await Promise.all(often.map((drillEvery) => files({ os: 'darwin', rpo: '15m', drillEvery }))))
      .flat()
      .filter(({ path }) => path.endsWith('.plist'));
    expect(plists).toHaveLength(30);
    expect(
      valid(
        ['--dtdvalid', join(dir, 'plist.dtd')],
        plists.map(({ text }) => text.replace(/^<!DOCTYPE.*$/m, '')),
      ),
    ).toBe('');
    const program = 'import json, plistlib, sys; print(json.dumps([plistlib.loads(one.encode()) for one in json.load(sys.stdin)]))';
    const read = JSON.parse(
      execFileSync('python3', ['-c', program], { input: JSON.stringify(plists.map(({ text }) => text)), encoding: 'utf8' }),
    );
    for (const [i, one] of read.entries()) {
      expect(plists[i]?.path).toBe(`/Library/LaunchDaemons/${one.Label}.plist`);
      expect(one.ProgramArguments[0]).toMatch(/^\/opt\/backups\//);
      for (const slot of one.StartCalendarInterval ?? [])
        for (const [key, value] of Object.entries(slot as Record<string, number>))
          expect(value).toBeLessThanOrEqual({ Month: 12, Day: 31, Weekday: 7, Hour: 23, Minute: 59 }[key] as number);
      expect(one.StartCalendarInterval !== undefined || one.StartInterval > 0).toBe(true);
    }
  });

  test.skipIf(!has('xmllint'))('Task Scheduler: every task is valid against its schema', async () => {
    writeFileSync(join(dir, 'task.xsd'), TASK_SCHEMA);
    const sources = [
      { engine: 'postgresql', name: 'app', sizeGb: 1 },
      { engine: 'files', path: 'C:\\www' },
    ];
    const tasks = (
      await Promise.all(often.map((drillEvery) => files({ os: 'win32', rpo: drillEvery === '1d' ? '2h' : '24h', drillEvery, sources })))
    )
      .flat()
      .filter(({ path }) => path.endsWith('.xml'));
    expect(tasks).toHaveLength(20);
    const said = valid(
      ['--schema', join(dir, 'task.xsd')],
      tasks.map(({ text }) => text),
    );
    expect(
      said
        .trim()
        .split('\n')
        .filter((line) => !line.endsWith(' validates')),
    ).toEqual([]);
  });
});
