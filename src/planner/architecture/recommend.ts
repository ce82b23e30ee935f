import { loadSkill, type Pattern, patterns } from '../../skill/load.ts';
import { choose, isPriced, total } from './choose.ts';
import { contradictions } from './contradictions.ts';
import { type Limit, limits, monthsUntil } from './limits.ts';
import { type Load, loadOf } from './load.ts';
import { type Move, migration } from './migration.ts';
import { type Needs, type Option, STAGES, type Stage } from './needs.ts';
import { type Priced, price } from './options.ts';
import { otherSkill } from './other_skill.ts';
import { engine, rejected } from './rejected.ts';
import { type Effect, effects, type Outcome, type Question, questions } from './sensitivity.ts';
import { type Sizing, serversFor, sizeFor } from './sizing.ts';
import { type Component, components, isApp, weakPoints } from './stack.ts';
import { DEFAULT_AVAILABILITY, stageFor } from './stage.ts';

export interface Recommendation {
  readonly workload: string;
  readonly stage: Stage;
  readonly pattern: string;
  /** The section of patterns.md that it comes from, by its slug. */
  readonly section: string;
  readonly reasons: readonly string[];
  readonly components: readonly Component[];
  readonly working: readonly string[];
  readonly target: number;
  readonly options: Priced['options'];
  readonly best: Option | undefined;
  readonly refused: Priced['refused'];
  readonly singlePointsOfFailure: readonly string[];
  readonly limits: readonly Limit[];
  readonly failsFirst: string;
  readonly engine: string | undefined;
  readonly triggers: readonly string[];
  readonly rejected: readonly string[];
  readonly migration: { readonly from: string; readonly moves: readonly Move[] } | undefined;
  readonly contradictions: readonly string[];
  readonly assumptions: readonly string[];
  readonly sensitivity: readonly Effect[];
  readonly questions: readonly Question[];
}

/** Everything but the words: the stage, its stacks and the one to take. */
interface Decision {
  readonly load: Load;
  readonly sizing: Sizing;
  readonly stage: Stage;
  readonly reasons: string[];
  readonly pattern: Pattern;
  readonly priced: Priced;
  readonly best: Option | undefined;
  readonly why: string;
}

async function decide(needs: Needs, today: string, only?: Stage): Promise<Decision> {
  const { load } = loadOf(needs);
  const sizing = sizeFor(load);
  const found = stageFor(needs, sizing, load);
  const stage = only ?? found.stage;
  const pattern = await patternOf(stage, load);
  const priced = await price(needs, pattern, stage, load, sizing, today);
  const { best, why } = choose(priced.options, needs, stage);
  return { load, sizing, stage, reasons: found.reasons, pattern, priced, best, why };
}

/** The architecture for the needs, with everything that led to it. Another skill's question is answered by `otherSkill` alone. */
export async function recommend(needs: Needs, today: string): Promise<Recommendation> {
  const { assumptions } = loadOf(needs);
  const decision = await decide(needs, today);
  const { load, sizing, stage, reasons, pattern, priced, best, why } = decision;
  const list = best === undefined ? [] : limits(best.stack, load, sizing);
  const now = outcome(decision, best?.provider);
  const ranked = await effects(needs, now, assumptions, async (other) => {
    const again = await decide(best === undefined ? other : { ...other, providers: [best.provider] }, today);
    return again.best === undefined ? undefined : outcome(again, again.best.provider);
  });
  const servers = best?.stack.resources.filter(isApp).length ?? 0;
  return {
    workload: load.kind.title,
    stage,
    pattern: await patternText(stage, pattern),
    section: pattern.slug,
    reasons: why === '' ? reasons : [...reasons, why],
    components: best === undefined ? [] : components(best.stack),
    working: sizing.working,
    target: needs.availability ?? DEFAULT_AVAILABILITY,
    options: priced.options,
    best,
    refused: priced.refused,
    singlePointsOfFailure: best === undefined ? [] : weakPoints(best.stack),
    limits: list,
    failsFirst: failsFirst(list, load, pattern),
    engine: engine(best?.provider, Math.max(servers, stage === 'MVP' ? 1 : serversFor(sizing.app).count)),
    triggers: bullets(pattern, 'Move on when'),
    rejected: rejected(needs, stage, load, sizing, servers, list[0]),
    migration: migration(needs, stage, load, best),
    contradictions: contradictions({
      needs,
      stage,
      load,
      options: priced.options,
      best,
      lower: await lowerStages(needs, stage, priced.options, today),
    }),
    assumptions: assumptions.map((one) => one.text),
    sensitivity: ranked,
    questions: questions(ranked),
  };
}

