import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { core } from '../../src/planner/backup/lib/core.ts';
import { kept } from '../../src/planner/backup/retention.ts';
import { render } from '../../src/planner/backup/script.ts';
import { quote } from '../../src/render/bash.ts';

const lacking = spawnSync('restic', ['version']).status !== 0;
if (lacking) console.warn('backups, retention: skipped, restic is missing');

/** Moments where days, ISO weeks, months and years turn, and several on one day. */
const edges = [
  '2024-02-29',
  '2025-12-31',
  '2026-01-01',
  '2026-01-04',
  '2026-01-05',
  '2026-03-01',
  '2026-06-30',
  '2026-11-22',
  '2026-11-23',
];
const moment = fc
  .tuple(fc.constantFrom(...edges), fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 86_399 }))
  .map(([day, days, seconds]) => new Date(Date.parse(day) + days * 86_400_000 + seconds * 1000));
const policy = fc.record({
  daily: fc.integer({ min: 0, max: 5 }),
  weekly: fc.integer({ min: 0, max: 4 }),
  monthly: fc.integer({ min: 0, max: 4 }),
  yearly: fc.integer({ min: 0, max: 2 }),
  last: fc.integer({ min: 1, max: 3 }),
});
const HOSTS = 4;
const SNAPSHOTS = 8;
const POLICIES = 25;

describe.skipIf(lacking)('retention decides as restic forget does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'retention-'));
  const env = {
    ...process.env,
    TZ: 'UTC',
    RESTIC_REPOSITORY: join(dir, 'repo'),
    RESTIC_PASSWORD: 'x',
    RESTIC_CACHE_DIR: join(dir, 'cache'),
  };
  const restic = (...args: string[]): string => execFileSync('restic', args, { env, encoding: 'utf8' });
  const sets = fc.sample(fc.uniqueArray(moment, { minLength: SNAPSHOTS, maxLength: SNAPSHOTS, selector: (time) => time.getTime() }), {
    numRuns: HOSTS,
    seed: 20261123,
  });
  beforeAll(() => {
    writeFileSync(join(dir, 'file'), 'x');
    restic('init', '--quiet');
    for (const [host, times] of sets.entries())
      for (const time of times)
        restic('backup', '--quiet', '--host', `h${host}`, '--time', time.toISOString().replace('T', ' ').slice(0, 19), join(dir, 'file'));
  }, 300_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test(`${HOSTS * POLICIES} sets of snapshots and rules`, () => {
    const decide = `SOURCE=x; eval "$LIB"; decide`;
    for (const rules of fc.sample(policy, { numRuns: POLICIES, seed: 7 })) {
      const { last, ...counts } = rules;
      const flags = Object.entries(counts).flatMap(([rule, count]) => (count === 0 ? [] : [`--keep-${rule}`, String(count)]));
      const groups = JSON.parse(restic('forget', '--dry-run', '--json', '--group-by', 'host', '--keep-last', String(last), ...flags)) as {
        host: string;
        keep: { time: string }[];
      }[];
      expect(groups).toHaveLength(HOSTS);
      for (const { host, keep } of groups) {
        const times = sets[Number(host.slice(1))] as Date[];
        const theirs = keep.map(({ time }) => new Date(time).toISOString()).sort();
        expect(
          kept(times, counts, last)
            .map((time) => time.toISOString())
            .sort(),
          JSON.stringify(rules),
        ).toEqual(theirs);
        // The script's own, too.
        const ids = times.map((time) => `${time.toISOString().replace(/[-:]|\.\d+/g, '')}-1`);
        const out = execFileSync('bash', ['-c', decide], {
          input: `${[...ids].sort().reverse().join('\n')}\n`,
          encoding: 'utf8',
          env: {
            ...process.env,
            LIB: render(core, quote),
            KEEP: `${counts.daily} ${counts.weekly} ${counts.monthly} ${counts.yearly}`,
            KEEP_LAST: String(last),
          },
        });
        const ours = out.split('\n').flatMap((line) => /^keep (.*)$/.exec(line)?.[1] ?? []);
        expect(ours.sort()).toEqual(theirs.map((time) => `${time.replace(/[-:]|\.\d+/g, '')}-1`));
      }
    }
  }, 300_000);
});
