import { core } from './core.ts';
import { logs } from './log.ts';
import { objects } from './objects.ts';
import { repository } from './repository.ts';

/** The files that scripts read, in the order in which they read them. */
export const libraries = { 'lib.sh': core, 'bucket.sh': objects, 'restic.sh': repository, 'log.sh': logs } as const;
export type Library = keyof typeof libraries;
