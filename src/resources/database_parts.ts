import * as z from 'zod';
import { list, size, text, whole } from './fields.ts';
import { defineKind } from './kind.ts';

const database = text.describe('the database that it belongs to');
const refs = { database: { to: ['database'] } };

export const databaseReplica = defineKind(
  'database_replica',
  { database, size: size.optional().describe("the database's own where it is left out"), network: text.optional() },
  {
    summary: 'a copy of a managed database that is read from; it may be in another region',
    refs: { ...refs, network: { to: ['network'] } },
    aliases: ['replica', 'read_replica'],
    rare: true,
  },
);

export const databasePool = defineKind(
  'database_pool',
  {
    database,
    mode: z.enum(['transaction', 'session', 'statement']).default('transaction').describe('when a connection goes back into the pool'),
    connections: whole(1, 10_000).default(10),
    user: text.optional().describe('a database_user; the administrator where it is left out'),
    databaseName: text.default('defaultdb').describe('the database within the cluster'),
  },
  {
    summary: 'a pool that shares few connections of a managed database among many clients',
    refs: { ...refs, user: { to: ['database_user'] } },
    aliases: ['pool', 'connection_pool', 'pgbouncer'],
    rare: true,
  },
);

export const databaseUser = defineKind(
  'database_user',
  { database, access: list(text).describe('rights, where the engine has a list of them') },
  {
    summary: 'a user of a managed database, whose password the provider makes',
    refs,
    aliases: ['db_user'],
    rare: true,
    // Each cluster has users of its own.
    identity: (spec) => `${spec.name}.${spec.database}`,
  },
);
