/** Numbers as a person reads them: three digits, no more than are meant. */

export function num(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return 'without limit';
  if (value === 0) return '0';
  const rounded = Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1000 ? String(rounded).replace(/\B(?=(?:\d{3})+(?!\d))/g, ',') : String(rounded);
}

/** A share of 1 as per cent. */
export const pct = (share: number): string => `${num(share * 100)} %`;

/** Seconds as milliseconds, or as seconds where they are many. */
export const time = (seconds: number): string => (seconds >= 10 ? `${num(seconds)} s` : `${num(seconds * 1000)} ms`);

export const many = (count: number, one: string): string => `${num(count)} ${one}${count === 1 ? '' : 's'}`;

export const weeks = (value: number): string =>
  value < 1 ? 'less than a week' : value > 520 ? 'more than ten years' : many(Number(value.toPrecision(2)), 'week');

/** What 95 % of the requests wait for a processor, in words. */
export const waitWords = (seconds: number): string =>
  !Number.isFinite(seconds) ? 'ever longer' : seconds < 0.00005 ? 'not at all' : `at most ${time(seconds)}`;
