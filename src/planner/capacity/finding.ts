import type { ServerNeed } from '../../providers/choice.ts';
import type { Measured } from './measured.ts';
import type { Model } from './model.ts';

export const verdicts = [
  'do_nothing',
  'fix_bottleneck',
  'scale_up',
  'split_database',
  'add_cache_or_cdn',
  'add_second_node_for_availability',
  'scale_out',
  'scale_down',
  'measure_first',
] as const;
export type Verdict = (typeof verdicts)[number];

/** A command for the user's own shell, and what it is for. */
export interface Instruction {
  readonly what: string;
  readonly command: string;
}

/** What a verdict changes, before it is priced. */
export type Change =
  | { readonly kind: 'servers'; readonly to: number }
  /** One more of everything, behind a load balancer. */
  | { readonly kind: 'pair' }
  | { readonly kind: 'resize'; readonly need: ServerNeed }
  | { readonly kind: 'database'; readonly need: ServerNeed };

export interface Finding {
  readonly verdict: Verdict;
  /** How many servers it comes to. */
  readonly to?: number;
  /** The measurement that decided. */
  readonly signal: string;
  readonly why: string;
  readonly predicts: readonly string[];
  readonly check: readonly string[];
  readonly commands: readonly Instruction[];
  readonly change?: Change;
}

/** One thing to look for: asked in the order of advice, and the first that is found decides. */
export type Rule = (m: Measured, model: Model) => Finding | undefined;
