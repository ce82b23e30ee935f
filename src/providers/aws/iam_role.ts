import type { Step } from '../../core/plan.ts';
import type { AnySpec, Kind, Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { type Json, self, Unknown } from './cli.ts';
import { inlinePolicy, instanceProfile, managedPolicy, role } from './role.ts';

type Allow = Spec<'iam_role'>['allow'][number];

/** The kinds that a role can be allowed something on, and the prefix of their actions. */
const PREFIX: { readonly [K in Kind]?: string } = {
  bucket: 's3',
  secret: 'secretsmanager',
  kms_key: 'kms',
  registry: 'ecr',
  file_system: 'elasticfilesystem',
};
const KINDS = Object.keys(PREFIX) as Kind[];

export const iamRole: Emit<'iam_role'> = (spec, cx) => {
  const { name } = spec;
  const own = self(cx);
  const steps: Step[] = [role(cx, '', { name, service: spec.for, what: `role ${name}` })];
  if (spec.allow.length > 0) {
    const statements = spec.allow.flatMap((allow, i) => statementsOf(cx, allow, i));
    const what = spec.allow.map(({ actions, on, arns }) => `${actions.join(', ')} on ${on ?? arns.join(', ')}`).join('; ');
    steps.push(inlinePolicy(cx, 'policy', own, name, statements, [{ kind: 'changes', what: `role ${name} may ${what}` }]));
  } else if (spec.policies.length === 0) cx.assume(`role ${name}: it may do nothing, since it names neither "allow" nor "policies"`);
  for (const [i, policy] of spec.policies.entries()) {
    if (spec.policies.indexOf(policy) !== i) cx.fail(`policies[${i}]`, { message: 'is named twice.', given: JSON.stringify(policy) });
    if (!/^(?:arn:aws:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]{1,512}|[\w+=,.@-]{1,128})$/.test(policy))
      cx.fail(`policies[${i}]`, {
        message: 'is neither the name nor the ARN of a policy, like AmazonSSMManagedInstanceCore.',
        given: JSON.stringify(policy),
      });
    const short = policy.slice(policy.lastIndexOf('/') + 1);
    if (/^AdministratorAccess|^PowerUserAccess$|FullAccess$/.test(short))
      cx.warn(`role ${name} may do everything that ${short} allows: whoever gets into what takes it on can do the same`);
    steps.push(...managedPolicy(cx, `policy-${i + 1}`, own, policy));
  }
  if (spec.for === 'ec2') steps.push(...instanceProfile(cx, 'profile', name, own));
  return steps;
};

function statementsOf(cx: Context, { actions, on, arns }: Allow, i: number): Json[] {
  const field = `allow[${i}]`;
  if (on === undefined && arns.length === 0)
    cx.fail(field, { message: 'says what may be done and not on what; name a resource of the plan as "on", or ARNs as "arns".' });
  const target = on === undefined ? undefined : cx.target(KINDS, on);
  const prefix = target === undefined ? undefined : PREFIX[target.kind];
  for (const [j, action] of actions.entries()) {
    if (prefix !== undefined && action !== '*' && !action.startsWith(`${prefix}:`))
      cx.fail(`${field}.actions[${j}]`, {
        message: `is no action on a ${target?.kind}; those begin with ${prefix}:.`,
        given: JSON.stringify(action),
      });
    if (action === '*' || action.endsWith(':*'))
      cx.warn(`${cx.id} may do everything (${action}) on ${on ?? arns.join(', ')}; name the actions that are needed instead`);
  }
  if (arns.includes('*') && actions.some((action) => !/^[a-z0-9-]+:(?:Get|List|Describe)/.test(action)))
    cx.warn(`${cx.id} may change things in the whole account (${actions.join(', ')} on *)`);
  // This one takes no resource.
  const signIn = actions.filter((action) => action === 'ecr:GetAuthorizationToken');
  const rest = actions.filter((action) => action !== 'ecr:GetAuthorizationToken');
  const resources = [...(target === undefined ? [] : arnsOf(cx, target)), ...arns];
  const statements: Json[] = [];
  if (rest.length > 0) statements.push({ Effect: 'Allow', Action: rest, Resource: resources });
  if (signIn.length > 0) statements.push({ Effect: 'Allow', Action: signIn, Resource: '*' });
  // A secret under a key of one's own is read by asking that key, too.
  if (target?.kind === 'secret' && target.key !== undefined && actions.some((action) => /^\*$|:(?:\*|GetSecretValue)$/.test(action)))
    statements.push({ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: new Unknown(cx.of('kms_key', target.key)) });
  return statements;
}

/** The ARNs that stand for a resource of the plan. */
function arnsOf(cx: Context, target: AnySpec): Json[] {
  switch (target.kind) {
    case 'bucket':
      return [`arn:aws:s3:::${target.name}`, `arn:aws:s3:::${target.name}/*`];
    case 'secret':
    case 'kms_key':
      return [new Unknown(cx.of(target.kind, target.name))];
    default:
      return [new Unknown(cx.of(target.kind, target.name, 'arn'))];
  }
}
