import type { Plot } from '../../core/plot.ts';
import { type Priced, priceChange } from './change.ts';
import type { Change, Finding, Instruction, Verdict } from './finding.ts';
import type { CapacityInput } from './input.ts';
import { type Measured, measuredFrom } from './measured.ts';
import { missing } from './missing.ts';
import { type Model, modelOf } from './model.ts';
import { plotOf } from './plot.ts';
import { rules } from './rules.ts';
import { pct } from './words.ts';
import { working } from './working.ts';

export interface Assessment extends Omit<Finding, 'change'> {
  readonly working: readonly string[];
  readonly contradictions: readonly string[];
  readonly assumptions: readonly string[];
  readonly read: readonly string[];
  readonly missing: readonly Instruction[];
  /** What the change costs; undefined where nothing is bought. */
  readonly cost?: Priced;
  readonly plot?: Plot;
  readonly measured: Measured;
  readonly model: Model;
}

/** The first rule that finds something decides; where none does, there is too little to decide by. */
export async function assess(input: CapacityInput, today: string): Promise<Assessment> {
  const measured = await measuredFrom(input);
  const model = await modelOf(measured);
  const lacking = missing(measured, model);
  let found: Finding | undefined;
  for (const rule of rules) {
    found = rule(measured, model);
    if (found !== undefined) break;
  }
  const { change, ...finding } = found ?? unknown(lacking);
  const plot = plotOf(measured, model, found ?? {});
  const cost = change === undefined ? undefined : await priceChange(change, measured, today);
  return {
    ...finding,
    predicts: [...finding.predicts, ...onType(finding.verdict, cost, change, model)],
    commands: [...finding.commands, ...(cost?.commands ?? [])],
    working: working(measured, model),
    contradictions: measured.contradictions,
    assumptions: measured.assumptions,
    read: measured.read,
    missing: lacking,
    ...(cost === undefined ? {} : { cost }),
    ...(plot === undefined ? {} : { plot }),
    measured,
    model,
  };
}

/** The prediction once more, with the type that there is: types come in steps. */
function onType(verdict: Verdict, cost: Priced | undefined, change: Change | undefined, { used, unit, processors }: Model): string[] {
  if (change?.kind !== 'resize' || cost?.type === undefined) return [];
  const { id, vcpu, memoryGb } = cost.type;
  const cpu = used === undefined || unit === 'server' || verdict !== 'scale_up' ? '' : `: CPU ${pct((used * processors) / vcpu)}`;
  return [`on ${id} (${vcpu} vCPU, ${memoryGb} GB)${cpu}`];
}

function unknown(lacking: readonly Instruction[]): Finding {
  return {
    verdict: 'measure_first',
    signal: 'no measurement says what the servers are busy with',
    why: 'whether a server helps depends on what is short: CPU, memory, disk, connections or a lock. Take the first of these at the busiest hour and paste its output',
    predicts: [],
    check: [],
    commands: lacking.slice(0, 3),
  };
}
