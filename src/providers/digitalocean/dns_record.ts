import type { Arg } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import { recordHost, recordValues } from '../dns.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find } from './cli.ts';

/** A value as DigitalOcean takes it, in flags of its own, and as its list shows it: without the final dot. */
interface Value {
  readonly flags: readonly Arg[];
  readonly listed: readonly Arg[];
}

function parts(type: Spec<'dns_record'>['type'], value: string, zone: string): Value {
  const words = value.split(/\s+/).filter((word) => word !== '');
  const host = (name: string, ...flags: string[]): Value => {
    const full = name.endsWith('.') ? name : `${name}.${zone}.`;
    return { flags: ['--record-data', full, ...flags], listed: [full.slice(0, -1)] };
  };
  switch (type) {
    case 'CNAME':
    case 'NS':
      return host(value);
    case 'MX':
      return host(words[1] as string, '--record-priority', words[0] as string);
    case 'SRV':
      return host(
        words[3] as string,
        '--record-priority',
        words[0] as string,
        '--record-weight',
        words[1] as string,
        '--record-port',
        words[2] as string,
      );
    case 'CAA': {
      const data = value.slice(value.indexOf('"') + 1, -1);
      const flags = ['--record-flags', words[0] as string, '--record-tag', words[1] as string];
      return words[1] === 'iodef' || data === ';'
        ? { flags: ['--record-data', data, ...flags], listed: [data] }
        : host(data.endsWith('.') ? data : `${data}.`, ...flags);
    }
    case 'AAAA': {
      const short = new URL(`http://[${value}]`).hostname.slice(1, -1);
      return { flags: ['--record-data', short], listed: [short] };
    }
    // A text of several words fills several columns of the list.
    default:
      return { flags: [`--record-data=${value}`], listed: words };
  }
}

/** DigitalOcean has no record sets: each value is a record, and a step, of its own. */
export const dnsRecord: Emit<'dns_record'> = (spec, cx) => {
  if (cx.providerOf(cx.spec('dns_zone', spec.zone)) !== 'digitalocean')
    cx.fail('zone', { message: `zone ${spec.zone} is on another provider; a record lives where its zone does.` });
  const host = recordHost(spec, cx);
  const zone = cx.of('dns_zone', spec.zone, 'name');
  return recordValues(spec, cx).map((value, i): Step => {
    const { flags, listed } =
      typeof value === 'string' ? checked(spec, cx, value, i) : { flags: ['--record-data', value], listed: [value] };
    const id = i === 0 ? cx.id : cx.part(`value-${i + 1}`);
    const found = find('compute domain records', 'ID,Type,Name,Data', [spec.type, host, ...listed], zone);
    return {
      id,
      title: `${spec.type} record of ${host === '@' ? spec.zone : `${host}.${spec.zone}`}${i === 0 ? '' : `, value ${i + 1}`}`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'compute',
        'domain',
        'records',
        'create',
        zone,
        '--record-type',
        spec.type,
        '--record-name',
        host,
        ...flags,
        '--record-ttl',
        String(spec.ttl),
        '--format',
        'ID',
        '--no-header',
      ),
      captures: true,
      verify: { query: found },
      undo: [doctl('compute', 'domain', 'records', 'delete', zone, { of: id, out: 'id' }, '--force')],
      effects: [{ kind: 'creates', what: `DNS record ${spec.type} ${host} in ${spec.zone}` }],
    };
  });
};

function checked(spec: Spec<'dns_record'>, cx: Context, value: string, i: number): Value {
  try {
    return parts(spec.type, value, spec.zone);
  } catch {
    return cx.fail(`value[${i}]`, { message: 'is no IPv6 address.', given: JSON.stringify(value) });
  }
}
