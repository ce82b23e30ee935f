import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';
import { inlined } from './scripts/page.ts';

export default defineConfig({
  plugins: [
    {
      // What the build does for the bundle.
      name: 'files-as-modules',
      enforce: 'pre',
      async load(id) {
        if (/\.(wasm|ttf)$/.test(id))
          return `import { readFileSync } from 'node:fs'; export default new Uint8Array(readFileSync(${JSON.stringify(id)}));`;
        const text = id.endsWith('.md') ? await readFile(id, 'utf8') : id.endsWith('.html') ? await inlined(id) : undefined;
        return text === undefined ? undefined : `export default ${JSON.stringify(text)};`;
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // The lab runs on its own (npm run lab), but for a slice of it.
    exclude: ['test/**/*.lab.test.ts'],
    globalSetup: ['test/server/bundle.ts'],
    // Also of packages, which Node would else be left to load.
    server: { deps: { inline: [/\.(wasm|ttf)$/] } },
    testTimeout: 30_000,
    // The summary that .ci/run reads.
    reporters: ['default', 'json', './test/lab/reporter.ts'],
    outputFile: { json: '.cache/vitest.json' },
  },
});
