import * as z from 'zod';
import type { Continent } from '../planner/needs.ts';
import { type Recommendation, recommend } from '../planner/recommend.ts';
import { resolveProvider } from '../planner/request.ts';
import { providerIds } from '../providers/provider.ts';
import { defineTool } from './tool.ts';

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

const input = z.strictObject({
  question: z.string().max(2000, 'is longer than 2000 characters').optional(),
  workload: z.string().max(500, 'is longer than 500 characters').optional().describe('what it is: web app, API, shop'),
  users: number(10_000_000_000).optional().describe('a day'),
  requestsPerSecond: rps.optional().describe('peak, or {average, peak}'),
  requestMs: number(3_600_000).optional(),
  cpuMs: number(3_600_000).optional().describe('per request'),
  dataGb: number(10_000_000).optional(),
  growth: number(1000).optional().describe('% a month'),
  availability: availability.optional().describe('99.9'),
  budget: budget.optional().describe('a month'),
  regions: z.preprocess(many, z.array(continent)).optional().describe('of the users'),
  residency: z.preprocess((v) => (typeof v === 'string' ? v.toLowerCase() : v), z.enum(['eu', 'any'])).optional(),
  team: number(1_000_000).optional().describe('people'),
  providers: z.preprocess(many, z.array(provider)).optional(),
  plan: z.string().optional(),
});

const strings = z.array(z.string());
const records = z.array(z.looseObject({}));
const output = z.object({
  stage: z.string(),
  pattern: z.string(),
  otherSkill: z.string().optional(),
  reasons: strings,
  components: records,
  working: strings,
  availability: z.looseObject({}),
  options: records.describe('provider, region, cost, types, stack'),
  refused: records,
  singlePointsOfFailure: strings,
  failsFirst: z.string(),
  triggers: strings,
  rejected: strings,
  contradictions: strings,
  assumptions: strings,
  questions: strings,
  stack: z.looseObject({}).optional().describe('for generate_provision_command, as it is'),
});

export const recommendArchitecture = defineTool({
  name: 'recommend_architecture',
  title: 'Recommend an architecture',
  description:
    'How to structure infrastructure for a load: stage, components sized from numbers with the working, price per provider, single points of failure, when to move on, and the stack for generate_provision_command. Everything is optional; what was assumed is said.',
  input,
  output,
  async run(request, { today }) {
    const answer = await recommend(
      {
        ...request,
        regions: [...new Set(request.regions ?? [])],
        euOnly: request.residency === 'eu',
        providers: [...new Set(request.providers ?? [])],
      },
      today,
    );
    const { best, otherSkill, ...rest } = answer;
    const structured = {
      ...rest,
      ...(otherSkill === undefined ? {} : { otherSkill: otherSkill.skill }),
      ...(best === undefined ? {} : { stack: best.stack }),
    };
    return { structured: structured as unknown as z.input<typeof output>, markdown: markdown(answer) };
  },
});

function markdown(answer: Recommendation): string {
  if (answer.otherSkill !== undefined) return `${answer.otherSkill.answer}\n`;
  const lines = [`**${answer.stage}: ${answer.pattern}**`, '', ...answer.reasons.map((reason) => `- ${reason}`)];
  for (const contradiction of answer.contradictions) lines.push(`- ⚠️ ${contradiction}`);
  lines.push('', '| Component | Count | vCPU | Memory GB | Disk GB |', '|---|---|---|---|---|');
  for (const one of answer.components)
    lines.push(`| ${one.what} | ${one.count} | ${one.vcpu ?? ''} | ${one.memoryGb ?? ''} | ${one.diskGb ?? ''} |`);
  if (answer.options.length > 0) {
    lines.push('', '| Provider | Region | A month |', '|---|---|---|');
    for (const option of answer.options)
      lines.push(`| ${option === answer.best ? `**${option.provider}**` : option.provider} | ${option.region} | ${option.cost} |`);
  }
  for (const one of answer.refused) lines.push('', `${one.provider}: ${one.why}`);
  lines.push('', `Working: ${answer.working.join('; ')}.`);
  if (answer.singlePointsOfFailure.length > 0)
    lines.push('', `Alone, so it can take everything down: ${answer.singlePointsOfFailure.join('; ')}.`);
  lines.push('', `Fails first: ${answer.failsFirst}`, '', 'Move on when:', ...answer.triggers.map((trigger) => `- ${trigger}`));
  lines.push('', 'Not now:', ...answer.rejected.map((one) => `- ${one}`));
  if (answer.assumptions.length > 0) lines.push('', `Assumed: ${answer.assumptions.join('; ')}.`);
  if (answer.questions.length > 0) lines.push('', 'Would change the answer:', ...answer.questions.map((question) => `- ${question}`));
  if (answer.best !== undefined)
    lines.push(
      '',
      `Next: generate_provision_command with \`stack\` as it is (${answer.best.stack.resources.length} resources on ${answer.best.provider}).`,
    );
  return `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`;
}
