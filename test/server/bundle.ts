import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { build, NAME } from '../../scripts/build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built server that the tests start. */
    bundle: string;
    /** The sources and packages that went into the bundle. */
    bundled: string[];
    /** Those of them that are loaded before the first request can be answered. */
    startup: string[];
  }
}

/** Builds the server once for all tests, in a folder of its own, so that a test never sees an old dist. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'infrastructure-bundle-'));
  const metafile = await build(folder);
  project.provide('bundle', join(folder, NAME));
  const chunks = Object.entries(metafile.outputs).map(([path, output]) => ({ path, ...output }));
  project.provide('bundled', sources(chunks));
  project.provide('startup', sources(startup(chunks)));
  return () => rm(folder, { recursive: true, force: true });
}

type Chunk = Metafile['outputs'][string] & { readonly path: string };

function sources(chunks: readonly Chunk[]): string[] {
  const used = chunks.flatMap(({ inputs, imports }) => [
    ...Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ...imports.filter(({ external }) => external).map(({ path }) => path),
  ]);
  return [...new Set(used)].sort();
}

/** bin, the main program and the transport that it goes on with, and all that these import at once. */
function startup(chunks: readonly Chunk[]): Chunk[] {
  const loaded = chunks.filter(
    ({ path, entryPoint }) => basename(path) === NAME || entryPoint === 'src/main.ts' || entryPoint === 'src/transport/stdio.ts',
  );
  for (const { imports } of loaded) {
    for (const { path, kind } of imports) {
      const chunk = chunks.find((one) => one.path === path);
      if (kind === 'import-statement' && chunk !== undefined && !loaded.includes(chunk)) loaded.push(chunk);
    }
  }
  return loaded;
}
