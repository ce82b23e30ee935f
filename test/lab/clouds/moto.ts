import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Cloud, type Inventory, LAB, type Refusal } from '../harness.ts';
import { SERVICES, servedAws } from './aws/served.ts';

/**
 * AWS on loopback: moto (aws/moto_server.py), which keeps state for every service that a plan uses. Where it is laxer
 * than AWS, its own validation is switched on.
 */

const PYTHON = join(LAB, 'moto', 'bin', 'python3');
const SERVER = fileURLToPath(new URL('aws/moto_server.py', import.meta.url));

/** True when test/lab/setup has put moto there. */
export const hasMoto = (): boolean => existsSync(PYTHON);

export interface Request {
  readonly service: string;
  readonly action: string;
  readonly region: string;
  /** Whether it makes, changes or removes something. */
  readonly write: boolean;
  readonly status?: number;
  readonly refused?: boolean;
  readonly body?: string;
}

/** Which requests are refused, and how. `service`, `action` and `body` are regular expressions. */
export interface Rule {
  readonly service: string;
  readonly action: string;
  readonly body?: string;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Closes the connection instead of answering. */
  readonly drop?: true;
  /** Leaves the connection open and never answers. */
  readonly hang?: true;
  /** Closes the connection after the request was carried out. */
  readonly lose?: true;
  readonly times?: number;
}

export interface Moto extends Cloud {
  /** All requests so far. */
  requests(): readonly Request[];
  refuse(...rules: readonly Rule[]): void;
  writes(): readonly string[];
  reset(): Promise<void>;
}

/** What each way of refusing is in AWS's words; the codes are those of the calls that plans make, where they have their own. */
const REFUSALS: Readonly<Record<Refusal, { status: number; code: string; codes?: Readonly<Record<string, string>> }>> = {
  quota: {
    status: 400,
    code: 'LimitExceeded',
    codes: {
      RunInstances: 'InsufficientInstanceCapacity',
      CreateVpc: 'VpcLimitExceeded',
      AllocateAddress: 'AddressLimitExceeded',
      CreateVolume: 'VolumeLimitExceeded',
      CreateSecurityGroup: 'SecurityGroupLimitExceeded',
      CreateInternetGateway: 'InternetGatewayLimitExceeded',
      CreateDBInstance: 'InstanceQuotaExceeded',
      CreateLoadBalancer: 'TooManyLoadBalancers',
      CreateTargetGroup: 'TooManyTargetGroups',
      RequestCertificate: 'LimitExceededException',
    },
  },
  taken: {
    status: 400,
    code: 'AlreadyExists',
    codes: {
      ImportKeyPair: 'InvalidKeyPair.Duplicate',
      CreateSecurityGroup: 'InvalidGroup.Duplicate',
      AuthorizeSecurityGroupIngress: 'InvalidPermission.Duplicate',
      CreateLoadBalancer: 'DuplicateLoadBalancerName',
      CreateTargetGroup: 'DuplicateTargetGroupName',
      CreateDBInstance: 'DBInstanceAlreadyExists',
      CreateDBSubnetGroup: 'DBSubnetGroupAlreadyExists',
    },
  },
  busy: { status: 503, code: 'Throttling' },
  failure: { status: 500, code: 'InternalFailure' },
  timeout: { status: 0, code: '' },
};

/** A bucket's settings, and how long logs and images are kept, are put again by each run, which changes nothing. */
const SETTINGS = /^(?:PUT \/[^/?]+\?(?:publicAccessBlock|encryption|policy)|Put(?:Retention|Lifecycle)Policy)$/;

