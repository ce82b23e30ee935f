import type { Needs, Option, Stage } from './needs.ts';
import { alone } from './stack.ts';
import { DEFAULT_AVAILABILITY, ONE_MACHINE } from './stage.ts';

/** How far two currencies may lie apart before a comparison of their figures says nothing: 1 EUR was 0.96 to 1.25 USD in 2015 to 2026. */
const CURRENCY_SPAN = 1.25;

/** Whether a budget pays for an option; undefined where it is in another currency and the exchange rate would decide. */
export function affordable(option: Option, budget: Needs['budget']): boolean | undefined {
  if (budget === undefined || option.monthly.length === 0) return true;
  const known = option.monthly.map(({ currency, amount }) => {
    if (currency === budget.currency) return amount <= budget.amount;
    return amount > budget.amount * CURRENCY_SPAN ? false : amount * CURRENCY_SPAN <= budget.amount ? true : undefined;
  });
  return known.includes(false) ? false : known.includes(undefined) ? undefined : true;
}

export const total = (option: Option): number => option.monthly.reduce((sum, one) => sum + one.amount, 0);

/** 40.47 EUR a month, and what it leaves out. */
export const moneyText = (option: Option): string =>
  `${option.monthly.map(({ amount, currency }) => `${amount.toFixed(2)} ${currency}`).join(' + ')} a month${isPriced(option) ? '' : ' without parts of unknown price'}`;

/** A total without its database or its servers is no price, and must not win for being small. */
export const isPriced = (option: Option): boolean => !option.unknown.some((what) => /^(?:server|database|load.?balancer)\b/.test(what));

/** Whether what is promised reaches a target; undefined where a part has no promise and the others reach it. */
export function reaches(option: Option, target: number): boolean | undefined {
  const { percent, without } = option.availability;
  if (percent === null) return undefined;
  if (percent < target) return false;
  return without.length === 0 ? true : undefined;
}

/** What is counted of a promise: above the target there is nothing to win. */
export const counted = (option: Option, target: number): number => Math.min(option.availability.percent ?? 0, target);

/**
 * Who says of the standby of a managed database that it confirms every write: RDS with a standby in another zone
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html, 2026-11). DigitalOcean's pages on
 * standby nodes do not say how they are fed, so that the last moment may be lost with the primary.
 */
const SYNCHRONOUS: readonly string[] = ['aws'];

export const hasDatabase = (option: Option, highAvailability = false): boolean =>
  option.stack.resources.some((one) => one.kind === 'database' && (!highAvailability || one.highAvailability === true));

/** Whether nothing that was confirmed is lost with the database's machine. */
export const losesNothing = (option: Option): boolean => SYNCHRONOUS.includes(option.provider) && hasDatabase(option, true);

interface Test {
  /** Those with the most of it stay. */
  readonly score: (option: Option) => number;
  readonly why: string;
}

const yes = (holds: boolean): number => (holds ? 1 : 0);

/**
 * The option to take, and why. The tests narrow the list one after the other. The budget is the first and the
 * availability comes before the price, so a larger budget, which lets more through the first, never ends with less.
 */
export function choose(options: readonly Option[], needs: Needs, stage: Stage): { best: Option | undefined; why: string } {
  if (options.length === 0) return { best: undefined, why: '' };
  const target = needs.availability ?? DEFAULT_AVAILABILITY;
  const { budget } = needs;
  const small =
    stage !== 'MVP' && needs.team !== undefined && needs.team <= 2 && !needs.skills.some((one) => /dba|postgres|mysql|database/i.test(one));
  const tests: Test[] = [
    ...(budget === undefined ? [] : [{ score: (one: Option) => -over(one, budget), why: 'is nearest to the budget' }]),
    { score: (one) => yes((needs.rpo ?? 5) >= 5 || hasDatabase(one, true)), why: 'sells a database with a standby' },
    { score: (one) => yes(needs.rpo !== 0 || losesNothing(one)), why: 'says that its standby confirms every write' },
    // Above what one machine can be counted on for, a stack with a lone server or database does not answer the question.
    { score: (one) => yes(target <= ONE_MACHINE || alone(one.stack).length === 0), why: 'has nothing alone' },
    { score: (one) => counted(one, target), why: `is promised ${target} % or comes nearest to it` },
    { score: (one) => yes(one.short === undefined), why: 'offers all that was computed' },
    { score: (one) => yes(isPriced(one)), why: 'has a known price' },
    { score: (one) => yes(!small || hasDatabase(one)), why: `runs the database for a team of ${needs.team}` },
  ];
  let pool = options;
  const decided: string[] = [];
  for (const { score, why } of tests) {
    const most = Math.max(...pool.map(score));
    const passed = pool.filter((one) => score(one) === most);
    if (passed.length === pool.length) continue;
    const out = pool.filter((one) => !passed.includes(one)).map((one) => one.provider);
    decided.push(`${why}, unlike ${out.join(' and ')}`);
    pool = passed;
  }
  const [best, next] = [...pool].sort((a, b) => total(a) - total(b) || (a.provider < b.provider ? -1 : 1));
  if (best === undefined || options.length === 1) return { best, why: '' };
  const reason = [
    ...(decided.length > 0 ? [`${best.provider} ${decided.join('; it ')}`] : []),
    ...(next === undefined ? [] : [`${decided.length > 0 ? 'it' : best.provider} costs least: ${best.cost}`]),
  ].join('; ');
  if (next === undefined || best.monthly[0]?.currency === next.monthly[0]?.currency || total(next) > total(best) * CURRENCY_SPAN)
    return { best, why: reason };
  return { best, why: `${reason}; ${next.provider} (${next.cost}) is in another currency and so close that the exchange rate decides` };
}

/** By how much an option is above a budget, at the exchange rate that is kindest to it; 0 where it may be within. */
function over(option: Option, budget: NonNullable<Needs['budget']>): number {
  if (affordable(option, budget) !== false) return 0;
  return Math.max(
    ...option.monthly.map(({ currency, amount }) => (currency === budget.currency ? amount : amount / CURRENCY_SPAN) - budget.amount),
  );
}
