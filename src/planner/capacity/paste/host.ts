import { bytes, mean, type Reading, round, type Values } from './reading.ts';

/** A recogniser of tables: takes the lines and says which of them it read. */
export type Recogniser = (lines: readonly string[], claim: (line: number) => void) => Reading[];

/** `12:00 up 3 days, 2 users, load average: 0.52, 0.58, 0.59`; on macOS without commas, in some locales with decimal ones. */
export const uptime: Recogniser = (lines, claim) =>
  lines.flatMap((line, i) => {
    const text = /load averages?:\s*(.{5,40})$/.exec(line)?.[1];
    if (text === undefined) return [];
    const numbers =
      text
        .replaceAll(/(\d),(\d\d)(?!\d)/g, '$1.$2')
        .match(/\d{1,6}(?:\.\d{1,4})?/g)
        ?.map(Number) ?? [];
    if (numbers.length < 3) return [];
    claim(i);
    return [{ tool: 'uptime', values: { load: numbers[1] as number } }];
  });

/** `free`, in whatever unit it was asked for. */
export const free: Recogniser = (lines, claim) => {
  const readings: Reading[] = [];
  let header: string[] | undefined;
  let values: Values | undefined;
  for (const [i, line] of lines.entries()) {
    const words = line.trim().split(/\s+/, 10);
    if (words[0] === 'total' && words[1] === 'used') {
      header = words;
      claim(i);
    } else if (header !== undefined && words[0] === 'Mem:') {
      const at = (name: string): number | undefined => bytes(words[(header as string[]).indexOf(name) + 1] ?? '');
      const total = at('total');
      const available = at('available');
      if (total === undefined || !(total > 0) || available === undefined || available > total) continue;
      claim(i);
      values = { memory: round((1 - available / total) * 100), memoryGb: round((total * unit(words[1] as string, total)) / 2 ** 30) };
      readings.push({ tool: 'free', values });
    } else if (values !== undefined && words[0] === 'Swap:') {
      const total = bytes(words[1] ?? '');
      const used = bytes(words[2] ?? '');
      if (total === undefined || used === undefined) continue;
      claim(i);
      const memory = words[1] as string;
      // Of the unit that the line before it had.
      values.swapGb = round((used * unit(/[a-z]/i.test(memory) ? memory : '', (values.memoryGb as number) * 2 ** 30, lines, i)) / 2 ** 30);
      values = undefined;
    }
  }
  return readings;
};

/** What a bare number of `free` counts, which it does not say: KiB, MiB or GiB by what a machine can have. Letters were counted already. */
function unit(word: string, total: number, lines?: readonly string[], swap?: number): number {
  if (/[a-z]/i.test(word)) return 1;
  if (lines !== undefined && swap !== undefined) {
    for (let i = swap; i >= 0 && i > swap - 4; i--) {
      const words = (lines[i] as string).trim().split(/\s+/, 3);
      if (words[0] === 'Mem:') return unit(words[1] as string, bytes(words[1] as string) ?? 0);
    }
  }
  if (total >= 2e9) return 1;
  if (total >= 4e5) return 2 ** 10;
  return total >= 200 ? 2 ** 20 : 2 ** 30;
}

/** Rows of `vmstat 1 10`: the first is the mean since boot, and left out where there are more. */
export const vmstat: Recogniser = (lines, claim) => {
  const readings: Reading[] = [];
  let header: string[] | undefined;
  let rows: number[][] = [];
  const finish = (): void => {
    if (header !== undefined && rows.length > 0) {
      const used = rows.length > 1 ? rows.slice(1) : rows;
      const column = (name: string): number => {
        const at = (header as string[]).indexOf(name);
        return at < 0 ? 0 : mean(used.map((row) => row[at] ?? 0));
      };
      readings.push({
        tool: 'vmstat',
        values: {
          cpu: round(column('us') + column('sy') + column('gu')),
          ioWait: round(column('wa')),
          steal: round(column('st')),
          swapping: round(column('si') + column('so')),
          swapGb: round((column('swpd') * 2 ** 10) / 2 ** 30),
        },
      });
    }
    rows = [];
  };
  for (const [i, line] of lines.entries()) {
    const words = line.trim().split(/\s+/, 24);
    if (words.includes('swpd') && words.includes('us') && words.includes('id')) {
      // Printed again on every screen.
      if (header?.join() !== words.join()) finish();
      header = words;
      claim(i);
    } else if (/^procs\s?-+/.test(line.trim())) claim(i);
    else if (header !== undefined && words.length === header.length && words.every((word) => /^\d{1,15}$/.test(word))) {
      rows.push(words.map(Number));
      claim(i);
    }
  }
  finish();
  return readings;
};

const STATS = /(\d{1,6}(?:\.\d{1,4})?)%\s+(\d[\d.]{0,14}\s?[KMGT]?i?B)\s*\/\s*(\d[\d.]{0,14}\s?[KMGT]?i?B)(?:\s+(\d{1,3}(?:\.\d{1,4})?)%)?/;

/** `docker stats --no-stream`: processors are added up over containers, and 100 % is one of them. */
export const dockerStats: Recogniser = (lines, claim) => {
  let busy = 0;
  let used = 0;
  let tightest = 0;
  let rows = 0;
  const limits: number[] = [];
  let headed = false;
  for (const [i, line] of lines.entries()) {
    if (/\bCPU %\s.*\bMEM USAGE/.test(line)) {
      headed = true;
      claim(i);
      continue;
    }
    const match = STATS.exec(line);
    if (match === null || !headed) continue;
    const usage = bytes((match[2] as string).replace(' ', ''));
    const limit = bytes((match[3] as string).replace(' ', ''));
    if (usage === undefined || limit === undefined || !(limit > 0)) continue;
    claim(i);
    rows++;
    busy += Number(match[1]) / 100;
    used += usage;
    limits.push(limit);
    tightest = Math.max(tightest, usage / limit);
  }
  if (rows === 0) return [];
  const host = Math.max(...limits.slice(0, 10_000));
  // A container at its own limit is killed, whatever the host has left.
  return [{ tool: 'docker stats', values: { busy: round(busy), memory: round(Math.max(tightest, used / host) * 100) } }];
};

/** The fullest file system of `df`; loop devices and memory are none that fill. */
export const df: Recogniser = (lines, claim) => {
  let headed = false;
  let fullest: number | undefined;
  for (const [i, line] of lines.entries()) {
    if (/^Filesystem\s.*\bUse%/.test(line)) {
      headed = true;
      claim(i);
      continue;
    }
    const match = /^(\/dev\/\S{1,80}|overlay|\S{1,80}:\S{0,80})\s.*\s(\d{1,3})%\s+\/\S{0,200}$/.exec(line);
    if (match === null || !headed) continue;
    claim(i);
    if (!/^\/dev\/loop/.test(match[1] as string)) fullest = Math.max(fullest ?? 0, Number(match[2]));
  }
  return fullest === undefined ? [] : [{ tool: 'df', values: { disk: fullest } }];
};
