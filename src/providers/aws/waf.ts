import { type Atom, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, type Json, json, self, step, tags, text, unknownCost } from './cli.ts';
import { balancerKind } from './load_balancer.ts';

/** What guards CloudFront lives in the first region. */
const GLOBAL = 'us-east-1';
const PRICES = 'https://aws.amazon.com/waf/pricing/';
/** AWS's own groups of rules that cost nothing beyond what every rule does: 925 capacity units of the 1500 that are included. */
const GROUPS = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'] as const;

type Scope = 'REGIONAL' | 'CLOUDFRONT';

/** A web ACL with AWS's own rules, in front of load balancers or of a CDN. */
export const waf: Emit<'waf'> = (spec, plan) => {
  const scope = scopeOf(spec, plan);
  const cx: Context = scope === 'REGIONAL' ? plan : { ...plan, region: GLOBAL };
  const { name } = spec;
  const label = `${cx.plan}--${name}`;
  // Names are unique in a region, and no look-up shows tags: the description says whose it is.
  const description = `waf ${name}, plan ${cx.plan}`;
  const listed = (select: string) =>
    query(
      text(
        cx,
        `WebACLs[?Name=='${label}'&&Description=='${description}'].${select}`,
        'wafv2 list-web-acls',
        '--scope',
        scope,
        '--limit',
        '100',
      ),
    );
  const found = listed('Id');
  const rules = rulesOf(spec);
  cx.assume(
    `waf ${name}: AWS's own rules against known attackers, common attacks and known bad requests; bodies above 8 KB are counted and let through, because uploads have them`,
  );
  if (spec.requestsPerFiveMinutes === undefined)
    cx.assume(`waf ${name}: no limit on the requests of one address; "requestsPerFiveMinutes" sets one`);
  cx.warn(
    `waf ${name} blocks from its first minute: try what your users do, and look at aws wafv2 get-sampled-requests for what was blocked wrongly`,
  );
  const acl: Step = step(cx, '', {
    title: `web ACL ${label}`,
    find: found,
    create: text(
      cx,
      'Summary.Id',
      'wafv2 create-web-acl',
      '--name',
      label,
      '--scope',
      scope,
      '--description',
      description,
      '--default-action',
      json({ Allow: {} }),
      '--rules',
      json(rules),
      '--visibility-config',
      `SampledRequestsEnabled=true,CloudWatchMetricsEnabled=true,MetricName=${label}`,
      ...tags(cx, name),
    ),
    captures: true,
    outputs: { arn: listed('ARN'), token: listed('LockToken') },
    verify: { query: found },
    undo: [
      {
        // What it was in front of is let go a moment later than the service says.
        command: aws(cx, 'wafv2 delete-web-acl', '--name', label, '--scope', scope, '--id', self(cx), '--lock-token', {
          of: cx.id,
          out: 'token',
        }),
        seconds: 600,
      },
    ],
    effects: [
      { kind: 'creates', what: `web ACL ${label}: ${rules.length} rules, and what none of them blocks is let through` },
      unknownCost(cx, `web ACL ${label} and its ${rules.length} rules`, PRICES),
      unknownCost(cx, `requests through ${label}`, PRICES, '1000000 requests'),
    ],
  });
  return [acl, ...spec.targets.map((target) => (scope === 'REGIONAL' ? before(cx, spec, target) : beforeCdn(cx, spec, target)))];
};

