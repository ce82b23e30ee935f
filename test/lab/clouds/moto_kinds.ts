import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Cloud, LAB } from '../harness.ts';

/** What there is of the kinds that moto.ts does not look at, in words that are the same each time. */
const STATE = `
import boto3, json, sys
region = sys.argv[1]
out = {}
names = {}
def put(kind, text): out.setdefault(kind, []).append(text)
def name(x): return names.get(x, x)
def client(service, where=region): return boto3.client(service, where)
def value(tags, key): return next((t[k[1]] for t in tags or [] for k in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")) if t.get(k[0]) == key), None)
def label(tags): return f"{value(tags, 'Name')} of {value(tags, 'plan')}"
ec2 = client("ec2")
for kind, key in (("SecurityGroups", "GroupId"), ("Subnets", "SubnetId"), ("Vpcs", "VpcId"), ("RouteTables", "RouteTableId")):
    call = {"SecurityGroups": ec2.describe_security_groups, "Subnets": ec2.describe_subnets, "Vpcs": ec2.describe_vpcs, "RouteTables": ec2.describe_route_tables}[kind]
    for x in call()[kind]: names[x[key]] = value(x.get("Tags"), "Name") or "default"
for r in ec2.describe_instances()["Reservations"]:
    for i in r["Instances"]:
        names[i["InstanceId"]] = value(i.get("Tags"), "Name") or "?"
        if "IamInstanceProfile" in i and i["State"]["Name"] != "terminated": put("profile of server", f"{name(i['InstanceId'])} {i['IamInstanceProfile']['Arn'].split('/', 1)[1]}")
for n in ec2.describe_nat_gateways()["NatGateways"]:
    names[n["NatGatewayId"]] = value(n.get("Tags"), "Name")
    if n["State"] != "deleted": put("nat_gateway", f"{label(n['Tags'])} {n['State']} in {name(n['SubnetId'])}")
for p in ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]:
    names[p["VpcPeeringConnectionId"]] = value(p.get("Tags"), "Name")
    if p["Status"]["Code"] not in ("deleted", "rejected"): put("peering", f"{label(p['Tags'])} {p['Status']['Code']} {name(p['RequesterVpcInfo']['VpcId'])} and {name(p['AccepterVpcInfo']['VpcId'])}")
for t in ec2.describe_route_tables()["RouteTables"]:
    for r in t["Routes"]:
        to = r.get("NatGatewayId") or r.get("VpcPeeringConnectionId")
        if to: put("route", f"{name(t['RouteTableId'])} {r['DestinationCidrBlock']} by {name(to)}")
for t in ec2.describe_launch_templates()["LaunchTemplates"]:
    data = ec2.describe_launch_template_versions(LaunchTemplateId=t["LaunchTemplateId"])["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    put("launch_template", f"{t['LaunchTemplateName']} {data['InstanceType']} profile={data.get('IamInstanceProfile', {}).get('Name')} metadata={data['MetadataOptions']['HttpTokens']} encrypted={[b['Ebs']['Encrypted'] for b in data['BlockDeviceMappings']]} data={'UserData' in data}")
iam = client("iam")
for r in iam.list_roles()["Roles"]:
    if r["Path"].startswith("/aws-service-role/"): continue
    trust = r["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
    attached = sorted(p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=r["RoleName"])["AttachedPolicies"])
    inline = {n: [(s["Action"], len([s["Resource"]] if isinstance(s["Resource"], str) else s["Resource"])) for s in iam.get_role_policy(RoleName=r["RoleName"], PolicyName=n)["PolicyDocument"]["Statement"]] for n in iam.list_role_policies(RoleName=r["RoleName"])["PolicyNames"]}
    put("role", f"{r['Path']}{r['RoleName']} for {trust} {label(iam.list_role_tags(RoleName=r['RoleName'])['Tags'])} has {attached} and {inline}")
for p in iam.list_instance_profiles()["InstanceProfiles"]: put("instance_profile", f"{p['Path']}{p['InstanceProfileName']} holds {[r['RoleName'] for r in p['Roles']]}")
kms = client("kms")
for k in kms.list_keys()["Keys"]:
    d = kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"]
    # The others are AWS's own, which it makes when a disk is first encrypted.
    if "plan" not in d["Description"]: continue
    names[d["Arn"]] = "key " + (value(kms.list_resource_tags(KeyId=k["KeyId"])["Tags"], "Name") or "?")
    if d["KeyState"] != "PendingDeletion": put("key", f"{label(kms.list_resource_tags(KeyId=k['KeyId'])['Tags'])} {d['KeyState']} rotates={kms.get_key_rotation_status(KeyId=k['KeyId'])['KeyRotationEnabled']}")
for a in kms.list_aliases()["Aliases"]:
    if "TargetKeyId" in a and not a["AliasName"].startswith("alias/aws/"): put("alias", a["AliasName"])
secrets = client("secretsmanager")
for s in secrets.list_secrets()["SecretList"]:
    # RDS keeps its own here.
    if value(s.get("Tags"), "plan"): put("secret", f"{s['Name']} {label(s['Tags'])} is {secrets.get_secret_value(SecretId=s['ARN'])['SecretString']!r} key={name(s.get('KmsKeyId'))}")
cache = client("elasticache")
for g in cache.describe_replication_groups()["ReplicationGroups"]: put("cache", f"{g['ReplicationGroupId']} {g['Status']} {g['CacheNodeType']} encrypted={g['AtRestEncryptionEnabled']} tls={g['TransitEncryptionEnabled']} failover={g['AutomaticFailover']}")
for g in cache.describe_cache_subnet_groups()["CacheSubnetGroups"]: put("cache_subnet_group", f"{g['CacheSubnetGroupName']} {sorted(name(s['SubnetIdentifier']) for s in g['Subnets'])}")
efs = client("efs")
for f in efs.describe_file_systems()["FileSystems"]:
    put("file_system", f"{label(f['Tags'])} encrypted={f['Encrypted']} {f['ThroughputMode']}")
    for m in efs.describe_mount_targets(FileSystemId=f["FileSystemId"])["MountTargets"]:
        put("mount_target", f"{value(f['Tags'], 'Name')} in {name(m['SubnetId'])} groups {[name(g) for g in efs.describe_mount_target_security_groups(MountTargetId=m['MountTargetId'])['SecurityGroups']]}")
ecr = client("ecr")
for r in ecr.describe_repositories()["repositories"]:
    put("registry", f"{r['repositoryName']} {r['imageTagMutability']} scans={r['imageScanningConfiguration']['scanOnPush']} expires={'sinceImagePushed' in ecr.get_lifecycle_policy(repositoryName=r['repositoryName'])['lifecyclePolicyText']}")
sns = client("sns")
for t in sns.list_topics()["Topics"]: put("topic", f"{t['TopicArn'].split(':')[-1]} tells {sorted(s['Endpoint'] for s in sns.list_subscriptions_by_topic(TopicArn=t['TopicArn'])['Subscriptions'])}")
for a in client("cloudwatch").describe_alarms()["MetricAlarms"]:
    # Those of an autoscaling policy are its own.
    if a["AlarmName"].startswith("TargetTracking"): continue
    put("alarm", f"{a['AlarmName']} {a['Namespace']} {a['MetricName']} {[d['Name'] + '=' + name(d['Value']) for d in a['Dimensions']]} {a['Statistic']} {a['ComparisonOperator']} {a['Threshold']:g} tells {[x.split(':')[-1] for x in a['AlarmActions']]}")
print(json.dumps({k: sorted(v) for k, v in out.items()}))
`;

