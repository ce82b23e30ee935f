// Placeholder until the tool is written.
import * as z from 'zod';
import { defineTool } from './tool.ts';

export const planBackups = defineTool({
  name: 'plan_backups',
  title: 'plan_backups',
  description: 'placeholder',
  input: z.strictObject({}),
  output: z.object({ note: z.string() }),
  run: async () => ({ structured: { note: 'not written yet' }, markdown: 'not written yet' }),
});
