import * as z from 'zod';
import { text, whole } from './fields.ts';
import { defineKind } from './kind.ts';

export const volume = defineKind(
  'volume',
  {
    sizeGb: whole(1, 16_000).default(10),
    server: text.optional().describe('attached to it; docker kinds run on it'),
    format: z.enum(['ext4', 'xfs']).default('ext4'),
  },
  // A docker volume lies on an engine, and that engine may run on a server of any cloud.
  {
    summary: 'a block device that outlives its server; on docker a named volume',
    refs: { server: { to: ['server'], anywhere: true } },
    aliases: ['disk', 'block_volume'],
    rare: ['format'],
  },
);
