/**
 * Writes test/backups/PROOF.md from the lab's last run: what was done to the backups of each engine, and which test
 * shows that a naive form's fault is not ours. `npm run proof -- [RESULTS.json...]`; `--check`
 * compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './build.ts';

interface Outcome {
  readonly fullName: string;
  readonly status: string;
}

const COLUMNS = ['round trip', 'point in time', 'faults'] as const;
const ENGINES = [
  'PostgreSQL',
  'MariaDB',
  'MySQL',
  'Redis',
  'Valkey',
  'SQLite',
  'Files',
  'Docker volumes',
  'Storage Box',
  'Config',
] as const;

/** A naive form, what it does, and the test in which ours is tried with the same fault. */
const NAIVE: readonly (readonly [form: string, fault: string, test: string])[] = [
  ['`pg_dump \\| gzip \\| aws s3 cp -`', 'wrong password: exit code 0, an object', 'PostgreSQL: faults wrong password'],
  ['the same', 'kill -9: a truncated object that gzip finds whole', 'PostgreSQL: faults the dump is killed midway'],
  ['the same', 'the backend is gone', "PostgreSQL: faults the dump's backend is terminated"],
  ['the same with pipefail', 'the truncated object stays at the final key', 'PostgreSQL: faults the dump is killed at its end'],
  ['`aws s3 cp -`', 'the store hangs up: exit code 0', 'PostgreSQL: faults the store: cut'],
  ['`pg_restore -l` as a check', 'passes on a truncated dump', 'PostgreSQL: faults the dump stops midway and says 0'],
  [
    '`\\| restic backup --stdin`',
    'kill: a snapshot of half a stream',
    'PostgreSQL: round trip: into a restic repository and back; one that is missing is not made',
  ],
  [
    '`restic check`',
    'misses flipped bytes',
    'Files: faults: flipped bytes in the repository are found by a drill, and not hidden by the cache',
  ],
  [
    '`restic backup`, exit code 3',
    'an incomplete snapshot becomes the newest',
    'Files: faults: a file that cannot be read, a wrong password, a bucket that is missing',
  ],
  ['`restic init`, `rclone rcat`', 'a mistyped bucket is created', 'PostgreSQL: faults the bucket is missing, and is not made'],
  ['`cp app.db`', 'rows of a live writer are lost', 'SQLite: round trip: from under a live writer'],
  ['`sqlite3 FILE .backup`', 'a missing file is created, and is the backup', 'SQLite: faults: the file is missing'],
  ['`redis-cli BGSAVE`, then cp', 'wrong password: a stale file', 'Redis: faults: wrong password'],
  [
    'RDB under `appendonly yes`',
    'an empty database',
    'Redis: round trip: a server of its own in the drill; by the steps of the plan into an append-only server',
  ],
  ["mariadb-dump's defaults", 'routines and events are missing', 'MariaDB: round trip: rows, routine, event, trigger, account'],
  [
    'pg_dump alone',
    'roles are missing on a new server',
    'PostgreSQL: round trip: rows, sequence, owner, role, large object; live data untouched',
  ],
  ['cron with `%`', 'the job never runs', 'schedulers cron every line has five fields, a user and a command without a percent sign'],
  [
    'a database called `a=b`',
    'is taken for a connection string',
    'PostgreSQL: round trip: rows, sequence, owner, role, large object; live data untouched',
  ],
  [
    'decrypting into the restore',
    'half the data goes in before the error',
    'an object is flipped: restore and drill stop before anything is made, and nothing is pruned behind it',
  ],
  [
    'prune by age',
    'the last good copy goes once backups stop',
    'PostgreSQL: faults: prune keeps everything without a fresh backup, and the union with one',
  ],
  [
    '`test ! -f && cp` as archive_command',
    'stays stuck after a full disk',
    'PostgreSQL: point in time an archive that was cut off by a full disk goes on',
  ],
  [
    'alarm on `failed_count`',
    'stays silent while segments are missing',
    'PostgreSQL: point in time a gap in the log: the sending, the drill and every restore behind it fail',
  ],
];

