import type { Provider } from '../provider.ts';
import { callIn } from './cli.ts';

/** What lives in no region is listed in the first one. */
const GLOBAL = 'us-east-1';

/** Everything that carries the plan's tag; the tagging service knows almost all services. */
export const inventory: Provider['inventory'] = (plan, region) =>
  [...new Set([region, GLOBAL])].map((where) => ({
    what: `resources in ${where}${where === GLOBAL ? ' and of no region' : ''}`,
    command: callIn(
      where,
      'resourcegroupstaggingapi',
      ['get-resources'],
      [
        '--tag-filters',
        `Key=plan,Values=${plan}`,
        '--query',
        "ResourceTagMappingList[].[ResourceARN,Tags[?Key=='Name']|[0].Value]",
        '--output',
        'text',
      ],
    ),
  }));
