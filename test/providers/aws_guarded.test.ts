import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import type { Cost, Plan, Step } from '../../src/core/plan.ts';
import { commandText } from '../../src/render/bash.ts';
import { Names } from '../../src/render/outline.ts';
import { checkCommand } from '../grammar/check.ts';
import { KEY, LAN, WEB } from '../support/aws_kinds.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

/** The kinds that stand in front of others: a firewall for requests, a pool of connections, a check from outside. */

type Resource = Readonly<Record<string, unknown>>;

const make = (...resources: Resource[]): Promise<Plan> => plan({ provider: 'aws', region: 'eu-central-1', resources });
const step = (p: Plan, id: string): Step => p.steps.find((one) => one.id === id) as Step;
const line = (p: Plan, id: string): string => commandText(step(p, id).create, { names: new Names(p.steps), pasted: false });
const own = (p: Plan, kind: string): string[] => p.steps.map((one) => one.id).filter((id) => id.startsWith(`${kind}.`));
const costs = (p: Plan, kind: string): Cost[] =>
  p.steps
    .filter(({ id }) => id.startsWith(`${kind}.`))
    .flatMap((one) => one.effects)
    .filter((effect) => effect.kind === 'costs');
const wrong = (p: Plan): string[] =>
  [...commandsOf(p)].flatMap(({ from, command }) => checkCommand(words(command, p.steps)).map((problem) => `${from}: ${problem}`));

async function refusal(...resources: Resource[]): Promise<string> {
  const error = await make(...resources).catch((problem: unknown) => problem);
  if (error instanceof InputError) return JSON.stringify(error.problems);
  throw new Error('was not refused');
}

describe('uptime_check', () => {
  const check = (url: string, more: object = {}) => ({ kind: 'uptime_check', name: 'home', url, ...more });

  it('asks a name by its port and path, and tells when it is down: all of it where Route 53 is', async () => {
    const p = await make(check('https://www.acme.dev/health?deep=1', { emails: ['ops@example.com'] }));
    expect(wrong(p)).toEqual([]);
    expect(own(p, 'uptime_check')).toEqual([
      'uptime_check.home',
      'uptime_check.home.tags',
      'uptime_check.home.topic',
      'uptime_check.home.email-1',
      'uptime_check.home.alarm',
    ]);
    expect(line(p, 'uptime_check.home')).toBe(
      `aws route53 create-health-check --caller-reference "main/home/$(date -u +%Y%m%d%H%M%S)" --health-check-config '{"Type":"HTTPS","FullyQualifiedDomainName":"www.acme.dev","Port":443,"ResourcePath":"/health?deep=1","EnableSNI":true,"RequestInterval":30,"FailureThreshold":3}' --query HealthCheck.Id --output text --region us-east-1`,
    );
    expect(line(p, 'uptime_check.home.alarm')).toContain('--metric-name HealthCheckStatus --dimensions "Name=HealthCheckId,Value=${');
    for (const { command } of commandsOf(p))
      if (command.args[0] !== 'sts') expect(command.args.slice(command.args.indexOf('--region'))).toEqual(['--region', 'us-east-1']);
    expect(p.warnings.join()).toMatch(/does not look at the certificate of www\.acme\.dev.*tells ops@example\.com only after/);
    expect(costs(p, 'uptime_check').map(({ monthly, refresh }) => [monthly, refresh])).toEqual([
      [null, 'https://aws.amazon.com/route53/pricing/'],
      [null, 'https://aws.amazon.com/cloudwatch/pricing/'],
    ]);
  });

  it('asks an address without a name in the handshake, and any port', async () => {
    expect(line(await make(check('https://203.0.113.9:8443/')), 'uptime_check.home')).toContain(
      '"Type":"HTTPS","IPAddress":"203.0.113.9","Port":8443,"ResourcePath":"/","EnableSNI":false',
    );
    const plain = line(await make(check('http://acme.dev')), 'uptime_check.home');
    expect(plain).toContain('"Type":"HTTP","FullyQualifiedDomainName":"acme.dev","Port":80,"ResourcePath":"/","RequestInterval"');
  });

  it.each([
    ['http://localhost/', /not reached from outside/],
    ['http://web1/', /not reached from outside/],
    ['http://10.0.0.4/', /not reached from outside/],
    ['http://172.20.1.1/', /not reached from outside/],
    ['http://192.168.0.1:8080/', /not reached from outside/],
    ['http://169.254.169.254/latest', /not reached from outside/],
    ['http://0x7f.1/', /not reached from outside/],
    ['https://acme.dev:99999/', /no address like/],
    ['https://acme.dev:0/', /no port/],
    [`https://acme.dev/${'a'.repeat(255)}`, /more than 255/],
  ])('refuses %s', async (url, says) => {
    expect(await refusal(check(url))).toMatch(says);
  });

  it('refuses a name for which the caller reference has no room', async () => {
    const resources = [{ ...check('https://acme.dev'), name: 'a'.repeat(30) }];
    await expect(plan({ provider: 'aws', region: 'eu-central-1', plan: 'p'.repeat(30), resources })).rejects.toThrow('49 characters');
  });
});

