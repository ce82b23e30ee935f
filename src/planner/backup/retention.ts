/** How many of the newest days, weeks, months and years keep one backup each. */
export interface Retention {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

const DAY = 86_400_000;

/** What each rule takes for the same: the day, the week from Monday, the month, the year (UTC). */
const PERIODS: readonly (readonly [keyof Retention, (time: Date) => number])[] = [
  ['daily', (time) => Math.floor(time.getTime() / DAY)],
  // 1 January 1970 was a Thursday.
  ['weekly', (time) => Math.floor((Math.floor(time.getTime() / DAY) + 3) / 7)],
  ['monthly', (time) => time.getUTCFullYear() * 12 + time.getUTCMonth()],
  ['yearly', (time) => time.getUTCFullYear()],
];

/**
 * The backups that are kept, newest first: the union of the rules, and the newest `last`. As `restic forget`: each rule
 * keeps the newest backup of each of its periods, and the oldest backup of all while it has keeps left. lib.sh's
 * `decide` does the same.
 */
export function kept(backups: readonly Date[], retention: Retention, last = 0): Date[] {
  const newestFirst = [...backups].sort((a, b) => b.getTime() - a.getTime());
  const keep = new Set(newestFirst.slice(0, last));
  for (const [rule, period] of PERIODS) {
    let left = retention[rule];
    let seen: number | undefined;
    newestFirst.forEach((time, i) => {
      const now = period(time);
      if (left <= 0 || (now === seen && i < newestFirst.length - 1)) return;
      keep.add(time);
      seen = now;
      left--;
    });
  }
  return newestFirst.filter((time) => keep.has(time));
}

/**
 * How many backups are held at most once the rules have run for years: a prune after each backup, simulated, and the
 * largest number over the last year.
 */
export function steadyState(retention: Retention, intervalMinutes = 1440, last = 0): number {
  const step = Math.max(intervalMinutes, 60) * 60_000;
  const end = Date.UTC(2026, 0, 1);
  // Dense backups are few enough: all but the newest of a day fall out at once.
  const years = Math.max(2, retention.yearly + 1, Math.ceil(retention.monthly / 12) + 1, Math.ceil(retention.weekly / 52) + 1, Math.ceil(retention.daily / 365) + 1);
  let held: Date[] = [];
  let most = 0;
  for (let time = end - years * 365 * DAY; time < end; time += step) {
    held = kept([...held, new Date(time)], retention, last);
    if (time >= end - 365 * DAY) most = Math.max(most, held.length);
  }
  return most;
}
