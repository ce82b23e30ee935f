import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { GetPromptRequestSchema, ListPromptsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { isPrintable } from '../core/command.ts';
import { nearest } from '../core/errors.ts';
import { credentialKind } from '../core/secrets.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';

type Given = Readonly<Record<string, string>>;

interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required?: true;
}

/** What a person picks from a menu: a question with blanks, put so that the model calls the right tool. */
interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly Argument[];
  readonly text: (given: Given) => string;
}

const PROVIDER: Argument = { name: 'provider', description: 'hetzner, aws, digitalocean or docker' };
const REGION: Argument = { name: 'region', description: 'as the provider names it, like fsn1 or eu-central-1' };

/** The sentences whose blank was filled in. */
const said = (given: Given, sentences: Readonly<Record<string, string>>): string =>
  Object.entries(sentences)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, sentence]) => ` ${sentence.replaceAll(/\{(\w+)\}/g, (_, blank: string) => given[blank] ?? given[name] ?? '')}`)
    .join('');

const PROMPTS: readonly Prompt[] = [
  {
    name: 'design_my_infrastructure',
    title: 'Design my infrastructure',
    description: 'From what it is and how much it has to carry to an architecture with its price and its commands',
    arguments: [
      { name: 'what', description: 'what it is: a web shop with PostgreSQL', required: true },
      { name: 'load', description: 'users a day, or requests per second at peak' },
      { name: 'budget', description: 'a month, with its currency: 50 EUR' },
      PROVIDER,
      REGION,
    ],
    text: (given) =>
      `Design the infrastructure for this: ${given.what}.${said(given, { load: 'Load: {load}.', budget: 'Budget: {budget} a month.', provider: 'Provider: {provider}.', region: 'Region: {region}.' })} Call recommend_architecture, say what it assumed and show the price and the working. When I agree, give its stack to generate_provision_command as it is and show me the commands with what its "confirm" asks. Run nothing.`,
  },
  {
    name: 'should_i_add_a_server',
    title: 'Should I add a server?',
    description: 'From what you measured to a verdict: fix, scale up, split, scale out, or leave it',
    arguments: [
      { name: 'measured', description: 'CPU, memory, requests per second, latency, or the pasted output of uptime, free, vmstat' },
      PROVIDER,
      { name: 'size', description: "today's server type" },
    ],
    text: (given) =>
      `Should I add another server?${said(given, { provider: 'It runs on {provider}.', size: 'Its type is {size}.', measured: 'Measured: {measured}' })} Call assess_capacity with the numbers, and with pasted output as it is. Decide by the numbers, with the working, and say which measurement is missing and how I take it. Do not guess where nothing was measured.`,
  },
  {
    name: 'back_up_my_database',
    title: 'Back up my database',
    description: 'Backup, schedule, retention, restore and drill, with the loss and the time that can really be reached',
    arguments: [
      { name: 'engine', description: 'postgresql, mysql, redis, sqlite, ...', required: true },
      { name: 'database', description: "the database's name" },
      { name: 'rpo', description: 'how much may be lost: 1h' },
      { name: 'rto', description: 'how long a restore may take: 4h' },
      { name: 'bucket', description: 'where the backups go' },
    ],
    text: (given) =>
      `Plan the backups of my ${given.engine} database${given.database === undefined ? '' : ` ${given.database}`}.${said(given, { rpo: 'At most {rpo} of data may be lost.', rto: 'A restore may take {rto}.', bucket: 'They go to the bucket {bucket}.' })} Call plan_backups. Tell me what can really be reached beside what I asked, what is not covered, and how I try a restore before I rely on it.`,
  },
  {
    name: 'move_to_another_provider',
    title: 'Move to another provider',
    description: 'The same stack elsewhere: what it costs there, what differs, and the way over with its downtime',
    arguments: [
      { name: 'from', description: 'the provider today', required: true },
      { name: 'to', description: 'the provider to move to', required: true },
      { name: 'region', description: 'where it is to run' },
      { name: 'what', description: 'what runs there today' },
    ],
    text: (given) =>
      `Plan a move from ${given.from} to ${given.to}.${said(given, { region: 'New region: {region}.', what: 'Today there is: {what}.' })} Price both side by side, name what the new provider lacks, and give the steps in order: the new stack, the data with a backup first, the switch of DNS, and only then the teardown of the old one, which needs a yes of its own. Say the downtime of each step.`,
  },
  {
    name: 'what_will_this_cost',
    title: 'What will this cost?',
    description: 'A stack priced item by item, with date and source, unknown named as unknown',
    arguments: [{ name: 'what', description: 'two cx23 servers and a load balancer', required: true }, PROVIDER, REGION],
    text: (given) =>
      `What does this cost a month: ${given.what}?${said(given, { provider: 'On {provider}.', region: 'In {region}.' })} Give the items with their dates and sources, net of tax, what depends on usage as a rate, and what is unknown as unknown. Convert no currency.`,
  },
  {
    name: 'tear_it_down_safely',
    title: 'Tear it down safely',
    description: 'The commands that remove a plan, with last snapshots, and what stays and is billed',
    arguments: [{ name: 'plan', description: "the plan's name, the label on everything in it", required: true }, PROVIDER],
    text: (given) =>
      `Remove everything of the plan "${given.plan}"${given.provider === undefined ? '' : ` on ${given.provider}`}. Ask me for the stack it was made from if you do not have it. Call generate_provision_command with action "destroy", keep its last snapshots on, read its "confirm" to me, say what stays and is billed, and wait for a yes of its own before you show the commands. Backups stay. Run nothing.`,
  },
];

