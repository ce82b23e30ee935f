import { InputError } from '../core/errors.ts';
import type { ProviderId } from '../providers/provider.ts';
import { loadSkill, type Pattern, patterns } from '../skill/load.ts';
import { buildPlan } from './build.ts';
import { type CostReport, costLine, costOf } from './cost.ts';
import { type Shape, type Stack, shape } from './shape.ts';
import { type Load, type Need, serversFor, sizeFor } from './sizing.ts';

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

export interface Recommendation {
  /** Set where the question belongs to another skill; nothing else is answered then. */
  readonly otherSkill?: { readonly skill: string; readonly answer: string };
  readonly stage: Stage;
  readonly pattern: string;
  readonly reasons: readonly string[];
  readonly components: readonly {
    readonly what: string;
    readonly count: number;
    readonly vcpu?: number;
    readonly memoryGb?: number;
    readonly diskGb?: number;
  }[];
  readonly working: readonly string[];
  readonly availability: { readonly target: number | null; readonly promised: number | null; readonly basis: string };
  readonly options: readonly Option[];
  readonly best: Option | undefined;
  readonly refused: readonly { readonly provider: ProviderId; readonly why: string }[];
  readonly singlePointsOfFailure: readonly string[];
  readonly failsFirst: string;
  readonly triggers: readonly string[];
  readonly rejected: readonly string[];
  readonly contradictions: readonly string[];
  readonly assumptions: readonly string[];
  readonly questions: readonly string[];
}

/**
 * What each stage is promised, per cent, from AWS's service level agreements as patterns.md multiplies them: one EC2
 * instance 99.5; balancer x two servers x Multi-AZ database 99.94. Other providers publish none that is known here.
 */
const PROMISED: Record<Stage, number> = { MVP: 99.5, Growth: 99.94, Scale: 99.99 };
/** A single machine is scaled up to this size before it is split: beyond it types get dear and migrations long. */
const SINGLE_LIMIT: Need = { vcpu: 8, memoryGb: 32 };
const SINGLE_DATA_GB = 200;

const DEFAULTS = { peak: 20, requestMs: 200, cpuMs: 20, dataGb: 10, growth: 3, availability: 99.5 };
/** From visitors to requests, where only visitors are known: pages and calls a person makes in a day, and how peaked a day is. */
const REQUESTS_PER_USER = 50;
const PEAK_FACTOR = 5;

const REGIONS: Record<ProviderId, Partial<Record<Continent, string>>> = {
  hetzner: { EU: 'fsn1', NA: 'ash', AS: 'sin' },
  aws: { EU: 'eu-central-1', NA: 'us-east-1', AS: 'ap-southeast-1' },
  digitalocean: { EU: 'fra1', NA: 'nyc3', AS: 'sgp1', OC: 'syd1' },
  docker: {},
};
/** A second region inside the EU for each provider's Scale stack, which otherwise has one in America. */
const SECOND_IN_EU: Partial<Record<ProviderId, Record<string, string>>> = {
  aws: { 'us-east-1': 'eu-west-1' },
  digitalocean: { nyc3: 'ams3' },
};

