import { graphlib, layout } from '@dagrejs/dagre';
import type { Diagram, DiagramNode } from '../core/diagram.ts';
import type { Theme } from '../core/plot.ts';
import { at, CHARACTER, escaped, style } from './colours.ts';

/* A diagram as SVG, from which png.ts makes the picture. Where things stand is dagre's; the look is here. */

const MARGIN = 20;
const HEAD = 34;
const LEGEND = 44;
const LINE = 16;
/** A name as long as a host's would make the picture wider than a chat. */
const LONGEST = 26;
const WIDEST = 190;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
const textsOf = (node: DiagramNode): string[] => [node.title, ...node.lines].map(short);
const sizeOf = (node: DiagramNode): { width: number; height: number } => ({
  width: Math.min(WIDEST, Math.max(96, ...textsOf(node).map((one) => one.length * CHARACTER + 28))),
  height: 18 + (1 + node.lines.length) * LINE,
});

/** The outline of a node: what is managed in blue, what is alone in orange. */
const toneOf = ({ is, alone }: DiagramNode): string =>
  alone === true ? 'now' : is === 'managed' ? 'first' : is === 'store' ? 'second' : 'soft';

/** Draws a diagram; the same diagram gives the same bytes. */
export function drawDiagram(diagram: Diagram, theme: Theme = 'light'): string {
  const graph = new graphlib.Graph({ compound: true, multigraph: false }) as graphlib.Graph;
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 44, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of diagram.groups) graph.setNode(id, {});
  for (const { id, within } of diagram.groups) if (within !== undefined) graph.setParent(id, within);
  for (const node of diagram.nodes) {
    graph.setNode(node.id, sizeOf(node));
    if (node.within !== undefined) graph.setParent(node.id, node.within);
  }
  for (const { from, to, label } of diagram.edges)
    graph.setEdge(from, to, label === undefined ? {} : { width: label.length * CHARACTER + 8, height: LINE, labelpos: 'c' });
  layout(graph);

  const box = (id: string): Box => graph.node(id) as unknown as Box;
  const { width: drawn = 0, height: tall = 0 } = graph.graph() as { width?: number; height?: number };
  const width = Math.max(Math.ceil(drawn), 460, Math.ceil(diagram.title.length * 8.4) + 2 * MARGIN);
  const height = Math.ceil(tall) + HEAD + LEGEND;
  const left = (width - drawn) / 2;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(diagram.title).replaceAll('"', '&quot;')}">`,
    `<style>text{font-family:'DejaVu Sans',sans-serif;font-stretch:condensed;font-size:12px}text.title{font-size:15px}${style(theme)}</style>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" class="soft"/></marker></defs>`,
    `<rect width="${width}" height="${height}" class="back"/>`,
    `<text x="${MARGIN}" y="30" class="ink title">${escaped(diagram.title)}</text>`,
    `<g transform="translate(${at(left)} ${HEAD})">`,
  ];
  // Named in the lower left corner: arrows come in from above.
  for (const { id, label, within } of diagram.groups) {
    const { x, y, width: w, height: h } = box(id);
    if (![x, y, w, h].every(Number.isFinite)) continue;
    const [l, t] = [x - w / 2, y - h / 2];
    parts.push(
      `<rect x="${at(l)}" y="${at(t)}" width="${at(w)}" height="${at(h)}" rx="10" class="${within === undefined ? 'panel' : 'back'} grid-line" stroke-width="1.5"${within === undefined ? '' : ' stroke-dasharray="5 4"'}/>`,
      `<text x="${at(l + 10)}" y="${at(t + h - 7)}" class="soft">${escaped(label)}</text>`,
    );
  }
  for (const { from, to, label, copies } of diagram.edges) {
    const { points = [], x, y } = graph.edge(from, to) as { points?: { x: number; y: number }[]; x?: number; y?: number };
    parts.push(
      `<path d="${curve(points)}" fill="none" class="soft-line" stroke-width="1.5"${copies === true ? ' stroke-dasharray="4 4"' : ''} marker-end="url(#tip)"/>`,
    );
    if (label !== undefined && x !== undefined && y !== undefined) {
      const w = label.length * CHARACTER + 8;
      parts.push(
        `<rect x="${at(x - w / 2)}" y="${at(y - 9)}" width="${at(w)}" height="17" rx="4" class="back"/>`,
        `<text x="${at(x)}" y="${at(y + 4)}" class="soft" text-anchor="middle">${escaped(label)}</text>`,
      );
    }
  }
  for (const node of diagram.nodes) parts.push(...card(node, box(node.id)));
  parts.push('</g>', ...legend(diagram, height - LEGEND / 2));
  return `${parts.join('\n')}\n</svg>\n`;
}

function card(node: DiagramNode, { x, y, width, height }: Box): string[] {
  const [l, t] = [x - width / 2, y - height / 2];
  const [title, ...lines] = textsOf(node) as [string, ...string[]];
  const round = node.is === 'world' ? height / 2 : node.is === 'store' ? 14 : 6;
  return [
    `<rect x="${at(l)}" y="${at(t)}" width="${at(width)}" height="${at(height)}" rx="${at(round)}" class="card ${toneOf(node)}-line" stroke-width="${node.alone === true ? 2.5 : 1.75}"/>`,
    ...[title, ...lines].map(
      (one, i) =>
        `<text x="${at(x)}" y="${at(t + 21 + i * LINE)}" class="${i === 0 ? 'ink' : 'soft'}" text-anchor="middle">${escaped(one)}</text>`,
    ),
  ];
}

/** Through dagre's points, rounded at each of them. */
function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const path = [`M${at(first.x)} ${at(first.y)}`];
  for (const [i, point] of rest.entries()) {
    const next = rest[i + 1];
    if (next === undefined) path.push(`L${at(point.x)} ${at(point.y)}`);
    else path.push(`Q${at(point.x)} ${at(point.y)} ${at((point.x + next.x) / 2)} ${at((point.y + next.y) / 2)}`);
  }
  return path.join('');
}

/** What the outlines mean, of those that are there. */
function legend({ nodes, edges }: Diagram, y: number): string[] {
  const entries: (readonly [string, string])[] = [];
  const sign = (tone: string): string => `<rect x="0" y="-9" width="18" height="12" rx="3" class="card ${tone}-line" stroke-width="2"/>`;
  const has = (is: DiagramNode['is']): boolean => nodes.some((node) => node.is === is && node.alone !== true);
  if (has('managed')) entries.push([sign('first'), 'managed']);
  if (has('own')) entries.push([sign('soft'), 'run by you']);
  if (nodes.some(({ alone }) => alone === true)) entries.push([sign('now'), 'alone: its loss is an outage']);
  if (has('store')) entries.push([sign('second'), 'kept data']);
  if (edges.some(({ copies }) => copies === true))
    entries.push(['<path d="M0 -3H20" class="soft-line" stroke-width="1.5" stroke-dasharray="4 4"/>', 'copies']);
  let left = MARGIN;
  return entries.map(([mark, label]) => {
    const part = `<g transform="translate(${at(left)} ${at(y)})">${mark}<text x="26" y="2" class="soft">${escaped(label)}</text></g>`;
    left += 26 + label.length * CHARACTER + 14;
    return part;
  });
}
