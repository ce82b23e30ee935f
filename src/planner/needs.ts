import type { ProviderId } from '../providers/provider.ts';
import type { CostReport } from './cost.ts';
import type { Stack } from './shape.ts';

export type Continent = 'EU' | 'NA' | 'AS' | 'OC';
export type Stage = 'MVP' | 'Growth' | 'Scale';

export interface Needs {
  readonly question?: string | undefined;
  readonly requestsPerSecond?: { readonly average?: number | undefined; readonly peak?: number | undefined } | undefined;
  /** People who use it on one day. */
  readonly users?: number | undefined;
  readonly requestMs?: number | undefined;
  readonly cpuMs?: number | undefined;
  readonly dataGb?: number | undefined;
  /** Per cent a month. */
  readonly growth?: number | undefined;
  /** Per cent of the time: 99.9. */
  readonly availability?: number | undefined;
  readonly budget?: { readonly amount: number; readonly currency: 'EUR' | 'USD' } | undefined;
  readonly regions: readonly Continent[];
  readonly euOnly: boolean;
  readonly team?: number | undefined;
  readonly providers: readonly ProviderId[];
  readonly plan?: string | undefined;
}

export interface Option {
  readonly provider: ProviderId;
  readonly region: string;
  readonly monthly: CostReport['monthly'];
  readonly cost: string;
  /** The fixed items of which no price is known; the total is without them. */
  readonly unknown: readonly string[];
  readonly types: readonly string[];
  readonly stack: Stack;
}

/**
 * What each stage is promised, per cent, from AWS's service level agreements as patterns.md multiplies them: one EC2
 * instance 99.5; balancer x two servers x Multi-AZ database 99.94. Other providers publish none that is known here.
 */
export const PROMISED: Record<Stage, number> = { MVP: 99.5, Growth: 99.94, Scale: 99.99 };
