/** What the parts of the server share of the protocol. */

/** JSON-RPC's and MCP's error codes that this server answers with. */
export const INVALID_PARAMS = -32602;
export const RESOURCE_NOT_FOUND = -32002;

/** An error of the protocol rather than of a tool; the SDK sends its code, message and data as they are. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Where the skill's files and what is derived from them are read. */
export const ROOT = 'skill://infrastructure/';
