/**
 * Prints, and writes to test/backups/RESTORE.md, how long a backup and a restore take on this machine, at least and per GB: `npm run bench:restore -- [MB]`. Real
 * engines, the scripts as plan_backups gives them, an S3 API on loopback; so no network is in the figures.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
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
/** What else the machine had to do: the figures mean little where this is not near 0. */
const load = loadavg()[0]?.toFixed(1);
const machine = `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`;
const today = new Date().toISOString().slice(0, 10);
const [small, large] = [await measure(SMALL), await measure(megabytes)];
const rows = large.map(({ engine, ...took }, i) => {
  // Starting the programs takes as long for little data; what is left grows with it.
  const told = (['backup', 'restore'] as const).flatMap((verb) => {
    const least = small[i]?.[verb] ?? 0;
    const more = ((took[verb] - least) / (megabytes - SMALL)) * 1000;
    return [least.toFixed(1), more > 0 ? more.toFixed(0) : 'lost in the noise: take more'];
  });
  return `| ${[engine, ...told].join(' | ')} |`;
});
const page = `<!-- Written by \`npm run bench:restore\`. -->
# How long a restore takes

Measured on ${today} on ${machine}, with a load of ${load} from elsewhere when it began, by \`npm run bench:restore -- ${megabytes}\`: the
scripts as \`plan_backups\` gives them, real engines, an S3 API on loopback, so no network is in the figures. Each with ${SMALL} MB
and with ${megabytes} MB, half of it compressible; the seconds at least are those of ${SMALL} MB, the seconds per GB what more data adds.

| engine | backup, at least (s) | backup, per GB (s) | restore, at least (s) | restore, per GB (s) |
|---|---|---|---|---|
${rows.join('\n')}

A backup reads everything back, and a dump's own program reads it as it is made: that is in its figures. The plan's own
estimates (SKILL.md, and the formula beside each RTO) are judgement until a drill on your machine prints its seconds.
`;
console.log(page);
await writeFile(join(root, 'test/backups/RESTORE.md'), page);
