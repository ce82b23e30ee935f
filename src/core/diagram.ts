/** A diagram as data: render/diagram.ts draws it, render/mermaid.ts writes it. */
export interface Diagram {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly Edge[];
}

/** A region or a network; what stands in it names it. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly within?: string;
}

export interface DiagramNode {
  readonly id: string;
  readonly title: string;
  /** What it is and how large, one line each. */
  readonly lines: readonly string[];
  /** world: not of the stack. managed: the provider looks after it. own: the user does. store: what is kept where the rest can be lost. */
  readonly is: 'world' | 'managed' | 'own' | 'store';
  /** Its loss is an outage. */
  readonly alone?: boolean;
  readonly within?: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** Copies rather than requests: dashed. */
  readonly copies?: boolean;
}