function outcome(decision: Decision, provider: string | undefined): Outcome {
  const option = decision.priced.options.find((one) => one.provider === provider) ?? decision.best;
  const sizes =
    option?.stack.resources.flatMap((one) =>
      typeof one.size === 'object' && one.size !== null ? [(one.size as { vcpu?: number }).vcpu ?? 0] : [],
    ) ?? [];
  return {
    stage: decision.stage,
    cost: option === undefined || option.monthly.length === 0 || !isPriced(option) ? undefined : total(option),
    currency: option?.monthly[0]?.currency ?? '',
    vcpu: sizes.reduce((sum, one) => sum + one, 0),
  };
}

/** What the stages below this one cost, the dearest first, where the budget does not pay for this one. */
async function lowerStages(
  needs: Needs,
  stage: Stage,
  options: readonly Option[],
  today: string,
): Promise<{ stage: Stage; option: Option }[]> {
  const { budget } = needs;
  if (
    budget === undefined ||
    options.some((one) => one.monthly.some(({ currency, amount }) => currency === budget.currency && amount <= budget.amount))
  )
    return [];
  const lower: { stage: Stage; option: Option }[] = [];
  for (const one of STAGES.slice(0, STAGES.indexOf(stage)).reverse()) {
    const { priced } = await decide(needs, today, one);
    const [least] = priced.options
      .filter((option) => isPriced(option) && option.monthly.some(({ currency }) => currency === budget.currency))
      .sort((a, b) => total(a) - total(b));
    if (least !== undefined) lower.push({ stage: one, option: least });
  }
  return lower;
}

function failsFirst(list: readonly Limit[], load: Load, pattern: Pattern): string {
  const [first] = list;
  if (first === undefined) return under(pattern, 'Fails first').join(' ');
  const months = first.at.endsWith('data') ? monthsUntil(first.factor, load.growth) : undefined;
  const when = months === undefined ? '' : `, in ${Math.round(months)} months at ${Number((load.growth * 100).toPrecision(3))} % a month`;
  return `${first.what}, at ${first.at} (${Number(first.factor.toPrecision(2))} times today's${when}): ${first.working}. See it with ${first.measure}${first.then === undefined ? '' : `. Before that: ${first.then}`}`;
}

async function patternOf(stage: Stage, load: Load): Promise<Pattern> {
  const title = load.kind.pattern?.[stage] ?? stage;
  return (await patterns()).find((one) => one.title === title) as Pattern;
}

/** SKILL.md's words for the stage, or those that a pattern of its own begins with. */
async function patternText(stage: Stage, pattern: Pattern): Promise<string> {
  if (pattern.title !== stage) return (/^[^.:]+/.exec(pattern.prose)?.[0] ?? pattern.title).trim();
  return (await loadSkill()).stages.find((one) => one.stage === stage)?.recommended ?? stage;
}

/** The lines of a pattern below one of its `###` headings; all of it where none is named. */
function under(pattern: Pattern, heading: string | undefined): string[] {
  const lines = pattern.prose.split('\n');
  const at =
    heading === undefined ? 0 : lines.findIndex((line) => line.startsWith('#') && line.toLowerCase().endsWith(heading.toLowerCase()));
  if (at === -1) return [];
  const start = heading === undefined ? 0 : at + 1;
  const end = lines.findIndex((line, i) => i >= start && /^#{2,3} /.test(line));
  return lines.slice(start, end === -1 ? undefined : end).filter((line) => line.trim() !== '');
}

function bullets(pattern: Pattern, heading: string | undefined): string[] {
  return under(pattern, heading).flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
}

export { otherSkill };
