import { type Arg, atoms, type Query, query } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { rateCost } from '../common.ts';
import { quotedTxt, recordHost, recordValues } from '../dns.ts';
import type { Atom, Context, Emit } from '../provider.ts';
import { aws, notAFile, self, step, text } from './cli.ts';

export const dnsZone: Emit<'dns_zone'> = (spec, cx) => {
  // A zone takes tags only in a second call, so its comment, which is there from the start, says whose it is. Private
  // zones, and those of other plans, may have the same name.
  const comment = `plan ${cx.plan}`;
  const zones = (test: string) =>
    text(
      cx,
      `HostedZones[?Name=='${spec.name}.'&&!(Config.PrivateZone)&&${test}].Id`,
      'route53 list-hosted-zones-by-name',
      '--dns-name',
      spec.name,
    );
  const found = query(zones(`Config.Comment=='${comment}'`));
  cx.preflight({
    title: `has this account no other public zone ${spec.name}?`,
    check: {
      query: query(
        text(
          cx,
          `length(HostedZones[?Name=='${spec.name}.'&&!(Config.PrivateZone)&&Config.Comment!='${comment}'])`,
          'route53 list-hosted-zones-by-name',
          '--dns-name',
          spec.name,
        ),
      ),
      expect: '0',
    },
    fix: `Route 53 has another public zone ${spec.name} in this account, and only one of two would be asked. Nothing was made. Remove that one, or leave the zone out of this plan.`,
    unless: found,
  });
  cx.warn(
    `${spec.name} answers from Route 53 only after its registrar names the zone's four name servers: aws route53 list-hosted-zones-by-name --dns-name ${spec.name} gives its Id, and aws route53 get-hosted-zone --id ID lists them`,
  );
  return [
    step(cx, '', {
      title: `DNS zone ${spec.name}`,
      find: found,
      // A caller reference is never taken twice, not even after the zone is gone.
      create: text(
        cx,
        'HostedZone.Id',
        'route53 create-hosted-zone',
        '--name',
        spec.name,
        '--caller-reference',
        [`${cx.plan}-${spec.name}-`, { now: true }],
        '--hosted-zone-config',
        `Comment=${comment}`,
      ),
      captures: true,
      outputs: { name: spec.name },
      verify: { query: found },
      undo: [aws(cx, 'route53 delete-hosted-zone', '--id', self(cx))],
      effects: [{ kind: 'creates', what: `DNS zone ${spec.name}` }, rateCost(cx, `DNS zone ${spec.name}`, 'dns_zone')],
    }),
  ];
};

/** A record set as the JSON that Route 53 takes, in pieces, because some of its values are only known when it is made. */
export type RecordSet = { readonly name: Arg; readonly type: string } & (
  | { readonly ttl: number; readonly values: readonly Arg[] }
  | { readonly alias: Arg; readonly aliasZone: Arg }
);

/** A text inside JSON; what is known is escaped. */
const quoted = (value: Arg): Atom[] => [
  '"',
  ...atoms(value).map((atom) => (typeof atom === 'string' ? JSON.stringify(atom).slice(1, -1) : atom)),
  '"',
];

/** One change of one record set. CREATE, not UPSERT: a record that somebody else made is not overwritten. */
export function change(cx: Context, zone: Atom, action: 'CREATE' | 'DELETE', set: RecordSet) {
  const head: Atom[] = [`{"Changes":[{"Action":"${action}","ResourceRecordSet":{"Name":`, ...quoted(set.name), `,"Type":"${set.type}",`];
  const body: Atom[] =
    'alias' in set
      ? ['"AliasTarget":{"DNSName":', ...quoted(set.alias), ',"HostedZoneId":', ...quoted(set.aliasZone), ',"EvaluateTargetHealth":false}']
      : [
          `"TTL":${set.ttl},"ResourceRecords":[`,
          ...set.values.flatMap((value, i): Atom[] => [i === 0 ? '{"Value":' : ',{"Value":', ...quoted(value), '}']),
          ']',
        ];
  return aws(cx, 'route53 change-resource-record-sets', '--hosted-zone-id', zone, '--change-batch', [...head, ...body, '}}]}']);
}

