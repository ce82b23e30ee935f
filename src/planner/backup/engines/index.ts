import type { EngineId } from '../input.ts';
import type { MakeEngine } from './engine.ts';
import { git } from './git.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import { restic } from './restic.ts';
import { sqlite } from './sqlite.ts';

export const engines: Readonly<Record<EngineId, MakeEngine>> = {
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
