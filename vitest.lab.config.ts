import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The lab: the vendors' own CLIs against clouds on loopback. It takes minutes; test/lab/setup gets what it needs. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [], globalSetup: [] } },
  defineConfig({
    test: {
      include: ['test/**/*.lab.test.ts'],
      testTimeout: 600_000,
      // Whole lives of stacks: two at once is what a small machine takes.
      maxWorkers: 2,
      outputFile: { json: '.cache/lab.json' },
    },
  }),
);
