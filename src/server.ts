import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  CompleteRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describeProblem, InputError, nearest } from './core/errors.ts';
import { parse } from './core/parse.ts';
import { credentialKind, findCredentials } from './core/secrets.ts';
import { definition } from './tools/definition.ts';
import { findTool, toolNames, tools } from './tools/index.ts';

export interface ServerOptions {
  readonly version: string;
  /** ISO date of today. */
  readonly today: () => string;
  /** Takes one line for the operator; never a value from a request. */
  readonly log: (line: string) => void;
}

const INSTRUCTIONS = `Designs cloud infrastructure on Hetzner, AWS, DigitalOcean and Docker, and writes the vendors' own CLI commands. Nothing is run: show the commands, ask for the yes that "confirm" words, let the user run them.
What should I build, what does it cost, do I need another server: recommend_architecture; its stack goes into generate_provision_command as it is. Commands that create or destroy: generate_provision_command. Backups and restore: plan_backups.
Never ask for a credential or pass one: secrets are environment variables of the user's shell. An error names the field and the nearest valid value.`;

const ROOT = 'skill://infrastructure/';
const METADATA = `${ROOT}metadata`;
const TEMPLATE = `${ROOT}{document}/{section}`;

/** How deep an argument may nest; a compose service's ports, the deepest of a stack, are at eight. */
const DEEPEST = 32;
/** How many problems an error lists before it counts the rest. */
const LISTED = 20;
/** How many values the protocol lets a completion hold. */
const COMPLETIONS = 100;

const INVALID_PARAMS = -32602;
const RESOURCE_NOT_FOUND = -32002;

/** An error of the protocol rather than of a tool; the SDK sends its code, message and data as they are. */
class ProtocolError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The MCP server: tools, the skill's documents as resources, completions. Connect it to a transport. */
export function createServer({ version, today, log }: ServerOptions): Server {
  const server = new Server(
    { name: 'infrastructure', title: 'Infrastructure', version },
    { capabilities: { tools: {}, resources: {}, completions: {} }, instructions: INSTRUCTIONS },
  );

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
      const args = params.arguments ?? {};
      refuse(args);
      const { structured, markdown, pictures = [] } = await tool.run(parse(tool.input, args), { today: today() });
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

  server.setRequestHandler(ListResourcesRequestSchema, async () => {
    const { documents } = await skill();
    const metadata = await metadataText();
    return {
      resources: [
        ...documents.map(({ name, title, description, text }) => ({
          uri: ROOT + name,
          name,
          title,
          description,
          mimeType: 'text/markdown',
          size: Buffer.byteLength(text),
        })),
        {
          uri: METADATA,
          name: 'metadata',
          title: 'Metadata',
          description: "The skill's name, version and requirements",
          mimeType: 'application/json',
          size: Buffer.byteLength(metadata),
        },
      ],
    };
  });

  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [
      {
        uriTemplate: TEMPLATE,
        name: 'section',
        title: 'One section of a document',
        description: 'A section by the slug of its heading',
        mimeType: 'text/markdown',
      },
    ],
  }));

  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    if (uri === METADATA) return { contents: [{ uri, mimeType: 'application/json', text: await metadataText() }] };
    return { contents: [{ uri, mimeType: 'text/markdown', text: await markdownAt(uri) }] };
  });

  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument, context } }) => {
    if (ref.type !== 'ref/resource' || ref.uri !== TEMPLATE)
      throw new ProtocolError(INVALID_PARAMS, `There is one thing to complete: the resource template ${TEMPLATE}.`);
    const all = await choices(argument.name, context?.arguments?.document);
    const typed = argument.value.toLowerCase();
    const values = all.filter((value) => value.toLowerCase().startsWith(typed));
    return { completion: { values: values.slice(0, COMPLETIONS), total: values.length, hasMore: values.length > COMPLETIONS } };
  });

  return server;
}

/** Refuses what must not reach a tool. @throws InputError */
function refuse(args: unknown): void {
  if (nestsDeeperThan(DEEPEST, args)) throw new InputError({ field: 'input', message: `is nested deeper than ${DEEPEST} levels.` });
  const credentials = findCredentials(args);
  if (credentials.length > 0) throw new InputError(credentials);
}

/** Level by level, because what it guards are the recursive walks that come after it. */
function nestsDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return false;
}

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}

function problemsOf({ problems, message }: InputError): string {
  if (problems.length <= LISTED) return message;
  return [...problems.slice(0, LISTED).map(describeProblem), `And ${problems.length - LISTED} more problems.`].join('\n');
}

/** The class and the places of an error, without its message, which may quote the request. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const places = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [error.name, ...places].join('\n');
}

/** The documents and their readers, loaded when they are first asked for. */
async function skill() {
  const [{ documents }, load] = await Promise.all([import('./skill/documents.ts'), import('./skill/load.ts')]);
  return { documents, ...load };
}

async function metadataText(): Promise<string> {
  const { loadSkill } = await skill();
  const { name, description, metadata } = (await loadSkill()).frontMatter;
  const { slug, version, changelog, clawdbot } = metadata;
  const { emoji, requires, os } = clawdbot;
  return JSON.stringify({ name, slug, version, description, changelog, emoji, requires, os }, null, 2);
}

/** The address for an error's data, unless somebody has put a credential into it. */
const named = (uri: string): { uri?: string } => (credentialKind(uri) === undefined ? { uri } : {});

/** The Markdown of a document or of one of its sections. @throws ProtocolError that names what there is. */
async function markdownAt(uri: string): Promise<string> {
  const { documents, findDocument, section, sections } = await skill();
  const parts = uri.startsWith(ROOT) ? uri.slice(ROOT.length).split('/').map(decode) : [];
  const [name = '', slug] = parts;
  const document = parts.length <= 2 ? findDocument(name) : undefined;
  if (document === undefined) {
    const known = [...documents.map((one) => ROOT + one.name), METADATA];
    throw new ProtocolError(RESOURCE_NOT_FOUND, `There is no such resource. There are: ${known.join(', ')}, and ${TEMPLATE}.`, named(uri));
  }
  if (slug === undefined) return document.text;
  const found = await section(document, slug);
  if (found !== undefined) return found.markdown;
  const slugs = (await sections(document.text)).map((one) => one.slug);
  const near = nearest(slug, slugs);
  throw new ProtocolError(
    RESOURCE_NOT_FOUND,
    `${document.name} has no such section.${near ? ` Nearest: ${near}.` : ''} There are: ${slugs.join(', ')}.`,
    named(uri),
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What a variable of the template can be. A section depends on the document; without one, those of all documents. */
async function choices(variable: string, document: string | undefined): Promise<string[]> {
  const { documents, findDocument, sections } = await skill();
  if (variable === 'document') return documents.map(({ name }) => name);
  if (variable !== 'section') throw new ProtocolError(INVALID_PARAMS, `${TEMPLATE} has the variables document and section.`);
  const chosen = document === undefined ? documents : [findDocument(document)].filter((one) => one !== undefined);
  const slugs = await Promise.all(chosen.map(async ({ text }) => (await sections(text)).map(({ slug }) => slug)));
  return [...new Set(slugs.flat())];
}
