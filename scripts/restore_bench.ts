/**
 * Prints how long a backup and a restore take per GB of data on this machine: `npm run bench:restore -- [MB]`. Real
 * engines, the scripts as plan_backups gives them, an S3 API on loopback; so no network is in the figures.
 */
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { root } from './build.ts';

const outfile = join(root, '.cache/restore_bench.mjs');
await mkdir(join(root, '.cache'), { recursive: true });
// The lab reads the skill's documents as text, which only a bundle does.
await esbuild.build({
  entryPoints: [join(root, 'test/backups/restore_bench.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  loader: { '.md': 'text' },
  logLevel: 'error',
});
const { measure } = (await import(pathToFileURL(outfile).href)) as typeof import('../test/backups/restore_bench.ts');
const megabytes = Number(argv[2] ?? 200);
console.log(
  `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, ${new Date().toISOString().slice(0, 10)}, ${megabytes} MB each`,
);
for (const { engine, backup, restore } of await measure(megabytes))
  console.log(`${engine}: backup ${Math.round(backup)} s per GB, restore ${Math.round(restore)} s per GB`);