export const promptNames = PROMPTS.map(({ name }) => name);

/** @throws ProtocolError that names what there is. */
export function findPrompt(name: string): Prompt {
  const found = PROMPTS.find((prompt) => prompt.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, promptNames);
  throw new ProtocolError(
    INVALID_PARAMS,
    `There is no such prompt.${near ? ` Nearest: ${near}.` : ''} There are: ${promptNames.join(', ')}.`,
  );
}

/** A blank is one line of a chat message; pasted measurements are the longest. */
const LONGEST = 20_000;

/** `prompts/list` and `prompts/get`. */
export function servePrompts(server: Server): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: PROMPTS.map(({ text: _, arguments: all, ...prompt }) => ({ ...prompt, arguments: all.map((one) => ({ ...one })) })),
  }));

  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const prompt = findPrompt(params.name);
    const given = params.arguments ?? {};
    const known = prompt.arguments.map(({ name }) => name);
    for (const [name, value] of Object.entries(given)) {
      const wrong = (what: string) => new ProtocolError(INVALID_PARAMS, `${known.includes(name) ? name : 'an argument'} ${what}.`);
      if (!known.includes(name)) throw wrong(`of ${prompt.name} is not known; there are ${known.join(', ')}`);
      const kind = credentialKind(value);
      if (kind !== undefined) throw wrong(`looks like ${kind}; take it out, and revoke it if it is real`);
      if (value.length > LONGEST) throw wrong(`is longer than ${LONGEST} characters`);
      if (!isPrintable(value.replaceAll(/[\r\n\t]/g, ' '))) throw wrong('has a control character or an invisible direction mark');
    }
    const filled = Object.fromEntries(
      Object.entries(given)
        .map(([name, value]) => [name, value.trim()])
        .filter(([, value]) => value !== ''),
    );
    const missing = prompt.arguments.filter(({ name, required }) => required && filled[name] === undefined).map(({ name }) => name);
    if (missing.length > 0) throw new ProtocolError(INVALID_PARAMS, `${prompt.name} needs ${missing.join(' and ')}.`);
    return {
      description: prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt.text(filled) } }],
    };
  });
}
