import * as z from 'zod';
import type { CostItem } from '../planner/cost.ts';
import { type Estimate, estimate, type Refusal } from '../planner/estimate.ts';
import { resolveProvider } from '../planner/request.ts';
import { providerIds } from '../providers/provider.ts';
import { kindNames } from '../resources/index.ts';
import { freshPrices, pricesInput } from './prices.ts';
import { defineTool } from './tool.ts';

const many = (value: unknown): unknown =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s*,\s*/) : [value];

const provider = z.preprocess((value) => (typeof value === 'string' ? (resolveProvider(value) ?? value) : value), z.enum(providerIds));

const used = z.preprocess(
  (value) => (typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value),
  z.number().nonnegative('is negative').max(1e12, 'is more than 1000000000000'),
);

/** Advertised by its description alone, and checked in full. */
const brief = <S extends z.ZodType>(schema: S, description: string) => z.unknown().pipe(schema.optional()).optional().describe(description);

const input = z.strictObject({
  provider: z.string().optional(),
  region: z.preprocess((value) => (typeof value === 'string' ? value.trim().toLowerCase() : value), z.string()).optional(),
  plan: z.string().optional(),
  resources: z.array(z.unknown()).describe('as in generate_provision_command'),
  providers: brief(z.preprocess(many, z.array(provider)), 'all clouds by default'),
  usage: brief(
    z.strictObject({ egressGb: used.optional(), storedGb: used.optional(), requests: used.optional() }),
    'a month: {egressGb, storedGb, requests}',
  ),
  changes: brief(z.preprocess(many, z.array(z.looseObject({}))), '[{kind, name, ...}]: new fields (resize), whole if new, or remove:true'),
  prices: pricesInput,
});

const output = z.object({
  options: z.array(z.unknown()).describe('provider, total, cost, notes, left, change, stack'),
  refused: z.array(z.unknown()),
  assumptions: z.array(z.unknown()),
});

export const estimateCost = defineTool({
  name: 'estimate_cost',
  title: 'Estimate cost',
  description: 'What a stack costs a month on each provider, line by line with source and date; what differs, what a change adds.',
  input,
  output,
  async run(request, { today, pace }) {
    const fresh = freshPrices(request.prices, today, new Set(providerIds));
    const { options, refused } = await estimate(
      {
        ...request,
        providers: [...new Set(request.providers ?? [])],
        usage: request.usage ?? {},
        changes: request.changes ?? [],
      },
      today,
      fresh.apply,
      pace,
    );
    const structured = {
      options: options.map(({ kinds: _, ...option }) => option),
      refused,
      assumptions: [...assumed(options, request.usage ?? {}), ...fresh.notes],
    };
    return {
      structured: structured as unknown as z.input<typeof output>,
      markdown: markdown(options, refused, structured.assumptions),
      see: options.map((one) => `providers.md/${one.provider}`),
    };
  },
});

/** What the figures hold for. */
function assumed(options: readonly Estimate[], usage: Readonly<Record<string, number | undefined>>): string[] {
  const given = Object.entries(usage).filter(([, value]) => value !== undefined);
  const text = [
    'list prices, net of tax, on demand, a month of 730 hours where the price is by the hour',
    given.length > 0
      ? `usage a month: ${given.map(([name, value]) => `${value} ${name}`).join(', ')}; requests are taken for reads`
      : 'usage is not in the totals: state egressGb, storedGb, requests',
  ];
  if (new Set(options.flatMap((one) => one.cost.monthly.map(({ currency }) => currency))).size > 1)
    text.push('no currency is converted into another');
  return text;
}

const LINES = 30;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const money = ({ amount, currency }: { amount: number; currency: string }): string => `${amount.toFixed(2)} ${currency}`;