/** Load balancers are guarded where they are, a CDN everywhere; one ACL is for one of the two. */
function scopeOf(spec: Spec<'waf'>, cx: Context): Scope {
  if (spec.targets.length === 0) cx.fail('targets', { message: 'is missing; name the load balancers, or the cdn, that it is to protect.' });
  const kinds = spec.targets.map((name, i) => {
    if (spec.targets.indexOf(name) !== i) cx.fail(`targets[${i}]`, { message: 'is named twice.', given: JSON.stringify(name) });
    const target = cx.target(['load_balancer', 'cdn'], name);
    const fail = (message: string) => cx.fail(`targets[${i}]`, { message, given: JSON.stringify(name) });
    if (cx.providerOf(target) !== 'aws') fail(`is on ${cx.providerOf(target)}; AWS's firewall protects what is on AWS.`);
    if (target.kind === 'load_balancer') {
      if (balancerKind(target as Spec<'load_balancer'>, cx) === 'network')
        fail('passes tcp on, which has no requests to look into. Give its services the protocol http or https.');
      if (cx.regionOf(target) !== cx.region)
        fail(`is in ${cx.regionOf(target)} and this firewall in ${cx.region}; it has to be in the same region.`);
    }
    const other = cx.all('waf').find((one) => one.name !== spec.name && one.targets.includes(name));
    if (other !== undefined) fail(`is protected by ${other.name} as well; AWS puts one in front of each.`);
    return target.kind;
  });
  if (new Set(kinds).size > 1)
    cx.fail('targets', { message: 'are load balancers and a cdn; one firewall is for one of the two. Make a second waf.' });
  return kinds[0] === 'cdn' ? 'CLOUDFRONT' : 'REGIONAL';
}

function rulesOf({ requestsPerFiveMinutes: limit }: Spec<'waf'>): Json[] {
  const seen = (name: string): Json => ({ SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name });
  const groups = GROUPS.map((group): { readonly [key: string]: Json } => ({
    Name: group,
    Statement: {
      ManagedRuleGroupStatement: {
        VendorName: 'AWS',
        Name: group,
        ...(group === 'AWSManagedRulesCommonRuleSet'
          ? { RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }] }
          : {}),
      },
    },
    OverrideAction: { None: {} },
    VisibilityConfig: seen(group),
  }));
  const rate: { readonly [key: string]: Json }[] =
    limit === undefined
      ? []
      : [
          {
            Name: 'requests-of-one-address',
            Statement: { RateBasedStatement: { Limit: limit, EvaluationWindowSec: 300, AggregateKeyType: 'IP' } },
            Action: { Block: {} },
            VisibilityConfig: seen('requests-of-one-address'),
          },
        ];
  return [...rate, ...groups].map((rule, Priority) => ({ ...rule, Priority }));
}

const arnOf = (cx: Context): Atom => ({ of: cx.id, out: 'arn' });

function before(cx: Context, spec: Spec<'waf'>, target: string): Step {
  const balancer = cx.of('load_balancer', target);
  const there = query(text(cx, ["[WebACL][?Id=='", self(cx), "'].Id"], 'wafv2 get-web-acl-for-resource', '--resource-arn', balancer));
  return step(cx, `at-${target}`, {
    title: `${spec.name} is in front of load balancer ${target}`,
    find: there,
    create: aws(cx, 'wafv2 associate-web-acl', '--web-acl-arn', arnOf(cx), '--resource-arn', balancer),
    // A new ACL is known everywhere only after a moment.
    patience: 300,
    outputs: { id: there },
    verify: { query: there },
    undo: [aws(cx, 'wafv2 disassociate-web-acl', '--resource-arn', balancer)],
    effects: [{ kind: 'changes', what: `requests to load balancer ${target} pass ${spec.name} first` }],
  });
}

function beforeCdn(cx: Context, spec: Spec<'waf'>, target: string): Step {
  const id = cx.of('cdn', target);
  const there = query(
    text(cx, ["not_null(DistributionList.Items,`[]`)[?Id=='", id, "'&&WebACLId=='", arnOf(cx), "'].Id"], 'cloudfront list-distributions'),
  );
  const etag: Atom = { asked: query(text(cx, 'ETag', 'cloudfront get-distribution-config', '--id', id)) };
  const everywhere = aws(cx, 'cloudfront wait distribution-deployed', '--id', id);
  return step(cx, `at-${target}`, {
    title: `${spec.name} is in front of cdn ${target}`,
    find: there,
    create: aws(cx, 'cloudfront associate-distribution-web-acl', '--id', id, '--web-acl-arn', arnOf(cx), '--if-match', etag),
    wait: [everywhere],
    verify: { query: there },
    undo: [aws(cx, 'cloudfront disassociate-distribution-web-acl', '--id', id, '--if-match', etag), everywhere],
    effects: [{ kind: 'changes', what: `requests to cdn ${target} pass ${spec.name} first` }],
  });
}
