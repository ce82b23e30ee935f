import { describe, expect, it, test } from 'vitest';
import { parse } from '../../../src/core/parse.ts';
import { diagramOf } from '../../../src/planner/architecture/diagram.ts';
import type { Stack } from '../../../src/planner/architecture/shape.ts';
import { drawDiagram } from '../../../src/render/diagram.ts';
import { mermaid } from '../../../src/render/mermaid.ts';
import { patterns } from '../../../src/skill/load.ts';
import { recommendArchitecture as tool } from '../../../src/tools/recommend_architecture.ts';
import { TODAY } from '../../support/plans.ts';
import { decodePng } from '../../support/png.ts';

const stacks = (await patterns()).flatMap(({ title, stacks }) =>
  stacks.map(({ provider, stack }) => [`${title} on ${provider}`, stack as unknown as Stack] as const),
);

const LABEL = String.raw`"(?:[^"<>&\\#]|<br>|#\d+;)*"`;
/** What mermaid.ts may write, a line each: a strict part of Mermaid's grammar for flowcharts (mermaid 12.3.0 takes all of it). */
const LINES = [
  /^flowchart TD$/,
  new RegExp(`^ *n\\d+(?:\\(\\[${LABEL}\\]\\)|\\[\\(${LABEL}\\)\\]|\\[${LABEL}\\])(?::::(?:managed|alone))?$`),
  new RegExp(`^ *subgraph g\\d+\\[${LABEL}\\]$`),
  /^ *end$/,
  new RegExp(`^ n\\d+ (?:-->|-\\.->)(?:\\|${LABEL}\\|)? n\\d+$`),
  /^ classDef (?:managed|alone) stroke:#[0-9a-f]{6},stroke-width:\dpx$/,
];

function check(text: string): void {
  let open = 0;
  const declared = new Set<string>();
  for (const line of text.split('\n')) {
    expect(LINES.some((one) => one.test(line))).toBe(true);
    if (/^ *subgraph/.test(line)) open++;
    if (/^ *end$/.test(line)) expect(--open).toBeGreaterThanOrEqual(0);
    const edge = /^ (n\d+) -.* (n\d+)$/.exec(line);
    if (edge === null) for (const [, id] of line.matchAll(/^ *(n\d+)/g)) declared.add(id as string);
    else for (const id of edge.slice(1)) expect(declared).toContain(id);
  }
  expect(open).toBe(0);
}

describe.each(stacks)('%s', (title, stack) => {
  const diagram = diagramOf(stack, title);

  it('joins only what it has', () => {
    const ids = diagram.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { from, to } of diagram.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    const groups = diagram.groups.map(({ id }) => id);
    for (const { within } of [...diagram.nodes, ...diagram.groups]) if (within !== undefined) expect(groups).toContain(within);
  });

  it('shows every server, database, balancer, volume and bucket', () => {
    for (const { kind, name } of stack.resources)
      if (/^(?:server|database|load_balancer|volume|bucket)$/.test(kind)) expect(diagram.nodes.map((one) => one.title)).toContain(name);
  });

  it('is valid Mermaid', () => check(mermaid(diagram)));

  it.each(['light', 'dark'] as const)('is drawn whole, %s', (theme) => {
    const svg = drawDiagram(diagram, theme);
    expect(drawDiagram(diagram, theme)).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) as unknown as [string, string, string];
    for (const [, x, y, w, h] of svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g)) {
      if (Number(y) < 0) continue;
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(Number(width));
      expect(Number(y) + Number(h)).toBeLessThanOrEqual(Number(height));
    }
  });
});

test('what is alone is marked, a pair is not, and a standby copies every write', () => {
  const of = (name: string) => diagramOf((stacks.find(([title]) => title === name) as (typeof stacks)[number])[1], name);
  expect(of('MVP on hetzner').nodes.find(({ title }) => title === 'app')?.alone).toBe(true);
  expect(
    of('Growth on hetzner')
      .nodes.filter(({ alone }) => alone)
      .map(({ title }) => title),
  ).toEqual(['db']);
  expect(of('Growth on aws').nodes.some(({ alone }) => alone)).toBe(false);
  expect(of('Growth on aws').edges).toContainEqual({ from: 'database db', to: 'database db standby', label: 'every write', copies: true });
});

test('names that would be markup are text', () => {
  const name = 'a"]; click n0 "javascript:x" <b>&#35;\\';
  const stack = { provider: 'hetzner', region: 'fsn1', resources: [{ kind: 'server', name, docker: true }] } as unknown as Stack;
  const diagram = diagramOf(stack, '<script>"');
  check(mermaid(diagram));
  const svg = drawDiagram(diagram);
  expect(svg).not.toMatch(/<script|<b>/);
});

test('many servers alike are one box', () => {
  const servers = Array.from({ length: 200 }, (_, i) => ({ kind: 'server', name: `app${i + 1}`, docker: true }));
  const stack = {
    provider: 'aws',
    region: 'eu-central-1',
    resources: [...servers, { kind: 'load_balancer', name: 'lb', targets: servers.map((one) => one.name) }],
  } as unknown as Stack;
  expect(diagramOf(stack, 'x').nodes.map(({ title, lines }) => [title, lines[0]])).toContainEqual([
    'app1 to app200',
    '200 application servers',
  ]);
});

const ask = (args: Record<string, unknown>) => tool.run(parse(tool.input, args) as never, { today: TODAY });

test('a recommendation carries the diagram as Mermaid and as PNG: light unasked, both where both are asked for', async () => {
  const answer = await ask({ workload: 'shop', availability: 99.9 });
  const { diagram } = answer.structured as { diagram: string };
  check(diagram);
  expect(answer.markdown).toContain(`\`\`\`mermaid\n${diagram}\n\`\`\``);
  const corner = (data: string) => decodePng(Buffer.from(data, 'base64')).pixel(0, 0);
  expect(answer.pictures?.map(({ data }) => corner(data))).toEqual(['#ffffffff']);
  const both = await ask({ workload: 'shop', availability: 99.9, theme: 'both' });
  expect(both.pictures?.map(({ data }) => corner(data))).toEqual(['#ffffffff', '#151b23ff']);
});

test('another skill’s question has no picture', async () => {
  expect((await ask({ question: 'How do I configure nginx?' })).pictures).toBeUndefined();
});
