import { describe, expect, it, test } from 'vitest';
import { parse } from '../../../src/core/parse.ts';
import { achieved } from '../../../src/planner/architecture/availability.ts';
import { limits } from '../../../src/planner/architecture/limits.ts';
import { loadOf } from '../../../src/planner/architecture/load.ts';
import type { Needs } from '../../../src/planner/architecture/needs.ts';
import { recommend } from '../../../src/planner/architecture/recommend.ts';
import { sizeFor } from '../../../src/planner/architecture/sizing.ts';
import { WORKLOADS } from '../../../src/planner/architecture/workloads.ts';
import { buildPlan } from '../../../src/planner/build.ts';
import { patterns } from '../../../src/skill/load.ts';
import { type GenerateInput, generateProvisionCommand } from '../../../src/tools/generate_provision_command.ts';
import { TODAY } from '../../support/plans.ts';

const needs = (more: Partial<Needs>): Needs => ({ regions: [], euOnly: false, skills: [], providers: [], ...more });
const ask = (more: Partial<Needs>) => recommend(needs(more), TODAY);
const stackOf = async (title: string, provider: string) =>
  (await patterns()).find((one) => one.title === title)?.stacks.find((one) => one.provider === provider)?.stack as never;

describe('sizes', () => {
  const load = (more: Partial<Needs>) =>
    loadOf(needs({ workload: 'web', requestsPerSecond: { peak: 200 }, requestMs: 200, cpuMs: 20, dataGb: 20, growth: 0, ...more })).load;

  it("is Little's law: 200 requests a second of 0.2 s are 40 at once", () => {
    expect(sizeFor(load({})).concurrency).toBe(40);
  });

  it('is the utilisation law: 200 a second x 20 ms are 4 processors busy, 8 at 50 %', () => {
    expect(sizeFor(load({})).app.vcpu).toBe(8);
  });

  it('is worked out for the peak where somebody waits, and for the average where a queue does', () => {
    const web = sizeFor(load({ requestsPerSecond: { average: 20, peak: 200 } }));
    const jobs = sizeFor(load({ workload: 'jobs', requestsPerSecond: { average: 20, peak: 200 } }));
    expect(web.app.vcpu).toBe(8);
    expect(jobs.app.vcpu).toBe(1);
    expect(jobs.working.join()).toMatch(/queue: .*waiting/);
  });

  it("is a pipeline's throughput times its window", () => {
    const { working, app } = sizeFor(load({ workload: 'pipeline', batch: { gb: 3600, hours: 1 }, cpuMs: 8000 }));
    expect(working[0]).toContain('1 GB/s');
    expect(app.vcpu).toBe(10);
  });

  it('is led by connections where they stay open, and by memory where a product asks for it', () => {
    expect(sizeFor(load({ workload: 'realtime', connections: 200_000 })).app.memoryGb).toBeGreaterThanOrEqual(10);
    expect(sizeFor(load({ workload: 'selfhosted', memoryGb: 16 })).single.memoryGb).toBeGreaterThanOrEqual(20);
  });
});

describe('availability', () => {
  it('multiplies what is in series, and puts in parallel what stands in for each other', async () => {
    const aws = achieved(await stackOf('Growth', 'aws'));
    expect(aws.percent).toBeCloseTo(99.99 * 0.9999 * 0.9995, 3);
    expect(aws.without).toEqual([]);
    expect(achieved(await stackOf('MVP', 'aws')).percent).toBeCloseTo(99.5 * 0.999, 3);
    expect(achieved(await stackOf('MVP', 'digitalocean')).percent).toBeCloseTo(99.99 * 0.9999, 3);
  });

  it('names what has no promise, and calls the rest an upper bound', async () => {
    const hetzner = achieved(await stackOf('Growth', 'hetzner'));
    expect(hetzner.without).toEqual(['load balancer', 'volume']);
    expect(hetzner.working).toContain('at most');
    expect(achieved(await stackOf('MVP', 'docker'))).toMatchObject({ percent: null, without: ['the machine that runs Docker'] });
  });

  it('gives each promise its source and date', async () => {
    for (const provider of ['aws', 'digitalocean', 'hetzner'])
      for (const source of achieved(await stackOf('Growth', provider)).sources)
        expect(source).toMatch(/^https:\/\/\S+ \(20\d\d-\d\d(-\d\d)?\)$/);
  });
});

