import { loadSkill } from '../../skill/load.ts';

/** Words that say nothing of what a question is about. */
const COMMON = new Set(
  'how to the a an i should write configure do my what which and set up add another server use is infra structure'.split(' '),
);

/** The skill that a question belongs to by SKILL.md's decision framework; undefined where it belongs to this one. */
export async function otherSkill(question: string): Promise<string | undefined> {
  const asked = new Set(question.toLowerCase().split(/[^a-z0-9]+/));
  for (const row of (await loadSkill()).decisions) {
    const skill = /use\s+`?([a-z-]+)`?\s+skill/i.exec(row.answer)?.[1];
    const telling = row.question
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== '' && !COMMON.has(word));
    if (skill !== undefined && telling.length > 0 && telling.some((word) => asked.has(word))) return skill;
  }
  return undefined;
}
