import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InputError, nearest } from '../core/errors.ts';
import { callTool, problemsOf, trace } from '../tools/call.ts';
import { definition } from '../tools/definition.ts';
import { findTool, toolNames, tools } from '../tools/index.ts';
import type { Answer, Tool, ToolContext } from '../tools/tool.ts';
import { asker, lacking } from './ask.ts';
import type { ServerOptions } from './index.ts';
import { paceFor } from './pace.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';
import { linkTo } from './resources.ts';

/** `tools/list` and `tools/call`. */
export function serveTools(server: Server, { version, today, log, askSeconds = ASK_SECONDS }: ServerOptions): void {
  const ask = asker(server, askSeconds);
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
      const {
        structured,
        markdown,
        pictures = [],
        see = [],
      } = await answered(tool, params.arguments ?? {}, context, (asks) => ask(tool.name, asks, extra as never));
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

/** Less than the minute for which the SDK's clients wait for a tool: the answer without it still arrives. */
const ASK_SECONDS = 50;

type Ask = (asks: NonNullable<Answer<unknown>['asks']>) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** The tool's answer, and once more with what a person adds to it. What they add wrongly is named and left out. */
async function answered(tool: Tool, args: unknown, context: ToolContext, ask: Ask): Promise<Answer<unknown>> {
  let first: Answer<unknown> | undefined;
  let wrong: InputError | undefined;
  try {
    first = await callTool(tool, args, context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    wrong = error;
  }
  const more = await ask(wrong === undefined ? (first?.asks ?? []) : lacking(wrong));
  const without = (): Answer<unknown> => {
    if (first === undefined) throw wrong;
    return first;
  };
  if (more === undefined) return without();
  const said = Object.entries(more)
    .map(([field, value]) => `${field} ${JSON.stringify(value)}`)
    .join(', ');
  try {
    const answer = await callTool(tool, { ...(args as object), ...more }, context);
    return { ...answer, markdown: `${answer.markdown}\nAsked and answered (pass it in further calls): ${said}.\n` };
  } catch (error) {
    if (!(error instanceof InputError) || first === undefined) throw error;
    return { ...first, markdown: `${first.markdown}\nAsked, and not used, because it is wrong: ${problemsOf(error)}\n` };
  }
}

/** What the SDK's clients read of one message over stdio, less what is around the result; at more they drop the server. */
const LONGEST_ANSWER = 10 * 1024 * 1024 - 1024;

const tooLong = (bytes: number): string =>
  `resources: the answer would have ${bytes} bytes, and clients read at most ${LONGEST_ANSWER}. Ask for it in parts, each with a plan of its own, or in the terminal: infrastructure-skill provision stack.json --script > up.sh`;

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
