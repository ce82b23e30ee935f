import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InputError, nearest } from '../core/errors.ts';
import { callTool, problemsOf, trace } from '../tools/call.ts';
import { definition } from '../tools/definition.ts';
import { findTool, toolNames, tools } from '../tools/index.ts';
import type { ServerOptions } from './index.ts';
import { paceFor } from './pace.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';
import { linkTo } from './resources.ts';

/** `tools/list` and `tools/call`. */
export function serveTools(server: Server, { version, today, log }: ServerOptions): void {
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const all = await Promise.all(Object.values(tools).map((load) => load()));
    return { tools: all.map(definition) as never };
  });

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = await findTool(params.name);
    if (tool === undefined) {
      const near = nearest(params.name, toolNames);
      throw new ProtocolError(
        INVALID_PARAMS,
        `There is no such tool.${near ? ` Nearest: ${near}.` : ''} There are: ${toolNames.join(', ')}.`,
      );
    }
    try {
      const context = { today: today(), pace: paceFor(extra) };
      const { structured, markdown, pictures = [], see = [] } = await callTool(tool, params.arguments ?? {}, context);
      const result = {
        content: [
          { type: 'text' as const, text: markdown },
          ...pictures.map((picture) => ({ type: 'image' as const, ...picture })),
          ...(await Promise.all(see.map(linkTo))),
        ],
        structuredContent: structured as Record<string, unknown>,
      };
      const bytes = Buffer.byteLength(JSON.stringify(result));
      return bytes > LONGEST_ANSWER ? failure(tooLong(bytes)) : result;
    } catch (error) {
      // Whoever called it off gets no answer.
      if (extra.signal.aborted) throw error;
      if (error instanceof InputError) return failure(problemsOf(error));
      log(`${tool.name}: ${trace(error)}`);
      return failure(
        `internal error in ${tool.name}, version ${version}. This is a defect of the program, not of the request: please report it, with the version.`,
      );
    }
  });
}

/** What the SDK's clients read of one message over stdio, less what is around the result; at more they drop the server. */
const LONGEST_ANSWER = 10 * 1024 * 1024 - 1024;

const tooLong = (bytes: number): string =>
  `resources: the answer would have ${bytes} bytes, and clients read at most ${LONGEST_ANSWER}. Ask for it in parts, each with a plan of its own, or in the terminal: infrastructure-skill provision stack.json --script > up.sh`;

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
