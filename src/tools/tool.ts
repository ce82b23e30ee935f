import type * as z from 'zod';
import type { Pace } from '../core/pace.ts';

/** What a tool gives back: data for the program, and the same, briefly, for the person. */
export interface Answer<T> {
  readonly structured: T;
  readonly markdown: string;
  /** What is worth a look: shown by clients that show images, beside the text that says the same. */
  readonly pictures?: readonly Picture[];
  /** The sections of the skill's documents that explain it, as `document/section`: patterns.md/growth. */
  readonly see?: readonly string[];
  /** What had to be assumed and would change most, the most first: asked of the person where a client can, and in the text too. */
  readonly asks?: readonly Ask[];
}

/** A question whose answer is one field of the tool's input. */
export interface Ask {
  readonly field: string;
  readonly text: string;
  /** Text where it is left out. */
  readonly type?: 'number' | 'string';
  readonly allowed?: readonly string[];
}

/** A picture as image content. Only what clients take: an SVG makes every later request of a chat fail (anthropics/claude-code#28279). */
export interface Picture {
  readonly mimeType: 'image/png';
  /** The bytes in base 64, as the protocol carries them. */
  readonly data: string;
}

/**
 * One MCP tool. It is pure: the same input gives the same answer, byte for byte; nothing is run, read or sent.
 * A wrong input throws InputError, whose message is for the user.
 */
export interface Tool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What clients are shown and `run` is given, already parsed. */
  readonly input: I;
  readonly output: O;
  /** The page that shows its answer, in a client that shows pages. */
  readonly page?: string;
  run(input: z.output<I>, context: ToolContext): Promise<Answer<z.input<O>>>;
}

export interface ToolContext {
  /** ISO date of today: tells which figures are old. The only thing that a tool knows of its surroundings. */
  readonly today: string;
  /** For who waits: told how far the work is, and may call it off. It changes nothing in the answer. */
  readonly pace?: Pace;
}

export function defineTool<I extends z.ZodType, O extends z.ZodType>(tool: Tool<I, O>): Tool<I, O> {
  return tool;
}