describe('waf', () => {
  const LB = { kind: 'load_balancer', name: 'lb1', network: 'lan' };
  const front = (more: object = {}) => ({ kind: 'waf', name: 'front', targets: ['lb1'], ...more });

  it('stands in front of load balancers, in their region', async () => {
    const p = await make(LAN, LB, { ...LB, name: 'lb2' }, front({ targets: ['lb1', 'lb2'], requestsPerFiveMinutes: 500 }));
    expect(wrong(p)).toEqual([]);
    expect(own(p, 'waf')).toEqual(['waf.front', 'waf.front.at-lb1', 'waf.front.at-lb2']);
    const acl = line(p, 'waf.front');
    expect(acl).toContain("--name main--front --scope REGIONAL --description 'waf front, plan main'");
    expect(acl).toContain('{"RateBasedStatement":{"Limit":500,"EvaluationWindowSec":300,"AggregateKeyType":"IP"}},"Action":{"Block":{}}');
    expect(acl.match(/"Priority":\d/g)).toEqual(['"Priority":0', '"Priority":1', '"Priority":2', '"Priority":3']);
    expect(acl).toContain('--tags Key=plan,Value=main Key=Name,Value=front');
    expect(acl).toContain('--region eu-central-1');
    expect(line(p, 'waf.front.at-lb1')).toBe(
      'aws wafv2 associate-web-acl --web-acl-arn "$waf_front_arn" --resource-arn "$load_balancer_lb1" --region eu-central-1',
    );
    expect(costs(p, 'waf').map(({ monthly, rate, refresh }) => [rate === undefined ? monthly : rate.amount, refresh])).toEqual([
      [null, 'https://aws.amazon.com/waf/pricing/'],
      [null, 'https://aws.amazon.com/waf/pricing/'],
    ]);
  });

  it('stands in front of a cdn from the first region, and lets go of it before it is removed', async () => {
    const p = await make(
      { kind: 'bucket', name: 'acme-files' },
      { kind: 'cdn', name: 'files', origin: 'acme-files' },
      front({ targets: ['files'] }),
    );
    expect(wrong(p)).toEqual([]);
    expect(line(p, 'waf.front')).toMatch(/--scope CLOUDFRONT .*--region us-east-1$/);
    const [at] = step(p, 'waf.front.at-files').undo ?? [];
    expect(JSON.stringify(at)).toContain('disassociate-distribution-web-acl');
    expect(line(p, 'waf.front.at-files')).toContain(
      'associate-distribution-web-acl --id "$cdn_files" --web-acl-arn "$waf_front_arn" --if-match',
    );
  });

  it.each([
    ['nothing', [front({ targets: [] })], /is missing/],
    ['one twice', [LAN, LB, front({ targets: ['lb1', 'lb1'] })], /named twice/],
    ['what has no requests', [LAN, { ...LB, services: [{ protocol: 'tcp', port: 5432, targetPort: 5432 }] }, front()], /passes tcp on/],
    ['another region', [{ ...LAN, region: 'us-east-1' }, { ...LB, region: 'us-east-1' }, front()], /same region/],
    ['what has one', [LAN, LB, front(), { ...front(), name: 'second' }], /protected by second as well/],
    [
      'both at once',
      [
        LAN,
        LB,
        { kind: 'bucket', name: 'acme-files' },
        { kind: 'cdn', name: 'files', origin: 'acme-files' },
        front({ targets: ['lb1', 'files'] }),
      ],
      /Make a second waf/,
    ],
  ])('refuses %s', async (_, resources, says) => {
    expect(await refusal(...(resources as Resource[]))).toMatch(says);
  });
});

