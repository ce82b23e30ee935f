import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLAIN, type Served, servedAws } from './clouds/aws/served.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { leftOut, sandbox } from './harness.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

/** Shell lines that call "$AWS", and what each of them is about. */
const CALLS: Readonly<Record<string, string>> = {
  'the version': '"$AWS" --version',
  'no arguments': '"$AWS"',
  'a list': '"$AWS" ec2 describe-vpcs',
  'a list as text': '"$AWS" ec2 describe-vpcs --query "Vpcs[].CidrBlock" --output text',
  'a list as a table': '"$AWS" ec2 describe-vpcs --query "Vpcs[].[CidrBlock,IsDefault]" --output table',
  'a list as YAML': '"$AWS" ec2 describe-vpcs --query "Vpcs[].CidrBlock" --output yaml',
  'an empty answer': '"$AWS" ec2 describe-vpcs --filters Name=tag:plan,Values=none --query "Vpcs[].VpcId" --output text',
  'a value that is missing': '"$AWS" ec2 describe-vpcs --query "nothing" --output text',
  'a broken query': '"$AWS" ec2 describe-vpcs --query "Vpcs[" --output text',
  'an unknown service': '"$AWS" ec3 describe-vpcs',
  'an unknown operation': '"$AWS" ec2 describe-vcps',
  'an unknown flag': '"$AWS" ec2 describe-vpcs --filer x',
  'a flag that is missing': '"$AWS" ec2 create-vpc-peering-connection-x --vpc-id; "$AWS" ec2 delete-vpc',
  'a wrong type': '"$AWS" ec2 run-instances --count x',
  'a value that is not offered': '"$AWS" ec2 describe-vpcs --output toml',
  'a service error': '"$AWS" ec2 delete-vpc --vpc-id vpc-0123456789abcdef0',
  'a service error in JSON': '"$AWS" acm describe-certificate --certificate-arn arn:aws:acm:eu-central-1:1:certificate/x',
  'a service error in XML': '"$AWS" s3api get-bucket-versioning --bucket not-there-at-all',
  'an argument from a file':
    '"$AWS" ec2 import-key-pair --key-name one-$TAG --public-key-material fileb://key.pub --query KeyName --output text',
  'a file that is missing': '"$AWS" ec2 import-key-pair --key-name two --public-key-material fileb://none.pub',
  'JSON from a file': '"$AWS" ec2 describe-vpcs --cli-input-json file://input.json --query "Vpcs[].CidrBlock"',
  'shorthand, with words of several kinds': `"$AWS" ec2 describe-instances --filters 'Name=tag:Name,Values=a b,ü"q"' --query 'Reservations[]'`,
  'standard input':
    'printf "from a pipe" | "$AWS" s3 cp - s3://pipes/$TAG --region us-east-1 && "$AWS" s3 cp s3://pipes/$TAG - --region us-east-1',
  'a pipe that is closed early': '"$AWS" ec2 describe-instance-types --output text | head -n 1 | cut -c1-10; echo "${PIPESTATUS[0]}"',
  'an output that is full': '"$AWS" ec2 describe-vpcs > /dev/full',
  'an output into a file': '"$AWS" ec2 describe-vpcs --query "Vpcs[].CidrBlock" > out; "$AWS" --version >> out; cat out',
  'credentials of one call': 'AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= "$AWS" sts get-caller-identity',
  'a profile that is not there': 'AWS_PROFILE=none "$AWS" sts get-caller-identity',
  'a profile of the home folder':
    'mkdir -p home/.aws && printf "[profile x]\\nregion = us-west-2\\noutput = text\\n" > home/.aws/config && HOME=$PWD/home AWS_PROFILE=x AWS_REGION= "$AWS" ec2 describe-availability-zones --query "AvailabilityZones[0].ZoneName"',
  'no region': 'AWS_REGION= "$AWS" ec2 describe-vpcs',
  'nobody listening': 'AWS_ENDPOINT_URL=http://127.0.0.1:9 "$AWS" ec2 describe-vpcs',
  'another folder':
    'mkdir -p deep && cd deep && cp ../key.pub . && "$AWS" ec2 import-key-pair --key-name deep-$TAG --public-key-material fileb://key.pub --query KeyName',
  'a waiter that fails at once':
    '"$AWS" ec2 wait instance-running --instance-ids i-0123456789abcdef0 --region moon-1 --endpoint-url http://127.0.0.1:9',
  'many words': '"$AWS" ec2 describe-vpcs --filters $(seq -f "Name=tag:n%g,Values=x" 190) --query "Vpcs[].VpcId"',
};

