import type { Assessment } from './assess.ts';
import type { Instruction } from './finding.ts';

const TITLES: Readonly<Record<Assessment['verdict'], string>> = {
  do_nothing: 'Do nothing',
  fix_bottleneck: 'Fix the bottleneck first: no server',
  scale_up: 'A larger server, not another one',
  split_database: 'Give the database its own server',
  add_cache_or_cdn: 'A cache or CDN first',
  add_second_node_for_availability: 'A second server, for availability',
  scale_out: 'More servers',
  scale_down: 'Fewer servers',
  measure_first: 'Measure first',
};

/** For the person: the verdict, why, what it will look like, what to run. */
export function markdown(one: Assessment): string {
  const now = one.measured.servers;
  const to = one.verdict === 'scale_out' || one.verdict === 'scale_down' ? `: ${one.to} instead of ${now}` : '';
  const type =
    one.cost?.type !== undefined && (one.verdict === 'scale_up' || one.verdict === 'split_database') ? `: ${one.cost.type.id}` : '';
  const lines = [`**${TITLES[one.verdict]}${to}${type}**`, '', `- Decided by: ${one.signal}`, `- Why: ${one.why}`];
  for (const contradiction of one.contradictions) lines.push(`- ⚠️ ${contradiction}`);
  if (one.predicts.length > 0) lines.push(`- After it: ${one.predicts.join('; ')}`);
  if (one.check.length > 0) lines.push(`- Check: ${one.check.join('; ')}`);
  if (one.cost !== undefined) {
    const [first, ...others] = one.cost.sources ?? [];
    const what = one.verdict === 'fix_bottleneck' && one.cost.type !== undefined ? ` of ${one.cost.type.id} in its place` : '';
    lines.push(
      `- Cost${what}: ${one.cost.line}${first === undefined ? '' : `; source: ${first}${others.length > 0 ? `, and ${others.length} more` : ''}`}`,
    );
  }
  if (one.cost?.note !== undefined) lines.push(`- ${one.cost.note}`);
  if (one.working.length > 0) lines.push('', 'Working:', ...one.working.map((line) => `- ${line}`));
  if (one.read.length > 0) lines.push('', `Read: ${one.read.join('; ')}.`);
  if (one.commands.length > 0) lines.push('', ...fenced(one.commands));
  if (one.cost?.stack !== undefined)
    lines.push(
      '',
      `Next: generate_provision_command with \`stack\` (${one.cost.stack.resources.length} ${one.cost.stack.resources.length === 1 ? 'resource' : 'resources'}): ${one.cost.next ?? 'as it is'}.`,
    );
  const rest = one.verdict === 'measure_first' ? one.missing.slice(3) : one.missing;
  if (rest.length > 0)
    lines.push(
      '',
      one.verdict === 'measure_first' ? 'Then:' : 'Not measured:',
      ...rest.slice(0, 3).map(({ what, command }) => `- ${what}: \`${command}\``),
    );
  if (one.assumptions.length > 0) lines.push('', `Assumed: ${one.assumptions.join('; ')}.`);
  return `${lines.join('\n')}\n`;
}

const fenced = (commands: readonly Instruction[]): string[] => [
  '```bash',
  ...commands.flatMap(({ what, command }) => [`# ${what}`, command]),
  '```',
];