describe('database_pool', () => {
  const DB = { kind: 'database', name: 'app', size: 'db.t4g.medium' };
  const POOL = { kind: 'database_pool', name: 'shared', database: 'app' };

  it('reads the one secret, and says of it what it opens', async () => {
    const p = await make(LAN, DB, { ...POOL, connections: 90 });
    expect(wrong(p)).toEqual([]);
    expect(own(p, 'database_pool').map((id) => id.split('.')[2] ?? '')).toEqual([
      'role',
      'policy',
      'group',
      'access',
      '',
      'limit',
      'target',
    ]);
    expect(line(p, 'database_pool.shared.policy')).toContain(
      '"Action":["secretsmanager:GetSecretValue"],"Resource":"\'"${database_app_secret}"\'"',
    );
    expect(line(p, 'database_pool.shared.policy')).toContain('"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"');
    expect(line(p, 'database_pool.shared')).toContain(
      '--engine-family POSTGRESQL --auth "AuthScheme=SECRETS,IAMAuth=DISABLED,SecretArn=${database_app_secret}"',
    );
    expect(line(p, 'database_pool.shared')).toContain('--require-tls');
    // 4 GB by 9531392 bytes are 450 connections, and 90 of these a fifth.
    expect(line(p, 'database_pool.shared.limit')).toContain('MaxConnectionsPercent=20');
    expect(p.assumptions.join()).toContain('90 connections are 20 % of the about 450 that a db.t4g.medium allows');
    expect(costs(p, 'database_pool').map(({ monthly }) => monthly)).toEqual([null]);
    expect(JSON.stringify(step(p, 'database_pool.shared').undo)).toContain('delete-db-proxy');
  });

  it('is let in by a database that names who may connect, and by its own group those may connect to it', async () => {
    const p = await make(LAN, KEY, { ...WEB, network: 'lan' }, { ...DB, access: ['web1'] }, POOL);
    expect(wrong(p)).toEqual([]);
    expect(line(p, 'database_pool.shared.to-database')).toContain('--group-id "$database_app_group"');
    expect(line(p, 'database_pool.shared.to-database')).toContain('{GroupId=${database_pool_shared_group}}');
    expect(line(p, 'database_pool.shared.access')).toContain('{GroupId=${firewall_main_default}}');
    // A rule that names a group keeps that from being removed.
    expect(JSON.stringify(step(p, 'database_pool.shared.to-database').undo)).toContain('revoke-security-group-ingress');
  });

  it.each([
    ['more connections than the database has', [LAN, DB, { ...POOL, connections: 451 }], /allows: about 450/],
    ['a mode of PgBouncer', [LAN, DB, { ...POOL, mode: 'session' }], /after each transaction/],
    ['another region', [LAN, DB, { ...POOL, region: 'us-east-1' }], /has to be there too/],
    ['a database without a network', [{ ...DB, access: ['web1'] }, KEY, WEB, POOL], /default VPC/],
  ])('refuses %s', async (_, resources, says) => {
    expect(await refusal(...(resources as Resource[]))).toMatch(says);
  });
});
