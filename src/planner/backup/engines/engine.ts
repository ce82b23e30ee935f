import type { Source } from '../input.ts';
import type { Script } from '../script.ts';

/** A program, and the package that brings it. */
export interface Needed {
  readonly program: string;
  readonly apt: string;
  readonly brew: string;
  readonly winget?: string;
}

/**
 * What is particular to an engine. Everything else is lib.sh. The functions say: `produce` makes the parts of a backup
 * with `put`; `load` brings the chosen one into "$into"; `beside` and `throwaway` name where; `inspect` looks at what
 * came back; `discard` removes a throwaway; `verify_PART` reads a part as it is made, and fails unless it is whole.
 */
export interface Engine {
  /** One phrase: how the data is taken. */
  readonly method: string;
  readonly why: string;
  readonly rejected: readonly string[];
  /** A row of SKILL.md's backup strategy table. */
  readonly row: RegExp;
  readonly functions: Script;
  readonly tools: readonly Needed[];
  /** What the method leaves out. */
  readonly gaps: readonly string[];
  readonly env: readonly { readonly name: string; readonly purpose: string; readonly secret: boolean }[];
  /** Commands after a restore into "beside" that put it in the place of the live data; they interrupt. */
  readonly swap: readonly string[];
  /** A database of a server is restored under a name; everything else at a path. */
  readonly dataset?: 'database';
  /** After a restore: taking one table or one file out of it; empty where there is no such way. */
  readonly one: readonly string[];
  /** True where the data goes into a restic repository on every target: files, whose blocks are stored once. */
  readonly repository?: boolean;
  /** Where the live data is, for a swap, if that is neither the source's path nor its name. */
  readonly live?: string;
  /** What has to be done after a swap. */
  readonly after?: readonly string[];
  /** Set where the server's log is sent between backups. */
  readonly logs?: {
    /** The user who writes into the spool folder; left out where the server keeps its log files itself. */
    readonly spool?: string;
    /** Whether the server is given an archive script. */
    readonly archive?: boolean;
    /** Settings of the server, before the first backup. */
    readonly server: readonly string[];
  };
  readonly warnings?: readonly string[];
}

/** Builds an engine for one source. */
export type MakeEngine = (source: Source) => Engine;
