import { downText } from '../planner/architecture/availability.ts';
import { reaches } from '../planner/architecture/choose.ts';
import type { Recommendation } from '../planner/architecture/recommend.ts';
import { showMinutes } from '../planner/backup/time.ts';

/** How many of a list are shown before the rest is left to the structured answer. */
const LIMITS = 4;
const EFFECTS = 4;

/** A recommendation for a person: the decision first, then its working. */
export function recommendationMarkdown(answer: Recommendation, otherSkill: string | undefined, diagram?: string): string {
  const lines = [
    `**${answer.stage}: ${answer.pattern}** (${answer.workload})`,
    '',
    ...answer.reasons.map((reason) => `- ${reason}`),
    ...answer.contradictions.map((one) => `- ⚠️ ${one}`),
    ...(otherSkill === undefined ? [] : [`- the question itself belongs to the \`${otherSkill}\` skill`]),
    ...componentTable(answer),
    ...optionTable(answer),
    ...availability(answer),
  ];
  if (diagram !== undefined) lines.push('', '```mermaid', diagram, '```');
  if (answer.singlePointsOfFailure.length > 0)
    lines.push('', `Alone, so it can take everything down: ${answer.singlePointsOfFailure.join('; ')}.`);
  lines.push('', `Fails first: ${answer.failsFirst}`);
  const later = answer.limits.slice(1, LIMITS);
  if (later.length > 0) lines.push(`Then: ${later.map((one) => `${one.what} at ${one.at} (x${one.factor})`).join('; ')}.`);
  if (answer.engine !== undefined) lines.push('', answer.engine);
  lines.push('', `Working: ${answer.working.join('; ')}.`);
  lines.push('', 'Move on when:', ...answer.triggers.map((trigger) => `- ${trigger}`));
  lines.push('', 'Not now:', ...answer.rejected.map((one) => `- ${one}`));
  lines.push(...migration(answer));
  if (answer.assumptions.length > 0) lines.push('', `Assumed: ${answer.assumptions.join('; ')}.`);
  const effects = answer.sensitivity.filter((one) => one.weight > 0.05).slice(0, EFFECTS);
  if (effects.length > 0)
    lines.push('', 'If an assumption is wrong, most first:', ...effects.map((one) => `- ${one.assumed}. ${one.effect}`));
  if (answer.questions.length > 0)
    lines.push('', 'Worth asking:', ...answer.questions.map(({ field, text }) => `- ${text} (\`${field}\`)`));
  if (answer.best !== undefined)
    lines.push(
      '',
      `Next: generate_provision_command with \`stack\` as it is (${answer.best.stack.resources.length} ${answer.best.stack.resources.length === 1 ? 'resource' : 'resources'} on ${answer.best.provider}).`,
    );
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

function componentTable({ components }: Recommendation): string[] {
  if (components.length === 0) return [];
  return [
    '',
    '| Component | Count | vCPU | Memory GB | Disk GB |',
    '|---|---|---|---|---|',
    ...components.map((one) => `| ${one.what} | ${one.count} | ${one.vcpu ?? ''} | ${one.memoryGb ?? ''} | ${one.diskGb ?? ''} |`),
  ];
}

function optionTable({ options, best, refused, target }: Recommendation): string[] {
  const lines: string[] = [];
  if (options.length > 0) {
    lines.push('', '| Provider | Region | A month | Promised |', '|---|---|---|---|');
    for (const option of options) {
      const { percent, without } = option.availability;
      const promised =
        percent === null
          ? 'nothing published'
          : `${without.length > 0 ? 'at most ' : ''}${percent} %${reaches(option, target) === false ? ' ✗' : ''}`;
      lines.push(`| ${option === best ? `**${option.provider}**` : option.provider} | ${option.region} | ${option.cost} | ${promised} |`);
    }
  }
  for (const one of refused) lines.push('', `${one.provider}: ${one.why}`);
  return lines;
}

function availability({ best, target }: Recommendation): string[] {
  if (best === undefined) return [];
  const { percent, working, without, sources } = best.availability;
  const missing = without.length === 0 ? '' : ` No promise is published for: ${without.join(', ')}; each can only lower it.`;
  return [
    '',
    `Availability: ${target} % wanted (${downText(target)}). ${percent === null ? 'No part has a published promise.' : `Promised: ${working}.`}${missing}${sources.length === 0 ? '' : ` Sources: ${sources.join(', ')}.`}`,
  ];
}

function migration({ migration: found }: Recommendation): string[] {
  if (found === undefined) return [];
  const down = found.moves.reduce((sum, one) => sum + one.downMinutes, 0);
  return [
    '',
    `From what runs today (down ${showMinutes(down)} in all):`,
    ...found.moves.map(
      (one, i) =>
        `${i + 1}. ${one.step}${one.downMinutes > 0 ? ` — down ${showMinutes(one.downMinutes)}` : ''}${one.working === undefined ? '' : ` (${one.working})`}`,
    ),
  ];
}
