import type { Engine } from './engines/engine.ts';
import type { Source } from './input.ts';
import type { Reach } from './objectives.ts';
import type { Times } from './schedule.ts';
import type { Store } from './store.ts';

/** Folders of the machine that backs up. */
export const UNIX = { scripts: '/opt/backups', config: '/etc/backups', state: '/var/lib/backups' } as const;
export const WINDOWS = 'C:\\ProgramData\\Backups';

/** Where its settings are, with the separator behind it. */
export const configOf = (os: string | undefined): string => (os === 'win32' ? `${WINDOWS}\\` : `${UNIX.config}/`);

/** One source with all that was decided about it. */
export interface Planned {
  readonly source: Source;
  readonly engine: Engine;
  readonly reach: Reach;
  /** The source's own script, whole path. */
  readonly script: string;
  /** Where its objects are: a prefix of the bucket, or a folder of repositories. */
  readonly base: string;
  /** Set where it goes into a restic repository. */
  readonly repository?: string;
  readonly when: Times;
  readonly limitSeconds: number;
  readonly keepLast: number;
  readonly frequency: string;
}

/** The newest backups that are kept whatever their age. */
export const KEEP_LAST = 3;
/** Days back to which any moment can be restored, where there is a log. */
export const LOG_DAYS = 7;

/** Backups younger than this are fresh enough to prune behind. */
export const maxAge = ({ reach, limitSeconds }: Planned): number =>
  (reach.logMinutes === undefined ? reach.rpoMinutes : reach.intervalMinutes + reach.durationMinutes) + Math.ceil(limitSeconds / 60);

/** Where a source's restic repository is, if its data goes into one: always without a bucket, and for files. */
export function repositoryOf(engine: Engine, store: Store, base: string): string | undefined {
  if (store.repository !== undefined) return store.repository;
  if (engine.repository !== true) return undefined;
  return store.endpoint === undefined
    ? `s3:https://s3.${store.region === undefined ? '' : `${store.region}.`}amazonaws.com/${store.bucket}/${base}`
    : `s3:${store.endpoint}/${store.bucket}/${base}`;
}

/** Whether a restore needs an age key; restic has its own password. */
export const needsKey = (one: Planned): boolean => one.repository === undefined;
