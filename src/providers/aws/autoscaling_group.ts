import { query } from '../../core/command.ts';
import { rateCost, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { behind } from './behind.ts';
import { aws, json, self, step, tagged, text, Unknown } from './cli.ts';
import { machine } from './machine.ts';
import { subnet } from './network.ts';
import { profileOf } from './server.ts';

/** How long a new server may take to boot before its health counts, in seconds. */
const GRACE = '300';

/** Servers of one launch template in two zones, as many as it takes to keep their CPU where it is wanted. */
export const autoscalingGroup: Emit<'autoscaling_group'> = (spec, cx) => {
  const { name } = spec;
  if (spec.min > spec.max)
    cx.fail('min', {
      message: `is more than max (${spec.max}); a group has at least min and at most max servers.`,
      given: String(spec.min),
    });
  const isPublic = spec.subnet === 'public';
  const found = listed(cx, name, 'AutoScalingGroupName');
  const { type, os, image, device, rootGb, key, groups, network, init, steps: before, wayOut } = machine(cx, spec, isPublic, found);
  if (network === undefined)
    return cx.fail('network', { message: 'is missing; a group needs subnets in two zones. Add {"kind":"network","name":"lan"}.' });
  const lb = spec.loadBalancer === undefined ? undefined : behind(cx, spec, network);
  const template = `${cx.plan}--${name}`;
  const templates = query(
    text(
      cx,
      `LaunchTemplates[?LaunchTemplateName=='${template}'].LaunchTemplateId`,
      'ec2 describe-launch-templates',
      '--filters',
      `Name=launch-template-name,Values=${template}`,
    ),
  );
  const tagList = (what: string) => [
    { Key: 'plan', Value: cx.plan },
    { Key: 'Name', Value: what },
  ];
  const data = json({
    ImageId: new Unknown(image),
    InstanceType: type.id,
    KeyName: key === undefined ? undefined : new Unknown(key),
    NetworkInterfaces: [
      { DeviceIndex: 0, AssociatePublicIpAddress: isPublic, Groups: groups.map((group) => new Unknown(group)), DeleteOnTermination: true },
    ],
    BlockDeviceMappings: [
      { DeviceName: device, Ebs: { VolumeType: 'gp3', VolumeSize: rootGb, Encrypted: true, DeleteOnTermination: true } },
    ],
    MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
    IamInstanceProfile: spec.role === undefined ? undefined : { Name: new Unknown(profileOf(cx, spec.role)) },
    // A template takes it in base 64 alone; it holds no secret.
    UserData: init === undefined ? undefined : Buffer.from(init.text).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagList(`${name}/server`) },
      { ResourceType: 'volume', Tags: tagList(`${name}/root`) },
    ],
  });
  const least = Math.max(spec.min, 0);
  const running = listed(cx, name, 'AutoScalingGroupName', `&&length(Instances[?LifecycleState=='InService'])>=\`${least}\``);
  const policies = query(
    text(cx, "ScalingPolicies[?PolicyName=='cpu'].PolicyName", 'autoscaling describe-policies', '--auto-scaling-group-name', self(cx)),
  );
  cx.assume(
    `autoscaling_group ${name}: ${spec.min} to ${spec.max} servers, priced at ${Math.max(spec.min, 1)}; a change of size, image or userData reaches them by a new version of launch template ${template}`,
  );
  const count = Math.max(spec.min, 1);
  return [
    ...before,
    ...(lb?.steps ?? []),
    step(cx, 'template', {
      title: `launch template ${template}`,
      find: templates,
      create: text(
        cx,
        'LaunchTemplate.LaunchTemplateId',
        'ec2 create-launch-template',
        '--launch-template-name',
        template,
        '--launch-template-data',
        data,
        ...tagged(cx, { 'launch-template': name }),
      ),
      captures: true,
      verify: { query: templates },
      undo: [aws(cx, 'ec2 delete-launch-template', '--launch-template-id', self(cx, 'template'))],
      effects: [{ kind: 'creates', what: `launch template ${template}: ${type.id}, ${os}` }],
    }),
    step(cx, '', {
      title: `autoscaling group ${name}`,
      find: found,
      create: aws(
        cx,
        'autoscaling create-auto-scaling-group',
        '--auto-scaling-group-name',
        name,
        '--launch-template',
        ['LaunchTemplateId=', self(cx, 'template'), ',Version=$Latest'],
        '--min-size',
        String(spec.min),
        '--max-size',
        String(spec.max),
        '--vpc-zone-identifier',
        [subnet(cx, network, spec.subnet, 0), ',', subnet(cx, network, spec.subnet, 1)],
        ...(lb === undefined ? [] : ['--target-group-arns', ...lb.targetGroups]),
        '--health-check-type',
        lb === undefined ? 'EC2' : 'ELB',
        '--health-check-grace-period',
        GRACE,
        '--tags',
        // The servers have theirs of the template: their names have to differ from a server's own.
        `Key=plan,Value=${cx.plan},PropagateAtLaunch=false`,
        `Key=Name,Value=${name},PropagateAtLaunch=false`,
      ),
      // AWS needs a moment to know a role everywhere.
      patience: 120,
      outputs: { id: found },
      wait: [{ command: running.command, expect: name, seconds: 900 }],
      verify: { query: running, expect: name },
      undo: [
        aws(cx, 'autoscaling delete-auto-scaling-group', '--auto-scaling-group-name', self(cx), '--force-delete'),
        // Its servers go first, and hold on to its security group until they are gone.
        {
          command: text(
            cx,
            `length(AutoScalingGroups[?AutoScalingGroupName=='${name}'])`,
            'autoscaling describe-auto-scaling-groups',
            '--auto-scaling-group-names',
            name,
          ),
          expect: '0',
          seconds: 1800,
        },
      ],
      // First boot needs the way out.
      after: [
        `network.${network}.public-route`,
        `network.${network}.${spec.subnet}-a-routed`,
        `network.${network}.${spec.subnet}-b-routed`,
        ...wayOut,
        ...(lb?.after ?? []),
      ],
      effects: [
        { kind: 'creates', what: `autoscaling group ${name}: ${spec.min} to ${spec.max} servers (${type.id}) in two zones of ${network}` },
        typeCost(cx, `servers of ${name} (${count} x ${type.id})`, type, {
          quantity: count,
          note: `at ${count}; up to ${spec.max} when the load asks for it`,
        }),
        rateCost(cx, `root disks of ${name} (${count} x ${rootGb} GB)`, 'volume', count * rootGb),
        ...(isPublic ? [rateCost(cx, `public IPv4 of ${name} (${count})`, 'public_ipv4', count)] : []),
      ],
    }),
    step(cx, 'policy', {
      title: `${name} keeps its CPU at ${spec.targetCpu} percent`,
      find: policies,
      create: aws(
        cx,
        'autoscaling put-scaling-policy',
        '--auto-scaling-group-name',
        self(cx),
        '--policy-name',
        'cpu',
        '--policy-type',
        'TargetTrackingScaling',
        '--target-tracking-configuration',
        `PredefinedMetricSpecification={PredefinedMetricType=ASGAverageCPUUtilization},TargetValue=${spec.targetCpu}`,
      ),
      verify: { query: policies },
      within: cx.id,
      effects: [{ kind: 'changes', what: `${name} grows and shrinks with its CPU, around ${spec.targetCpu} percent` }],
    }),
  ];
};

/** Names are unique in a region, so the plan's tag makes sure whose it is. One that is being deleted does not count. */
export function listed(cx: Context, name: string, select: string, more = '') {
  return query(
    text(
      cx,
      `AutoScalingGroups[?!Status&&Tags[?Key=='plan'&&Value=='${cx.plan}']${more}].${select}`,
      'autoscaling describe-auto-scaling-groups',
      '--auto-scaling-group-names',
      name,
    ),
  );
}
