import type { Tool } from './tool.ts';

/**
 * Every tool, in the order in which they are listed. Each is loaded when it is first needed: a client waits for
 * `initialize`, which needs none of them.
 */
export const tools = {
  recommend_architecture: async () => (await import('./recommend_architecture.ts')).recommendArchitecture,
  generate_provision_command: async () => (await import('./generate_provision_command.ts')).generateProvisionCommand,
  estimate_cost: async () => (await import('./estimate_cost.ts')).estimateCost,
  assess_capacity: async () => (await import('./assess_capacity.ts')).assessCapacity,
  plan_backups: async () => (await import('./plan_backups.ts')).planBackups,
} satisfies Record<string, () => Promise<Tool>>;

export type ToolName = keyof typeof tools;

export const toolNames = Object.keys(tools) as ToolName[];

/** The tool of that name, or undefined. */
export async function findTool(name: string): Promise<Tool | undefined> {
  return Object.hasOwn(tools, name) ? tools[name as ToolName]() : undefined;
}
