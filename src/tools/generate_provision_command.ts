import * as z from 'zod';
import { PLAN_URI } from '../app/uri.ts';
import { HURRY, type Pace, within } from '../core/pace.ts';
import type { Plan } from '../core/plan.ts';
import { buildAction, buildInventory } from '../planner/act.ts';
import { buildPlan } from '../planner/build.ts';
import { readResources } from '../planner/request.ts';
import { actionNames, type ProviderId, providerIds } from '../providers/provider.ts';
import type { Fresh } from '../providers/refresh/index.ts';
import { bash } from '../render/bash.ts';
import { powershell } from '../render/powershell.ts';
import type { Renderer, ShellId } from '../render/renderer.ts';
import { list, text, yesNo } from '../resources/fields.ts';
import { costSchema } from './cost.ts';
import { freshPrices, pricesInput } from './prices.ts';
import { act, create, destroy, inventory, markdown } from './provision_answer.ts';
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
  action: oneOf(['create', 'destroy', 'list', ...actionNames], {
    delete: 'destroy',
    remove: 'destroy',
    teardown: 'destroy',
    provision: 'create',
    scale: 'resize',
    rescale: 'resize',
  }).default('create'),
  target: list(text).optional().describe('those to act on'),
  newName: text.optional(),
  as: oneOf(['steps', 'script']).default('steps'),
  finalSnapshots: yesNo.default(true).describe('before what destroys or interrupts'),
  deleteBackups: yesNo.default(false).describe('destroy: snapshots too'),
  prices: pricesInput,
  resources: z.array(resourceFields()).default([]),
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
        effects: z.array(z.unknown()),
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
export const generateProvisionCommand = defineTool({
  name: 'generate_provision_command',
  title: 'Generate provision commands',
  description:
    'hcloud, aws, doctl and docker commands that create, change, list or destroy a stack of resources, for the user to confirm and run: ordered, priced, with checks and undo. as "script": one script that resumes. Resources refer to each other by name; a kind that is not described here: skill://infrastructure/kinds/{kind}.',
  input,
  output,
  page: PLAN_URI,
  async run(request, { today, pace = HURRY }) {
    const fresh = freshPrices(request.prices, today, providersOf(request));
    const { answer, plan } = await answerTo(request, today, fresh, pace);
    // The schema is looser than the type: it does not spell out what a reader can see.
    return {
      structured: answer as unknown as z.input<typeof output>,
      markdown: markdown(answer, plan, renderers[request.shell], request),
      see: [...new Set(plan.steps.map((step) => `providers.md/${step.provider}`))],
    };
  },
});

/** The clouds that a request is about, where its prices have to fit them. */
const providersOf = (request: GenerateInput): ReadonlySet<ProviderId> =>
  new Set(request.prices === undefined || request.prices.length === 0 ? [] : readResources(request).map((one) => one.provider));

async function answerTo(request: GenerateInput, today: string, fresh: Fresh, pace: Pace) {
  const { action, finalSnapshots: snapshots, deleteBackups: backups, shell } = request;
  const renderer = renderers[shell];
  const [planning, writing] = [within(pace, 0, 0.6), within(pace, 0.6, 1)];
  if (action === 'create' || action === 'destroy') {
    const plan = noted(await buildPlan(request, today, fresh.apply, planning), fresh);
    const answer =
      action === 'create'
        ? await create(plan, renderer, request, today, writing)
        : await destroy(plan, renderer, request, { rescue: snapshots, backups }, today, writing);
    return { plan, answer };
  }
  if (action === 'list') {
    const plan = await buildInventory(request, today);
    return { plan, answer: inventory(plan, renderer, request, today) };
  }
  const plan = noted(await buildAction({ ...request, action, snapshots }, today, fresh.apply, planning), fresh);
  return { plan, answer: await act(plan, renderer, request, today, writing) };
}

/** A plan that says which of its figures the reader has brought. */
const noted = (plan: Plan, fresh: Fresh): Plan => ({ ...plan, assumptions: [...plan.assumptions, ...fresh.notes] });
