import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves to `[exit code, signal]`. */
  readonly ended: Promise<unknown[]>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [inject('bundle'), ...args]);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  child.stdin.on('error', () => {});
  return { child, out: () => out, err: () => err, ended: once(child, 'close') };
}

const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const HELLO = line({
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

test('it ends when standard input ends, once what was asked is answered', async () => {
  const { child, out, err, ended } = start();
  child.stdin?.end(HELLO + line({ id: 2, method: 'tools/list' }) + line({ id: 3, method: 'resources/list' }));
  expect(await ended).toEqual([0, null]);
  const answers = out()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
  expect(err()).toBe('');
});

test.skipIf(process.platform === 'win32')('it ends at SIGTERM', async () => {
  const { child, ended } = start();
  child.stdin?.write(HELLO);
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('it ends without a word when the reader of its answers is gone', async () => {
  const { child, err, ended } = start();
  child.stdin?.write(HELLO);
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  child.stdout?.destroy();
  for (let id = 2; id < 40 && child.exitCode === null; id++) {
    child.stdin?.write(line({ id, method: 'tools/list' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await ended).toEqual([0, null]);
  expect(err()).toBe('');
});

test.skipIf(process.platform === 'win32')('it ends when the client that started it is killed, in the middle of work too', async () => {
  const work = line({ id: 2, method: 'tools/list' }).repeat(200);
  const client = `
    const server = require('node:child_process').spawn(process.execPath, [process.argv[1]], { stdio: ['pipe', 'pipe', 'ignore'] });
    server.stdin.write(process.argv[2]);
    server.stdout.once('data', () => { server.stdin.write(process.argv[3]); process.stdout.write(String(server.pid)); });`;
  const parent = spawn(process.execPath, ['-e', client, inject('bundle'), HELLO, work], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = await once(parent.stdout, 'data');
  const pid = Number(text);
  expect(pid).toBeGreaterThan(0);
  const there = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(there()).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(there, { timeout: 20_000 }).toBe(false);
});

test('what is no message is left out, is not repeated, and does no harm', async () => {
  const { child, out, err, ended } = start();
  child.stdin?.end(`password=hunter2hunter2\n{"hello":\n[]\n{"jsonrpc":"1.0"}\n\u0000\n${HELLO}`);
  expect(await ended).toEqual([0, null]);
  expect(JSON.parse(out())).toMatchObject({ id: 1, result: { serverInfo: { version: packageJson.version } } });
  expect(err()).not.toContain('hunter2');
  expect(err().trim().split('\n')).toHaveLength(5);
});

test('a request of 440 megabytes is left out with an error that its sender gets, and the next ones are answered', async () => {
  const { child, out, err, ended } = start();
  const write = (text: string | Buffer) =>
    new Promise<void>((resolve) => {
      if (child.stdin?.write(text)) resolve();
      else child.stdin?.once('drain', () => resolve());
    });
  await write(HELLO);
  // The SDK's client writes the id last.
  await write('{"method":"tools/call","params":{"name":"estimate_cost","arguments":{"resources":[],"prices":[{"output":"');
  const megabyte = Buffer.alloc(1_000_000, 'hunter2');
  for (let i = 0; i < 440; i++) await write(megabyte);
  await write('","id":7}]}},"jsonrpc":"2.0","id":2}\n');
  child.stdin?.end(line({ id: 3, method: 'ping' }));
  expect(await ended).toEqual([0, null]);
  const answers = out()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(answers.find(({ id }) => id === 2).error).toMatchObject({
    code: -32600,
    message: expect.stringMatching(/^This request has 4400\d+ bytes/),
  });
  expect(answers.find(({ id }) => id === 3).result).toEqual({});
  expect(answers).toHaveLength(3);
  expect(err() + out()).not.toContain('hunter2');
});

test.each([50, 5_000, 1_000_000])('arguments that nest %i deep are refused, not walked', async (depth) => {
  const { child, out, ended } = start();
  const request = (where: string) =>
    `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"plan_backups","arguments":{"${where}":${'['.repeat(depth)}${']'.repeat(depth)}}}}\n`;
  child.stdin?.end(HELLO + request('sources') + line({ id: 3, method: 'ping' }));
  expect(await ended).toEqual([0, null]);
  const answers = out()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(answers.find(({ id }) => id === 2).result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('nested deeper than') }],
  });
  expect(answers.find(({ id }) => id === 3).result).toEqual({});
});

test('--version, --help, and what it does not know', async () => {
  const version = start('--version');
  expect(await version.ended).toEqual([0, null]);
  expect(version.out()).toBe(`${packageJson.version}\n`);
  const help = start('--help');
  expect(await help.ended).toEqual([0, null]);
  expect(help.out()).toContain('--version');
  const unknown = start('--frobnicate');
  expect(await unknown.ended).toEqual([2, null]);
  expect(unknown.out()).toBe('');
  expect(unknown.err()).not.toBe('');
});

test('the file can be run as a program', () => {
  expect(readFileSync(inject('bundle'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  if (process.platform !== 'win32') expect(statSync(inject('bundle')).mode & 0o111).toBe(0o111);
});
