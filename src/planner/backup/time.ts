import * as z from 'zod';

/** Minutes in each unit that people write. */
const UNITS: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, min: 1, h: 60, hr: 60, d: 1440, w: 10_080 };

/** Minutes of "24h", "15m", "1h30m", "1 day"; undefined where it is no duration. */
export function parseMinutes(text: string): number | undefined {
  const compact = text.trim().toLowerCase().replace(/\s+/g, '');
  if (/^\d+(?:\.\d+)?$/.test(compact)) return Number(compact);
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[smhdw])/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== compact) return undefined;
  return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[(unit as string)[0] as string] ?? 1), 0);
}

/** A duration in minutes: a number of minutes, or text like "24h". Zero is let through: it has an answer of its own. */
export const minutes = z.union([z.string(), z.number()]).transform((value, context) => {
  const found = typeof value === 'number' ? value : parseMinutes(value);
  if (found !== undefined && found >= 0 && found <= 5_256_000) return found;
  context.addIssue({ code: 'custom', message: 'is no duration: text like "24h", "15m", "1d", or a number of minutes', input: value });
  return z.NEVER;
});

/** 1450 as "24 h 10 min". */
export function showMinutes(minutes: number): string {
  const whole = Math.ceil(minutes);
  const [days, hours, rest] = [Math.floor(whole / 1440), Math.floor((whole % 1440) / 60), whole % 60];
  const parts =
    days >= 2
      ? [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`]
      : [days * 24 + hours && `${days * 24 + hours} h`, rest && `${rest} min`];
  return parts.filter(Boolean).join(' ') || '0 min';
}
