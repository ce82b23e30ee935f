import type { BackupPlan } from './plan.ts';
import { showMinutes } from './time.ts';

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** A fence that the text cannot end. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** The plan for a person. The files' text is in the structured answer, once. */
export function markdown(plan: BackupPlan): string {
  const sources = plan.sources.map((one) =>
    [
      `**${one.name}** (${one.engine}): ${one.method}; ${one.schedule}. ${one.why}.`,
      `RPO ${one.asked.rpoMinutes === null ? '' : `asked ${showMinutes(one.asked.rpoMinutes)}, `}reachable ${showMinutes(one.reachable.rpoMinutes)} = ${one.reachable.rpo}. RTO ${one.asked.rtoMinutes === null ? '' : `asked ${showMinutes(one.asked.rtoMinutes)}, `}${one.reachable.rtoMinutes === null ? one.reachable.rto : `about ${showMinutes(one.reachable.rtoMinutes)} = ${one.reachable.rto}`}. Verdict: ${one.verdict}.`,
      ...(one.notes.length > 0 ? [bullets(one.notes)] : []),
      ...(one.notScripted.length > 0 ? [`What would meet it (not scripted here):\n${bullets(one.notScripted)}`] : []),
    ].join('\n'),
  );
  const steps = plan.steps.map(
    (step, i) => `${i + 1}. ${step.title}${step.destructive ? ' **(destructive)**' : ''}\n${fenced(plan.shell, step.command)}`,
  );
  const files = plan.files.map(({ path, mode, purpose, text }) => `- \`${path}\` (${mode}, ${text.length} characters): ${purpose}`);
  const cost = plan.cost.items.map(
    (item) =>
      `${item.what}: ${item.monthly === null ? 'unknown' : `${item.monthly} ${item.currency} a month`} (${item.formula}; ${item.source}${item.asOf === null ? '' : `, ${item.asOf}`}${item.note === undefined ? '' : `, ${item.note}`})`,
  );
  return [
    sources.join('\n\n'),
    bullets(plan.warnings.map((warning) => `**${warning}**`)),
    `## Steps\n${steps.join('\n')}`,
    ...(files.length === 0
      ? []
      : [`## Files\nTheir text is in \`files\` of the structured answer; write it unchanged.\n${files.join('\n')}`]),
    `Restore, each with its commands in \`restore\`: ${plan.restore.map(({ scenario }) => scenario).join('; ')}.`,
    `## Variables\n${bullets(plan.env.map(({ name, purpose, secret }) => `${name}${secret ? ' (secret)' : ''}: ${purpose}`))}`,
    `Tools: ${plan.tools.map(({ program, install }) => `${program} (${install})`).join(', ')}.`,
    `Retention: ${plan.retention.example}. ${plan.retention.prune}.`,
    `Cost\n${bullets(cost)}`,
    `Monitoring\n${bullets(plan.monitoring)}`,
    `In no backup\n${bullets(plan.gaps)}`,
    `3-2-1-1-0: ${plan.rule32110.map(({ point, state, note }) => `${point}: ${state} (${note})`).join('; ')}.`,
    `Assumed\n${bullets(plan.assumptions)}`,
    `**Confirm:** ${plan.confirm}`,
  ].join('\n\n');
}
