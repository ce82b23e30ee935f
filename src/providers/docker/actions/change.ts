import type { Command, Query } from '../../../core/command.ts';
import { changesOf, lookUpsOf } from '../../change.ts';

export const change = changesOf('docker');

export const nano = (cpus: number): string => String(Math.round(cpus * 1e9));
export const bytes = (mb: number): string => String(mb * 1024 * 1024);

/** Prints what comes after the first columns, where these are what is wanted: docker's templates compare no numbers. */
export const columns = (command: Command, wanted: readonly string[]): Required<Query> => ({
  command,
  pick: { column: wanted.map((_, i) => i + 1), equals: wanted.join(' '), print: wanted.length + 1 },
});

/** The look-up of what is acted on, where it is another than that of its creation. */
export const there = lookUpsOf('docker');
