import * as z from 'zod';
import type { Plot, Theme } from '../core/plot.ts';
import { assess } from '../planner/capacity/assess.ts';
import { verdicts } from '../planner/capacity/finding.ts';
import { capacityInput } from '../planner/capacity/input.ts';
import { markdown } from '../planner/capacity/markdown.ts';
import { type Ask, defineTool, type Picture } from './tool.ts';

/** Loose, because every character is read in every chat: also why, working, predicts, check, cost, commands, missing, contradictions, assumptions, read. */
const output = z.looseObject({
  verdict: z.enum(verdicts),
  signal: z.string(),
  stack: z.looseObject({}).optional(),
});

export const assessCapacity = defineTool({
  name: 'assess_capacity',
  title: 'Assess capacity',
  description:
    'Should I add another server? Verdict from measurements, with the working, what it predicts, price and commands. Without measurements: which to take.',
  input: capacityInput,
  output,
  async run(input, { today }) {
    const answer = await assess(input, today);
    const { measured: _, model: __, cost, plot, ...rest } = answer;
    const { stack, ...price } = cost ?? {};
    return {
      structured: {
        ...rest,
        ...(cost === undefined ? {} : { cost: price }),
        ...(stack === undefined ? {} : { stack }),
      } as unknown as z.input<typeof output>,
      markdown: markdown(answer),
      ...(answer.verdict === 'measure_first' ? { asks: ASKS } : {}),
      ...(plot === undefined ? {} : { pictures: [await picture(plot, input.theme)] }),
      see: ['patterns.md/choosing'],
    };
  },
});

/** What people often know without measuring again; without any of it the answer is what to measure. */
const ASKS: readonly Ask[] = [
  { field: 'cpu', text: 'How busy are the processors at the busiest hour, in %?', type: 'number' },
  { field: 'memory', text: 'How much of the memory is used, in %?', type: 'number' },
  { field: 'servers', text: 'How many servers share the work?', type: 'number' },
];

/** The plot as image content. What draws it is loaded only when there is something to draw. */
async function picture(plot: Plot, theme: Theme | undefined): Promise<Picture> {
  const [{ drawPlot }, { png }] = await Promise.all([import('../render/plot.ts'), import('../render/png.ts')]);
  return { mimeType: 'image/png', data: Buffer.from(await png(drawPlot(plot, theme))).toString('base64') };
}