function markdown(options: readonly Estimate[], refused: readonly Refusal[], assumptions: readonly string[]): string {
  const lines: string[] = [];
  for (const one of options) lines.push(`- **${one.provider}** ${one.region}${one.asGiven ? ' (as given)' : ''}: ${one.total}`);
  for (const one of refused) lines.push(`- ${one.provider} cannot carry it: ${one.why}`);
  if (options.length > 0) lines.push('', ...sideBySide(options));
  const differing = options.flatMap((one) => [
    ...one.notes.map((note) => `- ${one.provider}: ${note}`),
    ...one.left.map((left) => `- ⚠️ ${one.provider}, not in the figures: ${left}`),
  ]);
  if (differing.length > 0) lines.push('', 'What differs:', ...capped(differing));
  for (const one of options) if (one.change !== undefined) lines.push('', ...changeLines(one, one.change));
  for (const one of options) lines.push('', ...detail(one));
  lines.push('', `Assumed: ${assumptions.join('; ')}.`);
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** One row a kind, one column a provider. */
function sideBySide(options: readonly Estimate[]): string[] {
  const kinds = kindNames.filter((kind) => options.some((one) => one.kinds.has(kind)));
  const row = (name: string, of: (one: Estimate) => string): string => `| ${name} | ${options.map((one) => cell(of(one))).join(' | ')} |`;
  return [
    row('a month', (one) => `${one.provider} ${one.region}`),
    `|---|${options.map(() => '---:|').join('')}`,
    ...kinds.map((kind) =>
      row(kind, (one) => {
        const count = one.stack.resources.filter((resource) => resource.kind === kind).length;
        const sum = inAll(one.kinds.get(kind) ?? []);
        return sum === '' ? '' : `${sum}${count > 1 ? ` (${count})` : ''}`;
      }),
    ),
    row('**total**', (one) => `**${inAll(one.cost.items)}**`),
    row('traffic out', (one) =>
      one.cost.items
        .filter((item) => item.what.startsWith('traffic to'))
        .map((item) => item.rate)
        .join(', '),
    ),
  ];
}

/** The sum of what is known, and that there is more. */
function inAll(items: readonly CostItem[]): string {
  const sums = new Map<string, number>();
  for (const { monthly, currency } of items)
    if (typeof monthly === 'number') sums.set(currency, (sums.get(currency) ?? 0) + Math.round(monthly * 100));
  const known = [...sums].map(([currency, amount]) => money({ amount: amount / 100, currency }));
  return [
    ...known,
    ...(items.some((item) => item.monthly === null) ? ['unknown'] : []),
    ...(items.some((item) => item.monthly === undefined) ? ['usage'] : []),
  ].join(' + ');
}

function amountOf(item: CostItem): string {
  const rate = item.rate === undefined ? undefined : item.rate;
  if (item.monthly === undefined) return rate ?? 'unknown';
  const amount = item.monthly === null ? 'unknown' : money({ amount: item.monthly, currency: item.currency });
  return rate === undefined ? amount : `${amount} (${rate})`;
}

function detail(one: Estimate): string[] {
  const { cost } = one;
  const rows = cost.items.map(
    (item) => `| ${cell(item.what)} | ${cell(amountOf(item))} | ${item.asOf ?? ''} | ${item.source} | ${cell(item.note ?? '')} |`,
  );
  return [
    `**${one.provider} ${one.region}, line by line**`,
    '',
    '| | a month | seen | source | |',
    '|---|---:|---|---|---|',
    ...capped(rows),
    '',
    ...Object.entries(cost.sources).map(([key, title]) => `- ${key}: ${title}`),
    ...(cost.note === undefined ? [] : [`- ${cost.note}`]),
    ...(one.asGiven || one.assumptions.length === 0
      ? []
      : [
          `- Sizes: ${one.assumptions
            .filter((text) => / is the (?:cheapest|smallest) of /.test(text))
            .slice(0, 8)
            .join('; ')}`,
        ]),
  ];
}

function changeLines(one: Estimate, change: NonNullable<Estimate['change']>): string[] {
  const sum = change.monthly
    .map(({ amount, currency }) => `${amount < 0 ? '-' : '+'}${Math.abs(amount).toFixed(2)} ${currency}`)
    .join(', ');
  return [
    `**The change on ${one.provider}: ${sum === '' ? (change.added.length + change.removed.length === 0 ? 'nothing' : 'by usage alone') : `${sum} a month`}${change.known ? '' : ', without what is of unknown price'}**; then ${change.total}`,
    ...capped([
      ...change.removed.map((item) => `- less: ${item.what} ${amountOf(item)}`),
      ...change.added.map((item) => `- more: ${item.what} ${amountOf(item)}`),
    ]),
  ];
}

/** The first lines, and how many more there are. */
function capped(lines: readonly string[]): string[] {
  return lines.length <= LINES
    ? [...lines]
    : [
        ...lines.slice(0, LINES),
        `${lines[0]?.startsWith('|') ? '| ' : '- '}and ${lines.length - LINES} more${lines[0]?.startsWith('|') ? ' | | | | |' : ''}`,
      ];
}