describe('what fails first', () => {
  it('is the smallest multiple of the load at which a part is full', async () => {
    const answer = await ask({
      workload: 'web',
      requestsPerSecond: { peak: 50 },
      dataGb: 20,
      growth: 3,
      requestMs: 200,
      cpuMs: 20,
      providers: ['hetzner'],
    });
    const factors = answer.limits.map((one) => one.factor);
    expect(factors.length).toBeGreaterThan(3);
    expect(factors).toEqual([...factors].sort((a, b) => a - b));
    expect(factors[0]).toBeGreaterThan(1);
    expect(answer.failsFirst).toContain(answer.limits[0]?.at);
    for (const one of answer.limits) expect(one.measure).toMatch(/`.+`/);
  });

  it('is worked out: 2 servers of 4 vCPU, one gone, at 80 % and 20 ms are 160 requests a second', () => {
    const { load } = loadOf(needs({ workload: 'web', requestsPerSecond: { peak: 100 }, requestMs: 200, cpuMs: 20, dataGb: 10, growth: 0 }));
    const size = { vcpu: 4, memoryGb: 8 };
    const server = (name: string) => ({ kind: 'server', name, docker: true, size });
    const stack = {
      provider: 'aws',
      resources: [
        server('a'),
        server('b'),
        { kind: 'load_balancer', name: 'lb', targets: ['a', 'b'] },
        { kind: 'database', name: 'db', size },
      ],
    };
    expect(limits(stack, load, sizeFor(load)).find((one) => one.what.startsWith('processors of the application'))?.at).toBe(
      '160 requests/s',
    );
  });
});

describe('contradictions', () => {
  test.each([
    [
      { budget: { amount: 5, currency: 'EUR' }, availability: 99.99, providers: ['hetzner'] },
      /5 EUR a month does not pay for Scale.*nearest: MVP on hetzner/,
    ],
    [
      { budget: { amount: 20, currency: 'EUR' }, availability: 99.9, providers: ['hetzner'] },
      /does not pay for Growth.*MVP on hetzner for [\d.]+ EUR a month, with/,
    ],
    [{ rpo: 0, existing: 'nightly dump' }, /RPO of 0 min and a nightly dump.*synchronous standby/],
    [{ rpo: 0, providers: ['hetzner'] }, /needs a standby that confirms every write, and hetzner sells none/],
    // Its pages on standby nodes do not say how they are fed, and nothing is guessed.
    [{ rpo: 0, providers: ['digitalocean'] }, /and digitalocean does not say of its standby that it does. The nearest: .* on aws/],
    [{ rpo: 60 }, /less than the 24 h that a nightly dump loses.*plan_backups/],
    [{ euOnly: true, question: 'deploy to us-east-1' }, /has to stay in the EU, and us-east-1 is not in it.*fra1/],
    [{ euOnly: true, regions: ['NA', 'EU'] }, /users are in NA too.*CDN/],
    [{ availability: 99.99, question: 'on one server' }, /99.99 % on one machine cannot be had.*99.5 %/],
    [{ availability: 99.999 }, /99.999 %/],
    [{ rto: 5, dataGb: 500, providers: ['hetzner'] }, /RTO of 5 min is less than/],
  ] as const)('%j', async (more, text) => {
    expect((await ask(more as never)).contradictions.join('\n')).toMatch(text);
  });

  it('finds none where there is none', async () => {
    const plain = {
      workload: 'web',
      requestsPerSecond: { peak: 20 },
      availability: 99,
      budget: { amount: 100, currency: 'EUR' },
      providers: ['hetzner'],
    };
    expect((await ask(plain as never)).contradictions).toEqual([]);
  });
});

test('who must not lose anything is sent to the one that promises it', async () => {
  const { best } = await ask({ rpo: 0, dataGb: 50 });
  expect(best?.provider).toBe('aws');
  expect((await ask({ rpo: 0, dataGb: 50 })).contradictions.filter((one) => one.includes('confirms'))).toEqual([]);
});

