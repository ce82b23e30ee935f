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

/** Backups held on a day by one that runs at noon every day and has run for years. */
export function objectsOn(day: string, retention: Retention): number {
  const end = Date.parse(`${day}T12:00:00Z`);
  const span = Math.max(retention.daily, retention.weekly * 7, retention.monthly * 31, retention.yearly * 366) + 31;
  return kept(Array.from({ length: span }, (_, i) => new Date(end - i * DAY)), retention).length;
}

/**
 * The least and the most backups held over a year: the calendar decides how far the rules overlap. `extra` are those of
 * the last day that only their number keeps, where there are several a day.
 */
export function objectsHeld(retention: Retention, extra = 0): { readonly least: number; readonly most: number } {
  const year = Array.from({ length: 365 }, (_, i) => objectsOn(new Date(Date.UTC(2026, 0, 1) + i * DAY).toISOString().slice(0, 10), retention));
  return { least: Math.min(...year) + extra, most: Math.max(...year) + extra };
}
