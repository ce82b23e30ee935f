import type { Problem } from './errors.ts';

/**
 * Shapes of credentials, by the prefixes and forms that their issuers document. A value that has one of them is
 * refused before anything else looks at it, and is never echoed.
 */
const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['an AWS access key id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/],
  ['a DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abposr]-[A-Za-z0-9-]{10,}/],
  ['a Stripe key', /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['an API key', /\bsk-[A-Za-z0-9_-]{20,}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a Docker Hub token', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['an age secret key', /\bAGE-SECRET-KEY-1[A-Z0-9]+/i],
  // Bounded, here and below, because a paste of megabytes may have a place to begin at every other character.
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]+/],
  ['a password inside a URL', /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{0,300}:[^\s/@$]{1,500}@/i],
  // Hetzner Cloud tokens and many others: exactly 64 letters and digits of both cases. A SHA-256 has no upper case.
  [
    'a 64-character API token',
    /(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{64}(?![A-Za-z0-9+/=_-])/,
  ],
  // AWS secret keys: exactly 40 characters of base 64, with both cases and a digit. A git commit has no upper case.
  [
    'an AWS secret access key',
    /(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=_-])/,
  ],
];

const SECRET_WORD = /(?:password|passwd|passphrase|secret|token|credential|apikey)s?$|^(?:pass|pwd|pw|auth|(?:db|pg|my)pass)$/;
/** What is said about a secret is none: where it is kept, how long it lasts. */
const ABOUT_WORD =
  /^(?:file|path|dir|url|uri|name|id|ttl|length|host|issuer|type|algorithm|expiry|expires|enabled|user|timeout|lifetime|expiration)$/;

/** True for the name of a setting whose value is a secret by what it is called: PGPASSWORD, apiKey, DB_PASS, APP_KEY. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (ABOUT_WORD.test(last)) return false;
  return (
    words.some((word) => SECRET_WORD.test(word)) ||
    (last === 'key' && !/^(?:public|primary|foreign|sort|partition|cache)$/.test(words.at(-2) ?? ''))
  );
}

/** No shape is shorter, a URL's password aside: most of an input is names and numbers, which need no closer look. */
const SHORTEST = 14;

/** The kind of credential that a text looks like, or undefined. */
export function credentialKind(text: string): string | undefined {
  if (text.length < SHORTEST && !text.includes('://')) return undefined;
  return SHAPES.find(([, shape]) => shape.test(text))?.[0];
}

/** Every place in an input, keys included, that holds something that looks like a credential. */
export function findCredentials(input: unknown, field = ''): Problem[] {
  const problems: Problem[] = [];
  const visit = (value: unknown, at: string): void => {
    if (typeof value === 'string') {
      const kind = credentialKind(value);
      if (kind !== undefined) problems.push(leaked(at || 'input', kind));
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => {
        visit(item, `${at}[${i}]`);
      });
    } else if (value !== null && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) {
        const kind = credentialKind(key);
        if (kind !== undefined) problems.push(leaked(at || 'input', kind));
        else visit(item, at === '' ? key : `${at}.${key}`);
      }
    }
  };
  visit(input, field);
  return problems;
}

function leaked(field: string, kind: string): Problem {
  return {
    field,
    message: `this looks like ${kind}. It is not used and not repeated here. Take it out, revoke it if it is real (it is now in a chat's history), and set it in your own shell as an environment variable`,
  };
}