export async function recommend(needs: Needs, today: string): Promise<Recommendation> {
  const assumptions: string[] = [];
  const contradictions: string[] = [];
  const load = loadOf(needs, assumptions);
  const sizing = sizeFor(load);
  const target = needs.availability;
  const { stage, reasons } = stageFor(needs, sizing.single, load);
  const all = await patterns();
  const pattern = all.find((one) => one.title === stage) as Pattern;
  const servers = stage === 'MVP' ? { count: 1, each: sizing.single } : serversFor(sizing.app);
  const wanted: readonly ProviderId[] = needs.providers.length > 0 ? needs.providers : ['hetzner', 'aws', 'digitalocean'];
  const continent: Continent = needs.euOnly ? 'EU' : (needs.regions[0] ?? 'EU');
  if (needs.regions.length === 0 && !needs.euOnly) assumptions.push('users are in Europe');
  if (needs.euOnly && needs.regions.some((one) => one !== 'EU'))
    contradictions.push(
      'data has to stay in the EU and some users are elsewhere: all regions are in the EU, and far users wait longer; a CDN for public files is the nearest thing that can be had',
    );

  const options: Option[] = [];
  const refused: { provider: ProviderId; why: string }[] = [];
  for (const provider of wanted) {
    const base = pattern.stacks.find((one) => one.provider === provider)?.stack as Stack | undefined;
    if (base === undefined) {
      refused.push({ provider, why: `patterns.md has no ${stage} stack for ${provider}; its prose says what takes its place` });
      continue;
    }
    const region = REGIONS[provider][continent];
    if (region === undefined && provider !== 'docker') {
      refused.push({ provider, why: `no region there (${continent})` });
      continue;
    }
    const to: Shape = {
      ...(region === undefined || stage === 'Scale' ? {} : { region }),
      app: servers.each,
      count: servers.count,
      database: sizing.database,
      diskGb: sizing.diskGb,
      ...(needs.euOnly && SECOND_IN_EU[provider] !== undefined ? { regions: SECOND_IN_EU[provider] as Record<string, string> } : {}),
    };
    const stack = { ...shape(base, to), ...(needs.plan === undefined ? {} : { plan: needs.plan }) };
    try {
      options.push(await price(provider, stack, today));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ provider, why: error.problems[0]?.message ?? error.message });
    }
  }
  const { best, why } = choose(options, needs, stage);
  if (why !== '') reasons.push(why);
  if (needs.budget !== undefined) budget(needs.budget, options, stage, contradictions);
  if (best !== undefined && target !== undefined && target > PROMISED.MVP && alone(best.stack).length > 0) {
    contradictions.push(
      `${target} % is asked, and on ${best.provider} ${alone(best.stack).join(' and ')} is alone, which is worth about ${PROMISED.MVP} %. The nearest: a provider with a managed database and a standby (aws, digitalocean)`,
    );
  }
  if (target !== undefined && target > PROMISED[stage])
    contradictions.push(`${target} % is more than ${stage} is promised (${PROMISED[stage]} %); no stack here is promised more`);
  return {
    ...(await otherSkill(needs.question)),
    stage,
    pattern: (await loadSkill()).stages.find((one) => one.stage === stage)?.recommended ?? stage,
    reasons,
    components: components(best?.stack, servers, sizing.database, sizing.diskGb),
    working: sizing.working,
    availability: {
      target: target ?? null,
      promised: best?.provider === 'aws' ? PROMISED[stage] : null,
      basis:
        best?.provider === 'aws'
          ? "AWS's service level agreements in series, as patterns.md works out"
          : `${best?.provider ?? 'the provider'} publishes no promise that is known here; the same shape on AWS is promised ${PROMISED[stage]} %`,
    },
    options,
    best,
    refused,
    singlePointsOfFailure: best === undefined ? [] : weakPoints(best.stack),
    failsFirst: under(pattern, 'Fails first').join(' '),
    triggers: bullets(pattern, 'Move on when'),
    rejected: bullets(all.find((one) => one.title === 'Choosing') as Pattern, undefined),
    contradictions,
    assumptions,
    questions: questions(needs),
  };
}

/** The load, with what was assumed said. */
function loadOf(needs: Needs, assumptions: string[]): Load {
  const assumed = <T>(value: T | undefined, fallback: T, what: string): T => {
    if (value !== undefined) return value;
    assumptions.push(what);
    return fallback;
  };
  const rps = needs.requestsPerSecond;
  let peak = rps?.peak;
  if (peak === undefined && rps?.average !== undefined) {
    peak = rps.average * PEAK_FACTOR;
    assumptions.push(`peak is ${PEAK_FACTOR} times the average: ${peak} requests/s`);
  }
  if (peak === undefined && needs.users !== undefined) {
    peak = Math.ceil(((needs.users * REQUESTS_PER_USER) / 86_400) * PEAK_FACTOR * 10) / 10;
    assumptions.push(
      `${needs.users} users a day x ${REQUESTS_PER_USER} requests, peak ${PEAK_FACTOR} times the average: ${peak} requests/s`,
    );
  }
  return {
    peak: assumed(peak, DEFAULTS.peak, `${DEFAULTS.peak} requests/s at peak`),
    requestSeconds: assumed(needs.requestMs, DEFAULTS.requestMs, `a request takes ${DEFAULTS.requestMs} ms`) / 1000,
    cpuSeconds:
      assumed(
        needs.cpuMs,
        DEFAULTS.cpuMs,
        `a request takes ${DEFAULTS.cpuMs} ms of one processor; measure it: busy processors / requests per second`,
      ) / 1000,
    dataGb: assumed(needs.dataGb, DEFAULTS.dataGb, `${DEFAULTS.dataGb} GB of data`),
    growth: assumed(needs.growth, DEFAULTS.growth, `data grows ${DEFAULTS.growth} % a month`) / 100,
  };
}