/** A network as its own steps make it, and the variables in which they keep what they made. */
const NETWORK = `
import boto3, json, sys
ec2 = boto3.client("ec2", "eu-central-1")
out = {}
for name, cidr, tables in json.loads(sys.argv[1]):
    def tags(kind, part=""): return [{"ResourceType": kind, "Tags": [{"Key": "plan", "Value": "main"}, {"Key": "Name", "Value": name + part}]}]
    def put(part, value): out["network_" + name + part] = value
    vpc = ec2.create_vpc(CidrBlock=cidr + "0.0/16", TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]
    put("", vpc)
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway"))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    put("_gateway", gateway)
    ids = {}
    for side in ["public", *tables]:
        ids[side] = ec2.create_route_table(VpcId=vpc, TagSpecifications=tags("route-table", "/" + side))["RouteTable"]["RouteTableId"]
        put("_" + side.replace("-", "_"), ids[side])
    ec2.create_route(RouteTableId=ids["public"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    for i, (side, zone) in enumerate((s, z) for s in ("public", "private") for z in "ab"):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{cidr}{i * 16}.0/20", AvailabilityZone="eu-central-1" + zone, TagSpecifications=tags("subnet", f"/{side}-{zone}"))["Subnet"]["SubnetId"]
        put(f"_{side}_{zone}", subnet)
        table = ids[side] if side == "public" or zone == "a" else ids[tables[-1]]
        put(f"_{side}_{zone}_routed", ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"])
print(json.dumps(out))
`;

function python<T>(cloud: Cloud, text: string, argument: string): T {
  const { stdout, stderr, status } = spawnSync(join(LAB, 'moto', 'bin', 'python3'), ['-c', text, argument], {
    env: { ...cloud.env, PATH: process.env.PATH ?? '' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`moto did not answer: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Makes networks: name, the first half of the range (`10.0.`), the tables of the private side. */
export function makeNetworks(cloud: Cloud, networks: readonly (readonly [string, string, readonly string[]])[]): Record<string, string> {
  return python(cloud, NETWORK, JSON.stringify(networks));
}

/** The same cloud, whose state tells of the further kinds too. */
export function withKinds<C extends Cloud>(cloud: C): C {
  return {
    ...cloud,
    async state() {
      // Of a launch template moto overlooks the groups, and adds a disk that stays.
      const { volume = [], instance = [], ...rest } = await cloud.state();
      const own = volume.filter((one) => !one.startsWith('? (untagged) 8 GB gp2'));
      const grouped = instance.map((one) => one.replace(/'sg-[0-9a-f]+'/g, "'?'"));
      return {
        ...rest,
        ...(own.length === 0 ? {} : { volume: own }),
        ...(grouped.length === 0 ? {} : { instance: grouped }),
        ...python<Record<string, readonly string[]>>(cloud, STATE, 'eu-central-1'),
      };
    },
  };
}
