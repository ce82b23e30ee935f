import * as z from 'zod';
import { list, size, text, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

const ENGINES: Record<string, string> = {
  postgres: 'postgresql',
  pg: 'postgresql',
  psql: 'postgresql',
  mariadb: 'mariadb',
  redis: 'valkey',
};

export const database = defineKind(
  'database',
  {
    engine: z
      .preprocess((v) => (typeof v === 'string' ? (ENGINES[v.toLowerCase()] ?? v.toLowerCase()) : v), z.enum(['postgresql', 'mysql']))
      .default('postgresql'),
    version: z
      .preprocess((v) => (typeof v === 'number' ? String(v) : v), text.regex(/^\d+(?:\.\d+){0,2}$/, 'is no version like 17'))
      .optional(),
    size: size.default({ vcpu: 1, memoryGb: 1 }),
    storageGb: whole(10, 16_000).optional(),
    network: text.optional(),
    highAvailability: yesNo.default(false).describe('a standby in another zone'),
    access: list(text).describe('servers that may connect'),
  },
  {
    summary: 'a managed database',
    refs: { network: { to: ['network'] }, access: { to: ['server'] } },
    aliases: ['db', 'managed_database', 'rds'],
  },
);
