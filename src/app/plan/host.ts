/// <reference lib="dom" />

/**
 * The page's side of MCP Apps (2026-01-26): JSON-RPC by postMessage with the host that frames it. The vendor's own client
 * weighs 340 kB, ten times this whole page; what a page needs of it that shows one answer is here, and is tested against
 * the vendor's host.
 */
export interface ToolResult {
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}

export interface Host {
  /** Asks the host to call a tool of the same server. */
  callTool(name: string, args: unknown): Promise<ToolResult>;
  /** Tells the host how tall the page is. */
  resized(height: number): void;
}

export interface Listeners {
  readonly input: (args: Record<string, unknown>) => void;
  readonly result: (result: ToolResult) => void;
  readonly theme: (theme: string) => void;
}

type Message = {
  jsonrpc?: string;
  id?: number | string;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { message?: string };
};

/** Shakes hands with the host. Rejects where there is none that answers. */
export async function connect(version: string, listeners: Listeners): Promise<Host> {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  const send = (message: object): void => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const request = <T>(method: string, params: object): Promise<T> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      send({ id: last, method, params });
    });
  const themed = (context: unknown): void => {
    const theme = (context as { theme?: unknown } | undefined)?.theme;
    if (typeof theme === 'string') listeners.theme(theme);
  };

  window.addEventListener('message', (event: MessageEvent<Message>) => {
    // Only who frames the page is its host.
    if (event.source !== window.parent || event.data?.jsonrpc !== '2.0') return;
    const { id, method, params = {}, result, error } = event.data;
    if (method === undefined) {
      const asked = waiting.get(id as number);
      waiting.delete(id as number);
      if (error === undefined) asked?.resolve(result as never);
      else asked?.reject(new Error(error.message ?? 'refused'));
    } else if (method === 'ui/notifications/tool-input') listeners.input((params.arguments ?? {}) as Record<string, unknown>);
    else if (method === 'ui/notifications/tool-result') listeners.result(params as ToolResult);
    else if (method === 'ui/notifications/host-context-changed') themed(params);
    else if (id !== undefined && (method === 'ping' || method === 'ui/resource-teardown')) send({ id, result: {} });
    else if (id !== undefined) send({ id, error: { code: -32601, message: 'not known here' } });
  });

  const { hostContext } = await request<{ hostContext?: unknown }>('ui/initialize', {
    protocolVersion: '2026-01-26',
    appInfo: { name: 'infrastructure-plan', version },
    appCapabilities: {},
  });
  themed(hostContext);
  send({ method: 'ui/notifications/initialized', params: {} });
  return {
    callTool: (name, args) => request('tools/call', { name, arguments: args }),
    resized: (height) => send({ method: 'ui/notifications/size-changed', params: { height } }),
  };
}
