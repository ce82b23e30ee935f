import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { type Cost, isPatient, type Plan, type Step } from '../../src/core/plan.ts';
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
      (one) =>
        !/plan,Value=shop|plan=shop|plan,TagValue=shop|plan,value=shop|"plan","Value":"shop"/.test(
          JSON.stringify(one.create).replaceAll(String.fromCharCode(92), ''),
        ),
    );
    // Route 53 takes none.
    const ours = untagged.filter(({ id }) => !/^(?:dns_|proof\.)/.test(id));
    expect(ours.map((one) => one.id).toSorted()).toEqual(UNTAGGED.toSorted());
    for (const one of ours) expect(JSON.stringify(one.create)).toMatch(/shop/);
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

/** These take no tags of their own, or in a call of their own. */
const UNTAGGED: string[] = ['kms_key.data.alias', 'cdn.files.policy', 'cdn.files.access', 'cdn.site.policy', 'uptime_check.home'];

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
    // There is mostly none that waits, and then restore-secret is refused.
    expect(p.steps.filter(({ seldom }) => seldom).map(({ id }) => id)).toEqual(['secret.db.taken-back']);
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

describe('reverse_dns', () => {
  it('comes after the record that it has to agree with', () => {
    expect(ids(all).indexOf('dns_record.mail.acme.dev.A')).toBeLessThan(ids(all).findIndex((id) => id.startsWith('reverse_dns.')));
  });

  it('is for an elastic IP', async () => {
    expect(await refusal(KEY, WEB, { kind: 'reverse_dns', name: 'mail.acme.dev', target: 'web1' })).toMatch(/without a static_ip/);
    expect(
      await refusal({ kind: 'static_ip', name: 'ip' }, { kind: 'reverse_dns', name: 'a.acme.dev', target: 'ip', family: 'ipv6' }),
    ).toMatch(/has to be ipv4/);
  });
});

describe('cdn', () => {
  it('reads a bucket that is closed to everybody else', () => {
    const policy = bash.createScript(
      all,
      createOutline(all, new Names(all.steps), { resumable: true }).filter(({ step }) => step.id === 'cdn.files'),
      new Names(all.steps),
      [],
    );
    expect(policy).toContain(
      `"Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-files/*","Condition":{"StringEquals":{"AWS:SourceArn":"'"$(aws cloudfront list-distributions --query 'not_null(`,
    );
    expect(line(all, 'cdn.files')).toContain('"OriginAccessControlId":"\'"${cdn_files_access}"\'"');
  });

  it('is switched off before it is deleted, each time with the version of that moment', () => {
    const names = new Names(all.steps);
    const commands = (step(all, 'cdn.site').undo ?? []).map((one) =>
      commandText(isPatient(one) ? one.command : one, { names, pasted: false }),
    );
    expect(commands.map((one) => one.split(' ')[2])).toEqual(['update-distribution', 'wait', 'delete-distribution']);
    expect(commands[0]).toContain('"Enabled":false');
    expect(commands[2]).toBe(
      'aws cloudfront delete-distribution --id "$cdn_site" --if-match "$(aws cloudfront get-distribution-config --id "$cdn_site" --query ETag --output text --region eu-central-1)" --region eu-central-1',
    );
  });

  it.each([
    ['nothing to fetch', {}, /name a bucket or a load_balancer/],
    ['two places', { origin: 'acme-files', originDomain: 'acme.dev' }, /one place/],
    ['names without a certificate', { origin: 'acme-files', domains: ['www.acme.dev'] }, /us-east-1/],
    ['a certificate of another region', { origin: 'acme-files', domains: ['www.acme.dev'], certificate: 'here' }, /us-east-1 alone/],
    ['a server', { origin: 'web1' }, /changes with its address/],
  ])('refuses %s', async (_, fields, says) => {
    const zone = { kind: 'dns_zone', name: 'acme.dev' };
    const here = { kind: 'certificate', name: 'here', domains: ['www.acme.dev'], zone: 'acme.dev' };
    expect(await refusal(BUCKET, KEY, WEB, zone, here, { kind: 'cdn', name: 'files', ...fields })).toMatch(says);
  });
});

