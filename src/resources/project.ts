import * as z from 'zod';
import { text } from './fields.ts';
import { defineKind } from './kind.ts';

export const project = defineKind(
  'project',
  {
    environment: z.enum(['development', 'staging', 'production']).default('production'),
    description: text.max(255, 'is longer than 255 characters').optional(),
  },
  {
    summary: "a folder of the provider's console, with everything of the plan in it",
    refs: {},
    aliases: ['resource_group'],
    rare: true,
  },
);
