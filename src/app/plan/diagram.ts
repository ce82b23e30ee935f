/// <reference lib="dom" />
import type { StepText } from './answer.ts';

const SVG = 'http://www.w3.org/2000/svg';
const BOX = { width: 150, height: 40, gapX: 26, gapY: 44 };
/** More boxes than this are a wall, not a picture. */
const MOST = 60;

interface Node {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly needs: ReadonlySet<string>;
  readonly open: boolean;
  x: number;
  y: number;
}

/** The resources as boxes, each below what it needs; undefined where there is nothing to draw. */
export function diagram(steps: readonly StepText[]): SVGElement | undefined {
  const nodes = resources(steps);
  if (nodes.size < 2 || nodes.size > MOST) return undefined;
  const rows = layers(nodes);
  const widest = Math.max(...rows.map((row) => row.length));
  const width = widest * (BOX.width + BOX.gapX) - BOX.gapX + 4;
  const height = rows.length * (BOX.height + BOX.gapY) - BOX.gapY + 4;
  rows.forEach((row, y) => {
    const left = (width - (row.length * (BOX.width + BOX.gapX) - BOX.gapX)) / 2;
    row.forEach((node, x) => {
      node.x = left + x * (BOX.width + BOX.gapX);
      node.y = 2 + y * (BOX.height + BOX.gapY);
    });
  });
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, width: String(width), height: String(height), role: 'img' });
  svg.append(element('title', {}, `${nodes.size} resources, each below what it needs`));
  const marker = element('marker', {
    id: 'tip',
    viewBox: '0 0 8 8',
    refX: '7',
    refY: '4',
    markerWidth: '7',
    markerHeight: '7',
    orient: 'auto',
  });
  marker.append(element('path', { d: 'M0 0 L8 4 L0 8 z' }));
  const defs = element('defs', {});
  defs.append(marker);
  svg.append(defs);
  for (const node of nodes.values()) {
    for (const id of node.needs) {
      const from = nodes.get(id) as Node;
      const [x1, y1, x2, y2] = [from.x + BOX.width / 2, from.y + BOX.height, node.x + BOX.width / 2, node.y - 1];
      const bend = (y2 - y1) / 2;
      svg.append(
        element('path', { class: 'edge', d: `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`, 'marker-end': 'url(#tip)' }),
      );
    }
  }
  for (const node of nodes.values()) {
    const group = element('g', node.open ? { class: 'open' } : {});
    group.append(
      element('rect', {
        class: 'box',
        x: String(node.x),
        y: String(node.y),
        width: String(BOX.width),
        height: String(BOX.height),
        rx: '6',
      }),
      element('text', { x: String(node.x + 10), y: String(node.y + 17), class: 'kind' }, `${node.kind}${node.open ? ' · open' : ''}`),
      element('text', { x: String(node.x + 10), y: String(node.y + 32) }, short(node.name)),
    );
    group.append(element('title', {}, `${node.kind} ${node.name}${node.open ? ', open to the internet' : ''}`));
    svg.append(group);
  }
  return svg;
}

/** Steps of one resource (`network.lan`, `network.lan.public-a`) are one box. */
function resources(steps: readonly StepText[]): Map<string, Node> {
  const of = new Map<string, string>();
  const ids = new Set(steps.map(({ id }) => id));
  const home = (id: string): string => {
    // The resource is the shortest id that begins this one.
    const parts = id.split('.');
    for (let n = 2; n < parts.length; n++) {
      const start = parts.slice(0, n).join('.');
      if (ids.has(start)) return start;
    }
    return id;
  };
  for (const { id } of steps) of.set(id, home(id));
  const nodes = new Map<string, Node>();
  for (const { id, needs = [], effects = [] } of steps) {
    const resource = of.get(id) as string;
    const [kind = '', ...name] = resource.split('.');
    const before = nodes.get(resource);
    const all = new Set([...(before?.needs ?? []), ...needs.map((one) => of.get(one) ?? one).filter((one) => one !== resource)]);
    const open = before?.open === true || effects.some((effect) => effect.kind === 'exposes');
    nodes.set(resource, { id: resource, kind: kind.replaceAll('_', ' '), name: name.join('.'), needs: all, open, x: 0, y: 0 });
  }
  return nodes;
}

/** Rows from top to bottom: a resource stands one below the lowest of what it needs. Nearest to its parents within a row. */
function layers(nodes: ReadonlyMap<string, Node>): Node[][] {
  const depth = new Map<string, number>();
  // The answer's order is one in which everything comes after what it needs.
  for (const { id, needs } of nodes.values()) depth.set(id, Math.max(-1, ...[...needs].map((one) => depth.get(one) ?? -1)) + 1);
  const rows: Node[][] = [];
  for (const node of nodes.values()) {
    const at = depth.get(node.id) as number;
    rows[at] = [...(rows[at] ?? []), node];
  }
  for (const [y, row] of rows.entries()) {
    if (y === 0) continue;
    const place = new Map(rows[y - 1]?.map((node, x) => [node.id, x]));
    const middle = (node: Node): number => {
      const above = [...node.needs].map((id) => place.get(id)).filter((x) => x !== undefined);
      return above.length === 0 ? row.indexOf(node) : above.reduce((sum, x) => sum + x, 0) / above.length;
    };
    row.sort((a, b) => middle(a) - middle(b));
  }
  return rows;
}

const short = (text: string): string => (text.length > 20 ? `${text.slice(0, 19)}…` : text);

function element(name: string, attributes: Readonly<Record<string, string>>, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
