import { closest, distance } from 'fastest-levenshtein';

/** One thing that is wrong with an input, said so that the reader knows what to do next. */
export interface Problem {
  /** Path of the field, as the caller wrote it: `resources[2].size`. */
  readonly field: string;
  /** What is wrong, in one sentence. Never holds a credential. */
  readonly message: string;
  /** What was given, as short JSON text. Left out where it may be a secret. */
  readonly given?: string;
  /** What would be accepted: a closed list, or a description in one element. */
  readonly allowed?: readonly string[];
  /** The allowed value nearest to what was given. */
  readonly nearest?: string;
}

/** The input is at fault. Its message is for the user, and says what to do next. */
export class InputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map(describeProblem).join('\n'));
    this.name = 'InputError';
    this.problems = list;
  }
}

/** How many allowed values an error lists before it counts the rest. */
const LISTED = 24;

export function describeProblem(problem: Problem): string {
  const parts = [`${problem.field}: ${problem.message}`];
  if (problem.given !== undefined) parts.push(`Given: ${problem.given}.`);
  if (problem.nearest !== undefined) parts.push(`Nearest: ${problem.nearest}.`);
  const allowed = problem.allowed ?? [];
  if (allowed.length > 0) {
    const more = allowed.length > LISTED ? `, and ${allowed.length - LISTED} more` : '';
    parts.push(`Allowed: ${allowed.slice(0, LISTED).join(', ')}${more}.`);
  }
  return parts.join(' ');
}

/** The nearest of `allowed` to `given`, or undefined when nothing is near enough to be meant. */
export function nearest(given: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0 || given.length > 80) return undefined;
  const wanted = given.toLowerCase();
  const best = closest(wanted, allowed as string[]);
  const prefix = allowed.find((one) => one.startsWith(wanted) && wanted.length > 2);
  if (distance(wanted, best.toLowerCase()) <= Math.max(2, Math.floor(wanted.length / 2))) return best;
  return prefix;
}

/** A value as it may be shown in an error: short, on one line, control characters made visible. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const visible = text.replace(
    /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return visible.length > 80 ? `${visible.slice(0, 77)}...` : visible;
}

/** Builds the problem of a value that is not in a closed list. */
export function notAllowed(field: string, given: unknown, what: string, allowed: readonly string[]): Problem {
  const near = typeof given === 'string' ? nearest(given, allowed) : undefined;
  return {
    field,
    message: `${what}.`,
    ...(given === undefined ? {} : { given: show(given) }),
    allowed,
    ...(near === undefined ? {} : { nearest: near }),
  };
}
