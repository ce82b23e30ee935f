import * as z from 'zod';
import { list, size, text, version, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const cache = defineKind(
  'cache',
  {
    engine: z
      .preprocess((v) => (typeof v === 'string' ? v.toLowerCase() : v), z.enum(['valkey', 'redis']))
      .default('valkey')
      .describe('valkey is the free continuation of redis, and speaks its protocol'),
    version: version.optional(),
    size: size.default({ memoryGb: 1 }),
    network: text.optional(),
    access: list(text).describe('servers that may connect'),
    highAvailability: yesNo.default(false).describe('a replica that takes over'),
  },
  {
    summary: 'a managed cache',
    refs: { network: { to: ['network'] }, access: { to: ['server'] } },
    aliases: ['redis', 'valkey', 'elasticache'],
    rare: true,
  },
);
