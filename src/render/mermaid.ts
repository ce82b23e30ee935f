import type { Diagram, DiagramNode } from '../core/diagram.ts';

/** Text within a quoted Mermaid label: what it would read as its own is written as an entity. */
const label = (text: string): string => text.replaceAll(/[#&"<>`\\]|[^\P{C}]/gu, (character) => `#${character.codePointAt(0)};`);

const SHAPES: Readonly<Record<DiagramNode['is'], readonly [string, string]>> = {
  world: ['([', '])'],
  managed: ['[', ']'],
  own: ['[', ']'],
  store: ['[(', ')]'],
};

/** A diagram as Mermaid's flowchart: valid whatever the names are, as ids are numbered and labels quoted. */
export function mermaid({ groups, nodes, edges }: Diagram): string {
  const ids = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const node = (one: DiagramNode): string => {
    const [open, close] = SHAPES[one.is];
    const of = one.is === 'managed' || one.alone === true ? `:::${one.alone === true ? 'alone' : 'managed'}` : '';
    return `${ids.get(one.id)}${open}"${[one.title, ...one.lines].map(label).join('<br>')}"${close}${of}`;
  };
  const lines: string[] = [];
  const write = (within: string | undefined, indent: string): void => {
    for (const one of nodes) if (one.within === within) lines.push(`${indent}${node(one)}`);
    for (const [i, one] of groups.entries()) {
      if (one.within !== within) continue;
      lines.push(`${indent}subgraph g${i}["${label(one.label)}"]`);
      write(one.id, `${indent} `);
      lines.push(`${indent}end`);
    }
  };
  write(undefined, ' ');
  for (const { from, to, label: text, copies } of edges)
    lines.push(` ${ids.get(from)} ${copies === true ? '-.->' : '-->'}${text === undefined ? '' : `|"${label(text)}"|`} ${ids.get(to)}`);
  // Outlines alone, so that it is readable on a light ground and on a dark one.
  if (nodes.some(({ is, alone }) => is === 'managed' && alone !== true)) lines.push(' classDef managed stroke:#0b62c4,stroke-width:2px');
  if (nodes.some(({ alone }) => alone === true)) lines.push(' classDef alone stroke:#b54708,stroke-width:3px');
  return ['flowchart TD', ...lines].join('\n');
}