/** The lowest stage that meets the numbers. */
function stageFor(needs: Needs, single: Need, load: Load): { stage: Stage; reasons: string[] } {
  const target = needs.availability ?? DEFAULTS.availability;
  const continents = new Set(needs.euOnly ? ['EU'] : needs.regions).size;
  const scale: string[] = [];
  if (target > PROMISED.Growth) scale.push(`${target} % is more than one region is promised (${PROMISED.Growth} %)`);
  if (continents > 1) scale.push(`users on ${continents} continents`);
  if (scale.length > 0) return { stage: 'Scale', reasons: scale };
  const growth: string[] = [];
  if (target > PROMISED.MVP) growth.push(`${target} % is more than one machine is promised (${PROMISED.MVP} %), so nothing may be alone`);
  if (single.vcpu > SINGLE_LIMIT.vcpu)
    growth.push(`${single.vcpu} vCPU at peak are more than one machine should have (${SINGLE_LIMIT.vcpu})`);
  if (single.memoryGb > SINGLE_LIMIT.memoryGb)
    growth.push(`${single.memoryGb} GB of memory are more than one machine should have (${SINGLE_LIMIT.memoryGb})`);
  if (load.dataGb > SINGLE_DATA_GB)
    growth.push(`${load.dataGb} GB take too long to restore beside an application (over ${SINGLE_DATA_GB} GB)`);
  if (growth.length > 0) return { stage: 'Growth', reasons: growth };
  return {
    stage: 'MVP',
    reasons: [
      `one machine of ${single.vcpu} vCPU and ${single.memoryGb} GB carries ${load.peak} requests/s and ${load.dataGb} GB with headroom, and ${target} % allows it to be alone`,
    ],
  };
}

async function price(provider: ProviderId, stack: Stack, today: string): Promise<Option> {
  const plan = await buildPlan(stack, today);
  const report = costOf(plan, today);
  const types = plan.steps.flatMap((step) =>
    step.effects.flatMap((effect) => (effect.kind === 'creates' && /^(?:server|database) /.test(effect.what) ? [effect.what] : [])),
  );
  return {
    provider,
    region: stack.region ?? '',
    monthly: report.monthly,
    cost: costLine(report),
    unknown: report.items.filter((item) => item.monthly === null).map((item) => item.what),
    types,
    stack,
  };
}

/** How far two currencies may lie apart before a comparison of their figures says nothing: 1 EUR was 0.96 to 1.25 USD in 2015 to 2026. */
const CURRENCY_SPAN = 1.25;

