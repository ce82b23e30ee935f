import * as z from 'zod';
import { backupInput } from '../planner/backup/input.ts';
import { markdown } from '../planner/backup/markdown.ts';
import { planBackups as plan } from '../planner/backup/plan.ts';
import { quote } from '../render/bash.ts';
import { loadSkill } from '../skill/load.ts';
import { defineTool } from './tool.ts';

const texts = z.array(z.string());

/** Loose where a field's detail would say nothing to a reader: every character of a schema is read in every chat. */
const output = z.object({
  sources: z.array(z.looseObject({ name: z.string(), method: z.string(), schedule: z.string(), reachable: z.looseObject({}), verdict: z.enum(['met', 'missed', 'not asked']) })),
  files: z.array(z.looseObject({ path: z.string(), mode: z.string(), text: z.string() })),
  steps: z.array(z.looseObject({ id: z.string(), command: z.string(), effects: z.string(), destructive: z.boolean().optional() })),
  restore: z.array(z.looseObject({ scenario: z.string(), commands: texts })),
  env: z.array(z.looseObject({ name: z.string(), secret: z.boolean() })),
  tools: z.array(z.looseObject({ program: z.string() })),
  monitoring: texts,
  retention: z.looseObject({}),
  cost: z.looseObject({}),
  gaps: texts,
  rule32110: z.array(z.looseObject({})),
  assumptions: texts,
  warnings: texts,
  confirm: z.string(),
});

export const planBackups = defineTool({
  name: 'plan_backups',
  title: 'Plan backups',
  description: 'Backup, restore, drill and prune scripts with schedule, cost and gaps for databases, files, volumes and config; says which RPO and RTO they reach.',
  input: backupInput,
  output,
  async run(input, { today }) {
    const { backupStrategy } = await loadSkill();
    const structured = await plan(input, { today, strategy: backupStrategy, quote });
    return { structured, markdown: markdown(structured) };
  },
});