describe('autoscaling_group and container_service', () => {
  it('a group has what a server has, in two zones', () => {
    const template = line(all, 'autoscaling_group.web.template');
    expect(template).toContain('"MetadataOptions":{"HttpTokens":"required","HttpEndpoint":"enabled"}');
    expect(template).toContain('"VolumeSize":20,"Encrypted":true');
    expect(template).toContain('"IamInstanceProfile":{"Name":"\'"${iam_role_app_profile_role_name}"\'"}');
    const group = line(all, 'autoscaling_group.web');
    expect(group).toContain(`LaunchTemplateId="\${autoscaling_group_web_template}"',Version=$Latest'`);
    expect(group).toContain('--vpc-zone-identifier "${network_lan_public_a},${network_lan_public_b}"');
    expect(group).toContain('--target-group-arns "$load_balancer_lb1_to_80" --health-check-type ELB');
    expect(line(all, 'autoscaling_group.web.policy')).toContain('ASGAverageCPUUtilization},TargetValue=60');
  });

  it('containers come by their secrets, their logs and their image, and by nothing else', () => {
    const task = line(all, 'container_service.api.task');
    expect(task).toContain('--cpu 256 --memory 512');
    expect(task).toContain('"secrets":[{"name":"DB_PASS","valueFrom":"\'"${secret_db_pass}"\'"}]');
    expect(line(all, 'container_service.api.execution-secrets')).toMatch(/secretsmanager:GetSecretValue.*kms:Decrypt/);
    // Behind a load balancer and with a NAT gateway they need no address of their own.
    expect(line(all, 'container_service.api')).toContain('assignPublicIp=DISABLED');
    expect(line(all, 'load_balancer.lb2.to-80')).toContain('--target-type ip');
    expect(line(all, 'load_balancer.lb1.to-80')).toContain('--target-type instance');
  });

  it.each([
    ['more at least than at most', { kind: 'autoscaling_group', min: 5, max: 2 }, /more than max/],
    [
      'a variable of the shell in a task definition',
      { kind: 'container_service', image: 'a:1', environment: { A: { env: 'A_KEY' } } },
      /in the open/,
    ],
    [
      'a container nobody can find behind a load balancer',
      { kind: 'container_service', image: 'a:1', loadBalancer: 'lb1' },
      /on which port/,
    ],
    ['more than Fargate has', { kind: 'container_service', image: 'a:1', cpus: 32 }, /at most 16 vCPU/],
    ['private containers without a way out', { kind: 'container_service', image: 'a:1', public: false }, /no nat_gateway/],
    [
      'servers and containers behind one load balancer',
      { kind: 'container_service', image: 'a:1', port: 80, loadBalancer: 'lb3' },
      /one of their own/,
    ],
    ['a cluster without a way out', { kind: 'kubernetes_cluster' }, /no nat_gateway/],
    ['a cluster that begins above its most', { kind: 'kubernetes_cluster', nodes: 5, maxNodes: 3 }, /no nat_gateway|leave room/],
  ])('refuses %s', async (_, fields, says) => {
    const servers = [KEY, { ...WEB, network: 'lan' }, { kind: 'load_balancer', name: 'lb3', targets: ['web1'] }];
    expect(await refusal(LAN, ...servers, { kind: 'load_balancer', name: 'lb1' }, { name: 'x', ...fields })).toMatch(says);
  });
});

describe('kubernetes_cluster', () => {
  it('has roles of its own, private nodes, and a control plane for those who are named', () => {
    expect(line(all, 'kubernetes_cluster.prod')).toContain(
      'endpointPublicAccess=true,endpointPrivateAccess=true,publicAccessCidrs=[203.0.113.0/24]',
    );
    expect(line(all, 'kubernetes_cluster.prod.nodes')).toContain(
      '--subnets "$network_lan_private_a" "$network_lan_private_b" --instance-types t3a.medium --ami-type AL2023_x86_64_STANDARD --disk-size 20 --scaling-config minSize=1,maxSize=4,desiredSize=2',
    );
  });
});

describe('copies of a database', () => {
  it('begin as a snapshot or as another was, and are as private as that', () => {
    expect(line(all, 'database.again')).toContain(
      'aws rds restore-db-instance-from-db-snapshot --db-instance-identifier again --db-snapshot-identifier "$snapshot_rows" --db-instance-class db.t4g.micro',
    );
    expect(line(all, 'database.then')).toContain(
      'aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier "$database_app" --target-db-instance-identifier then --restore-time 2026-11-22T04:30:00Z',
    );
    for (const id of ['database.again', 'database.then', 'database_replica.reads']) {
      expect(line(all, id)).toContain('--no-publicly-accessible');
      expect(line(all, id)).not.toContain('--master-user-password ');
    }
    expect(line(all, 'database_replica.reads')).toContain('--vpc-security-group-ids "$database_app_group"');
  });

  it.each([
    ['two origins', { fork: 'app', snapshot: 'rows' }, /of one thing/],
    ['a time without a database', { restoreTime: '2026-11-22' }, /belongs to/],
    ['a version', { fork: 'app', version: '16' }, /comes with what/],
    ['itself', { fork: 'again' }, /this database itself/],
    ['a name that RDS has not', { snapshot: 'a b' }, /no name of RDS/],
  ])('refuse %s', async (_, fields, says) => {
    expect(await refusal(LAN, { kind: 'database', name: 'again', ...fields })).toMatch(says);
  });
});

describe('peering', () => {
  it('routes both ways, in the region of each', async () => {
    const p = await make(
      LAN,
      { kind: 'network', name: 'far', cidr: '10.1.0.0/16', region: 'us-east-1' },
      { kind: 'peering', name: 'both', networks: ['lan', 'far'] },
    );
    expect(line(p, 'peering.both')).toContain('--peer-region us-east-1');
    expect(line(p, 'peering.both.accepted')).toMatch(/--region us-east-1$/);
    expect(line(p, 'peering.both.route-far-1')).toMatch(/--destination-cidr-block 10\.0\.0\.0\/16 .*--region us-east-1$/);
    expect([...commandsOf(p)].flatMap(({ command }) => checkCommand(words(command, p.steps)))).toEqual([]);
  });

  it('refuses ranges that overlap', async () => {
    const two = { kind: 'network', name: 'two', cidr: '10.0.128.0/17' };
    expect(await refusal(LAN, two, { kind: 'peering', name: 'both', networks: ['lan', 'two'] })).toMatch(/overlap/);
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
