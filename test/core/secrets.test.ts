import { describe, expect, it, test } from 'vitest';
import { credentialKind, findCredentials } from '../../src/core/secrets.ts';

// Put together here, so that no scanner takes this file for a leak.
const join = (...parts: string[]): string => parts.join('');
const CREDENTIALS: readonly (readonly [string, string])[] = [
  ['an AWS access key id', join('AKIA', 'IOSFODNN7EXAMPLE')],
  ['an AWS secret access key', join('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY')],
  ['a DigitalOcean token', join('dop_v1_', 'a'.repeat(64))],
  ['a 64-character API token', join('jEheVytlAoFl7F8MqUQ7jAo2hOXASztX', 'Z6oPYTqyLuTuFn9QmKp3dRs5vWxYzAbC')],
  ['a GitHub token', join('ghp_', 'A1b2'.repeat(9))],
  ['a private key', join('-----BEGIN OPENSSH ', 'PRIVATE KEY-----')],
  ['an age secret key', join('AGE-SECRET-KEY-', '1QQPQZ')],
  ['a password inside a URL', join('postgres://app:', 'hunter2', '@db.example.com/app')],
];

describe('what looks like a credential', () => {
  test.each(CREDENTIALS)('%s is refused by its kind and not repeated', (kind, value) => {
    const problems = findCredentials({ resources: [{ environment: { X: `prefix ${value}` } }] });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.field).toBe('resources[0].environment.X');
    expect(problems[0]?.message).toContain(kind);
    expect(JSON.stringify(problems)).not.toContain(value);
  });

  it('is found in a key too', () => {
    expect(findCredentials({ [join('AKIA', 'IOSFODNN7EXAMPLE')]: 1 })).toHaveLength(1);
  });

  test.each([
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8Zk0bVb7Vb0K6mQ0m3Yt0yq1o3yq5nO0gk2m7xq7aR me@host',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'ghcr.io/acme/app:1.2.3',
    'https://example.com/path?x=1',
    'postgres://app:$PGPASSWORD@db/app',
    'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
  ])('%s is none', (value) => {
    expect(credentialKind(value)).toBeUndefined();
  });
});
