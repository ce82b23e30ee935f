import type { Source } from './input.ts';

/** One file of the plan. */
export type File = {
  readonly path: string;
  readonly mode: string;
  readonly purpose: string;
  readonly text: string;
};

export type Scheduler = 'systemd' | 'cron' | 'launchd' | 'taskscheduler';

/** When a task runs: UTC for systemd, the machine's own time elsewhere. */
export interface Times {
  readonly minute: number;
  /** Empty: every hour. */
  readonly hours: readonly number[];
  /** 0 = Sunday; left out = every day. */
  readonly weekday?: number;
  /** Of the month; left out = every day. */
  readonly day?: number;
  /** 1 to 12; left out = every month. */
  readonly months?: readonly number[];
  /** Every so many minutes instead of all that. */
  readonly every?: number;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY = 1440;

/** Never at midnight or on the full hour, where everybody is; the same source always gets the same minute. */
const minuteOf = ({ slug }: Source): number => 7 + ([...slug].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 46);

export function times(source: Source, intervalMinutes: number): Times {
  const minute = minuteOf(source);
  if (intervalMinutes >= 7 * DAY) return { minute, hours: [2], weekday: 0 };
  const step = Math.max(1, Math.round(intervalMinutes / 60));
  if (step === 1) return { minute, hours: [] };
  const first = step >= 6 ? 2 : 0;
  return {
    minute,
    hours: Array.from({ length: Math.max(1, Math.floor(24 / step)) }, (_, i) => (first + i * step) % 24).sort((a, b) => a - b),
  };
}

/** When drills run: daily, weekly, monthly, quarterly or yearly, whichever is no rarer than was asked. */
export function drillTimes(source: Source, minutes: number): Times {
  const base = { minute: minuteOf(source), hours: [4] };
  if (minutes < 7 * DAY) return base;
  if (minutes < 30 * DAY) return { ...base, weekday: 3 };
  if (minutes < 90 * DAY) return { ...base, day: 5 };
  if (minutes < 365 * DAY) return { ...base, day: 5, months: [1, 4, 7, 10] };
  return { ...base, day: 5, months: [1] };
}

export const two = (n: number): string => String(n).padStart(2, '0');

/** systemd's OnCalendar; also how a schedule is told to a person. */
export function calendar({ minute, hours, weekday, day, months, every }: Times): string {
  if (every !== undefined) return every === 1 ? '*:*:00' : `*:0/${every}:00`;
  return `${weekday === undefined ? '' : `${WEEKDAYS[weekday]} `}*-${months === undefined ? '*' : months.map(two).join(',')}-${day === undefined ? '*' : two(day)} ${hours.length === 0 ? '*' : hours.map(two).join(',')}:${two(minute)}:00 UTC`;
}

/** The five fields of cron. */
export function cronFields({ minute, hours, weekday, day, months, every }: Times): string {
  if (every !== undefined) return `${every === 1 ? '*' : `*/${every}`} * * * *`;
  return `${minute} ${hours.length === 0 ? '*' : hours.join(',')} ${day ?? '*'} ${months?.join(',') ?? '*'} ${weekday ?? '*'}`;
}
