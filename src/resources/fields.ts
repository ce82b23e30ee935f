import * as z from 'zod';
import { isPrintable } from '../core/command.ts';

/** Field types that several kinds share. They take what a model carelessly but unambiguously writes. */

const PRINTABLE = 'has a control character, a line break or an invisible direction mark; none of these can stand in a command';

/** One line of text that a shell can carry. */
export const text = z.string().min(1, 'is empty').max(1024, 'is longer than 1024 characters').refine(isPrintable, PRINTABLE);

/** Text of several lines, for a file that is written beside the commands. Tabs and line feeds are let through. */
export const multiline = z
  .string()
  .max(16_384, 'is longer than 16384 characters')
  .transform((value) => value.replaceAll('\r\n', '\n'))
  .refine((value) => isPrintable(value.replaceAll(/[\n\t]/g, '')), PRINTABLE);

/** A name of the user's. Each provider has a stricter rule of its own for each kind. */
export const name = z
  .string()
  .min(1, 'is empty')
  .max(253, 'is longer than 253 characters')
  .regex(
    /^[\p{L}\p{N}@*_](?:[\p{L}\p{N}._@* -]*[\p{L}\p{N}._-])?$/u,
    'is no name: letters, digits, dots, dashes and underscores, beginning with a letter or a digit',
  )
  .refine(isPrintable, PRINTABLE);

/** A list; one value where a list is meant is taken for a list of one. */
export function list<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]), z.array(item));
}

const digits = (value: unknown): unknown => (typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value);
const decimal = (value: unknown): unknown => (typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value);

/** A whole number; its text is taken too. */
export function whole(min: number, max: number) {
  return z.preprocess(digits, z.int().min(min, `is less than ${min}`).max(max, `is more than ${max}`));
}

/** A number above zero; its text is taken too. */
export function amount(max: number) {
  return z.preprocess(decimal, z.number().positive('has to be more than 0').max(max, `is more than ${max}`));
}

/** true or false; the words are taken too. */
export const yesNo = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());

export const port = whole(1, 65_535);

/** A port, a range (`8000-8100`), or `any`. Always text afterwards: `443`, `8000-8100`, `any`. */
export const portRange = z.preprocess(
  (value) =>
    typeof value === 'number'
      ? String(value)
      : typeof value === 'string'
        ? value
            .trim()
            .toLowerCase()
            .replace(/\s*[-:]\s*/, '-')
            .replace(/^(?:all|\*|0-65535|1-65535)$/, 'any')
        : value,
  z
    .string()
    .regex(/^(?:any|\d{1,5}(?:-\d{1,5})?)$/, 'is no port: a number from 1 to 65535, a range like 8000-8100, or "any"')
    .refine(
      (value) => value === 'any' || value.split('-').every((part) => Number(part) >= 1 && Number(part) <= 65_535),
      'is no port: a number from 1 to 65535',
    )
    .refine((value) => {
      const [from, to] = value.split('-').map(Number);
      return to === undefined || (from as number) <= to;
    }, 'begins above where it ends'),
);

/** An address range. A bare address is taken for itself alone, `any` and `internet` for every address of both families. */
export const cidr = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const given = value.trim();
    if (/^\d+\.\d+\.\d+\.\d+$/.test(given)) return `${given}/32`;
    return given.includes(':') && !given.includes('/') ? `${given}/128` : given;
  },
  z.union([z.cidrv4(), z.cidrv6()], 'is no address range: 203.0.113.0/24, 2001:db8::/32, or a single address'),
);

/** The same as a list, with the words that people use for the whole internet. */
export const cidrs = z.preprocess((value) => {
  const items = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  return items.flatMap((item) =>
    typeof item === 'string' && /^(?:any|all|anywhere|internet|world|public)$/i.test(item.trim()) ? ['0.0.0.0/0', '::/0'] : [item],
  );
}, z.array(cidr));

const privateV4 = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
] as const;

