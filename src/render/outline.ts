import { type Atom, atoms, type Command, commandAtoms, type Query, queryAtoms, references, type StepId } from '../core/command.ts';
import { actionAtoms } from '../core/order.ts';
import { type Action, type Check, type EnvVar, isPatient, type LocalFile, type Patient, type Plan, type Step } from '../core/plan.ts';

/** How long a check may take to come true: clouds answer a moment late. */
const SETTLE_SECONDS = 120;

/**
 * What a shell is to do, one thing a statement. Both renderers print the same statements, so that what is said in
 * one shell is said in the other.
 */
export type Statement =
  /** Says which step is at work; what is reported when something fails. */
  | { readonly do: 'at'; readonly text: string; readonly hint?: string }
  /** Looks a key up into a variable: empty when it does not exist, or when one of `given` is empty. */
  | { readonly do: 'look'; readonly name: string; readonly query: Query; readonly given: readonly string[]; readonly what: string }
  /** Asks for a value that has to exist. */
  | { readonly do: 'ask'; readonly name: string; readonly query: Query; readonly what: string }
  | { readonly do: 'file'; readonly file: LocalFile }
  | { readonly do: 'run'; readonly command: Command }
  /** Runs a command and keeps what it prints, which must not be empty. */
  | { readonly do: 'capture'; readonly name: string; readonly command: Command; readonly what: string }
  | { readonly do: 'patient'; readonly action: Patient }
  /** Asks for a yes before what cannot be taken back: the person types `word`. Not asked where nobody is there to answer. */
  | { readonly do: 'confirm'; readonly question: string; readonly word: string; readonly otherwise: string }
  /** Stops with a message. */
  | { readonly do: 'stop'; readonly text: string }
  | { readonly do: 'when'; readonly name: string; readonly is: 'empty' | 'set'; readonly body: readonly Statement[] }
  /** Waits until the check holds. */
  | { readonly do: 'settle'; readonly check: Check; readonly seconds: number }
  /** Waits until the query prints nothing. */
  | { readonly do: 'gone'; readonly query: Query; readonly seconds: number };

export interface Chapter {
  readonly step: Step;
  readonly statements: readonly Statement[];
}

/** Looks up what an atom stands for: text that is known now, or the variable that will hold it. */
export type Resolve = (atom: { readonly of: StepId; readonly out: string }) => { readonly text: string } | { readonly variable: string };

/** The shell variables of a plan, from its step ids; two ids never share one. */
export class Names {
  readonly #steps = new Map<StepId, Step>();
  readonly #names = new Map<string, string>();
  readonly #places = new Map<StepId, number>();

  constructor(steps: readonly Step[]) {
    const taken = new Set<string>();
    for (const [place, step] of steps.entries()) {
      this.#steps.set(step.id, step);
      this.#places.set(step.id, place);
      // `id` always has a variable: what `find` printed is kept in it.
      for (const out of new Set(['id', ...Object.keys(step.outputs ?? {})])) {
        if (out !== 'id' && typeof step.outputs?.[out] === 'string') continue;
        const base = `${step.id}${out === 'id' ? '' : `_${out}`}`.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase();
        let name = base;
        for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
        taken.add(name);
        this.#names.set(`${step.id}\n${out}`, name);
      }
    }
  }

  step(id: StepId): Step {
    return this.#steps.get(id) as Step;
  }

  /** The steps of those ids, in the plan's order. */
  inOrder(ids: ReadonlySet<StepId>): Step[] {
    return [...ids].sort((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0)).map((id) => this.step(id));
  }

  variable(id: StepId, out = 'id'): string {
    return this.#names.get(`${id}\n${out}`) as string;
  }

  readonly resolve: Resolve = ({ of, out }) => {
    const known = this.#steps.get(of)?.outputs?.[out];
    return typeof known === 'string' ? { text: known } : { variable: this.variable(of, out) };
  };
}

/** The outputs of a step that others use while the plan is created (or, for undo, while it is torn down). */
function usedOutputs(steps: readonly Step[], atomsOf: (step: Step) => Iterable<Atom>): Map<StepId, Set<string>> {
  const used = new Map<StepId, Set<string>>();
  for (const step of steps) {
    for (const atom of references(atomsOf(step))) {
      if (isOwn(atom, step)) continue;
      const outs = used.get(atom.of) ?? new Set();
      used.set(atom.of, outs.add(atom.out));
    }
  }
  return used;
}

function* createAtoms(step: Step): Generator<Atom> {
  yield* queryAtoms(step.find);
  yield* commandAtoms(step.create);
  yield* lifeAtoms(step);
}

