/** What the page shows: an answer of generate_provision_command, as far as it is looked at. Anything may be missing. */
export interface Answer {
  readonly plan?: string;
  readonly steps?: readonly StepText[];
  readonly script?: string;
  readonly preflight?: readonly { readonly title?: string; readonly command?: string; readonly fix?: string }[];
  readonly env?: readonly { readonly name: string; readonly purpose?: string; readonly secret?: boolean }[];
  readonly cost?: {
    readonly monthly?: readonly { readonly amount: number; readonly currency: string }[];
    readonly complete?: boolean;
    readonly note?: string;
    readonly items?: readonly CostItem[];
    readonly sources?: Readonly<Record<string, string>>;
  };
  readonly warnings?: readonly string[];
  readonly assumptions?: readonly string[];
  readonly kept?: readonly string[];
  readonly confirm?: string;
}

export interface StepText {
  readonly id: string;
  readonly title?: string;
  readonly needs?: readonly string[];
  readonly command?: string;
  readonly verify?: string;
  readonly undo?: string;
  readonly effects?: readonly { readonly kind: string; readonly what?: string; readonly port?: string; readonly to?: string }[];
}

export interface CostItem {
  readonly what: string;
  readonly monthly?: number | null;
  readonly rate?: string;
  readonly currency?: string;
  readonly asOf?: string | null;
  readonly source?: string;
  readonly note?: string;
}

/** What is embedded in a page that was saved: both ways, so that it needs nobody to ask. */
export interface Saved {
  readonly create?: Answer;
  readonly destroy?: Answer;
}

/** True where the answer takes things away. */
export const removes = (answer: Answer): boolean =>
  (answer.steps ?? []).some(({ effects = [] }) => effects.some(({ kind }) => kind === 'destroys'));
