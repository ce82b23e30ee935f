import * as z from 'zod';

/** What a plan costs, as planner/cost.ts works it out. */
export const costSchema = z.looseObject({
  monthly: z.array(z.looseObject({ currency: z.string(), amount: z.number() })),
  complete: z.boolean().describe('false: some items unknown or by usage'),
  items: z.array(z.looseObject({ what: z.string(), monthly: z.number().nullable().optional() })),
});
