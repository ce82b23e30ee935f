import * as z from 'zod';
import { backupInput } from '../planner/backup/input.ts';
import { markdown } from '../planner/backup/markdown.ts';
import { planBackups as plan } from '../planner/backup/plan.ts';
import { quote } from '../render/bash.ts';
import * as powershell from '../render/powershell.ts';
import { loadSkill } from '../skill/load.ts';
import { defineTool } from './tool.ts';

const records = z.array(z.looseObject({}));

/**
 * What a program works with. Loose, because every character of a schema is read in every chat; the answer also holds
 * restore (by scenario), env, tools, monitoring, retention, cost, gaps, rule32110 (3-2-1-1-0, point by point),
 * assumptions, warnings and confirm.
 */
const output = z.looseObject({ sources: records, files: records, steps: records });

export const planBackups = defineTool({
  name: 'plan_backups',
  title: 'Plan backups',
  description: 'Backup, restore, drill and prune scripts; schedule, cost, gaps, reachable RPO and RTO.',
  input: backupInput,
  output,
  async run(input, { today }) {
    const { backupStrategy } = await loadSkill();
    const structured = await plan(input, { today, strategy: backupStrategy, quote, powershell });
    return {
      structured,
      markdown: markdown(structured),
      see: ['backups.md/method-by-data', 'backups.md/reachable-rpo-and-rto', 'backups.md/restore-and-drill'],
    };
  },
});
