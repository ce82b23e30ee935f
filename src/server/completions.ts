import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CompleteRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { findPrompt, promptNames } from './prompts.ts';
import { INVALID_PARAMS, ProtocolError } from './protocol.ts';
import { TEMPLATES } from './resources.ts';

/** How many values the protocol lets a completion hold. */
const COMPLETIONS = 100;

/** `completion/complete`: what an argument of a prompt, or a variable of a resource template, can be. */
export function serveCompletions(server: Server): void {
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument, context } }) => {
    const names = ref.type === 'ref/prompt' ? findPrompt(ref.name).arguments.map(({ name }) => name) : variables(ref.uri);
    if (!names.includes(argument.name))
      throw new ProtocolError(INVALID_PARAMS, `It has no ${JSON.stringify(argument.name).slice(0, 80)}. It has: ${names.join(', ')}.`);
    const { CHOICES } = await import('../tools/choices.ts');
    const all = (await CHOICES[argument.name]?.(context?.arguments ?? {})) ?? [];
    const typed = argument.value.trim().toLowerCase();
    const values = [...new Set(all)].filter((value) => value.toLowerCase().startsWith(typed));
    return { completion: { values: values.slice(0, COMPLETIONS), total: values.length, hasMore: values.length > COMPLETIONS } };
  });
}

function variables(uri: string): string[] {
  const template = TEMPLATES.find(({ uriTemplate }) => uriTemplate === uri);
  if (template === undefined) {
    const known = [...TEMPLATES.map(({ uriTemplate }) => uriTemplate), ...promptNames].join(', ');
    throw new ProtocolError(INVALID_PARAMS, `What can be completed: ${known}.`);
  }
  return [...template.uriTemplate.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}
