/** Asks the built server, through a real MCP client, what a small shop needs, and prints what it answers: `npm run demo`. */
import { join } from 'node:path';
import { execPath, stdout } from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { NAME, root } from './build.ts';

const REQUEST = 'A small shop, 200 requests per second at peak, PostgreSQL with 20 GB, in the EU, at most 150 EUR a month, on Hetzner.';

const client = new Client({ name: 'demo', version: '1.0.0' });
await client.connect(new StdioClientTransport({ command: execPath, args: [join(root, 'dist', NAME)] }));

/** Calls a tool and prints its answer as a person would see it. Gives back the answer's data. */
async function ask(title: string, name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  heading(title);
  stdout.write(`${name} ${JSON.stringify(args)}\n\n`);
  const result = await client.callTool({ name, arguments: args });
  const text = (result.content as { text: string }[]).map((part) => part.text).join('\n');
  stdout.write(`${text.trim()}\n`);
  if (result.isError) process.exitCode = 1;
  return (result.structuredContent ?? {}) as Record<string, unknown>;
}

function heading(title: string): void {
  const bold = stdout.isTTY ? ['\u001b[1m', '\u001b[0m'] : ['', ''];
  stdout.write(`\n${bold[0]}${title}\n${'='.repeat(title.length)}${bold[1]}\n`);
}

heading('The request');
stdout.write(`${REQUEST}\n`);
const advice = await ask('1. The architecture', 'recommend_architecture', {
  workload: 'a small shop with PostgreSQL',
  requestsPerSecond: 200,
  dataGb: 20,
  budget: { amount: 150, currency: 'EUR' },
  regions: ['eu'],
  providers: ['hetzner'],
});
await ask('2. The commands', 'generate_provision_command', advice.stack as Record<string, unknown>);
await ask('3. The backup plan', 'plan_backups', {
  sources: [{ engine: 'postgresql', name: 'shop', sizeGb: 20 }],
  target: { provider: 's3', bucket: 'shop-backups' },
});
await client.close();
