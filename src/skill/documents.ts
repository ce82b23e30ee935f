import backups from '../../backups.md';
import patterns from '../../patterns.md';
import providers from '../../providers.md';
import skill from '../../SKILL.md';

/** One of the skill's documents, as it was when the package was built. */
export interface SkillDocument {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly text: string;
}

export const documents: readonly SkillDocument[] = [
  { name: 'SKILL.md', title: 'Infrastructure skill', description: 'Read first: scope, rules, which tool to call when', text: skill },
  {
    name: 'patterns.md',
    title: 'Architecture patterns',
    description: 'MVP, Growth, Scale: what each is for, what fails first, its stacks',
    text: patterns,
  },
  { name: 'providers.md', title: 'Providers', description: "Each provider's CLI, sign-in variables, strengths and gaps", text: providers },
  { name: 'backups.md', title: 'Backups', description: 'Data, method, schedule, retention, restore drill', text: backups },
];
