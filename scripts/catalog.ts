/**
 * Writes `src/providers/<id>/catalog.json` from a folder of dated facts. The catalogs are never edited by hand.
 *
 *     tsx scripts/catalog.ts [--check] [facts folder]
 *
 * `--check` writes nothing and exits with 1 where a committed catalog differs from what the facts give. Without the
 * folder there is nothing to compare with, as in a clone elsewhere: that is said, and is no failure.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aws } from './catalog/aws.ts';
import { digitalocean } from './catalog/digitalocean.ts';
import { docker } from './catalog/docker.ts';
import type { Facts } from './catalog/facts.ts';
import { format } from './catalog/format.ts';
import { hetzner } from './catalog/hetzner.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean', default: false } } });
const folder = positionals[0] === undefined ? resolve(root, '../shared/facts') : resolve(positionals[0]);

if (existsSync(folder)) process.exitCode = run();
else console.log(`No facts at ${folder}: the catalogs stay as they are.`);

function run(): number {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const names = ['hetzner', 'aws', 'digitalocean', 'retired', 'refresh'] as const;
  const facts: Facts = Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as Facts;
  const differing: string[] = [];
  for (const catalog of [hetzner(facts), aws(facts), digitalocean(facts), docker(facts)]) {
    const path = join('src', 'providers', catalog.provider, 'catalog.json');
    const file = join(root, path);
    const text = format(catalog);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    differing.push(path);
    if (!values.check) writeFileSync(file, text);
  }
  for (const path of differing) console.log(values.check ? `${path} is not what the facts give: run npm run catalog` : `wrote ${path}`);
  return values.check && differing.length > 0 ? 1 : 0;
}
