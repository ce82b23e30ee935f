import * as z from 'zod';
import type { Arg } from '../core/command.ts';
import { show } from '../core/errors.ts';
import { hostIn } from '../resources/dns_record.ts';
import type { Spec } from '../resources/index.ts';
import type { Context } from './provider.ts';

const HOSTNAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.?$/i;
const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** Checks one value of a record against its type. Names come back fully qualified, with the final dot. */
function recordValue(cx: Context, type: Spec<'dns_record'>['type'], value: string, i: number): string {
  const wrong = (message: string): never => cx.fail(`value[${i}]`, { message, given: show(value) });
  const host = (name: string): string => {
    if (!HOSTNAME.test(name) || ipv4.safeParse(name).success) wrong(`is no host name, which a record of type ${type} needs.`);
    return name.endsWith('.') || !name.includes('.') ? name : `${name}.`;
  };
  const short = (number: string, most = 65_535): string =>
    Number(number) <= most ? String(Number(number)) : wrong(`has a number above ${most}.`);
  switch (type) {
    case 'A':
      return ipv4.safeParse(value).success ? value : wrong('is no IPv4 address.');
    case 'AAAA':
      return ipv6.safeParse(value).success ? value.toLowerCase() : wrong('is no IPv6 address.');
    case 'CNAME':
    case 'NS':
      return host(value);
    case 'MX': {
      const match = /^(\d{1,5})\s+(\S+)$/.exec(value);
      return match === null
        ? wrong('is no mail server like "10 mail.example.com".')
        : `${short(match[1] as string)} ${host(match[2] as string)}`;
    }
    case 'SRV': {
      const match = /^(\d{1,5})\s+(\d{1,5})\s+(\d{1,5})\s+(\S+)$/.exec(value);
      if (match === null) return wrong('is no service like "10 5 5060 sip.example.com": priority, weight, port, host.');
      const [, priority, weight, port, name] = match as unknown as [string, string, string, string, string];
      return `${short(priority)} ${short(weight)} ${short(port)} ${host(name)}`;
    }
    case 'CAA': {
      const match = /^(\d{1,3})\s+(issue|issuewild|iodef)\s+"?([^"\\]*)"?$/.exec(value);
      return match === null
        ? wrong('is no authorisation like "0 issue letsencrypt.org".')
        : `${short(match[1] as string, 255)} ${match[2]} "${match[3]}"`;
    }
    case 'TXT': {
      // As DNS consoles print it: one or several quoted pieces, which are one text.
      if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/.test(value)) return value;
      return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((piece) => (piece[1] as string).replaceAll(/\\(.)/g, '$1')).join('');
    }
  }
}

/** TXT text as DNS servers want it: in double quotes, in pieces of at most 255 bytes. */
export function quotedTxt(value: string): string {
  const pieces = [''];
  let bytes = 0;
  for (const character of value) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > 255) {
      pieces.push('');
      bytes = 0;
    }
    pieces[pieces.length - 1] += character;
    bytes += size;
  }
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
  const host = hostIn(spec.zone, spec.name);
  const same = cx.all('dns_record').filter((other) => other.zone === spec.zone && hostIn(other.zone, other.name) === host);
  if (spec.type === 'CNAME' && same.length > 1) cx.fail('type', { message: `a CNAME stands alone, and ${host} has other records too.` });
  if (spec.type === 'CNAME' && spec.value.length > 1) cx.fail('value', { message: 'a CNAME has one value.' });
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
