import * as z from 'zod';
import type { Effect, EnvVar, Plan, Step } from '../core/plan.ts';
import { buildPlan } from '../planner/build.ts';
import { type CostReport, costLine, costOf } from '../planner/cost.ts';
import { providerIds } from '../providers/provider.ts';
import { bash } from '../render/bash.ts';
import { createOutline, type DestroyOptions, destroyOutline, Names, singleUndo, undone } from '../render/outline.ts';
import { powershell } from '../render/powershell.ts';
import type { Renderer, ShellId } from '../render/renderer.ts';
import { yesNo } from '../resources/fields.ts';
import { costSchema } from './cost.ts';
import { resourceFields } from './resource_fields.ts';
import { defineTool } from './tool.ts';

const renderers: Record<ShellId, Renderer> = { bash, powershell };

const word = z.preprocess((value) => (typeof value === 'string' ? value.trim().toLowerCase() : value), z.string());

/** A closed list in any case, with the other words for its members. */
function oneOf<const T extends readonly [string, ...string[]]>(allowed: T, others: Readonly<Record<string, T[number]>> = {}) {
  const meant = new Map(Object.entries(others));
  return z.preprocess((value) => {
    const plain = typeof value === 'string' ? value.trim().toLowerCase() : value;
    return typeof plain === 'string' ? (meant.get(plain) ?? plain) : plain;
  }, z.enum(allowed));
}

const input = z.strictObject({
  provider: z
    .string()
    .meta({ enum: [...providerIds] })
    .optional(),
  region: word.optional(),
  plan: z.string().optional().describe('label that finds it again; default main'),
  shell: oneOf(['bash', 'powershell'], {
    sh: 'bash',
    zsh: 'bash',
    pwsh: 'powershell',
    ps1: 'powershell',
    'power shell': 'powershell',
  }).default('bash'),
  action: oneOf(['create', 'destroy'], { delete: 'destroy', remove: 'destroy', teardown: 'destroy', provision: 'create' }).default(
    'create',
  ),
  as: oneOf(['steps', 'script']).default('steps'),
  finalSnapshots: yesNo.default(true).describe('destroy: save volumes and databases first'),
  deleteBackups: yesNo.default(false).describe('destroy: snapshots too'),
  resources: z.array(resourceFields()),
});
export type GenerateInput = z.output<typeof input>;

const strings = z.array(z.string());
const records = z.array(z.unknown());

const output = z.object({
  plan: z.string(),
  steps: z
    .array(
      z.looseObject({
        id: z.string(),
        title: z.string(),
        command: z.string(),
        effects: z.array(z.looseObject({ kind: z.string(), what: z.string() })),
        verify: z.string().optional(),
        undo: z.string().optional(),
      }),
    )
    .optional(),
  script: z.string().optional(),
  preflight: records,
  env: records,
  tools: records,
  cost: costSchema,
  warnings: strings,
  assumptions: strings,
  kept: strings.optional(),
  confirm: z.string().describe('ask the user this'),
});
type Output = Omit<z.input<typeof output>, 'env' | 'cost'> & { env: EnvVar[]; cost: CostReport };

/** The effects that are not money; that stands in `cost`. */
const deeds = (step: Step): Exclude<Effect, { kind: 'costs' }>[] => step.effects.filter((effect) => effect.kind !== 'costs');

export const generateProvisionCommand = defineTool({
  name: 'generate_provision_command',
  title: 'Generate provision commands',
  description:
    'hcloud, aws, doctl and docker commands that create a stack of resources, or destroy it, for the user to confirm and run: ordered, priced, with checks and undo. as "script": one script that resumes. Resources refer to each other by name; a kind that is not described here: skill://infrastructure/kinds/{kind}.',
  input,
  output,
  async run(request, { today }) {
    const plan = await buildPlan(request, today);
    const renderer = renderers[request.shell];
    const options: DestroyOptions = { rescue: request.finalSnapshots, backups: request.deleteBackups };
    const structured =
      request.action === 'create' ? create(plan, renderer, request, today) : destroy(plan, renderer, request, options, today);
    // The schema is looser than the type: it does not spell out what a reader can see.
    return { structured: structured as unknown as z.input<typeof output>, markdown: markdown(structured, plan, renderer, request) };
  },
});

function common(plan: Plan, cost: CostReport): Pick<Output, 'plan' | 'env' | 'tools' | 'cost' | 'warnings' | 'assumptions'> {
  return {
    plan: plan.name,
    env: plan.env.map((variable) => ({ ...variable })),
    tools: plan.tools.map(({ program, install }) => ({ program, install: { ...install } })),
    cost,
    warnings: [...plan.warnings],
    assumptions: [...plan.assumptions],
  };
}

