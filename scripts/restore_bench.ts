/**
 * Prints how long a backup and a restore take on this machine, at least and per GB: `npm run bench:restore -- [MB]`. Real
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
const SMALL = 10;
const megabytes = Number(argv[2] ?? 500);
console.log(
  `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}, ${new Date().toISOString().slice(0, 10)}, ${megabytes} MB each`,
);
const [small, large] = [await measure(SMALL), await measure(megabytes)];
for (const [i, { engine, ...took }] of large.entries()) {
  // Starting the programs takes as long for little data; what is left grows with it.
  const told = (['backup', 'restore'] as const).map((verb) => {
    const least = small[i]?.[verb] ?? 0;
    return `${verb} ${least.toFixed(1)} s and ${(((took[verb] - least) / (megabytes - SMALL)) * 1000).toFixed(0)} s per GB`;
  });
  console.log(`${engine}: ${told.join(', ')}`);
}
