import { InputError, show } from '../../../core/errors.ts';
import { df, dockerStats, free, type Recogniser, uptime, vmstat } from './host.ts';
import { loadTests } from './load.ts';
import { readJson } from './metrics.ts';
import { LINE_MAX, type Reading } from './reading.ts';

export const RECOGNISED: readonly string[] = [
  'uptime',
  'free',
  'vmstat',
  'df',
  'docker stats',
  'wrk',
  'ab',
  'hey',
  'k6',
  'aws cloudwatch get-metric-statistics',
  'aws cloudwatch get-metric-data',
  'hcloud server metrics --output json',
  "DigitalOcean's monitoring API (droplet/cpu)",
];

const recognisers: readonly Recogniser[] = [uptime, free, vmstat, dockerStats, df, loadTests];

export interface Pasted {
  readonly readings: readonly Reading[];
  /** The first lines of what no tool is known for, short. */
  readonly unknown: readonly string[];
}

/**
 * Recognises the outputs of common tools in one text, several at once.
 * @throws InputError where nothing at all is recognised.
 */
export function readPasted(text: string): Pasted {
  const { values, rest } = cutJson(text.replaceAll('\r\n', '\n'));
  const readings: Reading[] = [];
  const unknown: string[] = [];
  const containers: Reading[] = [];
  for (const { json, from } of values) {
    const found = readJson(json);
    if (found === undefined || found.length === 0) unknown.push(show(from));
    for (const reading of found ?? []) (reading.tool === 'docker stats' ? containers : readings).push(reading);
  }
  // A container is a line, and the machine their sum.
  if (containers.length > 0) readings.push(together(containers));
  const lines = rest.split('\n').map((line) => (line.length > LINE_MAX ? line.slice(0, LINE_MAX) : line));
  const claimed = new Set<number>();
  for (const recognise of recognisers) readings.push(...recognise(lines, (line) => claimed.add(line)));
  unknown.push(...unclaimed(lines, claimed));
  if (readings.length === 0)
    throw new InputError({
      field: 'pasted',
      message: 'nothing of it is the output of a tool that is known here. Paste it whole, with its header line.',
      given: unknown[0] ?? show(text),
      allowed: RECOGNISED,
    });
  return { readings, unknown };
}

function together(containers: readonly Reading[]): Reading {
  const busy = containers.reduce((sum, { values }) => sum + (values.busy ?? 0), 0);
  const memory = containers.reduce((top, { values }) => Math.max(top, values.memory ?? 0), 0);
  return { tool: 'docker stats', values: { busy: Number(busy.toFixed(4)), memory } };
}

/** Of each paragraph without a known line, its first. A prompt with its command is no output. */
function unclaimed(lines: readonly string[], claimed: ReadonlySet<number>): string[] {
  const found: string[] = [];
  let first: string | undefined;
  let known = false;
  for (let i = 0; i <= lines.length; i++) {
    const line = i < lines.length ? (lines[i] as string).trim() : '';
    if (line !== '') {
      known ||= claimed.has(i);
      if (!/^(?:[\w.@:~/-]{0,80}[$#%>]\s|```|(?:docker|aws|hcloud|wrk|ab|hey|k6|free|vmstat|uptime|df)\b)/.test(line)) first ??= line;
      continue;
    }
    if (first !== undefined && !known) found.push(show(first));
    first = undefined;
    known = false;
  }
  return found;
}

/** How many openings that lead to nothing are tried: each of them may cost a walk to the end. */
const ATTEMPTS = 8;

/** JSON values that begin on a line of their own, taken out of a text. */
function cutJson(text: string): { values: { json: unknown; from: string }[]; rest: string } {
  const values: { json: unknown; from: string }[] = [];
  let rest = '';
  let at = 0;
  let failures = 0;
  // A list of anything but objects is no metric: hey prints `[200]`.
  const opening = /^[ \t]{0,8}(?:\{|\[(?=\s{0,200}\{))/gm;
  for (let match = opening.exec(text); match !== null && failures < ATTEMPTS && values.length < 2000; match = opening.exec(text)) {
    const start = match.index + match[0].length - 1;
    const end = closing(text, start);
    const json = end === undefined ? undefined : tryParse(text.slice(start, end));
    if (end === undefined || json === undefined) {
      failures++;
      continue;
    }
    values.push({ json, from: text.slice(start, Math.min(end, start + 60)) });
    rest += `${text.slice(at, match.index)}\n`;
    at = end;
    opening.lastIndex = end;
  }
  return { values, rest: rest + text.slice(at) };
}

/** The place behind the bracket that closes the one at `start`; undefined where none does. */
function closing(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' || c === '[') depth++;
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1;
  }
  return undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
