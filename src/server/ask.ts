import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { InputError } from '../core/errors.ts';
import type { Ask } from '../tools/tool.ts';

/** As the protocol wants them: fewer are answered, more are clicked away. */
const MOST = 3;

type Extra = Pick<RequestHandlerExtra<never, never>, 'signal' | 'requestId'>;
type Answers = Readonly<Record<string, unknown>>;

/**
 * Asks the person, where the client can (elicitation), what an answer had to assume or could not be given without.
 * Undefined where nothing was answered: the client cannot ask, the person declined or went away, or was asked before.
 * Over HTTP, where each request stands alone, there is nobody to ask: the questions are in the answer's text.
 */
export function asker(server: Server, seconds: number) {
  // Once in a session: who clicked it away does not want it again.
  const before = new Set<string>();
  return async (tool: string, all: readonly Ask[], extra: Extra): Promise<Answers | undefined> => {
    if (server.getClientCapabilities()?.elicitation?.form === undefined) return undefined;
    const questions = all.filter(({ field }) => !before.has(`${tool} ${field}`)).slice(0, MOST);
    if (questions.length === 0) return undefined;
    for (const { field } of questions) before.add(`${tool} ${field}`);
    const { action, content } = await server
      .elicitInput(
        {
          mode: 'form',
          message: 'These would change the answer most. What is left empty is assumed.',
          requestedSchema: {
            type: 'object',
            properties: Object.fromEntries(
              questions.map(({ field, text, type = 'string', allowed }) => [
                field,
                { type, title: field, description: text, ...(allowed === undefined ? {} : { enum: [...allowed] }) } as never,
              ]),
            ),
          },
        },
        { signal: extra.signal, timeout: seconds * 1000, relatedRequestId: extra.requestId },
      )
      // Nobody is there, or the client cannot do what it said.
      .catch((): { action: string; content?: Answers } => ({ action: 'cancel' }));
    extra.signal.throwIfAborted();
    if (action !== 'accept' || content === undefined) return undefined;
    const given = questions.flatMap(({ field }) => {
      const value = content[field];
      return value === undefined || value === null || value === '' ? [] : [[field, value] as const];
    });
    return given.length === 0 ? undefined : Object.fromEntries(given);
  };
}

/** What an input lacks that is chosen from a closed list, as questions; none where it is wrong in another way too. */
export function lacking({ problems }: InputError): Ask[] {
  const asks = problems.flatMap(({ field, message, given, allowed = [] }): Ask[] =>
    /^\w+$/.test(field) && given === undefined && message.startsWith('is missing') && allowed.length > 0
      ? [{ field, text: `It ${message}`, allowed }]
      : [],
  );
  return asks.length === problems.length ? asks : [];
}
