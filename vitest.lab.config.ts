import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The lab: the vendors' own CLIs against clouds on loopback. It takes minutes; test/lab/setup gets what it needs. */
export default mergeConfig(
  // The further kinds on AWS were lived through one by one and not yet in one run: `LAB_AWS_KINDS=1 npm run lab` takes them along.
  {
    ...base,
    test: { ...base.test, include: [], exclude: process.env.LAB_AWS_KINDS ? [] : ['test/lab/aws_kinds.lab.test.ts'], globalSetup: [] },
  },
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
