/**
 * Distils the vendors' own CLIs into test/grammar/*.json, against which every command that we write is checked, and from
 * those into src/providers/flags/*.json what may be given as `options`.
 *
 *   npm run grammar [-- NAME...]   rewrite the files (hcloud, doctl, docker, aws)
 *   npm run grammar -- --options        rewrite src/providers/flags from test/grammar; takes no CLI
 *   npm run grammar -- --check     compare only; exit code 1 when a file differs
 *
 * The CLIs come from test/lab/setup.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Closed, mergeClosed } from './grammar/closed.ts';
import { distil } from './grammar/cobra.ts';
import { type Grammar, serialize } from './grammar/format.ts';
import { optionFlags, serializeOptions } from './grammar/options.ts';

const SERVICES = `acm application-autoscaling autoscaling backup cloudfront cloudwatch ec2 ecr ecs efs eks elasticache elbv2
  iam kms logs rds resourcegroupstaggingapi route53 s3 s3api secretsmanager sns ssm sts wafv2`.split(/\s+/);

const here = fileURLToPath(new URL('.', import.meta.url));
const target = join(here, '..', 'test', 'grammar');
const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const lab = process.env.INFRA_LAB_DIR || join(cache, 'infrastructure-lab');
const closed = JSON.parse(readFileSync(join(here, 'grammar', 'closed.json'), 'utf8')) as Closed[];

/** Where the setup puts the tool; a missing one is named with what installs it. */
function tool(...names: string[]): string {
  const found = names.map((name) => join(lab, name)).find((path) => existsSync(path));
  if (!found) throw new Error(`${names.join(' or ')} is missing from ${lab}: run test/lab/setup clis`);
  return found;
}

/** A home without configuration, and no address that leads anywhere: nothing of this machine, and no request. */
function isolated<T>(make: (env: Record<string, string>, home: string) => T): T {
  const home = mkdtempSync(join(tmpdir(), 'grammar-'));
  const dead = 'http://127.0.0.1:9';
  try {
    return make(
      {
        PATH: [join(lab, 'bin'), '/usr/bin', '/bin'].join(delimiter),
        HOME: home,
        LC_ALL: 'C.UTF-8',
        HCLOUD_ENDPOINT: dead,
        HETZNER_ENDPOINT: dead,
        DIGITALOCEAN_API_URL: dead,
        DIGITALOCEAN_HTTP_RETRY_MAX: '0',
        DOCKER_HOST: 'tcp://127.0.0.1:9',
        DOCKER_CONFIG: join(home, '.docker'),
        AWS_CONFIG_FILE: join(home, 'none'),
        AWS_ENDPOINT_URL: dead,
        PYTHONHASHSEED: '0',
      },
      home,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function version(program: string, binary: string, env: Record<string, string>): string {
  // doctl built from source calls itself 0.0.0-dev; the Go linker wrote the module's version into the binary.
  const text =
    program === 'doctl'
      ? /digitalocean\/doctl\tv[\d.]+/.exec(readFileSync(binary, 'latin1'))?.[0]
      : execFileSync(binary, [program === 'docker' ? '--version' : 'version'], { env, encoding: 'utf8' });
  const found = /\d+\.\d+(\.\d+)?/.exec(text ?? '')?.[0];
  if (!found) throw new Error(`${binary} names no version`);
  return found;
}

function cobra(program: 'hcloud' | 'doctl' | 'docker'): Grammar {
  const binary = tool(`bin/${program}`);
  return isolated((env, cwd) => {
    if (program === 'docker') {
      const plugins = join(cwd, '.docker', 'cli-plugins');
      mkdirSync(plugins, { recursive: true });
      symlinkSync(
        tool('sid/usr/libexec/docker/cli-plugins/docker-compose', 'sid/usr/lib/docker/cli-plugins/docker-compose'),
        join(plugins, 'docker-compose'),
      );
    }
    return distil({ program, binary, env, cwd, version: version(program, binary, env) });
  });
}

function aws(): Grammar {
  tool('bin/aws');
  const python = tool('bin/sid-python');
  return isolated((env, cwd) => {
    const script = join(here, 'grammar', 'aws.py');
    const text = execFileSync(python, [script, ...SERVICES], { env, cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
    return JSON.parse(text) as Grammar;
  });
}

const makers: Record<string, () => Grammar> = {
  hcloud: () => cobra('hcloud'),
  doctl: () => cobra('doctl'),
  docker: () => cobra('docker'),
  aws,
};

const args = process.argv.slice(2);
const check = args.includes('--check');
const onlyOptions = args.includes('--options');
const names = args.filter((arg) => arg !== '--check' && arg !== '--options');
const unknown = names.find((name) => !(name in makers));
if (unknown) throw new Error(`no grammar is called ${unknown}; there are ${Object.keys(makers).join(', ')}`);

for (const [name, make] of Object.entries(makers)) {
  if (names.length && !names.includes(name)) continue;
  const file = join(target, `${name}.json`);
  try {
    const grammar = onlyOptions ? (JSON.parse(readFileSync(file, 'utf8')) as Grammar) : make();
    if (!onlyOptions) mergeClosed(grammar, closed);
    const text = serialize(grammar);
    const same = existsSync(file) && readFileSync(file, 'utf8') === text;
    const what = `${name} ${grammar.version}: ${Object.keys(grammar.commands).length} commands, ${text.length} bytes`;
    if (check && !same) throw new Error(`test/grammar/${name}.json differs from the CLI; run: npm run grammar`);
    if (!check && !same) writeFileSync(file, text);
    const options = join(here, '..', 'src', 'providers', 'flags', `${name}.json`);
    const flags = serializeOptions(optionFlags(grammar));
    if (!existsSync(options) || readFileSync(options, 'utf8') !== flags) {
      if (check) throw new Error(`src/providers/flags/${name}.json differs from the CLI; run: npm run grammar`);
      writeFileSync(options, flags);
    }
    console.log(`${what}${same ? ', unchanged' : ''}`);
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