describe.skipIf(missing !== undefined)(
  `the served aws says and does what the plain one does${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 120_000 },
  () => {
    let cloud: Moto;
    let served: Served;
    let box: Awaited<ReturnType<typeof sandbox>>;
    beforeAll(async () => {
      [cloud, served, box] = await Promise.all([moto(), servedAws(), sandbox()]);
      await writeFile(join(box.dir, 'input.json'), '{"Filters": [{"Name": "is-default", "Values": ["true"]}]}');
      await sh(`cp .ssh/id_ed25519.pub key.pub && "$AWS" s3api create-bucket --bucket pipes --region us-east-1`, PLAIN, 'x');
    }, 120_000);
    afterAll(async () => {
      await Promise.all([cloud?.stop(), served?.stop()]);
      await box?.remove();
    });

    function sh(line: string, aws: string, tag: string, send?: NodeJS.Signals) {
      const child = spawn('bash', ['-c', line], {
        cwd: box.dir,
        env: { HOME: box.dir, AWS_REGION: 'eu-central-1', ...cloud.env, ...served.env, AWS: aws, TAG: tag },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data) => {
        stdout += data;
      });
      child.stderr.on('data', (data) => {
        stderr += data;
      });
      if (send !== undefined) setTimeout(() => child.kill(send), 1500);
      return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>((resolve) =>
        child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr: stderr.replaceAll(tag, 'TAG') })),
      );
    }
    const same = (one: Awaited<ReturnType<typeof sh>>, tag: string) => ({
      ...one,
      stdout: one.stdout
        .replaceAll(tag, 'TAG')
        .replace(/"(?:VpcId|DhcpOptionsId|AssociationId)": "[^"]*"/g, '"ID"')
        // What a terminal would overwrite: the progress of a copy.
        .replace(/Completed [^\r]*\r/g, ''),
    });

    it('is served, and not the plain one', () => expect(served.plain).toBeUndefined());

    it.each(Object.entries(CALLS))('%s', async (_, line) => {
      const plain = same(await sh(line, PLAIN, 'plain'), 'plain');
      const fast = same(await sh(line, join(served.bin, 'aws'), 'served'), 'served');
      expect(fast).toEqual(plain);
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in the same way', async (signal) => {
      // The waiter sleeps between its questions.
      const waiting = 'exec "$AWS" ec2 wait volume-available --filters Name=volume-id,Values=none';
      const plain = await sh(waiting, PLAIN, 'x', signal);
      const fast = await sh(waiting, join(served.bin, 'aws'), 'x', signal);
      expect(fast).toEqual(plain);
    });

    it('takes the call along when its client is killed', async () => {
      const before = cloud.requests().length;
      const line = 'exec "$AWS" ec2 wait instance-running --filters Name=instance-id,Values=none';
      await sh(line, join(served.bin, 'aws'), 'x', 'SIGKILL');
      expect(cloud.requests().length).toBeGreaterThan(before);
    });

    it('becomes the plain one where nobody listens', async () => {
      const line = 'LAB_AWS_SOCKET=/nowhere "$AWS" ec2 describe-vpcs --query "Vpcs[].CidrBlock" --output text';
      expect(await sh(line, join(served.bin, 'aws'), 'x')).toEqual(await sh(line, PLAIN, 'x'));
    });
  },
);
