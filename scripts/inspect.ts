/**
 * The MCP inspector's command line against the built server: lists everything, calls every tool, reads every
 * resource. `npm run inspect`; a line each, and a failing exit code if any failed.
 */
import { join } from 'node:path';
import { execPath } from 'node:process';
import { examples } from '../test/examples.ts';
import { NAME, root } from './build.ts';
import { finish, install, nodeOf, report, run, unlessNotHad } from './client.ts';

interface Prompt {
  readonly name: string;
  readonly arguments?: readonly { readonly name: string; readonly required?: boolean }[];
}

await unlessNotHad('the MCP inspector', async () => {
  const node = await nodeOf([22, 19]);
  const modules = await install('inspector', { '@modelcontextprotocol/inspector': '2.12.0' });
  const inspector = join(modules, '@modelcontextprotocol', 'inspector', 'clients', 'launcher', 'build', 'index.js');
  const server = [execPath, join(root, 'dist', NAME)];

  /** One call of the inspector: reports it, and gives back what it printed as JSON. */
  async function inspect(what: string, args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, out, err } = await run(node, [inspector, '--cli', ...server, ...args]);
    let answer: Record<string, unknown> | undefined;
    try {
      const json = JSON.parse(out);
      answer = json.result ?? json;
    } catch {}
    report(
      what,
      code === 0 && answer !== undefined,
      code === 0 ? `${out.length} characters` : `exit code ${code}: ${(err || out).trim().slice(0, 1000)}`,
    );
    return answer ?? {};
  }

  const { tools = [] } = (await inspect('tools/list --strict', ['--method', 'tools/list', '--strict'])) as { tools?: { name: string }[] };
  for (const { name } of tools)
    report(
      `an example for ${name}`,
      examples.some(({ tool }) => tool === name),
    );
  for (const { tool, title, args } of examples) {
    await inspect(`tools/call ${tool}: ${title}`, [
      '--method',
      'tools/call',
      '--tool-name',
      tool,
      '--tool-args-json',
      JSON.stringify(args),
      '--format',
      'json',
    ]);
  }

  const { resources = [] } = (await inspect('resources/list', ['--method', 'resources/list'])) as { resources?: { uri: string }[] };
  report('resources are listed', resources.length === 7, `${resources.length}`);
  const { resourceTemplates = [] } = (await inspect('resources/templates/list', ['--method', 'resources/templates/list'])) as {
    resourceTemplates?: { uriTemplate: string }[];
  };
  report('templates are listed', resourceTemplates.length === 2);
  const section = resourceTemplates[0]?.uriTemplate.replace('{document}', 'SKILL.md').replace('{section}', 'scope');
  for (const uri of [...resources.map((resource) => resource.uri), ...(section ? [section] : [])]) {
    await inspect(`resources/read ${uri}`, ['--method', 'resources/read', '--uri', uri]);
  }

  // Reads every file of the skill and compares it with the digest that was listed.
  await inspect('skills/list --verify', ['--method', 'skills/list', '--verify']);

  const { prompts = [] } = (await inspect('prompts/list', ['--method', 'prompts/list'])) as { prompts?: Prompt[] };
  for (const { name, arguments: all = [] } of prompts) {
    const needed = all.filter(({ required }) => required).map((one) => `${one.name}=x`);
    await inspect(`prompts/get ${name}`, [
      '--method',
      'prompts/get',
      '--prompt-name',
      name,
      ...needed.flatMap((one) => ['--prompt-args', one]),
    ]);
  }
});
finish();
