import { InputError } from '../core/errors.ts';
import type { ProviderId } from '../providers/provider.ts';
import { loadSkill, type Pattern, patterns } from '../skill/load.ts';
import { buildPlan } from './build.ts';
import { budget, choose } from './choose.ts';
import { costLine, costOf } from './cost.ts';
import { type Continent, type Needs, type Option, PROMISED, type Stage } from './needs.ts';
import { REGIONS } from './regions.ts';
import { type Shape, type Stack, shape } from './shape.ts';
import { type Load, type Need, serversFor, sizeFor } from './sizing.ts';
import { alone, type Component, components, weakPoints } from './stack_facts.ts';

export interface Recommendation {
  /** Set where the question belongs to another skill; nothing else is answered then. */
  readonly otherSkill?: { readonly skill: string; readonly answer: string };
  readonly stage: Stage;
  readonly pattern: string;
  readonly reasons: readonly string[];
  readonly components: readonly Component[];
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

/** A single machine is scaled up to this size before it is split: beyond it types get dear and migrations long. */
const SINGLE_LIMIT: Need = { vcpu: 8, memoryGb: 32 };
const SINGLE_DATA_GB = 200;

const DEFAULTS = { peak: 20, requestMs: 200, cpuMs: 20, dataGb: 10, growth: 3, availability: 99.5 };
/** From visitors to requests, where only visitors are known: pages and calls a person makes in a day, and how peaked a day is. */
const REQUESTS_PER_USER = 50;
const PEAK_FACTOR = 5;

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
