import { type Arg, type Atom, query } from '../../core/command.ts';
import type { Effect, Step } from '../../core/plan.ts';
import type { Context } from '../provider.ts';
import { aws, type Json, json, lookUp, self, step, tags, text } from './cli.ts';

/** Which service takes a role on. */
const SERVICES = {
  ec2: 'ec2.amazonaws.com',
  ecs: 'ecs-tasks.amazonaws.com',
  lambda: 'lambda.amazonaws.com',
  eks: 'eks.amazonaws.com',
  rds: 'rds.amazonaws.com',
  backup: 'backup.amazonaws.com',
} as const;

interface Role {
  readonly name: string;
  readonly service: keyof typeof SERVICES;
  readonly what: string;
}

/** Everything of IAM lies under the plan's own path: role names are unique in the account, and the path says whose one is. */
const pathOf = (cx: Context): string => `/${cx.plan}/`;

/** A role that nobody but a service can take on, and that may do nothing yet. Outputs: arn. */
export function role(cx: Context, part: string, { name, service, what }: Role): Step {
  if (name.length > 64)
    cx.fail('name', {
      message: `makes a role whose name is longer than IAM's 64 characters: ${name}. Choose a shorter name here or for the plan.`,
    });
  const listed = (select: string) =>
    query(text(cx, `Roles[?RoleName=='${name}'].${select}`, 'iam list-roles', '--path-prefix', pathOf(cx)));
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: SERVICES[service] }, Action: 'sts:AssumeRole' }],
  };
  return step(cx, part, {
    title: `role ${name} for ${SERVICES[service]}`,
    find: listed('RoleName'),
    create: text(
      cx,
      'Role.RoleName',
      'iam create-role',
      '--role-name',
      name,
      '--path',
      pathOf(cx),
      '--description',
      `${what}, plan ${cx.plan}`,
      '--assume-role-policy-document',
      json(trust),
      ...tags(cx, name),
    ),
    captures: true,
    wait: [aws(cx, 'iam wait role-exists', '--role-name', self(cx, part))],
    outputs: { arn: listed('Arn') },
    verify: { query: listed('RoleName') },
    undo: [aws(cx, 'iam delete-role', '--role-name', self(cx, part))],
    effects: [{ kind: 'creates', what: `role ${name}, which only ${SERVICES[service]} can take on` }],
  });
}

/** What a role may do, in the role itself: it goes when the role goes. */
export function inlinePolicy(
  cx: Context,
  part: string,
  of: Atom,
  name: string,
  statements: readonly Json[],
  effects: readonly Effect[],
): Step {
  const found = query(text(cx, `PolicyNames[?@=='${name}']`, 'iam list-role-policies', '--role-name', of));
  return step(cx, part, {
    title: `what role ${roleName(of)} may do`,
    find: found,
    create: aws(
      cx,
      'iam put-role-policy',
      '--role-name',
      of,
      '--policy-name',
      name,
      '--policy-document',
      json({ Version: '2012-10-17', Statement: statements }),
    ),
    verify: { query: found },
    undo: [aws(cx, 'iam delete-role-policy', '--role-name', of, '--policy-name', name)],
    effects,
  });
}

const roleName = (of: Atom): string => (typeof of === 'object' && 'of' in of ? of.of.slice(of.of.indexOf('.') + 1) : String(of));

/**
 * A policy that AWS keeps, on a role. Some lie under a path of their own (service-role/), so its ARN is asked for by its
 * name; the look-up is shared by all that use it.
 */
export function managedPolicy(cx: Context, part: string, of: Atom, policy: string): Step[] {
  const steps: Step[] = [];
  let arn: Arg = policy;
  let name = policy.slice(policy.lastIndexOf('/') + 1);
  if (!policy.startsWith('arn:')) {
    name = policy;
    const id = `policy.${policy}`;
    steps.push(
      lookUp(cx, id, `policy ${policy} of AWS`, text(cx, `Policies[?PolicyName=='${policy}'].Arn`, 'iam list-policies', '--scope', 'AWS')),
    );
    arn = { of: id, out: 'id' };
  }
  const found = query(
    text(cx, `AttachedPolicies[?PolicyName=='${name}'].PolicyName`, 'iam list-attached-role-policies', '--role-name', of),
  );
  steps.push(
    step(cx, part, {
      title: `role ${roleName(of)} has policy ${name}`,
      find: found,
      create: aws(cx, 'iam attach-role-policy', '--role-name', of, '--policy-arn', arn),
      verify: { query: found },
      undo: [aws(cx, 'iam detach-role-policy', '--role-name', of, '--policy-arn', arn)],
      effects: [{ kind: 'changes', what: `role ${roleName(of)} may do what ${name} allows` }],
    }),
  );
  return steps;
}

/** What a server takes its role on by. */
export function instanceProfile(cx: Context, part: string, name: string, of: Atom): Step[] {
  const listed = (select: string) =>
    query(
      text(cx, `InstanceProfiles[?InstanceProfileName=='${name}'].${select}`, 'iam list-instance-profiles', '--path-prefix', pathOf(cx)),
    );
  const own = self(cx, part);
  const holds = listed('Roles[].RoleName[]');
  return [
    step(cx, part, {
      title: `instance profile ${name}`,
      find: listed('InstanceProfileName'),
      create: text(
        cx,
        'InstanceProfile.InstanceProfileName',
        'iam create-instance-profile',
        '--instance-profile-name',
        name,
        '--path',
        pathOf(cx),
        ...tags(cx, name),
      ),
      captures: true,
      wait: [aws(cx, 'iam wait instance-profile-exists', '--instance-profile-name', own)],
      verify: { query: listed('InstanceProfileName') },
      undo: [aws(cx, 'iam delete-instance-profile', '--instance-profile-name', own)],
      effects: [{ kind: 'creates', what: `instance profile ${name}, by which a server takes the role on` }],
    }),
    step(cx, `${part}-role`, {
      title: `instance profile ${name} holds role ${roleName(of)}`,
      find: holds,
      create: aws(cx, 'iam add-role-to-instance-profile', '--instance-profile-name', own, '--role-name', of),
      outputs: { name: listed('InstanceProfileName') },
      verify: { query: holds },
      undo: [aws(cx, 'iam remove-role-from-instance-profile', '--instance-profile-name', own, '--role-name', of)],
      effects: [{ kind: 'changes', what: `instance profile ${name} hands out role ${roleName(of)}` }],
    }),
  ];
}
