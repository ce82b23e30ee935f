import type { Catalog } from '../catalog_types.ts';
import { program } from '../common.ts';
import { DOMAIN_NAME } from '../dns.ts';
import type { NameRule, Provider } from '../provider.ts';
import { BUCKET_NAME } from '../s3.ts';
import { actions } from './actions/index.ts';
import { alarm } from './alarm.ts';
import { autoscalingGroup } from './autoscaling_group.ts';
import { bucket } from './bucket.ts';
import { cache } from './cache.ts';
import { cannot } from './cannot.ts';
import catalog from './catalog.json' with { type: 'json' };
import { cdn } from './cdn.ts';
import { certificate } from './certificate.ts';
import { containerService } from './container_service.ts';
import { database } from './database.ts';
import { databaseReplica } from './database_copy.ts';
import { databasePool } from './database_pool.ts';
import { dnsRecord, dnsZone } from './dns.ts';
import { fileSystem } from './file_system.ts';
import { firewall } from './firewall.ts';
import { iamRole } from './iam_role.ts';
import { inventory } from './inventory.ts';
import { kubernetesCluster } from './kubernetes_cluster.ts';
import { loadBalancer } from './load_balancer.ts';
import { natGateway } from './nat_gateway.ts';
import { network } from './network.ts';
import { peering } from './peering.ts';
import { placementGroup } from './placement_group.ts';
import { registry } from './registry.ts';
import { reverseDns } from './reverse_dns.ts';
import { kmsKey, secret } from './secret.ts';
import { server } from './server.ts';
import { snapshot } from './snapshot.ts';
import { sshKey } from './ssh_key.ts';
import { staticIp } from './static_ip.ts';
import { uptimeCheck } from './uptime_check.ts';
import { volume } from './volume.ts';
import { waf } from './waf.ts';

/**
 * Names become tag values (256 characters) and values of filters, where `*` and `?` stand for other characters and a
 * comma begins another value. Room is left for what the parts of a resource append.
 */
const NAME: NameRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,198}[A-Za-z0-9])?$/,
  rule: '1 to 200 letters, digits, dashes and underscores, beginning and ending with a letter or digit',
};

/** Room for the plan's name before it, and for what its parts are called. */
const SHORT: NameRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?$/,
  rule: '1 to 30 letters, digits, dashes and underscores, beginning and ending with a letter or digit',
};

const DATABASE: NameRule = {
  pattern: /^(?=.{1,63}$)[a-z](?:-?[a-z0-9])*$/,
  rule: '1 to 63 lower-case letters, digits and single dashes, beginning with a letter and not ending with a dash',
};

export const aws: Provider = {
  id: 'aws',
  title: 'AWS',
  programs: ['aws'],
  signIn: [
    { name: 'AWS_PROFILE', purpose: 'a profile that aws configure sso or aws login has signed in; or the two keys', secret: false },
    { name: 'AWS_ACCESS_KEY_ID', purpose: 'access key of an IAM user, where no profile is used', secret: true },
    { name: 'AWS_SECRET_ACCESS_KEY', purpose: 'secret key that belongs to it', secret: true },
  ],
  signInHint: 'AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  access: program('aws')('sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text', '--region', 'us-east-1'),
  catalog: catalog as unknown as Catalog,
  defaultRegion: 'eu-central-1',
  // AWS has more regions than the catalog has prices of. China and GovCloud are clouds of their own.
  regionPattern: /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-\d$/,
  names: {
    ssh_key: NAME,
    network: NAME,
    firewall: { pattern: /^(?!sg-)[A-Za-z0-9](?:[A-Za-z0-9_-]{0,198}[A-Za-z0-9])?$/, rule: `${NAME.rule}, and not beginning with sg-` },
    // People name servers by their host; a part of a server has an id of its own behind a dot.
    server: {
      pattern: /^(?!.*\.group$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?$/,
      rule: '1 to 200 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit, and not ending in .group',
    },
    volume: NAME,
    // 32 characters, and its target groups, under the same rule, append a port.
    load_balancer: {
      pattern: /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,24}[A-Za-z0-9])?$/,
      rule: '1 to 26 letters, digits and dashes, beginning and ending with a letter or digit, and not beginning with internal-',
    },
    database: DATABASE,
    bucket: BUCKET_NAME,
    static_ip: NAME,
    dns_zone: DOMAIN_NAME,
    certificate: NAME,
    nat_gateway: NAME,
    placement_group: NAME,
    cache: {
      pattern: /^(?=.{1,40}$)[a-z](?:-?[a-z0-9])*$/,
      rule: '1 to 40 lower-case letters, digits and single dashes, beginning with a letter and not ending with a dash',
    },
    alarm: NAME,
    reverse_dns: DOMAIN_NAME,
    // A cache policy's name has 128 characters, 34 of which the plan's name may take.
    cdn: SHORT,
    autoscaling_group: SHORT,
    container_service: SHORT,
    // Its roles have 64 characters, with the plan's name and what they are for.
    kubernetes_cluster: SHORT,
    peering: NAME,
    database_replica: DATABASE,
    database_pool: DATABASE,
    uptime_check: SHORT,
    waf: SHORT,
    // A creation token has 64 characters, 34 of which the plan's name may take.
    file_system: SHORT,
    registry: {
      pattern: /^(?=.{1,200}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/,
      rule: '1 to 200 lower-case letters and digits, with single dots, underscores or dashes between them',
    },
    secret: NAME,
    // Its alias has the plan's name before it, in 256 characters.
    kms_key: NAME,
    iam_role: {
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/,
      rule: '1 to 64 letters, digits, dashes and underscores, beginning and ending with a letter or digit; unique in the account',
    },
    // What an image and a database snapshot both take.
    snapshot: {
      pattern: /^(?=.{3,128}$)[A-Za-z](?:-?[A-Za-z0-9])*$/,
      rule: '3 to 128 letters, digits and single dashes, beginning with a letter and not ending with a dash',
    },
  },
  emit: {
    ssh_key: sshKey,
    network,
    firewall,
    server,
    volume,
    load_balancer: loadBalancer,
    database,
    bucket,
    static_ip: staticIp,
    dns_zone: dnsZone,
    dns_record: dnsRecord,
    certificate,
    snapshot,
    nat_gateway: natGateway,
    placement_group: placementGroup,
    secret,
    kms_key: kmsKey,
    iam_role: iamRole,
    cache,
    alarm,
    file_system: fileSystem,
    registry,
    reverse_dns: reverseDns,
    cdn,
    database_replica: databaseReplica,
    database_pool: databasePool,
    uptime_check: uptimeCheck,
    waf,
    autoscaling_group: autoscalingGroup,
    container_service: containerService,
    kubernetes_cluster: kubernetesCluster,
    peering,
  },
  actions,
  cannot,
  inventory,
  parts: {},
  instead: {
    database_user: "RDS makes no users by its API: CREATE USER in SQL does it, over the administrator's connection.",
    project:
      "What a plan makes carries the tag plan=NAME, by which AWS's consoles, its cost reports and its resource groups gather it; an account is the stronger border.",
    container: 'Give it "provider":"docker", with a "server" of the plan; or take the kind container_service.',
    compose: 'Give it "provider":"docker", with a "server" of the plan.',
    swarm: 'Give it "provider":"docker"; its servers may be on AWS.',
  },
};
