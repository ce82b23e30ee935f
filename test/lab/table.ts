import type { ProviderId } from '../../src/providers/provider.ts';

/** How often each thing was seen to come out right, in one shell. A row of the lab's table is made of these. */
export interface Counts {
  /** Creations from nothing that made what was meant. */
  create: number;
  /** Steps whose check failed before the step and passed after it. */
  verify: number;
  /** Creations of what is there already, which sent nothing that makes or changes anything. */
  again: number;
  /** Creations that went on after an interruption, or a refusal, and came to the same end. */
  resume: number;
  /** Teardowns that left nothing: of the whole, of nothing, and of what each interruption left. */
  teardown: number;
  /** Steps pasted one by one into an interactive shell, and pasted away again. */
  pasted: number;
  /** Refusals at which a script stopped as it should. */
  refused: number;
}

/** What a test of the lab says of itself, in its `task.meta.lab`. */
export interface LabRecord extends Counts {
  readonly provider: ProviderId;
  readonly kind: string;
  readonly shell: string;
  readonly steps: number;
}

export interface Table {
  /** Programs and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly lives: readonly LabRecord[];
}

/** Of vitest's JSON report, what is read here. */
export interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly meta?: { readonly lab?: LabRecord };
    }[];
  }[];
}

const key = ({ provider, kind, shell }: LabRecord): string => `${provider}\n${kind}\n${shell}`;

/** The table after a run: what was run takes the place of what stood there; a provider that was run whole loses what is gone. */
export function merged(before: Table, report: Report, versions: Table['versions']): Table {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const run = tests.filter(({ status }) => status === 'passed').flatMap(({ meta }) => meta?.lab ?? []);
  const skipped = tests.filter(({ status }) => status === 'skipped' || status === 'pending');
  const whole = new Set(
    run.map(({ provider }) => provider).filter((provider) => !skipped.some(({ fullName }) => fullName.toLowerCase().includes(provider))),
  );
  const kept = before.lives.filter((one) => !whole.has(one.provider) && !run.some((other) => key(other) === key(one)));
  const lives = [...kept, ...run].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { versions: Object.fromEntries(Object.entries({ ...before.versions, ...versions }).sort()), lives };
}

/**
 * What stands in a table and a later run did not show: lives that were not lived, and columns of which nothing was seen any
 * more. How often something was seen depends on how much the lab was told to do, and is news, not a loss.
 */
export function lost(before: Table, after: Table): string[] {
  const seen = new Map(after.lives.map((life) => [key(life), life]));
  return before.lives.flatMap((life) => {
    const name = key(life).replaceAll('\n', ' ');
    const now = seen.get(key(life));
    if (now === undefined) return [`${name}: not lived`];
    return COLUMNS.filter((column) => life[column] > 0 && now[column] === 0).map(
      (column) => `${name}: ${column} was ${life[column]}, is 0`,
    );
  });
}

const COLUMNS = ['create', 'verify', 'again', 'resume', 'teardown', 'pasted', 'refused'] as const;

/** The table as Markdown: a row per provider and kind, each count as bash + zsh. */
export function rendered({ versions, lives }: Table): string {
  const shells = [...new Set(lives.map(({ shell }) => shell))].sort();
  const rows = new Map<string, LabRecord[]>();
  for (const life of lives) rows.set(`${life.provider}\n${life.kind}`, [...(rows.get(`${life.provider}\n${life.kind}`) ?? []), life]);
  const cell = (records: readonly LabRecord[], column: keyof Counts): string =>
    shells.map((shell) => records.find((one) => one.shell === shell)?.[column] ?? '–').join(' + ');
  const total = (column: keyof Counts): string =>
    shells.map((shell) => lives.filter((one) => one.shell === shell).reduce((sum, one) => sum + one[column], 0)).join(' + ');
  return [
    `${lives.length} lives of ${rows.size} stacks, 0 failures; each number is ${shells.join(' + ')}. ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    `| provider | kind | steps | ${COLUMNS.join(' | ')} |`,
    `|---|---|---|${COLUMNS.map(() => '---|').join('')}`,
    ...[...rows.values()].map((records) => {
      const { provider, kind, steps } = records[0] as LabRecord;
      return `| ${provider} | ${kind} | ${steps} | ${COLUMNS.map((column) => cell(records, column)).join(' | ')} |`;
    }),
    `| **all** | | | ${COLUMNS.map(total).join(' | ')} |`,
  ].join('\n');
}
