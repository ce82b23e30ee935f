import * as z from 'zod';
import { list, moment, size, text, version, whole, yesNo } from './fields.ts';
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
    version: version.optional(),
    size: size.default({ vcpu: 1, memoryGb: 1 }),
    storageGb: whole(10, 16_000).optional(),
    network: text.optional(),
    highAvailability: yesNo.default(false).describe('a standby in another zone'),
    access: list(text).describe('servers that may connect'),
    // Not references: what is restored from is most often no longer part of a plan.
    fork: text.optional().describe('begins as a copy of this database, of the plan or there already'),
    snapshot: text.optional().describe('begins as what this snapshot holds, of the plan or there already'),
    restoreTime: moment.optional().describe('with fork: as it was then'),
  },
  {
    summary: 'a managed database',
    refs: { network: { to: ['network'] }, access: { to: ['server'] } },
    aliases: ['db', 'managed_database', 'rds'],
    rare: ['fork', 'snapshot', 'restoreTime'],
  },
);
