// Placeholder until the tool is written.
import * as z from 'zod';
import { defineTool } from './tool.ts';

export const recommendArchitecture = defineTool({
  name: 'recommend_architecture',
  title: 'recommend_architecture',
  description: 'placeholder',
  input: z.strictObject({}),
  output: z.object({ note: z.string() }),
  run: async () => ({ structured: { note: 'not written yet' }, markdown: 'not written yet' }),
});