function choose(options: readonly Option[], needs: Needs, stage: Stage): { best: Option | undefined; why: string } {
  const total = (option: Option): number => option.monthly.reduce((sum, one) => sum + one.amount, 0);
  const affordable = options.filter((option) =>
    option.monthly.every(
      (one) => needs.budget === undefined || one.currency !== needs.budget.currency || one.amount <= needs.budget.amount,
    ),
  );
  // A total without its database or its servers is no price, and must not win for being small.
  const priced = (list: readonly Option[]): readonly Option[] =>
    list.filter((option) => !option.unknown.some((what) => /^(?:server|database) /.test(what)));
  const pool = [priced(affordable), priced(options), affordable, options].find((list) => list.length > 0) ?? [];
  // Above what one machine is promised, a stack with a lone server or database does not answer the question.
  const steady = pool.filter((option) => (needs.availability ?? 0) <= PROMISED.MVP || alone(option.stack).length === 0);
  const fit = steady.length > 0 ? steady : pool;
  const managed = fit.filter((option) => option.stack.resources.some((one) => one.kind === 'database'));
  const small = stage !== 'MVP' && needs.team !== undefined && needs.team <= 2;
  const sorted = [...(small && managed.length > 0 ? managed : fit)].sort(
    (a, b) => total(a) - total(b) || (a.provider < b.provider ? -1 : 1),
  );
  const best = sorted[0];
  if (best === undefined) return { best, why: '' };
  if (options.length === 1) return { best, why: '' };
  const unpriced = options.filter((option) => !pool.includes(option) && !priced([option]).length);
  const aside =
    unpriced.length === 0
      ? ''
      : `; ${unpriced.map((option) => `${option.provider}'s ${option.unknown.join(', ')}`).join(' and ')} has no known price there, so it is not compared`;
  const next = sorted[1];
  const reason =
    small && managed.length > 0
      ? `a team of ${needs.team} should not run its own database, and ${best.provider} offers a managed one`
      : fit.length < pool.length
        ? `${best.provider} costs least of those where nothing is alone: ${best.cost}${aside}`
        : `${best.provider} costs least: ${best.cost}${aside}`;
  if (next === undefined || best.monthly[0]?.currency === next.monthly[0]?.currency || total(next) > total(best) * CURRENCY_SPAN)
    return { best, why: reason };
  return { best, why: `${reason}; ${next.provider} (${next.cost}) is in another currency and so close that the exchange rate decides` };
}

function budget(
  limit: { readonly amount: number; readonly currency: string },
  options: readonly Option[],
  stage: Stage,
  contradictions: string[],
): void {
  const comparable = options.flatMap((option) =>
    option.monthly.filter((one) => one.currency === limit.currency).map((one) => ({ option, amount: one.amount })),
  );
  const others = options.filter((option) => !comparable.some((one) => one.option === option));
  if (comparable.length > 0 && comparable.every((one) => one.amount > limit.amount)) {
    const least = comparable.reduce((a, b) => (a.amount <= b.amount ? a : b));
    const lower =
      stage === 'Scale'
        ? 'Growth in one region'
        : stage === 'Growth'
          ? 'MVP on one machine, with less availability'
          : 'a smaller machine and a lower peak';
    contradictions.push(
      `${limit.amount} ${limit.currency} a month does not pay for ${stage}: the least is ${least.amount.toFixed(2)} ${limit.currency} (${least.option.provider}). The nearest that costs less: ${lower}`,
    );
  }
  if (others.length > 0)
    contradictions.push(
      `the budget is in ${limit.currency}, and ${others.map((one) => one.provider).join(', ')} is priced in another currency: not compared, because nothing is converted here`,
    );
}

function components(
  stack: Stack | undefined,
  servers: { readonly count: number; readonly each: Need },
  database: Need,
  diskGb: number,
): Recommendation['components'][number][] {
  if (stack === undefined) return [];
  const of = (kind: string): number => stack.resources.filter((one) => one.kind === kind).length;
  const list: Recommendation['components'][number][] = [];
  const servedBy = new Set(stack.resources.filter((one) => one.kind === 'load_balancer').flatMap((one) => one.targets as string[]));
  const apps = stack.resources.filter((one) => one.kind === 'server' && (servedBy.size === 0 || servedBy.has(one.name as string))).length;
  const own = of('server') - apps;
  if (of('load_balancer') > 0) list.push({ what: 'load balancer', count: of('load_balancer') });
  if (apps > 0)
    list.push({ what: servedBy.size === 0 ? 'server with everything on it' : 'application server', count: apps, ...servers.each });
  if (of('database') > 0) list.push({ what: 'managed database', count: of('database'), ...database, diskGb });
  if (own > 0) list.push({ what: 'database server, run by yourself', count: own, ...database, diskGb });
  if (own === 0 && of('volume') > 0) list.push({ what: 'volume', count: of('volume'), diskGb });
  for (const kind of ['bucket', 'compose', 'container']) if (of(kind) > 0) list.push({ what: kind, count: of(kind) });
  return list;
}

