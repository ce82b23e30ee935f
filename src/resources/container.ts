import * as z from 'zod';
import { amount, envName, list, port, shellVariable, text, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

/** `8080:80`, `127.0.0.1:8080:80/udp`, a number, or an object. Published on 127.0.0.1 unless an address is given. */
export const publish = z.preprocess(
  (value) => {
    if (typeof value === 'number') return { host: value, container: value };
    if (typeof value !== 'string') return value;
    const match = /^(?:(\d+\.\d+\.\d+\.\d+):)?(?:(\d+):)?(\d+)(?:\/(tcp|udp))?$/.exec(value.trim());
    if (match === null) return value;
    return {
      ...(match[1] ? { address: match[1] } : {}),
      host: match[2] ?? match[3],
      container: match[3],
      ...(match[4] ? { protocol: match[4] } : {}),
    };
  },
  z.strictObject(
    { address: z.ipv4().default('127.0.0.1'), host: port, container: port, protocol: z.enum(['tcp', 'udp']).default('tcp') },
    'is no port: 8080:80, 0.0.0.0:80:80 or {"host":8080,"container":80}',
  ),
);

/** `data:/var/lib/data`, `data:/var/lib/data:ro`, or an object. Left of the colon: a volume of the plan, or an absolute path. */
export const mount = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const match = /^([^:]+):([^:]+?)(?::(ro|rw))?$/.exec(value.trim());
    return match === null ? value : { source: match[1], target: match[2], readOnly: match[3] === 'ro' };
  },
  z.strictObject(
    {
      source: text.regex(/^[^,=:]+$/, 'has a comma, a colon or an equals sign'),
      target: text.regex(/^\/[^,=:]*$/, 'is no absolute path without commas'),
      readOnly: yesNo.default(false),
    },
    'is no mount: data:/var/lib/data',
  ),
);

/** Settings that reach a container: a value in the open, or `{ "env": "NAME" }` for one that stays in the user's shell. */
export const environment = z.record(
  envName,
  z.union([text, z.number().transform(String), z.boolean().transform(String), z.strictObject({ env: shellVariable })]),
);

/** argv: one word, or a list of words. A text with spaces is refused, because no shell will split it. */
const words = z.preprocess(
  (value) => (value === undefined || value === null ? [] : typeof value === 'string' && !/\s/.test(value) ? [value] : value),
  z.array(text, 'is one text; give the words as a list: ["sh","-c","echo hi"]'),
);

/** What a container has in common with a service of a compose project. */
export const containerFields = {
  image: text.regex(
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/,
    'is no image reference like postgres:17 or ghcr.io/acme/app:1.2',
  ),
  command: words,
  ports: list(publish).describe('"8080:80" (on 127.0.0.1), "0.0.0.0:80:80"'),
  environment: environment.default({}).describe('{"KEY":"value"}; a secret as {"KEY":{"env":"KEY"}}'),
  volumes: list(mount).describe('"data:/var/lib/data"'),
  restart: z.enum(['no', 'on-failure', 'always', 'unless-stopped']).default('unless-stopped'),
  memoryMb: whole(6, 1_000_000).optional(),
  cpus: amount(1024).optional(),
};

export const container = defineKind(
  'container',
  { ...containerFields, network: text.optional(), server: text.optional() },
  {
    summary: 'a container on the local engine, or on a server of the plan',
    refs: { network: { to: ['network'] }, server: { to: ['server'], anywhere: true } },
    rare: ['restart', 'memoryMb', 'cpus'],
  },
);

export const compose = defineKind(
  'compose',
  {
    file: text.optional().describe('a compose file of yours'),
    services: z
      .record(
        z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'is no service name'),
        z.strictObject({ ...containerFields, dependsOn: list(text) }),
      )
      .optional()
      .describe('or {"app":{"image":"...","ports":["8080:80"]}}'),
    server: text.optional(),
    swarm: text.optional().describe('that runs it as a stack'),
  },
  {
    summary: 'a compose project, or a stack of a swarm',
    refs: { server: { to: ['server'], anywhere: true }, swarm: { to: ['swarm'] } },
    aliases: ['compose_project', 'stack', 'docker_compose', 'docker_stack'],
    rare: ['swarm'],
  },
);
