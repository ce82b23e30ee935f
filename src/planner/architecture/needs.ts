import type { ProviderId } from '../../providers/provider.ts';
import type { CostReport } from '../cost.ts';
import type { Achieved } from './availability.ts';
import type { Stack } from './shape.ts';
import type { WorkloadId } from './workloads.ts';

export type Continent = 'EU' | 'NA' | 'AS' | 'OC';
export type Stage = 'MVP' | 'Growth' | 'Scale';

/** What is known of a system that is to be built. Everything may be missing; `loadOf` says what was put in its place. */
export interface Needs {
  readonly question?: string | undefined;
  readonly workload?: WorkloadId | undefined;
  /** Requests, jobs or messages a second, by the kind of workload. */
  readonly requestsPerSecond?: { readonly average?: number | undefined; readonly peak?: number | undefined } | undefined;
  /** People who use it on one day. */
  readonly users?: number | undefined;
  /** Connections that stay open at once. */
  readonly connections?: number | undefined;
  readonly requestMs?: number | undefined;
  /** Time of one processor that a request takes; of a pipeline, a gigabyte. */
  readonly cpuMs?: number | undefined;
  /** What the product needs before anybody uses it, as its own documents say. */
  readonly memoryGb?: number | undefined;
  readonly dataGb?: number | undefined;
  /** Per cent a month. */
  readonly growth?: number | undefined;
  /** Per cent of the requests that change nothing. */
  readonly readShare?: number | undefined;
  /** What one run of a pipeline takes in, and how long it may take. */
  readonly batch?: { readonly gb?: number | undefined; readonly hours?: number | undefined } | undefined;
  /** Per cent of the time: 99.9. */
  readonly availability?: number | undefined;
  /** Minutes of data that may be lost, and minutes until it runs again. */
  readonly rpo?: number | undefined;
  readonly rto?: number | undefined;
  readonly budget?: { readonly amount: number; readonly currency: 'EUR' | 'USD' } | undefined;
  readonly regions: readonly Continent[];
  readonly euOnly: boolean;
  readonly team?: number | undefined;
  readonly skills: readonly string[];
  readonly providers: readonly ProviderId[];
  /** What runs today, in the user's words. */
  readonly existing?: string | undefined;
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
  readonly availability: Achieved;
  /** What the provider sells is smaller than what was computed: says by how much. */
  readonly short?: string;
  readonly stack: Stack;
}

/** From one machine that is alone to several regions, in the order in which they are grown into. */
export const STAGES: readonly Stage[] = ['MVP', 'Growth', 'Scale'];
