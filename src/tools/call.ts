import { describeProblem, InputError } from '../core/errors.ts';
import { parse } from '../core/parse.ts';
import { findCredentials } from '../core/secrets.ts';
import type { Answer, Tool, ToolContext } from './tool.ts';

/** How deep an argument may nest; a compose service's ports, the deepest of a stack, are at eight. */
const DEEPEST = 32;
/** How many problems an error lists before it counts the rest. */
const LISTED = 20;

/**
 * Calls a tool with what a caller gave, checked.
 * @throws InputError for a wrong input, and for one that holds what looks like a credential.
 */
export async function callTool(tool: Tool, args: unknown, context: ToolContext): Promise<Answer<unknown>> {
  if (nestsDeeperThan(DEEPEST, args)) throw new InputError({ field: 'input', message: `is nested deeper than ${DEEPEST} levels.` });
  const credentials = findCredentials(args);
  if (credentials.length > 0) throw new InputError(credentials);
  return tool.run(parse(tool.input, args), context);
}

/** An error's problems as text, the first of them when there are many. */
export function problemsOf({ problems, message }: InputError): string {
  if (problems.length <= LISTED) return message;
  return [...problems.slice(0, LISTED).map(describeProblem), `And ${problems.length - LISTED} more problems.`].join('\n');
}

/** Level by level, because what it guards are the recursive walks that come after it. */
function nestsDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return false;
}

/** The class and the places of an error, without its message, which may quote the request. */
export function trace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const places = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [error.name, ...places].join('\n');
}
