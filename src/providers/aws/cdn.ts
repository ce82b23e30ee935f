import { type Arg, type Query, query } from '../../core/command.ts';
import type { Action, Step } from '../../core/plan.ts';
import type { Context, Emit } from '../provider.ts';
import { s3api } from '../s3.ts';
import { distribution, sourceOf } from './cdn_config.ts';
import { aws, type Json, json, self, step, text, Unknown, unpriced } from './cli.ts';

/** The longest time that content is kept, whatever it says itself. */
const YEAR = 31_536_000;

/** A distribution of CloudFront. Its content is kept as long as it says itself, or else as long as the plan says. */
export const cdn: Emit<'cdn'> = (spec, cx) => {
  const { name } = spec;
  if ((spec.origin === undefined) === (spec.originDomain === undefined))
    cx.fail(spec.origin === undefined ? 'origin' : 'originDomain', {
      message:
        spec.origin === undefined
          ? 'is missing; name a bucket or a load_balancer of the plan, or give a host as "originDomain".'
          : 'is given together with "origin"; a distribution fetches from one place.',
    });
  if (spec.domains.length > 0 && spec.certificate === undefined)
    cx.fail('certificate', {
      message:
        'is missing; names of your own need one, in us-east-1: {"kind":"certificate","name":"cdn","domains":["www.example.com"],"zone":"example.com","region":"us-east-1"}.',
    });
  if (spec.certificate !== undefined) {
    if (spec.domains.length === 0) cx.fail('domains', { message: 'are missing; a certificate is for names of your own.' });
    const there = cx.regionOf(cx.spec('certificate', spec.certificate));
    if (there !== 'us-east-1')
      cx.fail('certificate', {
        message: `is in ${there}; CloudFront takes its certificates from us-east-1 alone. Give the certificate "region":"us-east-1".`,
        given: JSON.stringify(spec.certificate),
      });
  }
  const source = sourceOf(
    cx,
    spec.origin === undefined ? spec.originDomain : cx.target(['bucket', 'load_balancer', 'server'], spec.origin),
  );
  const own = self(cx);
  const label = `${cx.plan}--${name}`;
  const steps: Step[] = [cachePolicy(cx, label, spec.ttl)];
  if (source.bucket !== undefined) steps.push(accessControl(cx, label));
  /** No look-up shows tags, so the comment says whose it is. */
  const comment = `cdn ${name}, plan ${cx.plan}`;
  const listed = (select: string) =>
    query(text(cx, `not_null(DistributionList.Items,\`[]\`)[?Comment=='${comment}'].${select}`, 'cloudfront list-distributions'));
  const config = (enabled: boolean, reference: Json) => distribution(spec, cx, source, comment, enabled, reference);
  const etag = { asked: query(text(cx, 'ETag', 'cloudfront get-distribution-config', '--id', own)) };
  const found = listed('Id');
  const undo: Action[] = [
    // Only one that is switched off everywhere can be deleted, which takes some minutes.
    aws(
      cx,
      'cloudfront update-distribution',
      '--id',
      own,
      '--if-match',
      etag,
      '--distribution-config',
      json(config(false, new Unknown({ of: cx.id, out: 'reference' }))),
    ),
    aws(cx, 'cloudfront wait distribution-deployed', '--id', own),
    aws(cx, 'cloudfront delete-distribution', '--id', own, '--if-match', etag),
    ...(source.bucket === undefined
      ? []
      : [s3api({ region: cx.regionOf(cx.spec('bucket', source.bucket)) }, 'delete-bucket-policy', '--bucket', source.bucket)]),
  ];
  cx.assume(
    `cdn ${name}: answers under the name that aws cloudfront list-distributions gives as DomainName, by HTTPS alone, from North America and Europe (PriceClass_100); reaching everywhere and leaving again take some minutes each`,
  );
  if (spec.domains.length > 0)
    cx.warn(`cdn ${name}: point ${spec.domains.join(' and ')} at its DomainName by a CNAME (at the top of a zone by an alias record)`);
  steps.push(
    step(cx, '', {
      title: `distribution ${name} of ${source.what}`,
      find: found,
      create: text(
        cx,
        'Distribution.Id',
        'cloudfront create-distribution-with-tags',
        '--distribution-config-with-tags',
        json({
          DistributionConfig: config(true, new Unknown(`${label}-`, { now: true })),
          Tags: {
            Items: [
              { Key: 'plan', Value: cx.plan },
              { Key: 'Name', Value: name },
            ],
          },
        }),
      ),
      captures: true,
      wait: [
        aws(cx, 'cloudfront wait distribution-deployed', '--id', own),
        // Said again on every run, because asking a bucket that has no policy is answered with an error.
        ...(source.bucket === undefined ? [] : [bucketPolicy(cx, source.bucket, listed('ARN'))]),
      ],
      outputs: {
        arn: listed('ARN'),
        domain: listed('DomainName'),
        reference: query(text(cx, '[DistributionConfig.CallerReference]', 'cloudfront get-distribution-config', '--id', own)),
      },
      verify: { query: listed('Status'), expect: 'Deployed' },
      undo,
      after: source.after,
      effects: [
        { kind: 'creates', what: `distribution ${name}: ${source.what}, at the edge` },
        ...(source.bucket === undefined
          ? []
          : [{ kind: 'changes' as const, what: `distribution ${name}, and nobody else, reads bucket ${source.bucket}` }]),
        unpriced(cx, `traffic of cdn ${name}`, 'AmazonCloudFront', 'GB'),
        unpriced(cx, `requests to cdn ${name}`, 'AmazonCloudFront', '10000 requests'),
      ],
    }),
  );
  return steps;
};

