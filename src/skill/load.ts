import type { Token, Tokens } from 'marked';
import * as z from 'zod';
import { documents, type SkillDocument } from './documents.ts';

/** A document does not say what the program reads from it: names the document and the heading. The package is at fault, not the user. */
export class SkillError extends Error {
  override readonly name = 'SkillError';
}

const text = z.string().min(1);

const frontMatterSchema = z.object({
  name: text,
  description: text,
  metadata: z.object({
    slug: text,
    version: text,
    changelog: text,
    clawdbot: z.object({
      emoji: text,
      requires: z.object({ bins: z.array(text).default([]) }).default({ bins: [] }),
      os: z.array(text).default([]),
    }),
  }),
});

/** What the skill says of itself: `{ name, description, metadata: { slug, version, changelog, clawdbot: { emoji, requires: { bins }, os } } }`. */
export type FrontMatter = z.output<typeof frontMatterSchema>;

/** The tables of SKILL.md that drive the tools: the heading that each stands under, and its columns. */
const TABLES = {
  quickReference: [/quick reference/i, z.object({ topic: text, file: text })],
  requiredTools: [
    /required tools/i,
    z.object({ provider: text, tool: text, install: text, linux: text.optional(), windows: text.optional() }),
  ],
  stages: [/architecture guidance|stages/i, z.object({ stage: text, recommended: text })],
  decisions: [/decision framework/i, z.object({ question: text, answer: text })],
  backupStrategy: [/backup strategy/i, z.object({ data: text, method: text, frequency: text })],
} as const;

type Rows = { readonly [K in keyof typeof TABLES]: readonly z.output<(typeof TABLES)[K][1]>[] };

/** SKILL.md, read. */
export interface Skill extends Rows {
  readonly frontMatter: FrontMatter;
}

/** A heading's part of a document, down to the next heading of its own or a higher rank. */
export interface Section {
  readonly heading: string;
  /** As in a link to it: `2-required-tools`. */
  readonly slug: string;
  readonly depth: number;
  /** The Markdown, heading included. */
  readonly markdown: string;
}

export interface Table {
  /** The nearest heading above it, or nothing. */
  readonly heading: string;
  /** One record a row, from the column's title in lower case to the cell's text without its Markdown. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

export interface PatternStack {
  readonly provider: string;
  /** The stack as generate_provision_command takes it. */
  readonly stack: Readonly<Record<string, unknown>>;
}

export interface Pattern {
  readonly title: string;
  readonly slug: string;
  /** The Markdown of the section without its heading and its stacks. */
  readonly prose: string;
  readonly stacks: readonly PatternStack[];
}

// Both are loaded when a document is first looked into, which most sessions begin without.
const lexer = once(async () => (await import('marked')).lexer);
const grayMatter = once(async () => (await import('gray-matter')).default);

/**
 * SKILL.md's front matter and tables.
 * @throws SkillError when a table, a column or a field is missing.
 */
export const loadSkill = once(async (): Promise<Skill> => {
  const { text } = findDocument('SKILL.md') as SkillDocument;
  const found = await tables(text);
  const read = Object.entries(TABLES).map(([name, [heading, row]]) => [name, typedRows('SKILL.md', found, heading, row)]);
  return { frontMatter: await frontMatter(text), ...(Object.fromEntries(read) as Rows) };
});

/**
 * Every `##` of patterns.md.
 * @throws SkillError when a fenced stack is no JSON object that names its provider.
 */
export const patterns = once(() => parsePatterns((findDocument('patterns.md') as SkillDocument).text));

/** A document by its name; its case and `.md` do not matter. Undefined when there is none. */
export function findDocument(name: string): SkillDocument | undefined {
  const wanted = name.toLowerCase().replace(/\.md$/, '');
  return documents.find((document) => document.name.toLowerCase() === `${wanted}.md`);
}

/** A section of a document by its slug, or undefined. */
export async function section(document: SkillDocument, slug: string): Promise<Section | undefined> {
  return (await sections(document.text)).find((one) => one.slug === slug.toLowerCase());
}

/** Every section of a document from `##` down, in its order; those of higher rank hold those of lower rank. */
export async function sections(markdown: string): Promise<Section[]> {
  const tokens = (await lexer())(body(markdown));
  const used = new Map<string, number>();
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading' || (token as Tokens.Heading).depth === 1) return [];
    const { depth, tokens: inline } = token as Tokens.Heading;
    const heading = plain(inline);
    const next = tokens.findIndex((other, j) => j > i && other.type === 'heading' && (other as Tokens.Heading).depth <= depth);
    const part = tokens.slice(i, next === -1 ? undefined : next);
    return [{ heading, slug: slugOf(heading, used), depth, markdown: `${raw(part).trimEnd()}\n` }];
  });
}

