import { spawn } from 'node:child_process';
import { env } from 'node:process';
import type { Outcome, RunOptions } from '../client.ts';

/** A request to a client that speaks JSON-RPC, a line a message; what it asks may stand in the answers before it. */
export interface Ask {
  readonly method: string;
  readonly params: (answers: readonly unknown[]) => object;
}

/** Asks one after the other; `out` is the last result, or the first error with an exit code of 1. */
export async function talk(program: string, args: readonly string[], asked: readonly Ask[], options: RunOptions): Promise<Outcome> {
  const child = spawn(program, args, {
    ...options,
    env: { ...env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: Math.ceil((options.seconds ?? 60) * 1000),
  });
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject).on('close', () => reject(new Error(`${program} ended before it answered`)));
  });
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.startsWith('{'))) {
      const message = JSON.parse(line);
      if (message.method === undefined) waiting.get(message.id)?.(message);
    }
  });
  try {
    const answers: unknown[] = [];
    for (const [id, { method, params }] of asked.entries()) {
      const answer = new Promise<{ result?: unknown; error?: unknown }>((resolve) => waiting.set(id, resolve));
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params: params(answers) })}\n`);
      const { result, error } = await Promise.race([answer, ended]);
      if (error !== undefined) return { code: 1, out: JSON.stringify(error), err };
      answers.push(result);
    }
    return { code: 0, out: JSON.stringify(answers.at(-1)), err };
  } catch (error) {
    return { code: null, out: '', err: `${err}${error}` };
  } finally {
    child.kill();
  }
}
