import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  type ResourceLink,
} from '@modelcontextprotocol/sdk/types.js';
import { nearest } from '../core/errors.ts';
import { credentialKind } from '../core/secrets.ts';
import { ProtocolError, RESOURCE_NOT_FOUND, ROOT } from './protocol.ts';

const page = () => import('../app/index.ts');

const METADATA = `${ROOT}metadata`;
const KINDS = `${ROOT}kinds`;
/** What can be read besides what is listed; its variables can be completed. */
export const TEMPLATES = [
  {
    uriTemplate: `${ROOT}{document}/{section}`,
    name: 'section',
    title: 'One section of a document',
    description: 'A section by the slug of its heading',
    mimeType: 'text/markdown',
  },
  {
    uriTemplate: `${KINDS}/{kind}`,
    name: 'kind',
    title: 'One kind of resource',
    description: 'Its fields, types and defaults, and which providers offer it',
    mimeType: 'text/markdown',
  },
] as const;

/** `resources/list`, `resources/templates/list` and `resources/read`: the documents, their sections, what the skill says of itself. */
export function serveResources(server: Server): void {
  server.setRequestHandler(ListResourcesRequestSchema, async () => {
    const { documents } = await skill();
    const metadata = await metadataText();
    const kinds = await (await kindPages()).kindsMarkdown();
    const { PLAN_APP, planPage } = await page();
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
          uri: KINDS,
          name: 'kinds',
          title: 'Kinds of resources',
          description: 'What can be provisioned, and on which provider',
          mimeType: 'text/markdown',
          size: Buffer.byteLength(kinds),
        },
        {
          uri: METADATA,
          name: 'metadata',
          title: 'Metadata',
          description: "The skill's name, version and requirements",
          mimeType: 'application/json',
          size: Buffer.byteLength(metadata),
        },
        { ...PLAN_APP, size: Buffer.byteLength(planPage) },
      ],
    };
  });

  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [...TEMPLATES] }));

  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    if (uri === METADATA) return { contents: [{ uri, mimeType: 'application/json', text: await metadataText() }] };
    const { PLAN_APP, planPage } = await page();
    // It asks for nothing from anywhere, and wants the clipboard for its copy buttons.
    if (uri === PLAN_APP.uri)
      return {
        contents: [
          {
            uri,
            mimeType: PLAN_APP.mimeType,
            text: planPage,
            _meta: { ui: { csp: { connectDomains: [], resourceDomains: [] }, permissions: { clipboardWrite: {} } } },
          },
        ],
      };
    return { contents: [{ uri, mimeType: 'text/markdown', text: await markdownAt(uri) }] };
  });
}

/** The documents and their readers, loaded when they are first asked for. */
export async function skill() {
  const [{ documents }, load] = await Promise.all([import('../skill/documents.ts'), import('../skill/load.ts')]);
  return { documents, ...load };
}

async function metadataText(): Promise<string> {
  const { loadSkill } = await skill();
  const { name, description, metadata } = (await loadSkill()).frontMatter;
  const { slug, version, changelog, clawdbot } = metadata;
  const { emoji, requires, os } = clawdbot;
  return JSON.stringify({ name, slug, version, description, changelog, emoji, requires, os }, null, 2);
}

/** A link to a section, `document/section`, as tools name those that explain their answers. */
export async function linkTo(path: string): Promise<ResourceLink> {
  const { findDocument, section } = await skill();
  const [name = '', slug = ''] = path.split('/');
  const document = findDocument(name);
  const found = document === undefined ? undefined : await section(document, slug);
  if (document === undefined || found === undefined) throw new Error(`there is no section ${path}`);
  return { type: 'resource_link', uri: ROOT + path, name: path, title: `${document.title}: ${found.heading}`, mimeType: 'text/markdown' };
}

/** The address for an error's data, unless somebody has put a credential into it. */
const named = (uri: string): { uri?: string } => (credentialKind(uri) === undefined ? { uri } : {});

/** The Markdown of a document or of one of its sections. @throws ProtocolError that names what there is. */
async function markdownAt(uri: string): Promise<string> {
  const { documents, findDocument, section, sections } = await skill();
  const parts = uri.startsWith(ROOT) ? uri.slice(ROOT.length).split('/').map(decode) : [];
  const [name = '', slug] = parts;
  if (name === 'kinds' && parts.length <= 2) return await kindAt(slug, uri);
  const document = parts.length <= 2 ? findDocument(name) : undefined;
  if (document === undefined) {
    const known = [...documents.map((one) => ROOT + one.name), KINDS, METADATA, ...TEMPLATES.map(({ uriTemplate }) => uriTemplate)];
    throw new ProtocolError(RESOURCE_NOT_FOUND, `There is no such resource. There are: ${known.join(', ')}.`, named(uri));
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

/** The pages of the kinds, loaded when one is first asked for. */
const kindPages = () => import('../tools/kinds.ts');

/** The page of one kind, or of all of them. @throws ProtocolError that names them */
async function kindAt(given: string | undefined, uri: string): Promise<string> {
  const { kindMarkdown, kindNames, kindsMarkdown } = await kindPages();
  if (given === undefined) return await kindsMarkdown();
  const page = await kindMarkdown(given);
  if (page !== undefined) return page;
  const near = nearest(given, kindNames);
  throw new ProtocolError(
    RESOURCE_NOT_FOUND,
    `There is no such kind.${near ? ` Nearest: ${near}.` : ''} There are: ${kindNames.join(', ')}.`,
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
