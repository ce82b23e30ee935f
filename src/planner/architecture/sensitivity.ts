/** Which assumption matters most: the recommendation is made again with each of them wrong by a factor of three. */
import type { Assumable, Assumption } from './load.ts';
import type { Needs, Stage } from './needs.ts';

/** What of a recommendation is compared. */
export interface Outcome {
  readonly stage: Stage;
  /** A month, in the recommended provider's currency; undefined where it has none. */
  readonly cost: number | undefined;
  readonly currency: string;
  readonly vcpu: number;
}

export interface Effect {
  readonly field: Assumable | 'availability' | 'budget' | 'regions';
  /** What is assumed. */
  readonly assumed: string;
  /** What the answer becomes, in words. */
  readonly effect: string;
  /** For ranking: a change of the stage counts most, then the larger change of the cost or the processors. */
  readonly weight: number;
}

export const FACTOR = 3;

const ratio = (a: number | undefined, b: number | undefined): number =>
  a === undefined || b === undefined || a <= 0 || b <= 0 ? 0 : Math.abs(Math.log(a / b));

/** How far an outcome is from the one that was given. */
export function distance(now: Outcome, other: Outcome): number {
  return (now.stage === other.stage ? 0 : 10) + ratio(now.cost, other.cost) + ratio(now.vcpu, other.vcpu) / 10;
}

export function outcomeText(now: Outcome, other: Outcome): string {
  const money = (one: Outcome): string => (one.cost === undefined ? 'no known price' : `${one.cost.toFixed(2)} ${one.currency}`);
  if (now.stage !== other.stage) return `${other.stage}, ${money(other)}`;
  return now.cost === other.cost
    ? now.vcpu === other.vcpu
      ? 'the same'
      : `${other.vcpu} vCPU instead of ${now.vcpu}, same price`
    : money(other);
}

/** Each assumption with what it changes, what changes most first. */
export async function effects(
  needs: Needs,
  now: Outcome,
  assumptions: readonly Assumption[],
  again: (needs: Needs) => Promise<Outcome | undefined>,
): Promise<Effect[]> {
  const found: Effect[] = [];
  for (const { field, text, times } of assumptions) {
    if (times === undefined) continue;
    const up = await again({ ...needs, ...times(FACTOR) });
    const down = await again({ ...needs, ...times(1 / FACTOR) });
    const said = [
      [`x${FACTOR}`, up],
      [`/${FACTOR}`, down],
    ] as const;
    found.push({
      field,
      assumed: text,
      effect: said.map(([by, one]) => `${by}: ${one === undefined ? 'cannot be built there' : outcomeText(now, one)}`).join('; '),
      weight: Math.max(...[up, down].map((one) => (one === undefined ? 10 : distance(now, one)))),
    });
  }
  // Answers that were not given, and that are no number to multiply.
  const other = async (field: Effect['field'], assumed: string, change: Partial<Needs>, word: string): Promise<void> => {
    const one = await again({ ...needs, ...change });
    found.push({
      field,
      assumed,
      effect: `${word}: ${one === undefined ? 'cannot be built there' : outcomeText(now, one)}`,
      weight: one === undefined ? 10 : distance(now, one),
    });
  };
  if (needs.availability === undefined)
    await other('availability', 'it may be down 7.3 hours a month (99 %)', { availability: 99.9 }, '99.9 %');
  if (needs.regions.length === 0 && !needs.euOnly)
    await other('regions', 'all users are in Europe', { regions: ['EU', 'NA'] }, 'Europe and North America');
  return found.sort((a, b) => b.weight - a.weight || (a.field < b.field ? -1 : 1));
}

const QUESTIONS: Readonly<Record<string, string>> = {
  availability: 'How long may it be down in a month? (99 % is 7.3 hours, 99.5 % 3.6 hours, 99.9 % 44 minutes)',
  load: 'How many requests (jobs, messages) a second at peak, or users a day?',
  dataGb: 'How many GB of data are there?',
  growth: 'By how many per cent a month do the data grow?',
  cpuMs: 'How many milliseconds of processor does one take? (busy processors / rate)',
  requestMs: 'How long does one take, in milliseconds?',
  memoryGb: 'How much memory do the product’s own documents ask for?',
  connections: 'How many connections are open at once?',
  batch: 'How many GB does a run take in, and in how many hours must it be done?',
  regions: 'Where are the users: Europe, North America, Asia, Oceania?',
};

export interface Question {
  /** The input that answers it. */
  readonly field: string;
  readonly text: string;
}

/** At most three, those whose answers change most; none that would change nothing. */
export function questions(ranked: readonly Effect[]): Question[] {
  return ranked
    .filter(({ field, weight }) => weight > 0.05 && QUESTIONS[field] !== undefined)
    .slice(0, 3)
    .map(({ field, effect }) => ({ field: field === 'load' ? 'requestsPerSecond' : field, text: `${QUESTIONS[field]} ${effect}` }));
}
