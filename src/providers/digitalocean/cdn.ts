import { type Arg, query } from '../../core/command.ts';
import type { Emit } from '../provider.ts';
import { doctl } from './cli.ts';

/** Spaces' own CDN: it serves one bucket, and costs nothing beside the bucket's traffic. */
export const cdn: Emit<'cdn'> = (spec, cx) => {
  const bucket = cx.all('bucket').find((one) => one.name === spec.origin);
  if (bucket === undefined)
    return cx.fail('origin', {
      message: "has to be a bucket of the plan; DigitalOcean's CDN serves nothing else.",
      ...(spec.origin === undefined ? {} : { given: JSON.stringify(spec.origin) }),
      allowed: cx.all('bucket').map((one) => one.name),
    });
  const [domain, ...more] = spec.domains;
  if (more.length > 0) cx.fail('domains', { message: 'may have one name here.', given: String(spec.domains.length) });
  if ((domain === undefined) !== (spec.certificate === undefined))
    cx.fail(domain === undefined ? 'domains' : 'certificate', {
      message: 'is missing; a name of your own and its certificate go together.',
    });
  const origin = `${bucket.name}.${cx.regionOf(bucket)}.digitaloceanspaces.com`;
  const found = query(doctl('compute', 'cdn', 'list', '--format', 'ID,Origin', '--no-header'), { column: 2, equals: origin, print: 1 });
  const args: Arg[] = ['--ttl', String(spec.ttl)];
  if (domain !== undefined) args.push('--domain', domain, '--certificate-id', cx.of('certificate', spec.certificate as string));
  cx.warn(
    `the CDN serves what in bucket ${bucket.name} may be read by everybody: give those objects a public-read ACL of their own, the bucket stays closed`,
  );
  return [
    {
      id: cx.id,
      title: `CDN of ${bucket.name}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl('compute', 'cdn', 'create', origin, ...args, '--format', 'ID', '--no-header'),
      captures: true,
      verify: { query: found },
      undo: [doctl('compute', 'cdn', 'delete', { of: cx.id, out: 'id' }, '--force')],
      after: [`bucket.${bucket.name}`],
      effects: [
        { kind: 'creates', what: `CDN in front of ${origin}${domain === undefined ? '' : `, as ${domain}`}; its traffic is the bucket's` },
        { kind: 'exposes', port: '443/tcp', to: 'the internet', what: `CDN of bucket ${bucket.name}` },
      ],
    },
  ];
};