/** A private IPv4 range for a network: inside 10/8, 172.16/12 or 192.168/16, on its own boundary, /16 to /28. */
export const privateCidr = z
  .cidrv4('is no IPv4 range like 10.0.0.0/16')
  .refine(
    (value) => Number(value.split('/')[1]) >= 16 && Number(value.split('/')[1]) <= 28,
    'has to be between /16 and /28, which every provider takes',
  )
  .refine(
    (value) => privateV4.some(([base, bits]) => toNumber(value) >>> (32 - bits) === base >>> (32 - bits)),
    'is not private: use a range inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
  )
  .refine(
    (value) => (toNumber(value) & (2 ** (32 - Number(value.split('/')[1])) - 1)) === 0,
    'has bits set behind its prefix; 10.0.0.0/16 has none',
  );

/** The address of an IPv4 range or address as an unsigned number. */
export function toNumber(range: string): number {
  return (range.split('/')[0] as string).split('.').reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
}

export function fromNumber(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The n-th range of `bits` length inside a range, counted from 0, or undefined when it does not fit. */
export function subRange(range: string, bits: number, n: number): string | undefined {
  const size = 2 ** (32 - bits);
  const start = toNumber(range) + n * size;
  if (bits < Number(range.split('/')[1]) || start + size > toNumber(range) + 2 ** (32 - Number(range.split('/')[1]))) return undefined;
  return `${fromNumber(start)}/${bits}`;
}

/** True when two IPv4 ranges have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const bits = Math.min(Number(a.split('/')[1]), Number(b.split('/')[1]));
  return toNumber(a) >>> (32 - bits) === toNumber(b) >>> (32 - bits);
}

/** True when the range holds every address, of either family. */
export function isWorld(range: string): boolean {
  return range.endsWith('/0');
}

/** A domain name in lower case without a final dot; international names in their xn-- form. */
export const domain = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().toLowerCase().replace(/\.$/, '') : value),
  z
    .string()
    .max(253)
    .regex(
      /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/,
      'is no domain name like example.com (international names in their xn-- form)',
    ),
);

/**
 * A variable of the user's shell that a command refers to. In upper case, as such variables are: the script's own are in
 * lower case, so the two never meet.
 */
export const shellVariable = z
  .string()
  .regex(/^[A-Z_][A-Z0-9_]{0,127}$/, 'is no variable of your shell: capital letters, digits and underscores, like DB_PASSWORD')
  .refine(
    (value) => !/^(?:_|IFS|PATH|HOME|NAME|POLL_SECONDS|LD_.*|BASH_.*|ENV|SHELLOPTS)$/.test(value),
    'is a variable that the shell or the script itself uses; choose another name',
  );

/** The name of an environment variable. */
export const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is no name of an environment variable');

/** How large a machine is: the provider's own name for it, or what it has to have at least. */
export const size = z.union(
  [
    text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is no size: a type name like cx23, t4g.small, s-1vcpu-1gb, or {"vcpu":2,"memoryGb":4}'),
    z.strictObject({
      vcpu: whole(1, 1024).optional(),
      memoryGb: amount(65_536).optional(),
      diskGb: amount(1_000_000).optional(),
      arch: z.enum(['x86', 'arm']).optional(),
      dedicated: yesNo.optional(),
    }),
  ],
  'is neither a type name like cx23 nor an object like {"vcpu":2,"memoryGb":4}',
);
export type Size = z.output<typeof size>;

/** An engine's version: 17, 8.4, 1.33.1; a number is taken too. */
export const version = z.preprocess(
  (v) => (typeof v === 'number' ? String(v) : v),
  text.regex(/^\d+(?:\.\d+){0,2}$/, 'is no version like 17'),
);

export const email = z.email('is no mail address').max(254, 'is longer than 254 characters');

/** A moment, UTC. */
export const moment = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value),
  z.iso.datetime('is no moment like 2026-11-23T04:30:00Z'),
);
