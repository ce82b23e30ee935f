import { type Needs, type Option, PROMISED, type Stage } from './needs.ts';
import { alone } from './stack_facts.ts';

/** How far two currencies may lie apart before a comparison of their figures says nothing: 1 EUR was 0.96 to 1.25 USD in 2015 to 2026. */
const CURRENCY_SPAN = 1.25;

/** The option to take, and why: what is affordable, priced and steady first, then what costs least. */
export function choose(options: readonly Option[], needs: Needs, stage: Stage): { best: Option | undefined; why: string } {
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

/** Says where the budget does not reach, and which options it cannot be compared with. */
export function budget(
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
