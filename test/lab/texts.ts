import { parse } from '../../src/core/parse.ts';
import type { StackRequest } from '../../src/planner/request.ts';
import { type GenerateInput, generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { TODAY } from '../support/plans.ts';
import type { Cloud } from './harness.ts';

export interface PastedStep {
  readonly id: string;
  readonly command: string;
  readonly verify: string;
  readonly undo?: string;
}

/** What generate_provision_command gives out for a stack, in bash. */
export interface Texts {
  readonly create: string;
  readonly destroy: string;
  readonly steps: readonly PastedStep[];
  readonly removal: readonly PastedStep[];
}

export interface TextOptions {
  /** A last snapshot of what holds data, before it is destroyed. */
  readonly finalSnapshots?: boolean;
  /** Snapshots too, down to nothing. */
  readonly deleteBackups?: boolean;
}

/** The tool's own answers, put on loopback by the cloud. */
export async function textsOf(request: StackRequest, cloud: Pick<Cloud, 'adapt'>, options: TextOptions = {}): Promise<Texts> {
  const answer = async (more: Record<string, unknown>) => {
    const input = parse(tool.input, { finalSnapshots: false, deleteBackups: true, ...options, ...request, ...more }) as GenerateInput;
    return (await tool.run(input, { today: TODAY })).structured;
  };
  const adapt = (text: string | undefined): string => cloud.adapt?.(text ?? '') ?? text ?? '';
  const pasted = async (action: 'create' | 'destroy'): Promise<PastedStep[]> =>
    ((await answer({ action, as: 'steps' })).steps ?? []).map(({ id, command, verify, undo }) => ({
      id,
      command: adapt(command),
      verify: adapt(verify),
      ...(undo === undefined ? {} : { undo: adapt(undo) }),
    }));
  return {
    create: adapt((await answer({ action: 'create', as: 'script' })).script),
    destroy: adapt((await answer({ action: 'destroy', as: 'script' })).script),
    steps: await pasted('create'),
    removal: await pasted('destroy'),
  };
}
