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
 * Which of the backups are kept: the union of the rules, and the newest `last`. As `restic forget`: each rule keeps the
 * newest backup of each of its periods, and the oldest backup of all while it has keeps left. lib.sh's `decide` does
 * the same.
 */
function decide(newestFirst: readonly Date[], retention: Retention, last: number): boolean[] {
  const keep = newestFirst.map((_, i) => i < last);
  for (const [rule, period] of PERIODS) {
    let left = retention[rule];
    let seen: number | undefined;
    for (let i = 0; i < newestFirst.length && left > 0; i++) {
      const now = period(newestFirst[i] as Date);
      if (now === seen && i < newestFirst.length - 1) continue;
      keep[i] = true;
      seen = now;
      left--;
    }
  }
  return keep;
}

/** The backups that are kept, newest first. */
export function kept(backups: readonly Date[], retention: Retention, last = 0): Date[] {
  const newestFirst = [...backups].sort((a, b) => b.getTime() - a.getTime());
  const keep = decide(newestFirst, retention, last);
  return newestFirst.filter((_, i) => keep[i]);
}

/** Backups held on a day by one that runs at noon every day and has run for years. */
export function objectsOn(day: string, retention: Retention): number {
  const end = Date.parse(`${day}T12:00:00Z`);
  const span = Math.max(retention.daily, retention.weekly * 7, retention.monthly * 31, retention.yearly * 366) + 31;
  return decide(
    Array.from({ length: span }, (_, i) => new Date(end - i * DAY)),
    retention,
    0,
  ).filter(Boolean).length;
}

/** The least and the most backups held over a year: the calendar decides how far the rules overlap. */
export function objectsHeld(retention: Retention): { readonly least: number; readonly most: number } {
  const year = Array.from({ length: 365 }, (_, i) =>
    objectsOn(new Date(Date.UTC(2026, 0, 1) + i * DAY).toISOString().slice(0, 10), retention),
  );
  return { least: Math.min(...year), most: Math.max(...year) };
}
