import * as z from 'zod';
import type { Diagram } from '../core/diagram.ts';
import type { Theme } from '../core/plot.ts';
import { diagramOf } from '../planner/architecture/diagram.ts';
import type { Continent } from '../planner/architecture/needs.ts';
import { otherSkill, type Recommendation, recommend } from '../planner/architecture/recommend.ts';
import { resolveWorkload, WORKLOADS } from '../planner/architecture/workloads.ts';
import { minutes } from '../planner/backup/time.ts';
import { resolveProvider } from '../planner/request.ts';
import { providerIds } from '../providers/provider.ts';
import { mermaid } from '../render/mermaid.ts';
import { recommendationMarkdown } from './recommend_markdown.ts';
import { type Ask, defineTool, type Picture } from './tool.ts';

const number = (max: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && /^\s*(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?\s*%?\s*$/.test(value)
        ? Number(value.replaceAll(/[,_ %]/g, ''))
        : value,
    z.number().nonnegative('is negative').max(max, `is more than ${max}`),
  );

const many = (value: unknown): unknown =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s*,\s*/) : [value];

const PLACES: readonly (readonly [RegExp, Continent])[] = [
  [
    /^(?:eu|europe|emea|uk|gb|de|fr|nl|es|it|pl|se|fi|germany|france|spain|italy|poland|netherlands|sweden|finland|frankfurt|london|paris|eu-.*|fsn1|nbg1|hel1|fra1|ams\d|lon1)$/,
    'EU',
  ],
  [/^(?:us|usa|na|ca|canada|america|north america|united states|mexico|new york|us-.*|ash|hil|nyc\d|sfo\d|tor1)$/, 'NA'],
  [/^(?:as|asia|apac|japan|india|singapore|china|korea|jp|in|sg|ap-.*|sin|sgp1|blr1)$/, 'AS'],
  [/^(?:oc|oceania|australia|au|nz|new zealand|syd1)$/, 'OC'],
];

const continent = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const wanted = value.trim().toLowerCase();
    return PLACES.find(([pattern]) => pattern.test(wanted))?.[1] ?? value;
  },
  z.enum(['EU', 'NA', 'AS', 'OC']),
);

/** 99.9, "99.9%", 0.999 and "three nines" are the same. */
const availability = z.preprocess(
  (value) => {
    const nines = typeof value === 'string' ? /^(two|three|four|five) nines?$/i.exec(value.trim())?.[1] : undefined;
    if (nines !== undefined) return { two: 99, three: 99.9, four: 99.99, five: 99.999 }[nines.toLowerCase()];
    const given = typeof value === 'string' ? Number(value.replace(/\s*%\s*$/, '')) : value;
    return typeof given === 'number' && given > 0 && given <= 1 ? Number((given * 100).toFixed(6)) : given;
  },
  z
    .number('is no share of the time like 99.9')
    .min(50, 'is less than 50 %')
    .lt(100, 'has to be below 100 %: nothing is promised to be up always'),
);

const budget = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const match = /^\s*(€|\$|eur|usd)?\s*([\d.,]+)\s*(€|\$|eur|usd|euros?|dollars?)?\s*(?:\/|per|a)?\s*(?:mo|month|mon)?\.?\s*$/i.exec(
      value,
    );
    const currency = (match?.[1] ?? match?.[3] ?? '').toLowerCase();
    if (match === null || currency === '') return value;
    return { amount: Number((match[2] as string).replaceAll(',', '')), currency: /^(?:€|eur)/.test(currency) ? 'EUR' : 'USD' };
  },
  z.strictObject(
    { amount: number(10_000_000), currency: z.preprocess((v) => (typeof v === 'string' ? v.toUpperCase() : v), z.enum(['EUR', 'USD'])) },
    'is no budget like {"amount":50,"currency":"EUR"}',
  ),
);

const rps = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'string' ? { peak: value } : value),
  z.strictObject({ average: number(10_000_000).optional(), peak: number(10_000_000).optional() }),
);

const provider = z.preprocess((value) => (typeof value === 'string' ? (resolveProvider(value) ?? value) : value), z.enum(providerIds));

const list = z.preprocess(many, z.array(z.string().max(100, 'is longer than 100 characters')));
const sentence = z.string().max(2000, 'is longer than 2000 characters');

