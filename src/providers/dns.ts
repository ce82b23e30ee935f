import type { Arg } from '../core/command.ts';
import { show } from '../core/errors.ts';
import type { Spec } from '../resources/index.ts';
import type { Context } from './provider.ts';

const HOSTNAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.?$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9a-f:]+(?:\d+\.\d+\.\d+\.\d+)?$/i;

/** Checks one value of a record against its type. Names come back fully qualified, with the final dot. */
function recordValue(cx: Context, type: Spec<'dns_record'>['type'], value: string, i: number): string {
  const wrong = (message: string): never => cx.fail(`value[${i}]`, { message, given: show(value) });
  const host = (name: string): string => {
    if (!HOSTNAME.test(name)) wrong(`is no host name, which a record of type ${type} needs.`);
    return name.endsWith('.') || !name.includes('.') ? name : `${name}.`;
  };
  switch (type) {
    case 'A':
      return IPV4.test(value) ? value : wrong('is no IPv4 address.');
    case 'AAAA':
      return IPV6.test(value) && value.includes(':') ? value.toLowerCase() : wrong('is no IPv6 address.');
    case 'CNAME':
    case 'NS':
      return host(value);
    case 'MX': {
      const match = /^(\d{1,5})\s+(\S+)$/.exec(value);
      return match === null ? wrong('is no mail server like "10 mail.example.com".') : `${match[1]} ${host(match[2] as string)}`;
    }
    case 'SRV': {
      const match = /^(\d{1,5})\s+(\d{1,5})\s+(\d{1,5})\s+(\S+)$/.exec(value);
      return match === null
        ? wrong('is no service like "10 5 5060 sip.example.com": priority, weight, port, host.')
        : `${match[1]} ${match[2]} ${match[3]} ${host(match[4] as string)}`;
    }
    case 'CAA': {
      const match = /^(\d{1,3})\s+(issue|issuewild|iodef)\s+"?([^"\\]*)"?$/.exec(value);
      return match === null ? wrong('is no authorisation like "0 issue letsencrypt.org".') : `${match[1]} ${match[2]} "${match[3]}"`;
    }
    case 'TXT':
      return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
  }
}

/** TXT text as DNS servers want it: in double quotes, in pieces of at most 255 characters. */
export function quotedTxt(value: string): string {
  const pieces = value.match(/.{1,255}/gs) ?? [''];
  return pieces.map((piece) => `"${piece.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
}

/** The values of a record, from `value` or from the address of `target`. */
export function recordValues(spec: Spec<'dns_record'>, cx: Context): Arg[] {
  if (spec.target !== undefined) {
    if (spec.value.length > 0) cx.fail('target', { message: 'cannot be given together with value; a record has one or the other.' });
    if (spec.type !== 'A') cx.fail('type', { message: `a target has an IPv4 address, so its record is of type A, not ${spec.type}.` });
    const target = cx.target(['static_ip', 'load_balancer', 'server'], spec.target);
    if (target.kind === 'load_balancer' && cx.providerOf(target) === 'aws') {
      cx.fail('target', {
        message: `load balancer ${target.name} is on AWS and has no address of its own, only a name. Make the record a CNAME with that name as its value once the load balancer is there, or let the zone be on AWS.`,
      });
    }
    if (target.kind === 'server' && (!target.publicIp || target.subnet === 'private'))
      cx.fail('target', { message: `server ${target.name} has no public address.` });
    return [cx.of(target.kind, target.name, 'ipv4')];
  }
  if (spec.value.length === 0)
    cx.fail('value', {
      message: `is missing; give the record's value, or "target" with the name of a server, load_balancer or static_ip of the plan.`,
    });
  return spec.value.map((value, i) => recordValue(cx, spec.type, value, i));
}

/** The host within the zone, `@` for the zone itself, from a host or from the full name. */
export function recordHost(spec: Spec<'dns_record'>, cx: Context): string {
  const name = spec.name.toLowerCase().replace(/\.$/, '');
  const zone = spec.zone.toLowerCase();
  const host = name === zone ? '@' : name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
  if (host !== '@' && !/^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?$|^\*$/.test(host)) {
    cx.fail('name', {
      message: 'is no host name within a zone: letters, digits, dashes, or @ for the zone itself.',
      given: show(spec.name),
    });
  }
  if (host === '@' && spec.type === 'CNAME') cx.fail('type', { message: 'the zone itself cannot be a CNAME; use an A record.' });
  return host;
}

/** A zone's name is a domain. */
export const DOMAIN_NAME = {
  pattern: /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/,
  rule: 'a domain in lower case, like example.com',
};
