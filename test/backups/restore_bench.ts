import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Lab } from './lab.ts';

export interface Measured {
  readonly engine: string;
  /** Seconds. */
  readonly backup: number;
  readonly restore: number;
}

/** Each engine with that much data, half of it compressible, once there and back. */
export async function measure(megabytes: number): Promise<Measured[]> {
  const lab = new Lab();
  await lab.start();
  const timed = async (script: string, args: string[]): Promise<number> => {
    const begun = performance.now();
    const { code, err } = await lab.run(script, args);
    if (code !== 0) throw new Error(err);
    return (performance.now() - begun) / 1000;
  };
  const both = async (engine: string, script: string, into: string): Promise<Measured> => ({
    engine,
    backup: await timed(script, ['backup']),
    restore: await timed(script, ['restore', '--into', into]),
  });
  try {
    await lab.postgres();
    lab.sql('CREATE DATABASE app');
    lab.sql(
      `CREATE TABLE t (n bigserial PRIMARY KEY, random text, plain text);
       INSERT INTO t (random, plain) SELECT md5(i::text) || md5((i * 7)::text), repeat('text ', 13) FROM generate_series(1, ${megabytes * 6000}) i;
       CREATE INDEX ON t (random)`,
      'app',
    );
    const [pg = ''] = await lab.write([{ engine: 'postgresql', name: 'app' }], 'pg');
    const file = join(lab.dir, 'app.db');
    lab.tool(
      'sqlite3',
      [file],
      `CREATE TABLE t (n INTEGER PRIMARY KEY, random TEXT, plain TEXT); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${megabytes * 1000}) INSERT INTO t SELECT n, hex(randomblob(250)), printf('%.500c', 'x') FROM c;`,
    );
    const [lite = ''] = await lab.write([{ engine: 'sqlite', path: file }], 'lite');
    const folder = join(lab.dir, 'www');
    mkdirSync(folder);
    for (let i = 0; i < megabytes; i++)
      writeFileSync(join(folder, String(i)), Buffer.concat([randomBytes(500_000), Buffer.alloc(500_000, 'x')]));
    const [www = ''] = await lab.write([{ engine: 'files', path: folder }], 'www');
    writeFileSync(join(lab.dir, 'config', 'restic-password'), 'bench', { mode: 0o600 });
    await lab.run(www, ['init']);
    return [
      await both('PostgreSQL', pg, 'again'),
      await both('SQLite', lite, join(lab.dir, 'again.db')),
      await both('files', www, join(lab.dir, 'again')),
    ];
  } finally {
    await lab.stop();
  }
}
