import type { Plan } from '../core/plan.ts';
import type { Chapter, Names, Statement } from './outline.ts';

export type ShellId = 'bash' | 'powershell';

/** How one shell says what an outline holds. Renderers quote; nothing else makes shell text. */
export interface Renderer {
  readonly id: ShellId;
  /** The name for a fenced code block. */
  readonly fence: string;
  /** The statements as lines to paste into an interactive shell; no comments and no helper functions. */
  paste(statements: readonly Statement[], names: Names): string;
  /** The check of one step as one command that succeeds or fails. */
  verify(statement: Statement & { do: 'settle' | 'gone' }, names: Names): string;
  /** A whole script that stops at the first failure. */
  createScript(plan: Plan, chapters: readonly Chapter[], names: Names, heading: readonly string[]): string;
  destroyScript(plan: Plan, looks: readonly Statement[], chapters: readonly Chapter[], names: Names, heading: readonly string[]): string;
}
