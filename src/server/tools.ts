import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InputError, nearest } from '../core/errors.ts';
import { callTool, problemsOf, trace } from '../tools/call.ts';
import { definition } from '../tools/definition.ts';
import { findTool, toolNames, tools } from '../tools/index.ts';
import type { ServerOptions } from './index.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';

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
      const { structured, markdown, pictures = [] } = await callTool(tool, params.arguments ?? {}, { today: today() });
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

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
