import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { serveCompletions } from './completions.ts';
import { servePrompts } from './prompts.ts';
import { serveResources } from './resources.ts';
import { SKILLS_EXTENSION, serveSkills } from './skills.ts';
import { serveTools } from './tools.ts';

export interface ServerOptions {
  readonly version: string;
  /** ISO date of today. */
  readonly today: () => string;
  /** Takes one line for the operator; never a value from a request. */
  readonly log: (line: string) => void;
  /** For how long a person's answer to a question is waited for. */
  readonly askSeconds?: number;
}

const INSTRUCTIONS = `Designs cloud infrastructure on Hetzner, AWS, DigitalOcean and Docker, and writes the vendors' own CLI commands. Nothing is run: show the commands, ask for the yes that "confirm" words, let the user run them.
What should I build: recommend_architecture; its stack goes into generate_provision_command (commands that create or destroy) as it is. What it costs, elsewhere or changed: estimate_cost. More servers? assess_capacity. Backups: plan_backups.
Never ask for a credential or pass one: secrets are environment variables of the user's shell. An error names the field and the nearest valid value.`;

/** The MCP server: tools, prompts, the skill's documents as resources and as a skill, completions. Connect it to a transport. */
export function createServer(options: ServerOptions): Server {
  const server = new Server(
    { name: 'infrastructure', title: 'Infrastructure', version: options.version },
    {
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, extensions: { [SKILLS_EXTENSION]: {} } },
      instructions: INSTRUCTIONS,
      // Answers to questions are checked where all input is: by the tool's own schema.
      jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }) },
    },
  );
  serveTools(server, options);
  servePrompts(server);
  serveResources(server);
  serveSkills(server);
  serveCompletions(server);
  return server;
}