/** Every table of a document, in its order. */
export async function tables(markdown: string): Promise<Table[]> {
  const found: Table[] = [];
  let heading = '';
  for (const token of (await lexer())(body(markdown))) {
    if (token.type === 'heading') heading = plain((token as Tokens.Heading).tokens);
    if (token.type !== 'table') continue;
    const { header, rows } = token as Tokens.Table;
    const columns = header.map((cell) => plain(cell.tokens).toLowerCase());
    found.push({ heading, rows: rows.map((row) => Object.fromEntries(row.map((cell, i) => [columns[i], plain(cell.tokens)]))) });
  }
  return found;
}

/**
 * The front matter of a Markdown text.
 * @throws SkillError when it is not YAML, or a field is missing.
 */
export async function frontMatter(markdown: string): Promise<FrontMatter> {
  const result = frontMatterSchema.safeParse(await yamlOf(markdown));
  if (result.success) return result.data;
  throw new SkillError(`SKILL.md, front matter: ${z.prettifyError(result.error)}`);
}

/** SKILL.md's front matter as it stands there, unchecked and without defaults. */
export const rawFrontMatter = once(() => yamlOf((findDocument('SKILL.md') as SkillDocument).text));

async function yamlOf(markdown: string): Promise<Readonly<Record<string, unknown>>> {
  const matter = await grayMatter();
  const refuse = () => {
    throw new SkillError('SKILL.md, front matter: only YAML is read');
  };
  // gray-matter would run front matter that is marked as JavaScript.
  return matter(markdown, { language: 'yaml', engines: { javascript: refuse, js: refuse, json: refuse } }).data;
}

/** The patterns in a Markdown text: every `##` with its fenced stacks (```` ```json stack ````). */
export async function parsePatterns(markdown: string): Promise<Pattern[]> {
  const lex = await lexer();
  return (await sections(markdown))
    .filter(({ depth }) => depth === 2)
    .map(({ heading, slug, markdown: part }) => {
      const [, ...tokens] = lex(part);
      const isStack = (token: Token) => token.type === 'code' && ((token as Tokens.Code).lang ?? '').split(/\s+/).includes('stack');
      return {
        title: heading,
        slug,
        prose: raw(tokens.filter((token) => !isStack(token))).trim(),
        stacks: tokens.filter(isStack).map((token) => parseStack(heading, (token as Tokens.Code).text)),
      };
    });
}

function parseStack(heading: string, json: string): PatternStack {
  try {
    const stack = z
      .looseObject({ provider: text, resources: z.array(z.looseObject({ kind: text, name: text })).min(1) })
      .parse(JSON.parse(json));
    return { provider: stack.provider, stack };
  } catch (error) {
    throw new SkillError(`patterns.md, "${heading}": a stack is no JSON object with a provider and resources: ${(error as Error).message}`);
  }
}

/** The rows of the one table under a heading, checked. */
export function typedRows<S extends z.ZodObject>(document: string, found: readonly Table[], heading: RegExp, row: S): z.output<S>[] {
  const columns = Object.keys(row.shape);
  const under = found.filter((table) => heading.test(table.heading));
  if (under.length === 0) throw new SkillError(`${document}: there is no table under a heading like "${heading.source}"`);
  const table = under.find(({ rows }) => columns.every((column) => rows[0] !== undefined && Object.hasOwn(rows[0], column)));
  if (table === undefined)
    throw new SkillError(`${document}, "${under[0]?.heading}": the table needs the columns ${columns.join(', ')}, and a row`);
  return table.rows.map((cells, i) => {
    const result = row.safeParse(cells);
    if (result.success) return result.data;
    throw new SkillError(
      `${document}, "${table.heading}", row ${i + 1}: ${result.error.issues.map((issue) => `column ${issue.path.join('.')} is empty`).join('; ')}`,
    );
  });
}

/** A document without its front matter. */
function body(markdown: string): string {
  return markdown.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '');
}

function raw(tokens: readonly Token[]): string {
  return tokens.map((token) => token.raw).join('');
}

/** The text of inline Markdown, without backticks, stars and link targets. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      'tokens' in token && token.tokens !== undefined ? plain(token.tokens) : 'text' in token ? (token.text as string) : token.raw,
    )
    .join('')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] as string)
    .trim();
}

/** The anchor that GitHub gives a heading; a second one of the same text gets a number. */
function slugOf(heading: string, used: Map<string, number>): string {
  const slug = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  const times = used.get(slug) ?? 0;
  used.set(slug, times + 1);
  return times === 0 ? slug : `${slug}-${times}`;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
