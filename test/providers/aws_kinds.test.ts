import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import type { Cost, Plan, Step } from '../../src/core/plan.ts';
import { bash, commandText } from '../../src/render/bash.ts';
import { createOutline, Names } from '../../src/render/outline.ts';
import { powershell } from '../../src/render/powershell.ts';
import { checkCommand } from '../grammar/check.ts';
import { ALL, BUCKET, KEY, LAN, ROLE, WEB } from '../support/aws_kinds.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

type Resource = Readonly<Record<string, unknown>>;

const make = (...resources: Resource[]): Promise<Plan> => plan({ provider: 'aws', region: 'eu-central-1', resources });
const step = (p: Plan, id: string): Step => p.steps.find((one) => one.id === id) as Step;
const ids = (p: Plan): string[] => p.steps.map((one) => one.id);
/** The command as bash gets it. */
const line = (p: Plan, id: string): string => commandText(step(p, id).create, { names: new Names(p.steps), pasted: false });
const undo = (p: Plan, id: string): string => JSON.stringify(step(p, id).undo);
const costs = (p: Plan): Cost[] => p.steps.flatMap((one) => one.effects).filter((effect) => effect.kind === 'costs');

async function refusal(...resources: Resource[]): Promise<string> {
  try {
    await make(...resources);
  } catch (error) {
    if (error instanceof InputError) return JSON.stringify(error.problems);
    throw error;
  }
  throw new Error('was not refused');
}

const all = await plan({ provider: 'aws', region: 'eu-central-1', plan: 'shop', resources: ALL });

