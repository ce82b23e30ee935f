import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The lab: the vendors' own CLIs against clouds on loopback. It takes minutes; test/lab/setup gets what it needs. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [], globalSetup: [] } },
  defineConfig({
    test: {
      include: ['test/**/*.lab.test.ts'],
      testTimeout: 600_000,
      // Whole lives of stacks, which wait for half of their time: three at once keep two cores busy.
      maxWorkers: 3,
      outputFile: { json: '.cache/lab.json' },
    },
  }),
);
