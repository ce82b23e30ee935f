import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    {
      // What esbuild's text loader does for the bundle.
      name: 'markdown-as-text',
      enforce: 'pre',
      async load(id) {
        return id.endsWith('.md') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))};` : undefined;
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // The lab runs on its own (npm run lab), but for a slice of it.
    exclude: ['test/**/*.lab.test.ts'],
    globalSetup: ['test/server/bundle.ts'],
    testTimeout: 30_000,
    // The summary that .ci/run reads.
    reporters: ['default', 'json', './test/lab/reporter.ts'],
    outputFile: { json: '.cache/vitest.json' },
  },
});