/** What is read once the step's thing is there: by waiting, by checking, by asking for its outputs. */
function* lifeAtoms(step: Step): Generator<Atom> {
  for (const action of step.wait ?? []) yield* actionAtoms(action);
  yield* queryAtoms(step.verify.query);
  if (step.verify.expect !== undefined) yield* atoms(step.verify.expect);
  for (const [, output] of queriedOutputs(step)) yield* queryAtoms(output);
}

function* undoAtoms(step: Step): Generator<Atom> {
  yield* queryAtoms(step.find);
  for (const action of [...(step.rescue ?? []), ...(step.undo ?? [])]) yield* actionAtoms(action);
}

const act = (action: Action): Statement => (isPatient(action) ? { do: 'patient', action } : { do: 'run', command: action });

export interface CreateOptions {
  /** find-or-create with progress and checks; otherwise the plain commands, for a person to paste. */
  readonly resumable: boolean;
}

/** Creation, step by step. */
export function createOutline(plan: Plan, names: Names, options: CreateOptions): Chapter[] {
  const used = usedOutputs(plan.steps, createAtoms);
  return plan.steps.map((step, i) => {
    const outs = used.get(step.id) ?? new Set<string>();
    const variable = names.variable(step.id);
    if (step.there) return { step, statements: lookUp(step, `[${i + 1}/${plan.steps.length}]`, outs, names, options) };
    const files: Statement[] = (step.files ?? []).map((file) => ({ do: 'file', file }));
    const make: Statement[] = [];
    // A pasted step keeps its id only where something needs it: another step, or this one's own waiting and checking. What
    // is caught only to be dropped (a password) is caught there too.
    const dropped = step.captures === true && typeof step.outputs?.id === 'object';
    const needed = options.resumable || dropped || outs.has('id') || [...references(lifeAtoms(step))].some((atom) => isOwn(atom, step));
    if (options.resumable) make.push(...confirmation(step));
    if (step.captures && needed) make.push({ do: 'capture', name: variable, command: step.create, what: step.title });
    else make.push(act(step.patience === undefined ? step.create : { command: step.create, seconds: step.patience }));
    const ask = (out: string, query: Query): Statement => ({
      do: 'ask',
      name: names.variable(step.id, out),
      query,
      what: `${out} of ${step.id}`,
    });
    const id = step.outputs?.id;
    // Before anything waits for it by its id.
    if (typeof id === 'object' && needed) make.push(ask('id', id));
    const after: Statement[] = (step.wait ?? []).map(act);
    for (const [out, output] of queriedOutputs(step)) if (out !== 'id' && outs.has(out)) after.push(ask(out, output));
    const look: Statement = { do: 'look', name: variable, query: step.find, given: [], what: step.id };
    const found: Statement[] = [look, { do: 'when', name: variable, is: step.removes ? 'set' : 'empty', body: make }];
    if (!options.resumable) return { step, statements: [...files, ...(step.seldom || step.removes ? found : make), ...after] };
    return {
      step,
      statements: [
        {
          do: 'at',
          text: `[${i + 1}/${plan.steps.length}] ${step.id}: ${step.title}`,
          ...(step.hint === undefined ? {} : { hint: step.hint }),
        },
        // Even where the step's thing is found: what waits for it may read them too (docker compose up).
        ...files,
        ...found,
        ...after,
        { do: 'settle', check: step.verify, seconds: SETTLE_SECONDS },
      ],
    };
  });
}

/** A step that has to be there: it is looked up, and nothing goes on without it. */
function lookUp(step: Step, count: string, outs: ReadonlySet<string>, names: Names, options: CreateOptions): Statement[] {
  const name = names.variable(step.id);
  const look: Statement = { do: 'look', name, query: step.find, given: [], what: step.id };
  const asks = queriedOutputs(step)
    .filter(([out]) => out !== 'id' && outs.has(out))
    .map(([out, query]): Statement => ({ do: 'ask', name: names.variable(step.id, out), query, what: `${out} of ${step.id}` }));
  if (!options.resumable) return [look, ...asks];
  const stop: Statement = { do: 'stop', text: `${step.id} is not there, by the plan's label and its name. Nothing was changed.` };
  return [{ do: 'at', text: `${count} ${step.id}: ${step.title}` }, look, { do: 'when', name, is: 'empty', body: [stop] }, ...asks];
}

/** The question before a step that interrupts or destroys. */
function confirmation(step: Step): Statement[] {
  const grave = step.effects.filter((effect) => effect.kind === 'interrupts' || effect.kind === 'destroys');
  if (grave.length === 0) return [];
  const said = grave.map((effect) => `${effect.kind === 'destroys' ? 'DESTROYS' : 'Interrupts'}: ${effect.what}.`).join(' ');
  const word = step.resource.slice(step.resource.indexOf('.') + 1);
  return [{ do: 'confirm', question: `${said} Type ${word} to go on: `, word, otherwise: 'Nothing further was done.' }];
}