/** Starts moto; `regions` are those that `state` looks at, the first one without naming it; `services` are called beside the usual ones. */
export async function moto(regions: readonly string[] = ['eu-central-1'], services: readonly string[] = []): Promise<Moto> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-moto-'));
  const log = join(dir, 'requests');
  const refusals = join(dir, 'refusals');
  await writeFile(log, '');
  const server = spawn(PYTHON, [SERVER, dir, ...regions], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      PYTHONDONTWRITEBYTECODE: '1',
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: 'true',
      MOTO_ENABLE_AMI_VALIDATION: 'true',
      MOTO_ENABLE_KEYPAIR_VALIDATION: 'true',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      // Of a service of containers, so many run.
      MOTO_ECS_SERVICE_RUNNING: '1',
      // A certificate is issued when it is next asked for.
      MOTO_ACM_VALIDATION_WAIT: '0',
    },
  });
  let said = '';
  server.stderr.on('data', (data) => {
    said = `${said}${data}`.slice(-8000);
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const cli = servedAws([...SERVICES, ...services]);
  // Both end with their standard input.
  const stop = async (): Promise<void> => {
    server.stdin.end();
    await Promise.all([ended, cli.then((served) => served.stop())]);
    await rm(dir, { recursive: true, force: true });
  };
  const [port] = await Promise.all([
    new Promise<string | undefined>((resolve) => {
      createInterface(server.stdout).once('line', resolve);
      server.once('close', () => resolve(undefined));
    }),
    cli,
  ]).catch(async (error) => {
    server.stdin.end();
    throw error;
  });
  if (port === undefined) {
    await stop();
    throw new Error(`moto does not come up: ${said}`);
  }
  const url = `http://127.0.0.1:${port}`;
  const lab = async (what: string, method = 'POST'): Promise<unknown> => {
    const answer = await fetch(`${url}/lab/${what}`, { method });
    if (!answer.ok) throw new Error(`moto's ${what}: ${await answer.text()}\n${said}`);
    return answer.json();
  };

  const seen: Request[] = [];
  let place = 0;
  const requests = (): readonly Request[] => {
    const file = openSync(log, 'r');
    try {
      const fresh = Buffer.alloc(fstatSync(file).size - place);
      readSync(file, fresh, 0, fresh.length, place);
      const whole = fresh.subarray(0, fresh.lastIndexOf(10) + 1);
      place += whole.length;
      for (const line of whole.toString().split('\n')) if (line !== '') seen.push(JSON.parse(line) as Request);
    } finally {
      closeSync(file);
    }
    return seen;
  };
  const refuse = (...rules: readonly Rule[]): void => {
    if (rules.length === 0) rmSync(refusals, { force: true });
    else writeFileSync(refusals, JSON.stringify(rules.map((rule) => ({ status: 400, code: 'Refused', message: 'refused', ...rule }))));
  };
  let kept = 0;
  const served = await cli;
  return {
    env: {
      ...served.env,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'lab',
      AWS_SECRET_ACCESS_KEY: 'lab',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CLI_SESSION_ID_DISABLED: 'true',
    },
    stop,
    requests,
    refuse,
    get unknown() {
      return requests()
        .filter((one) => (one.status ?? 0) >= 500)
        .map((one) => `${one.service} ${one.action}: ${one.body}`);
    },
    writes: () =>
      requests()
        .filter((one) => one.write && (one.status ?? 599) < 400 && !SETTINGS.test(one.action))
        .map((one) => `${one.service} ${one.action}`),
    refuseWrites(how) {
      const { status, code, codes = {} } = REFUSALS[how];
      const message = how === 'timeout' ? 'Connection was closed before we received a valid response' : `${how}, says the lab`;
      const common = { status, message, ...(how === 'timeout' ? { drop: true as const } : {}) };
      const reads = '^(?!(?:Describe|Get|List)[A-Z]|(?:GET|HEAD) )';
      refuse(
        ...Object.entries(codes).map(([action, own]) => ({ service: '', action: `^${action}$`, code: own, ...common })),
        { service: '', action: reads, code, ...common },
        // Steps that make nothing: what they look up is all that can be refused them.
        { service: 'ssm', action: '^GetParameter$', code, ...common },
        { service: 'ec2', action: '^DescribeAvailabilityZones$', code, ...common },
        { service: 'secretsmanager', action: '^ListSecrets$', body: 'IncludePlannedDeletion', code, ...common },
        { service: 'acm', action: '^ListCertificates$', body: '\\["ISSUED"\\]', code, ...common },
      );
      return { message, end: () => refuse() };
    },
    async snapshot() {
      const name = String(++kept);
      await lab(`keep?as=${name}`);
      return async () => {
        await lab(`bring?back=${name}`);
      };
    },
    async drop() {
      await lab('drop');
    },
    async reset() {
      refuse();
      await lab('reset');
    },
    state: async () => (await lab('state', 'GET')) as Inventory,
  };
}
