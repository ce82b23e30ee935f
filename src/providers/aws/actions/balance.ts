import { query } from '../../../core/command.ts';
import { protection } from '../../change.ts';
import { typeCost } from '../../common.ts';
import type { Act, Arg } from '../../provider.ts';
import { listed } from '../autoscaling_group.ts';
import { aws, filter, json, self, text } from '../cli.ts';
import { instanceType } from '../machine.ts';
import { staticIp } from '../static_ip.ts';
import { change } from './change.ts';

/** Other servers of another size, one after the other, and other limits. */
export const resizeGroup: Act<'autoscaling_group'> = (spec, cx) => {
  const { name, min, max } = spec;
  if (min > max) return cx.fail('min', { message: `is more than max (${max}).`, given: String(min) });
  const type = instanceType(cx, spec.size);
  const template: Arg = self(cx, 'template');
  const latest = query(
    text(
      cx,
      `LaunchTemplateVersions[?LaunchTemplateData.InstanceType=='${type.id}'].LaunchTemplateId`,
      'ec2 describe-launch-template-versions',
      '--launch-template-id',
      template,
      '--versions',
      '$Latest',
    ),
  );
  const limits = listed(cx, name, 'AutoScalingGroupName', `&&MinSize==\`${min}\`&&MaxSize==\`${max}\``);
  const fresh = listed(cx, name, 'AutoScalingGroupName', `&&!(Instances[?InstanceType!='${type.id}'])`);
  const count = Math.max(min, 1);
  return [
    change(
      cx,
      'size',
      `servers of ${name} are a ${type.id} from now on`,
      latest,
      aws(
        cx,
        'ec2 create-launch-template-version',
        '--launch-template-id',
        template,
        '--source-version',
        '$Latest',
        '--launch-template-data',
        json({ InstanceType: type.id }),
      ),
      [
        { kind: 'changes', what: `new servers of ${name} are a ${type.id} (${type.vcpu} vCPU, ${type.memoryGb} GB)` },
        typeCost(cx, `servers of ${name} (${count} x ${type.id})`, type, {
          quantity: count,
          note: `at ${count}, in place of their former price; up to ${max} when the load asks for it`,
        }),
      ],
    ),
    change(
      cx,
      'limits',
      `${min} to ${max} servers`,
      limits,
      aws(
        cx,
        'autoscaling update-auto-scaling-group',
        '--auto-scaling-group-name',
        self(cx),
        '--min-size',
        String(min),
        '--max-size',
        String(max),
      ),
      [{ kind: 'changes', what: `${name} has ${min} to ${max} servers` }],
    ),
    change(
      cx,
      'replace',
      `replace the servers of ${name}`,
      fresh,
      aws(
        cx,
        'autoscaling start-instance-refresh',
        '--auto-scaling-group-name',
        self(cx),
        '--preferences',
        'MinHealthyPercentage=100,MaxHealthyPercentage=110,SkipMatching=true',
      ),
      [
        {
          kind: 'interrupts',
          what: `servers of ${name} are replaced one after the other, the new one first: requests that one of them is answering end with it, and what is on its disk goes`,
        },
      ],
      {
        // One that is under way refuses another; that one then has nothing left to replace.
        patience: 3600,
        outputs: { id: listed(cx, name, 'AutoScalingGroupName') },
        wait: [{ command: fresh.command, expect: self(cx), seconds: 7200 }],
      },
    ),
  ];
};

/** Whether the API may delete a load balancer. */
export function protectLoadBalancer(on: boolean): Act<'load_balancer'> {
  return (spec, cx) => {
    const arn = self(cx);
    const state = query(
      text(
        cx,
        `Attributes[?Key=='deletion_protection.enabled'&&Value=='${on}'].Value`,
        'elbv2 describe-load-balancer-attributes',
        '--load-balancer-arn',
        arn,
      ),
    );
    const call = (want: boolean) =>
      aws(
        cx,
        'elbv2 modify-load-balancer-attributes',
        '--load-balancer-arn',
        arn,
        '--attributes',
        `Key=deletion_protection.enabled,Value=${want}`,
      );
    const what = on
      ? `load balancer ${spec.name} cannot be deleted until it is unprotected, by a teardown of its plan neither`
      : `load balancer ${spec.name} can be deleted`;
    return protection(change, cx, spec.name, on, what, state, call);
  };
}

export const attachAddress: Act<'static_ip'> = (spec, cx) => {
  if (spec.server === undefined) return cx.fail('server', { message: 'is missing; say which server is to answer at it.' });
  return staticIp(spec, cx).filter((one) => one.id !== cx.id);
};

export const detachAddress: Act<'static_ip'> = (spec, cx) => {
  const addresses = (select: string) =>
    query(text(cx, `Addresses[].${select}`, 'ec2 describe-addresses', '--filters', filter('allocation-id', self(cx))));
  const free = query(
    text(cx, 'Addresses[?!AssociationId].AllocationId', 'ec2 describe-addresses', '--filters', filter('allocation-id', self(cx))),
  );
  return [
    change(
      cx,
      'detach',
      `take address ${spec.name} off its server`,
      free,
      aws(cx, 'ec2 disassociate-address', '--association-id', [{ asked: addresses('AssociationId') }]),
      [
        {
          kind: 'interrupts',
          what: `what is reached at address ${spec.name}; its server gets another public address, and the static one is billed while nothing uses it`,
        },
      ],
    ),
  ];
};