function isOwn(atom: { readonly of: StepId; readonly out: string }, step: Step): boolean {
  return atom.of === step.id && atom.out === 'id';
}

export interface DestroyOptions {
  /** Saves data first, where the cloud can. */
  readonly rescue: boolean;
  /** Takes backups and snapshots too. */
  readonly backups: boolean;
}

/** The steps that a teardown undoes, in its order: the reverse of creation. */
export function undone(plan: Plan, options: DestroyOptions): Step[] {
  return plan.steps.filter((step) => step.undo !== undefined && (options.backups || !step.keep)).reverse();
}

/** Look-ups that an undo needs, each after those that it needs itself. */
export function lookUps(steps: readonly Step[], names: Names): Statement[] {
  const wanted = new Set<StepId>();
  const visit = (step: Step): void => {
    if (wanted.has(step.id)) return;
    wanted.add(step.id);
    for (const { of } of references(queryAtoms(step.find))) visit(names.step(of));
    for (const atom of references(undoAtoms(step))) if (!('text' in names.resolve(atom))) visit(names.step(atom.of));
    for (const [, query] of queriedOutputs(step)) for (const { of } of references(queryAtoms(query))) visit(names.step(of));
  };
  for (const step of steps) visit(step);
  const used = usedOutputs(names.inOrder(wanted), undoAtoms);
  const statements: Statement[] = [];
  for (const step of names.inOrder(wanted)) {
    statements.push({
      do: 'look',
      name: names.variable(step.id),
      query: step.find,
      given: variablesOf(queryAtoms(step.find), names),
      what: step.id,
    });
    if (step.own !== undefined) {
      const name = names.variable(step.id);
      const own: Statement = { do: 'look', name, query: step.own, given: [], what: `${step.id} of this plan` };
      statements.push({ do: 'when', name, is: 'set', body: [own] });
    }
    for (const [out, output] of queriedOutputs(step)) {
      // What find printed is the id already.
      if (out !== 'id' && used.get(step.id)?.has(out)) {
        statements.push({
          do: 'look',
          name: names.variable(step.id, out),
          query: output,
          given: [names.variable(step.id), ...variablesOf(queryAtoms(output), names)],
          what: `${out} of ${step.id}`,
        });
      }
    }
  }
  return statements;
}

/** The variables that a teardown needs: not those that only a creation hands over (a container's password). */
export function destroyEnv(plan: Plan): readonly EnvVar[] {
  const used = new Set<string>();
  for (const step of plan.steps) {
    const queries = queriedOutputs(step).flatMap(([, query]) => [...queryAtoms(query)]);
    for (const atom of [...undoAtoms(step), ...queries]) if (typeof atom === 'object' && 'env' in atom) used.add(atom.env);
  }
  return plan.env.filter((variable) => used.has(variable.name));
}

function queriedOutputs(step: Step): [string, Query][] {
  return Object.entries(step.outputs ?? {}).filter((entry): entry is [string, Query] => typeof entry[1] !== 'string');
}

/** The variables that must not be empty for these atoms to mean anything: a known name counts only where its owner was found. */
function variablesOf(all: Iterable<Atom>, names: Names): string[] {
  const found = new Set<string>();
  for (const atom of references(all)) {
    const value = names.resolve(atom);
    found.add('variable' in value ? value.variable : names.variable(atom.of));
  }
  return [...found];
}

/** What undoes one step, once its key has been looked up, and what is to follow where it was there. */
function undoStatement(step: Step, names: Names, options: DestroyOptions, ...then: Statement[]): Statement {
  const actions = [...(options.rescue ? (step.rescue ?? []) : []), ...(step.undo ?? [])];
  return { do: 'when', name: names.variable(step.id), is: 'set', body: [...actions.map(act), ...then] };
}

/** Teardown as one script: everything is looked up first, then undone in reverse. */
export function destroyOutline(plan: Plan, names: Names, options: DestroyOptions): { looks: Statement[]; chapters: Chapter[] } {
  const steps = undone(plan, options);
  return {
    looks: lookUps(steps, names),
    chapters: steps.map((step, i) => ({
      step,
      statements: [
        { do: 'at', text: `[${i + 1}/${steps.length}] ${step.id}: remove` },
        undoStatement(step, names, options, { do: 'gone', query: step.find, seconds: SETTLE_SECONDS }),
      ],
    })),
  };
}

/** One undo on its own, for a shell that knows nothing yet. */
export function singleUndo(step: Step, names: Names, options: DestroyOptions): Statement[] {
  return [...lookUps([step], names), undoStatement(step, names, options)];
}
