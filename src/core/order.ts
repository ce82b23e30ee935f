import { type Atom, atoms, commandAtoms, queryAtoms, references, type StepId } from './command.ts';
import { InputError } from './errors.ts';
import { type Action, isPatient, type Step } from './plan.ts';

export function* actionAtoms(action: Action): Generator<Atom> {
  if (!isPatient(action)) return yield* commandAtoms(action);
  yield* queryAtoms(action.pick ? { command: action.command, pick: action.pick } : { command: action.command });
  if (action.expect !== undefined) yield* atoms(action.expect);
}

/** Every atom that has to have a value at some time in the step's life. */
export function* stepAtoms(step: Step): Generator<Atom> {
  yield* queryAtoms(step.find);
  if (step.own !== undefined) yield* queryAtoms(step.own);
  yield* commandAtoms(step.create);
  for (const action of [...(step.wait ?? []), ...(step.undo ?? []), ...(step.rescue ?? [])]) yield* actionAtoms(action);
  yield* queryAtoms(step.verify.query);
  if (step.verify.expect !== undefined) yield* atoms(step.verify.expect);
  for (const output of Object.values(step.outputs ?? {})) if (typeof output !== 'string') yield* queryAtoms(output);
}

/** The steps that `step` needs: those whose outputs it uses, the one it lies within, and those it names. */
export function needs(step: Step): ReadonlySet<StepId> {
  const ids = new Set<StepId>(step.after);
  if (step.within !== undefined) ids.add(step.within);
  for (const { of } of references(stepAtoms(step))) ids.add(of);
  ids.delete(step.id);
  return ids;
}

/**
 * Dependency order; among steps that are free to run, the one that came first stays first. O(steps + edges) but for
 * a heap's logarithm.
 * @throws InputError that names the cycle.
 */
export function order(steps: readonly Step[]): Step[] {
  const index = new Map(steps.map((step, i) => [step.id, i]));
  const waiting = new Array<number>(steps.length).fill(0);
  const dependents: number[][] = steps.map(() => []);
  steps.forEach((step, i) => {
    for (const id of needs(step)) {
      const j = index.get(id);
      if (j === undefined) throw new Error(`step ${step.id} needs ${id}, which nothing makes`);
      dependents[j]?.push(i);
      waiting[i] = (waiting[i] ?? 0) + 1;
    }
  });
  const ready = new MinHeap();
  waiting.forEach((count, i) => {
    if (count === 0) ready.push(i);
  });
  const done: Step[] = [];
  for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
    done.push(steps[i] as Step);
    for (const j of dependents[i] ?? []) {
      waiting[j] = (waiting[j] ?? 0) - 1;
      if (waiting[j] === 0) ready.push(j);
    }
  }
  if (done.length < steps.length) {
    const cycle = findCycle(steps.filter((_, i) => (waiting[i] ?? 0) > 0));
    throw new InputError({
      field: 'resources',
      message: `these need each other, so none can be first: ${cycle.join(' -> ')}. Remove one of the references`,
    });
  }
  return done;
}

/** Walks backwards from any stuck step until one repeats. */
function findCycle(stuck: readonly Step[]): StepId[] {
  const byId = new Map(stuck.map((step) => [step.id, step]));
  const trail: StepId[] = [];
  let at = stuck[0];
  while (at !== undefined && !trail.includes(at.id)) {
    trail.push(at.id);
    const next: StepId | undefined = [...needs(at)].find((id) => byId.has(id));
    at = next === undefined ? undefined : byId.get(next);
  }
  return at === undefined ? trail : [...trail.slice(trail.indexOf(at.id)), at.id];
}

/** Smallest number first. */
class MinHeap {
  readonly #items: number[] = [];

  push(value: number): void {
    const items = this.#items;
    let i = items.push(value) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((items[parent] as number) <= value) break;
      items[i] = items[parent] as number;
      i = parent;
    }
    items[i] = value;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[i] = items[child] as number;
      i = child;
    }
    items[i] = last;
    return top;
  }
}
