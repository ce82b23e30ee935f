import * as z from 'zod';
import { InputError } from '../core/errors.ts';
import type { ProviderId } from '../providers/provider.ts';
import { type Fresh, readPastes } from '../providers/refresh/index.ts';

/** Pasted outputs of the commands that show today's prices: the text alone, or with its command and date. */
export const pricesInput = z
  .unknown()
  .pipe(
    z.preprocess(
      (value) =>
        (value === undefined || value === null ? [] : Array.isArray(value) && !isRows(value) ? value : [value]).map((one) =>
          typeof one === 'string' || isRows(one) ? { output: one } : one,
        ),
      z
        .array(z.strictObject({ command: z.string().optional(), output: z.unknown(), date: z.string().optional() }))
        .max(50, 'has more than 50 outputs'),
    ),
  )
  .optional()
  .describe('outputs of price commands: [{output, date}]');

/** Whether a value is an output itself, as JSON, and no paste around one. */
function isRows(value: unknown): boolean {
  if (Array.isArray(value))
    return (
      value.length > 0 &&
      value.every((one) => one !== null && typeof one === 'object' && !('output' in one) && ('name' in one || 'slug' in one))
    );
  return (
    value !== null &&
    typeof value === 'object' &&
    !('output' in value) &&
    /^(?:PriceList|pricing|server_types|load_balancer_types|sizes|regions|InstanceTypeOfferings|products)$/m.test(
      Object.keys(value).join('\n'),
    )
  );
}

/** The figures of the pastes. @throws InputError for one of a provider that the answer has nothing of. */
export function freshPrices(given: z.output<typeof pricesInput>, today: string, used: ReadonlySet<ProviderId>): Fresh {
  const fresh = readPastes(given ?? [], today);
  for (const provider of fresh.providers)
    if (!used.has(provider))
      throw new InputError({
        field: 'prices',
        message: `has figures of ${provider}, and nothing here is on ${provider}.`,
        allowed: [...used],
      });
  return fresh;
}
