// Placeholder until the tool is written.
import * as z from 'zod';
import { defineTool } from './tool.ts';

export const generateProvisionCommand = defineTool({
  name: 'generate_provision_command',
  title: 'generate_provision_command',
  description: 'placeholder',
  input: z.strictObject({}),
  output: z.object({ note: z.string() }),
  run: async () => ({ structured: { note: 'not written yet' }, markdown: 'not written yet' }),
});