/** Servers and databases whose loss is an outage. */
const alone = (stack: Stack): string[] => weakPoints(stack).filter((point) => /^(?:server|database) /.test(point));

/** What there is but one of. */
function weakPoints(stack: Stack): string[] {
  const points: string[] = [];
  const regions = new Set(stack.resources.map((one) => one.region ?? stack.region));
  const balancers = stack.resources.filter((one) => one.kind === 'load_balancer');
  const served = new Set(balancers.flatMap((one) => one.targets as string[]));
  const unserved = stack.resources.filter((one) => one.kind === 'server' && !served.has(one.name as string));
  if (unserved.length === 1) points.push(`server ${unserved[0]?.name as string}`);
  else if (unserved.length > 1)
    points.push(`the primary of ${unserved.map((one) => one.name as string).join(', ')}, until the other is promoted`);
  for (const one of stack.resources) {
    const name = one.name as string;
    if (one.kind === 'database' && one.highAvailability !== true) points.push(`database ${name}, which has no standby`);
    if (one.kind === 'volume') points.push(`volume ${name}: back it up`);
  }
  for (const balancer of balancers)
    if ((balancer.targets as string[]).length < 2) points.push(`the one server behind ${balancer.name as string}`);
  if (regions.size === 1 && stack.region !== undefined) points.push(`region ${stack.region}`);
  if (stack.provider === 'docker') points.push('the machine that runs Docker');
  return points;
}

/** The lines of a pattern below one of its `###` headings; all of it where none is named. */
function under(pattern: Pattern, heading: string | undefined): string[] {
  const lines = pattern.prose.split('\n');
  const start =
    heading === undefined ? 0 : lines.findIndex((line) => line.startsWith('#') && line.toLowerCase().endsWith(heading.toLowerCase())) + 1;
  const end = lines.findIndex((line, i) => i >= start && /^#{2,3} /.test(line));
  return lines.slice(start, end === -1 ? undefined : end).filter((line) => line.trim() !== '');
}

function bullets(pattern: Pattern, heading: string | undefined): string[] {
  return under(pattern, heading).flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
}

const COMMON = new Set([
  'how',
  'to',
  'the',
  'a',
  'an',
  'i',
  'should',
  'write',
  'configure',
  'do',
  'my',
  'what',
  'which',
  'and',
  'set',
  'up',
  'add',
  'another',
  'server',
  'use',
  'is',
  'infra',
  'structure',
]);

/** A question that the decision framework gives to another skill. */
async function otherSkill(question: string | undefined): Promise<Pick<Recommendation, 'otherSkill'>> {
  if (question === undefined) return {};
  const asked = new Set(question.toLowerCase().split(/[^a-z0-9]+/));
  for (const row of (await loadSkill()).decisions) {
    const skill = /use\s+`?([a-z-]+)`?\s+skill/i.exec(row.answer)?.[1];
    const telling = row.question
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== '' && !COMMON.has(word));
    if (skill !== undefined && telling.length > 0 && telling.some((word) => asked.has(word)))
      return { otherSkill: { skill, answer: `That belongs to the \`${skill}\` skill.` } };
  }
  return {};
}

/** At most three, those whose answers change most. */
function questions(needs: Needs): string[] {
  const all: [boolean, string][] = [
    [
      needs.availability === undefined,
      'How long may it be down in a month? (99.5 % is 3.6 hours, 99.9 % 43 minutes; it decides whether anything may be alone)',
    ],
    [
      needs.requestsPerSecond === undefined && needs.users === undefined,
      'How many requests a second at peak, or users a day? (it decides the size)',
    ],
    [needs.dataGb === undefined, 'How many GB of data, and how fast do they grow? (it decides disk, memory and the time of a restore)'],
    [needs.budget === undefined, 'How much may it cost a month, in which currency?'],
  ];
  return all
    .filter(([missing]) => missing)
    .map(([, text]) => text)
    .slice(0, 3);
}
