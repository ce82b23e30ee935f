import * as z from 'zod';
import { backupInput } from '../planner/backup/input.ts';
import { markdown } from '../planner/backup/markdown.ts';
import { planBackups as plan } from '../planner/backup/plan.ts';
import { quote } from '../render/bash.ts';
import { loadSkill } from '../skill/load.ts';
import { defineTool } from './tool.ts';

const records = z.array(z.looseObject({}));

/**
 * What a program works with. Loose, because every character of a schema is read in every chat; the answer also holds
 * monitoring, retention, gaps, rule32110 (3-2-1-1-0, point by point) and assumptions.
 */
const output = z.looseObject({
  sources: records.describe('method, schedule, reachable RPO/RTO, verdict'),
  files: z.array(z.looseObject({ path: z.string(), mode: z.string(), text: z.string() })),
  steps: z.array(z.looseObject({ id: z.string(), command: z.string(), effects: z.string(), destructive: z.boolean().optional() })),
  restore: records,
  env: records,
  tools: records,
  cost: z.looseObject({}),
  warnings: z.array(z.string()),
  confirm: z.string(),
});

export const planBackups = defineTool({
  name: 'plan_backups',
  title: 'Plan backups',
  description:
    'Backup, restore, drill and prune scripts with schedule, cost and gaps for databases, files, volumes and config; says which RPO and RTO they reach.',
  input: backupInput,
  output,
  async run(input, { today }) {
    const { backupStrategy } = await loadSkill();
    const structured = await plan(input, { today, strategy: backupStrategy, quote });
    return { structured, markdown: markdown(structured) };
  },
});
