import { setImmediate as turn } from 'node:timers/promises';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Pace } from '../core/pace.ts';

type Extra = Pick<RequestHandlerExtra<never, never>, 'signal' | '_meta'> & {
  readonly sendNotification: (notification: never) => Promise<void>;
};

/**
 * The pace of a request: reads what has come in meanwhile, so that a cancellation is seen and others are answered, and
 * tells how far it is, in per cent, where the client gave a token for that.
 */
export function paceFor({ signal, _meta, sendNotification }: Extra): Pace {
  const token = _meta?.progressToken;
  let told = 0;
  return {
    async at(share, message) {
      await turn();
      signal.throwIfAborted();
      const progress = Math.floor(share * 100);
      // It has to grow, whatever is done again on the way.
      if (token === undefined || progress <= told) return;
      told = progress;
      await sendNotification({
        method: 'notifications/progress',
        params: { progressToken: token, progress, total: 100, message },
      } as never);
    },
  };
}
