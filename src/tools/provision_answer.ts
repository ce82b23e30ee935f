import { needs } from '../core/order.ts';
import { inTurns, type Pace } from '../core/pace.ts';
import type { Effect, EnvVar, Plan, Step } from '../core/plan.ts';
import { type CostReport, costLine, costOf } from '../planner/cost.ts';
import { createOutline, type DestroyOptions, destroyOutline, Names, type Statement, singleUndo, undone } from '../render/outline.ts';
import type { Renderer } from '../render/renderer.ts';

/** The answers of generate_provision_command: what a plan says, as data and as Markdown. */

/** How the answer is wanted. */
export interface Wanted {
  readonly action: string;
  readonly as: 'steps' | 'script';
  readonly newName?: string | undefined;
}

export interface Provision {
  plan: string;
  steps?: {
    id: string;
    title: string;
    /** The steps that have to be done before. */
    needs?: string[];
    command: string;
    effects: { kind: string; what: string }[];
    verify?: string;
    undo?: string;
  }[];
  script?: string;
  preflight: { title: string; command: string; fix: string }[];
  env: EnvVar[];
  tools: { program: string; install: Record<string, string> }[];
  cost: CostReport;
  warnings: string[];
  assumptions: string[];
  kept?: string[];
  confirm: string;
}

/** The effects that are not money; that stands in `cost`. */
const deeds = (step: Step): Exclude<Effect, { kind: 'costs' }>[] => step.effects.filter((effect) => effect.kind !== 'costs');

function common(plan: Plan, cost: CostReport): Pick<Provision, 'plan' | 'env' | 'tools' | 'cost' | 'warnings' | 'assumptions'> {
  return {
    plan: plan.name,
    env: plan.env.map((variable) => ({ ...variable })),
    tools: plan.tools.map(({ program, install }) => ({ program, install: { ...install } })),
    cost,
    warnings: [...plan.warnings],
    assumptions: [...plan.assumptions],
  };
}

export async function create(plan: Plan, renderer: Renderer, request: Wanted, today: string, pace: Pace): Promise<Provision> {
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
    steps: await inTurns(pace, createOutline(plan, names, { resumable: false }), 'wrote', ({ step, statements }) => ({
      id: step.id,
      title: step.title,
      needs: [...needs(step)],
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

export async function destroy(
  plan: Plan,
  renderer: Renderer,
  request: Wanted,
  options: DestroyOptions,
  today: string,
  pace: Pace,
): Promise<Provision> {
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
    steps: await inTurns(pace, steps, 'wrote', (step) => ({
      id: step.id,
      title: `remove ${step.title}`,
      command: renderer.paste(singleUndo(step, names, options), names),
      effects: [{ kind: 'destroys', what: step.title }],
      verify: renderer.verify({ do: 'gone', query: step.find, seconds: 0 }, names),
    })),
  };
}

/** What is done to what is there. */
export async function act(plan: Plan, renderer: Renderer, request: Wanted, today: string, pace: Pace): Promise<Provision> {
  const names = new Names(plan.steps);
  const cost = costOf(plan, today);
  const done = plan.steps.filter((step) => !step.there);
  const resources = [...new Set(done.map((step) => step.resource))];
  const grave = (kind: 'destroys' | 'interrupts', word: string): string[] => {
    const all = [...new Set(done.flatMap(deeds).flatMap((effect) => (effect.kind === kind ? [effect.what] : [])))];
    return all.length === 0 ? [] : [`${word}: ${list(all, 12, '; ')}.`];
  };
  const said = [
    `${request.action.replace(/^./, (letter) => letter.toUpperCase())} ${list(resources)}${request.newName === undefined ? '' : ` to ${request.newName}`} (plan "${plan.name}")?`,
    ...grave('destroys', 'DESTROYS'),
    ...grave('interrupts', 'Interrupts'),
    ...(cost.items.length > 0 ? [`Costs ${costLine(cost)}.`] : []),
  ];
  const base = { ...common(plan, cost), preflight: [], confirm: said.join(' ') };
  const chapters = createOutline(plan, names, { resumable: request.as === 'script' });
  if (request.as === 'script') {
    const heading = [
      said.join(' '),
      'Read it, then run it. It can be run again: what is done is found and left as it is. It asks before what interrupts or destroys.',
    ];
    return { ...base, script: renderer.createScript(plan, chapters, names, heading) };
  }
  return {
    ...base,
    steps: await inTurns(pace, chapters, 'wrote', ({ step, statements }) => ({
      id: step.id,
      title: step.there ? `look up ${step.title}` : step.title,
      command: renderer.paste(statements, names),
      effects: deeds(step).map((effect) => ({ ...effect })),
      verify: renderer.verify({ do: 'settle', check: step.verify, seconds: 0 }, names),
      ...(step.undo === undefined ? {} : { undo: renderer.paste(singleUndo(step, names, { rescue: false, backups: true }), names) }),
    })),
  };
}

/** What shows all that a plan has made. */
export function inventory(plan: Plan, renderer: Renderer, request: Wanted, today: string): Provision {
  const names = new Names(plan.steps);
  const base = {
    ...common(plan, costOf(plan, today)),
    preflight: [],
    confirm: `These commands only read: they show what plan "${plan.name}" has made. To remove it without its stack, give action "destroy" the kinds and names that they show.`,
  };
  const run = (step: Step): Statement[] => [
    { do: 'at', text: `${step.provider}: ${step.title}` },
    { do: 'run', command: step.create },
  ];
  if (request.as === 'script') {
    const chapters = plan.steps.map((step) => ({ step, statements: run(step) }));
    return { ...base, script: renderer.createScript(plan, chapters, names, [`Shows what plan "${plan.name}" has made. It only reads.`]) };
  }
  return {
    ...base,
    steps: plan.steps.map((step) => ({ id: step.id, title: step.title, command: renderer.paste(run(step), names), effects: [] })),
  };
}

/** The first few, and how many more. */
function list(items: readonly string[], most = 12, between = ', '): string {
  return items.length <= most ? items.join(between) : `${items.slice(0, most).join(between)} and ${items.length - most} more`;
}

export function markdown(answer: Provision, plan: Plan, renderer: Renderer, request: Wanted): string {
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
  if (note !== undefined && request.action !== 'destroy') lines.push(`- ${note}`);
  lines.push('');
  if (answer.script !== undefined) lines.push(`\`\`\`${renderer.fence}`, answer.script.trimEnd(), '```');
  for (const [i, step] of (answer.steps ?? []).entries())
    lines.push(`${i + 1}. ${step.title}`, `\`\`\`${renderer.fence}`, step.command, '```');
  if (request.action !== 'destroy' && answer.cost.items.length > 0) {
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