/** What is kept, and for how long where the content does not say. */
function cachePolicy(cx: Context, label: string, ttl: number): Step {
  const found = query(
    text(
      cx,
      `not_null(CachePolicyList.Items,\`[]\`)[?CachePolicy.CachePolicyConfig.Name=='${label}'].CachePolicy.Id`,
      'cloudfront list-cache-policies',
      '--type',
      'custom',
    ),
  );
  const own = self(cx, 'policy');
  return step(cx, 'policy', {
    title: `content is kept ${ttl} seconds where it does not say itself`,
    find: found,
    create: text(
      cx,
      'CachePolicy.Id',
      'cloudfront create-cache-policy',
      '--cache-policy-config',
      json({
        Name: label,
        Comment: `plan ${cx.plan}`,
        MinTTL: 0,
        DefaultTTL: ttl,
        MaxTTL: YEAR,
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingGzip: true,
          EnableAcceptEncodingBrotli: true,
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
        },
      }),
    ),
    captures: true,
    verify: { query: found },
    undo: [
      aws(cx, 'cloudfront delete-cache-policy', '--id', own, '--if-match', {
        asked: query(text(cx, 'ETag', 'cloudfront get-cache-policy', '--id', own)),
      }),
    ],
    effects: [{ kind: 'creates', what: `cache policy ${label}` }],
  });
}

/** By what the distribution signs its requests to a bucket that is closed to everybody else. */
function accessControl(cx: Context, label: string): Step {
  const found = query(
    text(cx, `not_null(OriginAccessControlList.Items,\`[]\`)[?Name=='${label}'].Id`, 'cloudfront list-origin-access-controls'),
  );
  const own = self(cx, 'access');
  return step(cx, 'access', {
    title: `how ${label} signs its requests to the bucket`,
    find: found,
    create: text(
      cx,
      'OriginAccessControl.Id',
      'cloudfront create-origin-access-control',
      '--origin-access-control-config',
      `Name=${label},Description=plan ${cx.plan},SigningProtocol=sigv4,SigningBehavior=always,OriginAccessControlOriginType=s3`,
    ),
    captures: true,
    verify: { query: found },
    undo: [
      aws(cx, 'cloudfront delete-origin-access-control', '--id', own, '--if-match', {
        asked: query(text(cx, 'ETag', 'cloudfront get-origin-access-control', '--id', own)),
      }),
    ],
    effects: [{ kind: 'creates', what: `origin access control ${label}` }],
  });
}

function bucketPolicy(cx: Context, bucket: string, arn: Query): Action {
  const region = cx.regionOf(cx.spec('bucket', bucket));
  const policy: Arg = json({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
        Condition: { StringEquals: { 'AWS:SourceArn': new Unknown({ asked: arn }) } },
      },
    ],
  });
  return s3api({ region }, 'put-bucket-policy', '--bucket', bucket, '--policy', policy);
}
