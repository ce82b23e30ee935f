import type { EngineId } from '../input.ts';
import type { MakeEngine } from './engine.ts';
import { git } from './git.ts';
import { mariadbLog } from './mariadb_log.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { postgresql } from './postgresql.ts';
import { postgresqlLog } from './postgresql_log.ts';
import { redis } from './redis.ts';
import { restic } from './restic.ts';
import { sqlite } from './sqlite.ts';

export const engines: Readonly<Record<Exclude<EngineId, 'server'>, MakeEngine>> = {
  postgresql,
  mysql,
  mariadb: mysql,
  redis,
  valkey: redis,
  mongodb,
  sqlite,
  files: restic,
  volume: restic,
  config: git,
};

/** The same data to a point in time: base backups and the server's log. */
export const logEngines: Readonly<Partial<Record<EngineId, MakeEngine>>> = { postgresql: postgresqlLog, mariadb: mariadbLog };