function create(plan: Plan, renderer: Renderer, request: GenerateInput, today: string): Output {
  const names = new Names(plan.steps);
  const cost = costOf(plan, today);
  const exposed = plan.steps.flatMap((step) => step.effects).filter((effect) => effect.kind === 'exposes');
  const open = [...new Set(exposed.map((effect) => `${effect.port} of ${effect.what}`))];
  const made = new Set(plan.steps.map((step) => step.resource)).size;
  const confirm = `Create ${made} ${made === 1 ? 'resource' : 'resources'} (plan "${plan.name}") for ${costLine(cost)}?${open.length > 0 ? ` Open to the internet: ${list(open)}.` : ''}`;
  const base = {
    ...common(plan, cost),
    preflight: plan.preflight.map(({ title, check, fix }) => ({
      title,
      command: renderer.verify({ do: 'settle', check, seconds: 0 }, names),
      fix,
    })),
    confirm,
  };
  if (request.as === 'script') {
    const heading = [
      `Plan "${plan.name}": creates ${made} resources for ${costLine(cost)}.`,
      "Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.",
    ];
    return { ...base, script: renderer.createScript(plan, createOutline(plan, names, { resumable: true }), names, heading) };
  }
  const single: DestroyOptions = { rescue: false, backups: true };
  return {
    ...base,
    steps: createOutline(plan, names, { resumable: false }).map(({ step, statements }) => ({
      id: step.id,
      title: step.title,
      command: renderer.paste(statements, names),
      effects: deeds(step).map((effect) => ({ ...effect })),
      verify: renderer.verify({ do: 'settle', check: step.verify, seconds: 0 }, names),
      ...(step.undo !== undefined
        ? { undo: renderer.paste(singleUndo(step, names, single), names) }
        : step.within === undefined
          ? {}
          : { undo: undoWithin(step, names, renderer, single) }),
    })),
  };
}

/** A part is undone with what it is part of; the whole is what a person can remove. */
function undoWithin(step: Step, names: Names, renderer: Renderer, options: DestroyOptions): string {
  let whole = step;
  while (whole.undo === undefined && whole.within !== undefined) whole = names.step(whole.within);
  return renderer.paste(singleUndo(whole, names, options), names);
}

function destroy(plan: Plan, renderer: Renderer, request: GenerateInput, options: DestroyOptions, today: string): Output {
  const names = new Names(plan.steps);
  const steps = undone(plan, options);
  const kept = plan.steps.filter((step) => step.keep && !options.backups).map((step) => step.id);
  const saved = options.rescue ? steps.filter((step) => step.rescue !== undefined).map((step) => step.id) : [];
  const left = [...kept.map((id) => `${id} (deleteBackups removes it)`), ...saved.map((id) => `a last snapshot of ${id}`)];
  const confirm = `Destroy for good: ${list(steps.map((step) => step.id))} (plan "${plan.name}")? ${left.length > 0 ? `What stays, and is billed: ${list(left)}.` : 'Nothing stays, no copy of the data either.'} It ends ${costLine(costOf(plan, today))}.`;
  const base = { ...common(plan, costOf(plan, today)), preflight: [], kept: left, confirm };
  if (request.as === 'script') {
    const { looks, chapters } = destroyOutline(plan, names, options);
    const heading = [
      `Plan "${plan.name}": DESTROYS ${steps.length} things, in the reverse of their creation.`,
      left.length > 0 ? `What stays, and is billed: ${list(left)}.` : 'Nothing stays.',
    ];
    return { ...base, script: renderer.destroyScript(plan, looks, chapters, names, heading) };
  }
  return {
    ...base,
    steps: steps.map((step) => ({
      id: step.id,
      title: `remove ${step.title}`,
      command: renderer.paste(singleUndo(step, names, options), names),
      effects: [{ kind: 'destroys', what: step.title }],
      verify: renderer.verify({ do: 'gone', query: step.find, seconds: 0 }, names),
    })),
  };
}

/** The first few, and how many more. */
function list(items: readonly string[], most = 12, between = ', '): string {
  return items.length <= most ? items.join(between) : `${items.slice(0, most).join(between)} and ${items.length - most} more`;
}

function markdown(answer: Output, plan: Plan, renderer: Renderer, request: GenerateInput): string {
  const lines: string[] = [`**${answer.confirm}**`, ''];
  for (const warning of answer.warnings) lines.push(`- ⚠️ ${warning}`);
  if (answer.assumptions.length > 0) lines.push(`- Assumed: ${list(answer.assumptions, 8, '; ')}`);
  const signIn = plan.access.filter((access) => access.hint !== '').map((access) => `${access.provider} (${access.hint})`);
  if (signIn.length > 0) lines.push(`- Sign in first: ${signIn.join(', ')}`);
  const secrets = answer.env
    .filter((variable) => !plan.access.some((access) => access.variables.includes(variable.name)))
    .map((variable) => variable.name);
  if (secrets.length > 0) lines.push(`- Set first: ${secrets.join(', ')}`);
  const { note } = answer.cost;
  if (note !== undefined && request.action === 'create') lines.push(`- ${note}`);
  lines.push('');
  if (answer.script !== undefined) lines.push(`\`\`\`${renderer.fence}`, answer.script.trimEnd(), '```');
  for (const [i, step] of (answer.steps ?? []).entries())
    lines.push(`${i + 1}. ${step.title}`, `\`\`\`${renderer.fence}`, step.command, '```');
  if (request.action === 'create' && answer.cost.items.length > 0) {
    lines.push(
      '',
      `Cost: ${list(
        answer.cost.items.map(
          (item) => `${item.what} ${item.rate ?? (item.monthly === null ? 'unknown' : `${item.monthly} ${item.currency}`)}`,
        ),
        20,
      )}.`,
    );
  }
  if (request.action === 'create' && request.as === 'steps') lines.push('', 'Resumable script: as "script". Removal: action "destroy".');
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
