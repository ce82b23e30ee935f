/** What sets one kind of workload apart from another: how its load is counted, and what one unit of it takes. */

export type WorkloadId = 'web' | 'api' | 'static' | 'jobs' | 'pipeline' | 'realtime' | 'selfhosted';

export interface Workload {
  readonly id: WorkloadId;
  readonly title: string;
  /** What is counted by the second. */
  readonly unit: 'requests' | 'jobs' | 'messages' | 'GB';
  /** What is assumed where nothing is known. Rates by the second at peak, times in ms, data in GB, growth in % a month. */
  readonly defaults: {
    readonly peak: number;
    readonly requestMs: number;
    readonly cpuMs: number;
    readonly dataGb: number;
    readonly growth: number;
    readonly memoryGb: number;
    readonly readShare: number;
  };
  /** Memory of one unit that is being worked on, and of one connection that is only held open. */
  readonly workerGb: number;
  readonly connectionGb: number;
  /** Processor time of the database beside one second of the application's. */
  readonly databaseCpu: number;
  /** The part of the data that is asked for again and again, and wants to be in memory. */
  readonly hot: number;
  /** How busy the processors may be. Who waits for an answer notices a queue from 50 % on; a queue of jobs may be long. */
  readonly busy: number;
  /** Sized for the peak, or for the average because a queue takes up the peak. */
  readonly sizedFor: 'peak' | 'average';
  /** Units that one user causes in a day. */
  readonly perUser: number;
  /** The `##` of patterns.md that holds its stacks, where it is not that of the stage. */
  readonly pattern?: { readonly MVP?: string; readonly Growth?: string; readonly Scale?: string };
  /** Which words of a description mean it. */
  readonly words: RegExp;
}

const common = { connectionGb: 0, busy: 0.5, sizedFor: 'peak', perUser: 50 } as const;

/**
 * In the order in which a description is tried on them. The figures are starting points for who has measured nothing,
 * and each answer lists those that it used: 50 MB is a web worker of the size of Puma's or Gunicorn's, 50 KB an open
 * connection with its buffers, 20 ms of processor a page that is put together from a few queries.
 */
export const WORKLOADS: readonly Workload[] = [
  {
    ...common,
    id: 'static',
    title: 'static site',
    unit: 'requests',
    defaults: { peak: 20, requestMs: 20, cpuMs: 0, dataGb: 1, growth: 3, memoryGb: 0, readShare: 100 },
    workerGb: 0,
    databaseCpu: 0,
    hot: 0,
    pattern: { MVP: 'Static site', Growth: 'Static site', Scale: 'Static site' },
    words: /\bstatic\b|landing.?page|\b(?:docs|documentation) site|jamstack|single.?page/i,
  },
  {
    ...common,
    id: 'realtime',
    title: 'real-time service',
    unit: 'messages',
    defaults: { peak: 100, requestMs: 10, cpuMs: 2, dataGb: 10, growth: 3, memoryGb: 1, readShare: 50 },
    workerGb: 0.001,
    connectionGb: 0.000_05,
    databaseCpu: 0.25,
    hot: 0.25,
    perUser: 500,
    words: /real.?time|web.?socket|\bchat\b|multiplayer|\bgame|presence|collaborat/i,
  },
  {
    ...common,
    id: 'pipeline',
    title: 'data pipeline',
    unit: 'GB',
    defaults: { peak: 0, requestMs: 60_000, cpuMs: 30_000, dataGb: 100, growth: 5, memoryGb: 1, readShare: 50 },
    workerGb: 2,
    databaseCpu: 0.1,
    hot: 0.05,
    busy: 0.8,
    sizedFor: 'average',
    pattern: { Growth: 'Workers', Scale: 'Workers' },
    words: /pipeline|\betl\b|ingest|warehouse|data lake|batch/i,
  },
  {
    ...common,
    id: 'jobs',
    title: 'background jobs',
    unit: 'jobs',
    defaults: { peak: 5, requestMs: 2000, cpuMs: 500, dataGb: 10, growth: 3, memoryGb: 1, readShare: 50 },
    workerGb: 0.2,
    databaseCpu: 0.05,
    hot: 0.1,
    busy: 0.8,
    sizedFor: 'average',
    perUser: 5,
    pattern: { Growth: 'Workers', Scale: 'Workers' },
    words: /background|\bjobs?\b|worker|queue|\bcron\b|transcod|encod|render farm|crawler/i,
  },
  {
    ...common,
    id: 'selfhosted',
    title: 'self-hosted product',
    unit: 'requests',
    defaults: { peak: 2, requestMs: 300, cpuMs: 100, dataGb: 20, growth: 5, memoryGb: 4, readShare: 80 },
    workerGb: 0.1,
    databaseCpu: 0.25,
    hot: 0.05,
    perUser: 200,
    words: /self.?host|gitlab|gitea|nextcloud|mastodon|discourse|matrix|jitsi|\bn8n\b|sentry|odoo|wordpress/i,
  },
  {
    ...common,
    id: 'api',
    title: 'API',
    unit: 'requests',
    defaults: { peak: 20, requestMs: 50, cpuMs: 5, dataGb: 10, growth: 3, memoryGb: 1, readShare: 80 },
    workerGb: 0.02,
    databaseCpu: 0.5,
    hot: 0.25,
    words: /\bapi\b|back.?end|graphql|\brest\b|webhook/i,
  },
  {
    ...common,
    id: 'web',
    title: 'web app',
    unit: 'requests',
    defaults: { peak: 20, requestMs: 200, cpuMs: 20, dataGb: 10, growth: 3, memoryGb: 1, readShare: 80 },
    workerGb: 0.05,
    databaseCpu: 0.25,
    hot: 0.25,
    words: /\bweb|shop|store|site|app\b|saas|forum|blog|\bcms\b|crm/i,
  },
];

export const workload = (id: WorkloadId): Workload => WORKLOADS.find((one) => one.id === id) as Workload;

/** The kind that a description means: by its id, or by its words; undefined where they say nothing. */
export function resolveWorkload(text: string): WorkloadId | undefined {
  const exact = WORKLOADS.find((one) => one.id === text.trim().toLowerCase());
  return (exact ?? WORKLOADS.find((one) => one.words.test(text)))?.id;
}
