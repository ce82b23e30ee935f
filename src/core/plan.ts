import type { Arg, Command, Pick, Query, StepId } from './command.ts';

export type Currency = 'EUR' | 'USD';

/** What a usage-based price is counted in; a month's usage, where the reader has stated one. */
export type Meter = 'egressGb' | 'storedGb' | 'requests';

/** A usage-based price. */
export interface Rate {
  readonly amount: number | null;
  /** `GB`, `TB-hour`, `1000 requests`. */
  readonly per: string;
  /** How many of these units come without a charge; null: some do, and how many is not known. */
  readonly included?: number | null;
  /** The price of what is above so many units. */
  readonly over?: { readonly units: number; readonly amount: number };
  /** Left out: what it is counted in is not among the usages that can be stated. */
  readonly meter?: Meter;
}

/** What a step costs. A figure always carries its date and source; unknown is null, never zero. */
export interface Cost {
  readonly kind: 'costs';
  /** The item, as a person would read it on a bill: `server web1 (cx23)`. */
  readonly what: string;
  /** The fixed part, per month, net of tax. null: unknown. Left out: there is none, only a rate. */
  readonly monthly?: number | null;
  /** The usage-based part: so much per unit. Of several with one name (the servers' traffic) the included units add up. */
  readonly rate?: Rate;
  readonly currency: Currency;
  readonly source: string;
  /** ISO date on which the figure was seen; null where its source does not say. */
  readonly asOf: string | null;
  /** The assumption or the derivation behind the figure. */
  readonly note?: string;
  /** What shows today's figure: a read-only command, or the address of a price list. */
  readonly refresh?: string;
}

export type Effect =
  | { readonly kind: 'creates' | 'changes' | 'destroys' | 'interrupts'; readonly what: string }
  | { readonly kind: 'exposes'; readonly port: string; readonly to: string; readonly what: string }
  | Cost;

/** Passes when the query is answered and prints `expect`, or, where that is left out, prints anything at all. */
export interface Check {
  readonly query: Query;
  readonly expect?: Arg;
}

/** A text file that a command reads; it is written just before, into the current folder. */
export interface LocalFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A command that is patient: it is tried until it exits with 0 (and prints `expect`, where that is given), for at
 * most so many seconds. For what a cloud takes a while to finish, and for deletions that are refused until then.
 */
export interface Patient {
  readonly command: Command;
  readonly pick?: Pick;
  readonly expect?: Arg;
  readonly seconds: number;
}

export type Action = Command | Patient;

export function isPatient(action: Action): action is Patient {
  return 'seconds' in action;
}

/** Something that has to hold before the first step is run. */
export interface Preflight {
  readonly title: string;
  readonly check: Check;
  /** What to do where it does not hold. */
  readonly fix: string;
  /** Not asked where this prints something: the resource is there already, and a stock that ran out since is no matter. */
  readonly unless?: Query;
}

/** How to see that a provider lets the user in, before anything is made. */
export interface Access {
  readonly provider: string;
  readonly command: Command;
  /** The variables by which one signs in, and how they go together, in words. */
  readonly variables: readonly string[];
  readonly hint: string;
}

/** A further value that a step offers to others: known when the plan is written, or asked for when it is needed. */
export type Output = string | Query;

/**
 * One thing that is made, and all that is known about its life. A step is find-or-create: `find` looks for it by
 * the plan's label and its name, `create` runs only where nothing was found. Teardown is the same find and `undo`.
 */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** The resource that the step belongs to, as `kind.name`. */
  readonly resource: string;
  readonly provider: string;
  /** Prints the key of what the step makes (its id, or its name where names are unique), or nothing. */
  readonly find: Query;
  /**
   * Prints the key again where what `find` found carries the plan's tag: for what can be looked up only by a name that
   * somebody else's thing may have. A teardown passes over what it prints nothing for.
   */
  readonly own?: Query;
  readonly create: Command;
  /** True where it is only looked up, because it has to be there: a script stops where it is not. `create` is then never run. */
  readonly there?: true;
  /**
   * True where it takes something away: `find` prints what is there still, `create` removes it (and may name it by the step's
   * own output `id`), and where nothing is found it was done before.
   */
  readonly removes?: true;
  /** True where there is mostly nothing to do, and `create` is refused then: it is looked up before it is pasted, too. */
  readonly seldom?: true;
  /**
   * True where `create` prints that same key as its only output; it then is the step's output `id`. With an `id` among
   * `outputs` as well, what is printed is caught and dropped: for a program that cannot be kept from printing a password.
   */
  readonly captures?: boolean;
  /**
   * For how many seconds a create that is refused is tried again: it uses what the cloud needs a moment to know
   * everywhere (a role that was just made). What it prints is dropped, so the key is asked for (an `id` among `outputs`).
   */
  readonly patience?: number;
  /** What returns once it is usable. It runs after find as well as after create, so it is safe to repeat. */
  readonly wait?: readonly Action[];
  readonly outputs?: Readonly<Record<string, Output>>;
  readonly verify: Check;
  /**
   * Removes it, in order; run only where find found it, so its own output `id` (what find printed) may be used.
   * Left out where removing `within` removes this as well.
   */
  readonly undo?: readonly Action[];
  /** The step whose undo takes this one along. */
  readonly within?: StepId;
  /** Saves the data that undo destroys (a last snapshot); runs before it unless the user declines. */
  readonly rescue?: readonly Action[];
  /** True for backups and snapshots: a teardown leaves them unless it is asked to take them too. */
  readonly keep?: boolean;
  readonly files?: readonly LocalFile[];
  /** What to do where the cloud refuses this step for a reason that is likely; said where a script stops at it. */
  readonly hint?: string;
  readonly effects: readonly Effect[];
  /** Steps that have to come first although no value of theirs is used. */
  readonly after?: readonly StepId[];
}

/** An environment variable that has to be set before the plan is run. */
export interface EnvVar {
  readonly name: string;
  readonly purpose: string;
  readonly secret: boolean;
}

/** A program that has to be installed, with one install command per operating system. */
export interface Tool {
  readonly program: string;
  readonly install: { readonly linux: string; readonly darwin: string; readonly win32: string };
}

export interface Plan {
  /** The label by which everything in the plan is found again. */
  readonly name: string;
  readonly steps: readonly Step[];
  readonly env: readonly EnvVar[];
  readonly tools: readonly Tool[];
  readonly access: readonly Access[];
  readonly preflight: readonly Preflight[];
  readonly warnings: readonly string[];
  /** Defaults that were filled in for what the request left out. */
  readonly assumptions: readonly string[];
}
