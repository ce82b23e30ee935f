/**
 * Prints start-up, memory, tool-list tokens and the time of a call, each beside a floor measured in the same run:
 * `npm run bench`. A floor is the least that any program would take for it on this machine at this moment.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { execPath } from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { NAME, root } from './build.ts';

const RUNS = 15;
// An answer for 10,000 is more than clients read, and is refused with what to do.
const SIZES = [10, 100, 1_000, 5_000];

/** The smallest thing that answers a line with a line: the floor of start-up. */
const ECHO = `
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id } = JSON.parse(line);
    if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: {} }) + '\\n');
  }
});`;

const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};

/** A line-by-line JSON-RPC client: the SDK's own would add its schema checks to every figure. */
class Peer {
  readonly process: ChildProcess;
  readonly #lines: Interface;
  readonly #waiting = new Map<number, (line: string) => void>();
  #id = 0;

  constructor(script: string) {
    this.process = spawn(execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#lines = createInterface({ input: this.process.stdout as NodeJS.ReadableStream });
    this.#lines.on('line', (line) => {
      const id = Number(/"id":(\d+)\}?$/.exec(line)?.[1] ?? JSON.parse(line).id);
      this.#waiting.get(id)?.(line);
      this.#waiting.delete(id);
    });
  }

  /** Sends a request; gives back the answer's line, unparsed. */
  ask(request: object): Promise<string> {
    const id = ++this.#id;
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  notify(method: string): void {
    this.process.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve());
      this.process.stdin?.end();
    });
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function startUp(script: string): Promise<number> {
  let peer: Peer | undefined;
  const took = await timed(async () => {
    peer = new Peer(script);
    await peer.ask(initialize);
  });
  peer?.notify('notifications/initialized');
  await peer?.end();
  return took;
}

/** Resident memory of a process in MB; only Linux tells it of another process without a program of its own. */
async function residentMemory(pid: number | undefined): Promise<number | undefined> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kB = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kB === undefined ? undefined : Number(kB) / 1024;
}

/** A stack of n resources: servers that share a network, a firewall and a key, as large stacks do. */
function stack(n: number): object {
  const shared = [
    { kind: 'ssh_key', name: 'deploy', publicKeyPath: '~/.ssh/id_ed25519.pub' },
    { kind: 'network', name: 'lan', cidr: '10.0.0.0/16' },
    { kind: 'firewall', name: 'web', rules: [{ port: 443, from: ['0.0.0.0/0', '::/0'] }] },
  ];
  const servers = Array.from({ length: n - shared.length }, (_, i) => ({
    kind: 'server',
    name: `web${i + 1}`,
    size: 'cx23',
    image: 'ubuntu-24.04',
    network: 'lan',
    firewalls: ['web'],
    sshKeys: ['deploy'],
  }));
  return { provider: 'hetzner', region: 'fsn1', resources: [...shared, ...servers] };
}

function table(rows: readonly (readonly string[])[]): void {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  for (const row of rows)
    process.stdout.write(`${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}\n`);
}

const row = (what: string, ours: number | undefined, floor: number | undefined, unit: string, floorIs: string): string[] => [
  what,
  ours === undefined ? 'unknown' : `${ours.toFixed(1)} ${unit}`,
  floor === undefined ? '-' : `${floor.toFixed(1)} ${unit}`,
  ours === undefined || floor === undefined ? '-' : `${(ours / floor).toFixed(1)}x`,
  floorIs,
];

const folder = await mkdtemp(join(tmpdir(), 'infrastructure-bench-'));
try {
  const server = join(root, 'dist', NAME);
  const [nothing, echo] = [join(folder, 'nothing.mjs'), join(folder, 'echo.mjs')];
  await writeFile(nothing, '0');
  await writeFile(echo, ECHO);

  const starts: Record<'nothing' | 'echo' | 'server', number[]> = { nothing: [], echo: [], server: [] };
  await startUp(server); // the first start fills the compile cache
  for (let i = 0; i < RUNS; i++) {
    // One after the other, so that a slow moment of the machine is shared by all three.
    starts.nothing.push(await timed(() => new Promise((resolve) => spawn(execPath, ['-e', '0']).once('exit', resolve))));
    starts.echo.push(await startUp(echo));
    starts.server.push(await startUp(server));
  }

  const rows = [['', 'measured', 'floor', 'ratio', 'floor is']];
  rows.push(row('spawn to initialize, median of 15', median(starts.server), median(starts.echo), 'ms', 'a raw stdio echo script'));
  rows.push(row('', median(starts.server), median(starts.nothing), 'ms', 'node -e 0, spawn to exit'));

  const floorPeer = new Peer(echo);
  await floorPeer.ask(initialize);
  const floorMemory = await residentMemory(floorPeer.process.pid);
  await floorPeer.end();

  const peer = new Peer(server);
  await peer.ask(initialize);
  peer.notify('notifications/initialized');
  rows.push(row('memory after initialize', await residentMemory(peer.process.pid), floorMemory, 'MB', 'the echo script'));
  const list = JSON.parse(await peer.ask({ method: 'tools/list' })).result.tools;
  const tokens = JSON.stringify(list).length / 4;
  rows.push(row('tool list, characters / 4', tokens, 3000, 'tokens', 'the budget'));

  const call = (n: number) => ({ method: 'tools/call', params: { name: 'generate_provision_command', arguments: stack(n) } });
  for (const n of SIZES) {
    const times: number[] = [];
    const floors: number[] = [];
    let failed = '';
    for (let i = 0; i < (n < 5_000 ? 7 : 3); i++) {
      let line = '';
      times.push(
        await timed(async () => {
          line = await peer.ask(call(n));
        }),
      );
      let answer: { result?: { isError?: boolean; content: { text: string }[] } } = {};
      // What any server would have to do: read the request, write the answer; and the client reads it.
      const text = JSON.stringify(call(n));
      floors.push(
        await timed(async () => {
          JSON.parse(text);
          answer = JSON.parse(line);
          JSON.stringify(answer);
        }),
      );
      if (answer.result === undefined || answer.result.isError) failed = answer.result?.content[0]?.text ?? line;
    }
    rows.push(row(`call with ${n} resources`, median(times), median(floors), 'ms', 'JSON.parse and stringify of the same'));
    if (failed !== '') rows.push([`  failed: ${failed.slice(0, 120)}`]);
  }
  rows.push(row('memory after those calls', await residentMemory(peer.process.pid), floorMemory, 'MB', 'the echo script'));
  await peer.end();
  process.stdout.write(`Node ${process.version}, ${process.platform} ${process.arch}\n\n`);
  table(rows);
} finally {
  await rm(folder, { recursive: true, force: true });
}