const input = z.strictObject({
  question: sentence.optional(),
  workload: z
    .string()
    .max(500, 'is longer than 500 characters')
    .optional()
    .describe(`a description, or ${WORKLOADS.map(({ id }) => id).join(', ')}`),
  users: number(10_000_000_000).optional().describe('a day'),
  requestsPerSecond: rps.optional().describe('or jobs, messages'),
  connections: number(1_000_000_000).optional(),
  requestMs: number(86_400_000).optional(),
  cpuMs: number(86_400_000).optional().describe('per request or GB'),
  memoryGb: number(100_000).optional().describe('a self-hosted product asks for'),
  dataGb: number(10_000_000).optional(),
  growth: number(1000).optional().describe('% a month'),
  readShare: number(100).optional().describe('%'),
  batch: z.strictObject({ gb: number(100_000_000).optional(), hours: number(100_000).optional() }).optional(),
  availability: availability.optional().describe('99.9'),
  rpo: minutes.optional().describe('"15m"'),
  rto: minutes.optional(),
  budget: budget.optional().describe('a month'),
  regions: z.preprocess(many, z.array(continent)).optional().describe('of the users'),
  residency: z.preprocess((v) => (typeof v === 'string' ? v.toLowerCase() : v), z.enum(['eu', 'any'])).optional(),
  team: number(1_000_000).optional().describe('people'),
  skills: list.optional(),
  providers: z.preprocess(many, z.array(provider)).optional(),
  existing: sentence.optional().describe('what runs today'),
  plan: z.string().optional(),
  theme: z.enum(['light', 'dark', 'both']).optional(),
});

/** The parts that a reader picks out by name; the others, which explain them, show themselves. */
const output = z.looseObject({
  stage: z.string().optional(),
  contradictions: z.array(z.string()).optional(),
  questions: z.array(z.looseObject({})).optional(),
  options: z.array(z.looseObject({})).optional(),
  stack: z.looseObject({}).optional().describe('for generate_provision_command, as it is'),
});

export const recommendArchitecture = defineTool({
  name: 'recommend_architecture',
  title: 'Recommend an architecture',
  description:
    'How to structure infrastructure: stage, sizes computed from the load with the working, price and promised availability per provider, what fails first and when, migration, diagram, and the stack for generate_provision_command. All optional: what was assumed is said, with what it would change.',
  input,
  output,
  async run(request, { today }) {
    const { question, residency, workload, regions, providers, skills, theme, ...rest } = request;
    const skill = question === undefined ? undefined : await otherSkill(question);
    const only = Object.entries(request).every(([key, value]) => key === 'question' || value === undefined);
    if (skill !== undefined && only) return { structured: { otherSkill: skill }, markdown: `That belongs to the \`${skill}\` skill.\n` };
    const answer = await recommend(
      {
        ...rest,
        question,
        workload: workload === undefined ? undefined : resolveWorkload(workload),
        regions: [...new Set(regions ?? [])],
        euOnly: residency === 'eu',
        providers: [...new Set(providers ?? [])],
        skills: skills ?? [],
      },
      today,
    );
    const diagram = answer.best === undefined ? undefined : diagramOf(answer.best.stack, `${answer.stage} on ${answer.best.provider}`);
    const text = diagram === undefined ? undefined : mermaid(diagram);
    return {
      structured: { ...structured(answer, skill), ...(text === undefined ? {} : { diagram: text }) },
      markdown: recommendationMarkdown(answer, skill, text),
      ...(diagram === undefined ? {} : { pictures: await pictures(diagram, theme) }),
      asks: answer.questions.flatMap(({ field, text }) => (FORM[field] === undefined ? [] : [{ field, text, ...FORM[field] }])),
      see: [`patterns.md/${answer.section}`, ...(answer.best === undefined ? [] : [`providers.md/${answer.best.provider}`])],
    };
  },
});

/** How a form asks; what is several numbers at once (batch) is asked in the text alone. */
const FORM: Readonly<Record<string, Partial<Ask>>> = {
  availability: { type: 'number' },
  // A form has a field for each, and this one is the rate.
  requestsPerSecond: { type: 'number', text: 'How many requests (jobs, messages) a second at peak?' },
  dataGb: { type: 'number' },
  growth: { type: 'number' },
  cpuMs: { type: 'number' },
  requestMs: { type: 'number' },
  memoryGb: { type: 'number' },
  connections: { type: 'number' },
  regions: { text: 'Where are the users: EU, NA, AS, OC? Several with commas.' },
};

/** The diagram as image content: light where nobody said, as a chat's theme is not told to a server; both where both are asked for. */
async function pictures(diagram: Diagram, theme: Theme | 'both' = 'light'): Promise<Picture[]> {
  const [{ drawDiagram }, { png }] = await Promise.all([import('../render/diagram.ts'), import('../render/png.ts')]);
  const drawn: Picture[] = [];
  for (const one of theme === 'both' ? (['light', 'dark'] as const) : [theme])
    drawn.push({ mimeType: 'image/png', data: Buffer.from(await png(drawDiagram(diagram, one))).toString('base64') });
  return drawn;
}

function structured(answer: Recommendation, skill: string | undefined): z.input<typeof output> {
  const { best, target, engine, migration, section: _, ...rest } = answer;
  return {
    ...rest,
    ...(skill === undefined ? {} : { otherSkill: skill }),
    ...(engine === undefined ? {} : { engine }),
    ...(migration === undefined ? {} : { migration }),
    availability: { target, ...(best?.availability ?? {}) },
    ...(best === undefined ? {} : { stack: best.stack }),
  } as unknown as z.input<typeof output>;
}
