import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describeProblem, InputError, nearest } from '../core/errors.ts';
import { parse } from '../core/parse.ts';
import { findCredentials } from '../core/secrets.ts';
import { definition } from '../tools/definition.ts';
import { findTool, toolNames, tools } from '../tools/index.ts';
import type { ServerOptions } from './index.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';

/** How deep an argument may nest; a compose service's ports, the deepest of a stack, are at eight. */
const DEEPEST = 32;
/** How many problems an error lists before it counts the rest. */
const LISTED = 20;

/** `tools/list` and `tools/call`. */
export function serveTools(server: Server, { version, today, log }: ServerOptions): void {
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const all = await Promise.all(Object.values(tools).map((load) => load()));
    return { tools: all.map(definition) as never };
  });

  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = await findTool(params.name);
    if (tool === undefined) {
      const near = nearest(params.name, toolNames);
      throw new ProtocolError(
        INVALID_PARAMS,
        `There is no such tool.${near ? ` Nearest: ${near}.` : ''} There are: ${toolNames.join(', ')}.`,
      );
    }
    try {
      const args = params.arguments ?? {};
      refuse(args);
      const { structured, markdown, pictures = [] } = await tool.run(parse(tool.input, args), { today: today() });
      return {
        content: [{ type: 'text', text: markdown }, ...pictures.map((picture) => ({ type: 'image' as const, ...picture }))],
        structuredContent: structured as Record<string, unknown>,
      };
    } catch (error) {
      if (error instanceof InputError) return failure(problemsOf(error));
      log(`${tool.name}: ${trace(error)}`);
      return failure(
        `internal error in ${tool.name}, version ${version}. This is a defect of the program, not of the request: please report it, with the version.`,
      );
    }
  });
}

/** Refuses what must not reach a tool. @throws InputError */
function refuse(args: unknown): void {
  if (nestsDeeperThan(DEEPEST, args)) throw new InputError({ field: 'input', message: `is nested deeper than ${DEEPEST} levels.` });
  const credentials = findCredentials(args);
  if (credentials.length > 0) throw new InputError(credentials);
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

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

function problemsOf({ problems, message }: InputError): string {
  if (problems.length <= LISTED) return message;
  return [...problems.slice(0, LISTED).map(describeProblem), `And ${problems.length - LISTED} more problems.`].join('\n');
}

/** The class and the places of an error, without its message, which may quote the request. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const places = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [error.name, ...places].join('\n');
}