/** Faults beside those of the naive forms, and surroundings that must be none: what ours does, and the test. */
const FURTHER: readonly (readonly [fault: string, ours: string, test: string])[] = [
  [
    "a restored copy's events run at once, beside the live ones",
    'they come back disabled',
    'MySQL: round trip: rows, routine, event, trigger',
  ],
  [
    "the dump's user sees a part of the database: exit code 0",
    'refused, with the grants',
    'MySQL: faults: a user who sees a part of the database',
  ],
  ['the folder is a symbolic link: the link alone is kept', 'refused, with the path', 'Files: faults: a link in the place of the folder'],
  [
    'the repository is a shallow clone: its bundle cannot be cloned',
    'refused',
    'Config: faults: a shallow clone, whose bundle could not be cloned',
  ],
  ['the clock went backwards: a restore takes an older backup', 'the run fails', 'further the clock went backwards'],
  ['keys half rotated', 'the drill fails; old backups open with the old key', 'further keys half rotated'],
  ['the store answers 503 SlowDown', 'asked again; a failure if it stays so', 'further a store that is busy now and then'],
  ['more than 1,000 objects', 'all pages are read', 'further more than a page of 1,000 backups'],
  ['no HOME, no locale, umask 0, a read-only /tmp', 'works', 'further as a timer starts it'],
  ['no room where a restore goes', 'a failure, and no file that looks like one', 'further no room where a restore goes'],
  ['a failover: a new timeline', 'the log goes on in it', 'PostgreSQL: point in time a failover: the log goes on in a new timeline'],
  [
    'hard links, sparse files, loops of links, names of 255 bytes, line breaks in names',
    'come back as they were',
    'Storage Box: round trip: files with all that belongs to them',
  ],
  ['restic is killed and leaves a lock', 'the next run is well', 'Storage Box: faults: restic is killed midway, and leaves a lock'],
  ['the SFTP connection ends midway', 'a failure; the next run is well', 'Storage Box: faults: the connection ends midway'],
  ["another machine answers in the store's name", 'a failure', 'Storage Box: faults: another machine answers in its name'],
  ['a docker volume whose name is mistyped', 'a failure; none is made', 'Docker volumes: faults: an empty one, one that is missing'],
];

function page(outcomes: readonly Outcome[]): string {
  const problems: string[] = [];
  const rows = ENGINES.map((engine) => {
    const of = (column: string): Outcome[] => outcomes.filter(({ fullName }) => fullName.includes(`${engine}: ${column}`));
    const counts = COLUMNS.map((column) => {
      const all = of(column);
      problems.push(...all.filter(({ status }) => status !== 'passed').map(({ fullName, status }) => `${status}: ${fullName}`));
      return all.filter(({ status }) => status === 'passed').length;
    });
    return `| ${engine} | ${counts.map((count) => (count === 0 ? '–' : count)).join(' | ')} | 0 |`;
  });
  const shown = (table: typeof NAIVE): string[] =>
    table.map(([first, second, name]) => {
      const found = outcomes.filter(({ fullName }) => fullName.includes(name));
      if (found.length === 0 || found.some(({ status }) => status !== 'passed')) problems.push(`no passed test "${name}"`);
      return `| ${first} | ${second} | ${name} |`;
    });
  const [naive, further] = [shown(NAIVE), shown(FURTHER)];
  if (problems.length > 0) throw new Error(`the lab's run proves less than the page says:\n${problems.join('\n')}`);
  return `<!-- Written by \`npm run proof\` from the lab's results. -->
# What was done to the backups

The scripts as \`plan_backups\` gives them, unmodified, against real engines and an S3 API on loopback. Each number is that
many tests, all passed. After each fault the exit code is not 0, the failure is signalled and nothing is committed; with
PostgreSQL also no good backup changes, the live data and the list of databases are as they were, no process and no file
is left, and no secret was seen.

| engine | round trip | point in time | faults | silent losses |
|---|---|---|---|---|
${rows.join('\n')}

MySQL and Valkey are Debian sid's (9.7 and 9.1), Docker volumes those of a real engine, the Storage Box an OpenSSH server with
SFTP. Not executed: MongoDB, for which no server can be had here; PowerShell, which is parsed; macOS, whose tools and bash 3.2
are kept to by rule. There the first drill has to prove them. \`npm run bench:restore\` says
how long a restore takes.

## Naive forms, and the test in which ours meets the same fault

| form | what it does | test |
|---|---|---|
${naive.join('\n')}

## Further faults

| fault | ours | test |
|---|---|---|
${further.join('\n')}
`;
}

const given = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
/** Of several runs, what the last one that ran a test says of it. */
const outcomes = new Map<string, Outcome>();
for (const file of given.length > 0 ? given : [join(root, '.cache/lab.json')]) {
  const { testResults } = JSON.parse(await readFile(file, 'utf8')) as { testResults: { assertionResults: Outcome[] }[] };
  for (const one of testResults.flatMap(({ assertionResults }) => assertionResults))
    if (one.status === 'passed' || one.status === 'failed' || !outcomes.has(one.fullName)) outcomes.set(one.fullName, one);
}
const text = page([...outcomes.values()]);
const path = join(root, 'test/backups/PROOF.md');
if (process.argv.includes('--check')) {
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
    console.error('test/backups/PROOF.md is not what the lab gives: npm run proof');
    process.exitCode = 1;
  }
} else await writeFile(path, text);