describe('every command of the further kinds', () => {
  it('is one that aws takes, in its region', () => {
    const commands = [...commandsOf(all)];
    const wrong = commands.flatMap(({ from, command }) => checkCommand(words(command, all.steps)).map((problem) => `${from}: ${problem}`));
    expect(wrong).toEqual([]);
    expect(commands.filter(({ command }) => !command.args.includes('--region')).map(({ from }) => from)).toEqual([]);
    expect(commands.length).toBeGreaterThan(200);
  });

  it('answers absence with nothing: no scalar is selected by a look-up', () => {
    const selects = all.steps
      .map(({ find }) => find.command.args[find.command.args.indexOf('--query') + 1])
      .map((arg) => [arg].flat().at(-1) as string);
    expect(selects.filter((select) => !/[[\]]/.test(select) && select !== 'Parameter.Value')).toEqual([]);
  });

  it('carries no secret: a file of the user is named, and its content is nowhere', () => {
    const names = new Names(all.steps);
    const text = bash.createScript(all, createOutline(all, names, { resumable: true }), names, []);
    expect(text.match(/fileb?:\/\/[^'"\s]*/g)?.toSorted()).toEqual(['file://${HOME}/db-pass', 'fileb://${HOME}/.ssh/id_ed25519.pub']);
    expect(text).not.toMatch(/--secret-string (?!"file:)/);
    expect(text).not.toContain('--master-user-password ');
  });

  it('is tagged with the plan, or is found by a name that holds it', () => {
    const creates = all.steps.filter((one) => one.effects.some((effect) => effect.kind === 'creates'));
    const untagged = creates.filter(
      (one) => !/plan,Value=shop|plan=shop|plan,TagValue=shop|plan,value=shop|"plan":"shop"/.test(JSON.stringify(one.create)),
    );
    expect(untagged.map((one) => one.id)).toEqual(UNTAGGED);
    for (const one of untagged) expect(JSON.stringify(one.create)).toMatch(/shop/);
  });

  it('has what undoes it, or goes with something that has', () => {
    expect(
      all.steps.filter((one) => one.effects.length > 0 && one.undo === undefined && one.within === undefined).map((one) => one.id),
    ).toEqual([]);
  });

  it('is the same for the same request, whatever its order', async () => {
    const again = await plan({ provider: 'aws', region: 'eu-central-1', plan: 'shop', resources: ALL });
    expect(JSON.stringify(again)).toBe(JSON.stringify(all));
    const reversed = await plan({ provider: 'aws', region: 'eu-central-1', plan: 'shop', resources: [...ALL].reverse() });
    expect(ids(reversed).toSorted()).toEqual(ids(all).toSorted());
  });

  it('is written in PowerShell too', () => {
    const names = new Names(all.steps);
    expect(powershell.createScript(all, createOutline(all, names, { resumable: true }), names, [])).toContain('create-role');
  });
});

/** These take no tags of their own. */
const UNTAGGED: string[] = ['kms_key.data.alias'];

describe('iam_role', () => {
  it('may do what it is told on what it is told, and nothing else', async () => {
    const p = await make(BUCKET, ROLE, ...ALL.filter(({ kind }) => ['secret', 'kms_key', 'registry'].includes(kind as string)));
    expect(line(p, 'iam_role.app')).toBe(
      `aws iam create-role --role-name app --path /main/ --description 'role app, plan main' --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}' --tags Key=plan,Value=main Key=Name,Value=app --query Role.RoleName --output text --region eu-central-1`,
    );
    const policy = line(p, 'iam_role.app.policy');
    expect(policy).toContain(
      '"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::acme-files","arn:aws:s3:::acme-files/*"]',
    );
    expect(policy).toContain('"Action":["secretsmanager:GetSecretValue"],"Resource":["\'"${secret_db_pass}"\'"]');
    // The secret lies under a key of the plan, which has to be asked too.
    expect(policy).toContain('"Action":["kms:Decrypt"],"Resource":"\'"${kms_key_data}"\'"');
    // A sign-in takes no resource.
    expect(policy).toContain('"Action":["ecr:GetAuthorizationToken"],"Resource":"*"');
  });

  it('may do nothing where nothing is said, and says so', async () => {
    const p = await make({ kind: 'iam_role', name: 'app' });
    expect(ids(p)).toEqual(['iam_role.app', 'iam_role.app.profile', 'iam_role.app.profile-role']);
    expect(p.assumptions.join()).toContain('it may do nothing');
  });

  it('asks AWS where a policy of its own lies, and is wary of the wide ones', async () => {
    const p = await make({ kind: 'iam_role', name: 'app', for: 'ecs', policies: ['AdministratorAccess'] });
    expect(ids(p)).toEqual(['iam_role.app', 'policy.AdministratorAccess', 'iam_role.app.policy-1']);
    expect(p.warnings.join()).toContain('everything that AdministratorAccess allows');
  });

  it('is handed to a server by its instance profile, and waited for', async () => {
    const p = await make(BUCKET, { kind: 'iam_role', name: 'app' }, KEY, { ...WEB, role: 'app' });
    const { patience, captures, outputs } = step(p, 'server.web1');
    expect([patience, captures, outputs?.id !== undefined]).toEqual([120, undefined, true]);
    expect(line(p, 'server.web1')).toContain(
      '--iam-instance-profile "Name=${iam_role_app_profile_role_name}" --client-token "main-$(date -u +%Y%m%d%H%M%S)-0"',
    );
    const names = new Names(p.steps);
    const text = bash.createScript(p, createOutline(p, names, { resumable: true }), names, []);
    expect(text).toContain('  retry 120 aws ec2 run-instances');
    expect(text).toMatch(/retry 120 aws ec2 run-instances[^\n]*\n {2}server_web1=\$\(aws ec2 describe-instances/);
  });

  it.each([
    ['an action of another service', { actions: ['ec2:RunInstances'], on: 'acme-files' }, /begin with s3:/],
    ['an action on nothing', { actions: ['s3:GetObject'] }, /not on what/],
    ['no action', { actions: [], on: 'acme-files' }, /is empty/],
    ['no policy', { actions: ['GetObject'], on: 'acme-files' }, /no action like/],
  ])('refuses %s', async (_, allow, says) => {
    expect(await refusal(BUCKET, { kind: 'iam_role', name: 'app', allow: [allow] })).toMatch(says);
  });

  it('refuses a role of another service for a server, and a policy that is none', async () => {
    expect(await refusal({ kind: 'iam_role', name: 'app', for: 'ecs' }, KEY, { ...WEB, role: 'app' })).toMatch(/is for ecs/);
    expect(await refusal({ kind: 'iam_role', name: 'app', policies: ['x y'] })).toMatch(/neither the name nor the ARN/);
  });
});

describe('nat_gateway', () => {
  it('takes the private subnets out, and is there before a private server boots', async () => {
    const p = await make(LAN, { kind: 'nat_gateway', name: 'out', network: 'lan' }, KEY, {
      ...WEB,
      network: 'lan',
      subnet: 'private',
      docker: true,
    });
    expect(ids(p).indexOf('nat_gateway.out.route-a')).toBeLessThan(ids(p).indexOf('server.web1'));
    expect(line(p, 'nat_gateway.out.route-a')).toContain(
      '--nat-gateway-id "$nat_gateway_out_gateway_a" --route-table-id "$network_lan_private"',
    );
    expect(p.assumptions.join()).not.toContain('network lan: its private subnets');
    expect(costs(p).filter(({ what }) => what.includes('out'))).toMatchObject([
      { what: 'address of out (a)', monthly: 3.65 },
      { what: 'NAT gateway out (a)', monthly: expect.closeTo(37.96, 2) },
      { what: 'traffic through out', rate: { amount: 0.052, per: 'GB' } },
    ]);
  });

  it('has one in each zone, each with its own table, where one failing zone must not take the other along', async () => {
    const p = await make(LAN, { kind: 'nat_gateway', name: 'out', network: 'lan', highAvailability: true });
    expect(line(p, 'nat_gateway.out.route-b')).toContain(
      '--nat-gateway-id "$nat_gateway_out_gateway_b" --route-table-id "$network_lan_private_2"',
    );
    expect(line(p, 'network.lan.private-b-routed')).toContain('--route-table-id "$network_lan_private_2"');
  });

  it('is one for a network', async () => {
    const two = ['a', 'b'].map((name) => ({ kind: 'nat_gateway', name, network: 'lan' }));
    expect(await refusal(LAN, ...two)).toMatch(/already has nat_gateway a/);
  });
});

describe('secret and kms_key', () => {
  it('can be taken back for a while', async () => {
    const p = await make({ kind: 'secret', name: 'db', file: 'db.txt' }, { kind: 'kms_key', name: 'data', deletionDays: 7 });
    expect(undo(p, 'secret.db')).toContain('"--recovery-window-in-days","7"');
    expect(undo(p, 'kms_key.data')).toMatch(/untag-resource.*schedule-key-deletion.*"--pending-window-in-days","7"/);
    expect(ids(p).indexOf('secret.db.taken-back')).toBeLessThan(ids(p).indexOf('secret.db'));
  });

  it('refuses a file that is an address, and a value in its place', async () => {
    expect(await refusal({ kind: 'secret', name: 'db', file: 'file:///etc/shadow' })).toMatch(/read a local file/);
    expect(await refusal({ kind: 'secret', name: 'db', value: 'hunter2' })).not.toContain('hunter2');
  });
});

describe('cache', () => {
  it('is encrypted, private and of a known price', async () => {
    const p = await make(LAN, { kind: 'cache', name: 'hot', highAvailability: true });
    expect(line(p, 'cache.hot')).toMatch(/--transit-encryption-enabled --at-rest-encryption-enabled --cache-subnet-group-name/);
    expect(line(p, 'cache.hot')).toContain('--num-cache-clusters 2 --automatic-failover-enabled --multi-az-enabled');
    expect(line(p, 'cache.hot.access')).toContain('FromPort=6379,ToPort=6379,IpRanges=[{CidrIp=10.0.0.0/16}]');
    expect(costs(p).find(({ what }) => what.startsWith('cache hot'))?.monthly).toBeGreaterThan(10);
  });

  it('says what is wrong with a size', async () => {
    expect(await refusal(LAN, { kind: 'cache', name: 'hot', size: 'cache.r3.huge' })).toMatch(/no node type for valkey/);
    expect(await refusal(LAN, { kind: 'cache', name: 'hot', size: { memoryGb: 5000 } })).toMatch(/large enough/);
    expect(await refusal({ kind: 'cache', name: 'hot' })).toMatch(/name the servers that may connect/);
  });
});

describe('alarm', () => {
  it('has the units of CloudWatch', async () => {
    const p = await make(KEY, WEB, { kind: 'alarm', name: 'busy', target: 'web1', metric: 'network_out', threshold: 100, minutes: 10 });
    expect(line(p, 'alarm.busy')).toContain(
      '--metric-name NetworkOut --dimensions "Name=InstanceId,Value=${server_web1}" --statistic Sum --period 300 --evaluation-periods 2 --comparison-operator GreaterThanThreshold --threshold 3750000000',
    );
    expect(p.warnings.join()).toContain('tells nobody');
  });

  it('refuses what AWS does not measure from outside', async () => {
    expect(await refusal(KEY, WEB, { kind: 'alarm', name: 'full', target: 'web1', metric: 'memory' })).toMatch(/CloudWatch agent/);
    expect(await refusal(LAN, { kind: 'cache', name: 'hot' }, { kind: 'alarm', name: 'x', target: 'hot', metric: 'disk' })).toMatch(
      /not measured by AWS of a cache/,
    );
  });
});

describe('file_system, registry, placement_group', () => {
  it('files are encrypted, in both zones, for the servers that are named', async () => {
    const p = await make(LAN, KEY, { ...WEB, network: 'lan' }, { kind: 'file_system', name: 'files', access: ['web1'] });
    expect(line(p, 'file_system.files')).toContain('--encrypted --backup');
    expect(ids(p)).toEqual(expect.arrayContaining(['file_system.files.mount-a', 'file_system.files.mount-b']));
    expect(p.warnings.join()).toContain('nfs4');
    expect(await refusal({ kind: 'file_system', name: 'files' })).toMatch(/two zones/);
    expect(await refusal(LAN, { kind: 'file_system', name: 'files', sizeGb: 10 })).toMatch(/grows/);
  });

  it('a registry scans what is pushed, and is not removed with images in it', async () => {
    const p = await make({ kind: 'registry', name: 'app' });
    expect(line(p, 'registry.app')).toContain(
      '--repository-name main/app --image-tag-mutability MUTABLE --image-scanning-configuration scanOnPush=true',
    );
    expect(undo(p, 'registry.app')).not.toContain('--force');
  });

  it('a cluster lies in one zone', async () => {
    const servers = ['web1', 'web2'].map((name) => ({ ...WEB, name, network: 'lan', placementGroup: 'near' }));
    const p = await make(LAN, KEY, ...servers, { kind: 'placement_group', name: 'near', strategy: 'cluster' });
    for (const name of ['web1', 'web2'])
      expect(line(p, `server.${name}`)).toMatch(/--subnet-id "\$network_lan_public_a".*--placement "GroupName=\$\{placement_group_near\}"/);
  });
});

describe('costs', () => {
  it('that nobody knows are null, with the command that looks them up', async () => {
    const unknown = costs(all).filter((one) => one.source === 'unknown');
    expect(unknown.length).toBeGreaterThan(2);
    for (const one of unknown) {
      expect(one.rate === undefined ? one.monthly : one.rate.amount).toBeNull();
      expect(one.refresh).toMatch(/^(?:aws pricing get-products --region us-east-1 --service-code \w+ |https:)/);
    }
  });
});
