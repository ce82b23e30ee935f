/** Bundles the server into dist/: `tsx scripts/build.ts`, or `build(folder)`. The same sources give the same bytes. */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { stackSchema } from '../src/terminal/stack_schema.ts';
import { pages } from './page.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const NAME = 'infrastructure-skill.js';

/** What of a dependency is left out of the bundle, with what stands in for it. Each would cost start-up or draw in what the bundle must not hold. */
const REPLACED: readonly { readonly path: RegExp; readonly contents: string }[] = [
  // The SDK would check answers to elicitation with it; the tool's own schema does (src/server/index.ts).
  {
    path: /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/,
    contents: 'export class AjvJsonSchemaValidator { getValidator() { throw new Error("left out of the bundle"); } }',
  },
  // The SDK takes schemas of zod 3 too; here are none.
  {
    path: /[\\/]zod-to-json-schema[\\/]dist[\\/]esm[\\/]index\.js$/,
    contents: 'export const zodToJsonSchema = () => { throw new Error("left out of the bundle"); };',
  },
  { path: /zod[\\/]v3[\\/]index\.js$/, contents: 'export const object = () => { throw new Error("left out of the bundle"); };' },
  // Only YAML: the JavaScript engine is an eval.
  {
    path: /gray-matter[\\/]lib[\\/]engines\.js$/,
    contents: 'const yaml = require("js-yaml"); exports.yaml = { parse: yaml.safeLoad, stringify: yaml.safeDump };',
  },
];

const leaveOut: esbuild.Plugin = {
  name: 'leave-out',
  setup(build) {
    for (const { path, contents } of REPLACED) build.onLoad({ filter: path }, () => ({ contents, loader: 'js' }));
    // Of package.json, what the program says of itself.
    build.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined;
      const { name, version, description } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ name, version, description }), loader: 'json' };
    });
    // It would get its WebAssembly from an address; here the bytes are given to it.
    build.onLoad({ filter: /[\\/]resvg-wasm[\\/]index\.mjs$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8')).replace('input = fetch(input);', 'throw new Error("left out of the bundle");');
      return { contents, loader: 'js' };
    });
    // gray-matter reads files if asked to; it is not.
    build.onResolve({ filter: /^fs$/ }, ({ importer }) =>
      /[\\/]gray-matter[\\/]/.test(importer) ? { path: 'fs', namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export {};', loader: 'js' }));
  },
};

/** Empties the folder and builds into it. */
export async function build(folder: string): Promise<esbuild.Metafile> {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { 'infrastructure-skill': 'src/bin.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    chunkNames: 'chunks/[name]-[hash]',
    loader: { '.md': 'text', '.wasm': 'binary', '.ttf': 'binary' },
    // Its build for browsers is the same in ES modules, which can be bundled into one.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    // Not minified: it starts no faster, and a report of a defect can name a line.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [leaveOut, pages],
  });
  await chmod(join(folder, NAME), 0o755);
  // For editors, which are told its place in a stack file's first line.
  await writeFile(join(folder, 'stack.schema.json'), `${JSON.stringify(stackSchema(), null, 1)}\n`);
  await writeFile(join(folder, 'LICENSES.txt'), await licenses(metafile));
  return metafile;
}

/** The licence texts of all packages in the bundle, as each of them asks. */
async function licenses(metafile: esbuild.Metafile): Promise<string> {
  const found = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []) : [],
    ),
  );
  const texts = [...new Set(found)].sort().map(async (folder) => {
    const { name, version, license, repository } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).filter((entry) => /^licen[cs]e/i.test(entry)).sort()[0];
    const text =
      file === undefined
        ? `Licence: ${license}\nSource: ${String(repository?.url ?? repository).replace(/^git@([^:]+):/, 'https://$1/')}`
        : (await readFile(join(root, folder, file), 'utf8')).replaceAll('\r\n', '\n').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

if (argv[1] === fileURLToPath(import.meta.url)) await build(join(root, 'dist'));