/** What is in the zone under that name and type. Route 53 answers with a star's octal code. */
export function recordQuery(cx: Context, zone: Atom, name: Arg, type: string, select: string): Query {
  const isName: Arg =
    typeof name === 'string' && name.startsWith('*')
      ? `(Name=='${name}'||Name=='\\052${name.slice(1)}')`
      : ["Name=='", ...atoms(name), "'"];
  const expression = ['ResourceRecordSets[?', ...atoms(isName), `&&Type=='${type}'].${select}`];
  return query(text(cx, expression, 'route53 list-resource-record-sets', '--hosted-zone-id', zone));
}

export const dnsRecord: Emit<'dns_record'> = (spec, cx) => {
  if (cx.providerOf(cx.spec('dns_zone', spec.zone)) !== 'aws')
    cx.fail('zone', { message: `zone ${spec.zone} is on another provider; a record lives where its zone does.` });
  for (const [i, value] of spec.value.entries()) notAFile(value, cx.field(`value[${i}]`));
  const host = recordHost(spec, cx);
  if (host === '@' && spec.type === 'NS')
    cx.fail('type', { message: `the NS record of ${spec.zone} itself comes with the zone and stays with it.` });
  const fqdn = host === '@' ? spec.zone : `${host}.${spec.zone}`;
  const zone = cx.of('dns_zone', spec.zone);
  const found = recordQuery(cx, zone, `${fqdn}.`, spec.type, 'Name');
  const [made, outputs, removed] = recordSets(spec, cx, fqdn, zone);
  return [
    step(cx, '', {
      title: `${spec.type} record of ${fqdn}`,
      find: found,
      create: change(cx, zone, 'CREATE', made),
      outputs,
      verify: { query: found },
      undo: [change(cx, zone, 'DELETE', removed)],
      effects: [{ kind: 'creates', what: `DNS record ${spec.type} ${host} in ${spec.zone}` }],
    }),
  ];
};

/**
 * A deletion has to name the record exactly as it is. Values of the request are known; those that came from elsewhere
 * are asked of the record itself, since a server's address may have changed since.
 */
function recordSets(spec: Spec<'dns_record'>, cx: Context, fqdn: string, zone: Atom): [RecordSet, Record<string, Query>, RecordSet] {
  const base = { name: fqdn, type: spec.type };
  const asked = (select: string) => recordQuery(cx, zone, `${fqdn}.`, spec.type, select);
  const own = (out: string): Atom => ({ of: cx.id, out });
  const target = spec.target === undefined ? undefined : cx.target(['static_ip', 'load_balancer', 'server'], spec.target);
  if (target?.kind === 'load_balancer' && cx.providerOf(target) === 'aws') {
    if (spec.value.length > 0) cx.fail('target', { message: 'cannot be given together with value; a record has one or the other.' });
    if (spec.type !== 'A') cx.fail('type', { message: `a load balancer answers on IPv4, so its record is of type A, not ${spec.type}.` });
    // Its addresses change; an alias follows them, and unlike a CNAME it may stand for the zone itself.
    const made = {
      ...base,
      alias: cx.of('load_balancer', target.name, 'dnsName'),
      aliasZone: cx.of('load_balancer', target.name, 'zoneId'),
    };
    return [
      made,
      { alias: asked('AliasTarget.DNSName'), 'alias-zone': asked('AliasTarget.HostedZoneId') },
      { ...base, alias: own('alias'), aliasZone: own('alias-zone') },
    ];
  }
  const values = recordValues(spec, cx).map((value) => (typeof value === 'string' ? absolute(spec, value) : value));
  const made = { ...base, ttl: spec.ttl, values };
  if (target === undefined) return [made, {}, made];
  return [made, { address: asked('ResourceRecords[].Value') }, { ...made, values: [own('address')] }];
}

/** Route 53 knows no names relative to the zone. */
function absolute(spec: Spec<'dns_record'>, value: string): string {
  if (spec.type === 'TXT') return quotedTxt(value);
  if (!['CNAME', 'NS', 'MX', 'SRV'].includes(spec.type)) return value;
  const host = value.slice(value.lastIndexOf(' ') + 1);
  return host.includes('.') ? value : `${value}.${spec.zone}.`;
}
