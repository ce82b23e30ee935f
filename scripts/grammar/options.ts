/**
 * What of a grammar the program itself needs: the flags of the commands that create things, for the field `options`.
 * Flags that a plan decides itself are left out, so that no option can set them: what is printed and waited for, names and
 * labels by which things are found again, secrets, and what opens something to the internet (which has fields that warn).
 */
import { type Flags, type Grammar, parseSpec } from './format.ts';

const COMMANDS: Readonly<Record<string, RegExp>> = {
  hcloud: /^(?!config|context|.*\b(?:snapshot|subaccount)\b).*\bcreate$/,
  doctl:
    /^(?:compute (?:cdn|certificate|domain|droplet|droplet-autoscale|firewall|load-balancer|reserved-ip|volume|vpc-nat-gateway)|vpcs|vpcs peerings|databases|databases (?:replica|pool|user)|apps|kubernetes cluster|monitoring alert|monitoring uptime|nfs|projects|registry|registries) create$/,
  docker: /^(?:create|network create|volume create|service create|secret create|swarm init|stack deploy|compose create)$/,
  aws: new RegExp(
    `^(?:${[
      'ec2 (?:allocate-address|create-(?:image|launch-template|nat-gateway|placement-group|security-group|snapshot|volume|vpc|vpc-peering-connection)|import-key-pair|run-instances)',
      'rds (?:create-db-(?:instance|instance-read-replica|proxy|snapshot)|restore-db-instance-(?:from-db-snapshot|to-point-in-time))',
      'elbv2 create-load-balancer',
      's3api create-bucket',
      'route53 create-(?:health-check|hosted-zone)',
      'acm request-certificate',
      'cloudfront create-distribution',
      'elasticache create-(?:replication-group|serverless-cache)',
      'ecs create-service',
      'eks create-cluster',
      'efs create-file-system',
      'ecr create-repository',
      'kms create-key',
      'secretsmanager create-secret',
      'iam create-role',
      'cloudwatch put-metric-alarm',
      'autoscaling create-auto-scaling-group',
      'wafv2 create-web-acl',
    ].join('|')})$`,
  ),
};

/** What is printed, waited for, simulated, or handed to the program itself. */
const OWN =
  /^(?:help|output|format|no-header|query|quiet|wait|wait-.*|dry-run|cli-.*|generate-.*|detach|detach-keys|attach|interactive|tty|rm|sig-proxy|cidfile|pull|count|upsert)$/;
/** By what a thing is found again, or told apart in a repetition. */
const IDENTITY =
  /^(?:name|label|label-file|labels|tag|tags|tag-name|tag-names|tag-specifications|client-token|client-request-token|creation-token|caller-reference|idempotency-token)$/;
const SECRET = /password|secret(?!s$)|token|private-key|key-file|access-key|credential|^env$|^env-file$|^user-data/;
const EXPOSING = /^(?:publish|publish-all|expose|acl|grant-.*|publicly-accessible|associate-public-ip-address|ip-address)$/;

/** More values than these say little to a reader, and the cloud refuses what it does not know. */
const MOST_VALUES = 60;

const INTEGER = /^(?:u?int(?:8|16|32|64)?|integer|long|bytes|memory)$/;
const KEPT = new Set(['duration', 'ip', 'ipNet', 'float', 'double']);

/** `TYPE[*][~] [=a|b]`: bool, int, number, duration, ip, ipNet, json or text; `*` takes several, `~` can be switched off. */
export function optionFlags(grammar: Grammar): Record<string, Flags> {
  const wanted = COMMANDS[grammar.program];
  const found: Record<string, Flags> = {};
  for (const [path, command] of Object.entries(grammar.commands).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!wanted?.test(path)) continue;
    const flags: Flags = {};
    for (const [name, text] of Object.entries(command.flags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if ([OWN, IDENTITY, SECRET, EXPOSING].some((pattern) => pattern.test(name))) continue;
      flags[name] = brief(text, grammar, path.split(' ')[0] as string);
    }
    found[path] = flags;
  }
  return found;
}

function brief(text: string, grammar: Grammar, service: string): string {
  const spec = parseSpec(text);
  const several = spec.repeatable || spec.type.startsWith('[') || /^strings|Slice$|Array$/.test(spec.type);
  const inner = spec.type.replace(/^\[/, '');
  const listed = inner.startsWith('%') ? grammar.lists?.[`${service}.${inner.slice(1)}`] : spec.values;
  const values = listed !== undefined && listed.length <= MOST_VALUES ? ` =${listed.join('|')}` : '';
  const type = /^[${[]/.test(inner)
    ? 'json'
    : /^bool/.test(inner)
      ? 'bool'
      : INTEGER.test(inner)
        ? 'int'
        : KEPT.has(inner)
          ? inner.replace(/^(?:float|double)$/, 'number')
          : 'text';
  return `${type}${several ? '*' : ''}${spec.negatable || inner === 'bool' ? '~' : ''}${values}`;
}

/** One command a line, so that a difference is readable. */
export function serializeOptions(commands: Record<string, Flags>): string {
  return `{\n${Object.entries(commands)
    .map(([path, flags]) => `${JSON.stringify(path)}:${JSON.stringify(flags)}`)
    .join(',\n')}\n}\n`;
}
