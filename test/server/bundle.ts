import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build, NAME } from '../../scripts/build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built server that the tests start. */
    bundle: string;
    /** The sources and packages that went into the bundle. */
    bundled: string[];
  }
}

/** Builds the server once for all tests, in a folder of its own, so that a test never sees an old dist. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'infrastructure-bundle-'));
  const metafile = await build(folder);
  project.provide('bundle', join(folder, NAME));
  const used = Object.values(metafile.outputs).flatMap(({ inputs, imports }) => [
    ...Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ...imports.filter(({ external }) => external).map(({ path }) => path),
  ]);
  project.provide('bundled', [...new Set(used)].sort());
  return () => rm(folder, { recursive: true, force: true });
}
