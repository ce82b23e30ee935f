import { expect, test } from 'vitest';
import { parse } from '../../../src/core/parse.ts';
import { recommendArchitecture as tool } from '../../../src/tools/recommend_architecture.ts';
import { TODAY } from '../../support/plans.ts';

/** Requests as people make them; what they are answered is in test/golden/recommend, to read. */
const REQUESTS: Readonly<Record<string, Record<string, unknown>>> = {
  nothing: {},
  shop: {
    workload: 'a web shop with PostgreSQL',
    requestsPerSecond: 50,
    dataGb: 20,
    availability: 99.5,
    budget: '40 EUR',
    regions: ['EU'],
    providers: ['hetzner'],
  },
  'api-99.9': {
    workload: 'api',
    requestsPerSecond: { average: 120, peak: 400 },
    dataGb: 80,
    availability: 99.9,
    rpo: '5m',
    rto: '30m',
    team: 4,
    existing: 'one droplet with Docker Compose and a nightly pg_dump',
  },
  'static-site': { workload: 'static documentation site', users: 20_000, dataGb: 2 },
  jobs: {
    workload: 'video transcoding jobs',
    requestsPerSecond: { average: 0.5, peak: 3 },
    requestMs: 120_000,
    cpuMs: 400_000,
    dataGb: 500,
    providers: ['hetzner', 'digitalocean'],
  },
  pipeline: { workload: 'nightly ETL', batch: { gb: 800, hours: 4 }, dataGb: 2000, growth: 5, providers: ['aws'] },
  chat: { workload: 'websocket chat', users: 200_000, connections: 40_000, dataGb: 60, regions: ['EU'] },
  gitlab: { workload: 'self-hosted GitLab', memoryGb: 8, users: 500, dataGb: 150, budget: '60 EUR' },
  impossible: {
    workload: 'shop',
    availability: 99.99,
    residency: 'eu',
    rpo: 0,
    budget: '5 EUR',
    question: 'on one server in us-east-1, with a nightly dump',
  },
  'two-continents': { workload: 'saas', users: 1_000_000, regions: ['EU', 'US'], dataGb: 400, team: 25, existing: 'Heroku' },
};

test.each(Object.entries(REQUESTS))('%s', async (name, args) => {
  const { markdown } = await tool.run(parse(tool.input, args) as never, { today: TODAY });
  await expect(`    ${JSON.stringify(args)}\n\n${markdown}`).toMatchFileSnapshot(`../../golden/recommend/${name}.md`);
});