describe('sensitivity', () => {
  it('makes the recommendation again with each assumption wrong by three, and asks first what changes most', async () => {
    const { sensitivity, questions } = await ask({ workload: 'web', regions: ['EU'] });
    const weights = sensitivity.map((one) => one.weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(questions.length).toBeLessThanOrEqual(3);
    expect(questions[0]?.field).toBe('availability');
    // What it says is what comes out when it is asked.
    const data = sensitivity.find((one) => one.field === 'dataGb');
    const real = await ask({ workload: 'web', regions: ['EU'], dataGb: 30, providers: ['hetzner'] });
    expect(data?.effect).toContain(`x3: ${real.best?.monthly[0]?.amount.toFixed(2)} EUR`);
  });
});

describe('migration', () => {
  it('switches a small database by a dump, and a large one by replication', async () => {
    const down = async (dataGb: number) =>
      (await ask({ existing: 'one VPS with Compose', requestsPerSecond: { peak: 600 }, dataGb })).migration?.moves.reduce(
        (sum, one) => sum + one.downMinutes,
        0,
      );
    expect(await down(10)).toBe(15);
    expect(await down(300)).toBe(5);
  });

  test.each([
    ['nothing yet', 'nothing'],
    ['Heroku with two dynos', 'platform'],
    ['a k8s cluster on GKE', 'kubernetes'],
    ['AWS Lambda', 'serverless'],
    ['a droplet', 'machine'],
    ['punch cards', 'other'],
  ])('from %s', async (existing, from) => {
    expect((await ask({ existing })).migration).toMatchObject({ from });
  });
});

describe.each(WORKLOADS.map(({ id }) => id))('%s', (workload) => {
  it.each([
    { availability: 99 },
    { availability: 99.9, requestsPerSecond: { peak: 400, average: 100 }, dataGb: 60 },
    { availability: 99.99, regions: ['EU', 'NA'] as const },
  ])('each of its stacks is planned by generate_provision_command as it is, %j', async (more) => {
    const { options } = await ask({ workload, ...more });
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) {
      await buildPlan(option.stack, TODAY);
      const { structured } = await generateProvisionCommand.run(parse(generateProvisionCommand.input, option.stack) as GenerateInput, {
        today: TODAY,
      });
      if (workload !== 'static') expect(structured.cost.monthly).toEqual(option.monthly);
    }
  });
});

test('one machine that is outgrown is followed by an engine that exists', async () => {
  const load = { requestsPerSecond: { peak: 3000 }, cpuMs: 20 };
  expect((await ask({ ...load, providers: ['aws'] })).engine).toContain('autoscaling_group');
  expect((await ask({ ...load, providers: ['digitalocean'] })).engine).toContain('autoscaling_group');
  expect((await ask({ ...load, providers: ['hetzner'] })).engine).toContain('swarm');
});

describe('the share of reads', () => {
  const base = { workload: 'api', requestsPerSecond: { peak: 3000 }, dataGb: 50, availability: 99.9 } as const;
  const database = async (readShare?: number) =>
    (await ask({ ...base, ...(readShare === undefined ? {} : { readShare }) })).limits.find(({ what }) =>
      what.startsWith('processors of the database'),
    );

  it('says how far replicas carry a full database: until the writes alone fill it', async () => {
    const at = Number((await database(0))?.at.split(' ')[0]);
    expect((await database(0))?.then).toBeUndefined();
    expect((await database(90))?.then).toMatch(new RegExp(`90 % are reads, and the writes alone fill it at ${at}\\d requests/s`));
    expect((await database(100))?.then).toContain('all of it is reads');
    expect((await database())?.then).toContain('80 % (assumed)');
  });

  it('says whether replicas can take what no database is large enough for', async () => {
    const short = async (readShare: number) =>
      (await ask({ ...base, requestsPerSecond: { peak: 20_000 }, providers: ['aws'], readShare })).options[0]?.short;
    expect(await short(95)).toMatch(/95 % are reads, which \d+ read replica/);
    expect(await short(5)).toMatch(/the writes alone \(95 %\) want \d+ vCPU/);
  });
});
