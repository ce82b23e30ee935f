import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Cloud, LAB } from '../harness.ts';

/**
 * AWS on loopback: moto, which keeps state for every service that a plan uses. Where it is laxer than AWS, its own
 * validation is switched on.
 */

const PYTHON = join(LAB, 'moto', 'bin', 'python3');

/** True when test/lab/setup has put moto there. */
export const hasMoto = (): boolean => existsSync(PYTHON);

/** moto lacks Canonical's public image parameters, and refuses to be given them; any Ubuntu image that it has will do. Of an image's tags it takes only one list. */
const SERVE = `
import sys
from moto.ec2.models import EC2Backend
from moto.server import main
from moto.ssm.models import Parameter, ParameterDict
load = ParameterDict._check_loading_status
def with_canonical(self, key):
    load(self, key)
    name = str(key or "")
    if name.startswith("/aws/service/canonical/ubuntu/server/2") and name.endswith("/hvm/ebs-gp3/ami-id") and not dict.__contains__(self, name):
        dict.__setitem__(self, name, [Parameter(account_id=self.account_id, name=name, value="ami-785db401", parameter_type="String",
            description=None, allowed_pattern=None, keyid=None, last_modified_date=0, version=1, data_type="aws:ec2:image")])
ParameterDict._check_loading_status = with_canonical
create_image = EC2Backend.create_image
def with_image_tags(self, *args, **kwargs):
    for i, arg in enumerate(args):
        if isinstance(arg, list): args = (*args[:i], [x for x in arg if x.get("ResourceType") == "image"], *args[i + 1:])
    if "tag_specifications" in kwargs: kwargs["tag_specifications"] = [x for x in kwargs["tag_specifications"] if x.get("ResourceType") == "image"]
    return create_image(self, *args, **kwargs)
EC2Backend.create_image = with_image_tags
main(sys.argv[1:])
`;

/**
 * What there is, in words that are the same each time: ids are replaced by names. The default VPC and what belongs to it
 * is left out; all else counts, whether it bears the plan's tags or not.
 */
const STATE = `
import boto3, json, sys
out = {}
names = {}
def put(kind, text): out.setdefault(kind, []).append(text)
def name(x): return names.get(x, x)
def tag(tags): return {t["Key"]: t["Value"] for t in tags or []}
def label(item, fallback="?"):
    t = tag(item.get("Tags") or item.get("TagSet") or item.get("TagList"))
    return t.get("Name", fallback) + ("" if "plan" in t else " (untagged)")
for region in sys.argv[1:]:
    ec2 = boto3.client("ec2", region)
    here = "" if region == sys.argv[1] else " " + region
    default = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if v["IsDefault"]]
    names.update({v: "default" for v in default})
    def each(kind, items, key):
        rows = [i for i in items if i.get("VpcId") not in default or i.get("Tags")]
        for i in rows: names[i[key]] = label(i, i[key])
        return rows
    for v in each("vpc", [v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]], "VpcId"):
        hostnames = ec2.describe_vpc_attribute(VpcId=v["VpcId"], Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
        put("vpc", f"{label(v)} {v['CidrBlock']} hostnames={hostnames}{here}")
    for g in ec2.describe_internet_gateways()["InternetGateways"]:
        if any(a["VpcId"] in default for a in g["Attachments"]): continue
        names[g["InternetGatewayId"]] = "gateway " + label(g)
        put("internet_gateway", f"{label(g)} at {[name(a['VpcId']) for a in g['Attachments']]}{here}")
    for s in each("subnet", ec2.describe_subnets()["Subnets"], "SubnetId"):
        put("subnet", f"{label(s)} {s['CidrBlock']} {s['AvailabilityZone']} in {name(s['VpcId'])}{here}")
    for r in ec2.describe_route_tables()["RouteTables"]:
        if r["VpcId"] in default or any(a.get("Main") for a in r["Associations"]): continue
        routes = [f"{x.get('DestinationCidrBlock')} {name(x.get('GatewayId'))}" for x in r["Routes"]]
        put("route_table", f"{label(r)} routes {sorted(routes)} for {sorted(name(a['SubnetId']) for a in r['Associations'])}{here}")
    groups = [g for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"]
    for g in groups: names[g["GroupId"]] = label(g, g["GroupName"])
    def permission(p):
        sources = [x["CidrIp"] for x in p["IpRanges"]] + [x["CidrIpv6"] for x in p["Ipv6Ranges"]] + [name(x["GroupId"]) for x in p["UserIdGroupPairs"]]
        return f"{p['IpProtocol']} {p.get('FromPort')}-{p.get('ToPort')} {sorted(sources)}"
    for g in groups:
        put("security_group", f"{label(g)} in {name(g['VpcId'])}: in {sorted(map(permission, g['IpPermissions']))} out {sorted(map(permission, g['IpPermissionsEgress']))}{here}")
    for k in ec2.describe_key_pairs()["KeyPairs"]: put("key_pair", f"{k['KeyName']} {label(k)}{here}")
    zones = {}
    for r in ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}])["Reservations"]:
        for i in r["Instances"]:
            names[i["InstanceId"]] = label(i)
            put("instance", f"{label(i)} {i['InstanceType']} {i['State']['Name']} key={i.get('KeyName')} in {name(i.get('SubnetId')) if i.get('VpcId') not in default else 'default'} groups {sorted({name(g['GroupId']) for n in i['NetworkInterfaces'] for g in n['Groups']} | {name(g['GroupId']) for g in i['SecurityGroups']})} public={'PublicIpAddress' in i}{here}")
    for v in ec2.describe_volumes()["Volumes"]:
        names[v["VolumeId"]] = label(v)
        put("volume", f"{label(v)} {v['Size']} GB {v['VolumeType']} encrypted={v['Encrypted']} at {[name(a['InstanceId']) for a in v['Attachments']]}{here}")
    for a in ec2.describe_addresses()["Addresses"]: put("address", f"{label(a)} at {name(a.get('InstanceId')) or None}{here}")
    for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        if s.get("Tags"): put("snapshot", f"{label(s)} {s['State']}{here}")
    for i in ec2.describe_images(Owners=["self"])["Images"]: put("image", f"{i['Name']} {label(i)} {i['State']}{here}")
    elb = boto3.client("elbv2", region)
    for t in elb.describe_target_groups()["TargetGroups"]: names[t["TargetGroupArn"]] = t["TargetGroupName"]
    for l in elb.describe_load_balancers()["LoadBalancers"]:
        names[l["LoadBalancerArn"]] = l["LoadBalancerName"]
        names[l["DNSName"]] = l["LoadBalancerName"]
        put("load_balancer", f"{l['LoadBalancerName']} {l['Type']} {l['Scheme']} in {name(l['VpcId'])} {sorted(name(z['SubnetId']) for z in l['AvailabilityZones'])} groups {[name(g) for g in l.get('SecurityGroups', [])]}{here}")
        for x in elb.describe_listeners(LoadBalancerArn=l["LoadBalancerArn"])["Listeners"]:
            does = [f"{a['Type']} {name(a.get('TargetGroupArn')) or a.get('RedirectConfig', {}).get('Protocol')}" for a in x["DefaultActions"]]
            put("listener", f"{l['LoadBalancerName']} {x['Protocol']} {x['Port']} {does} tls={len(x.get('Certificates', []))}{here}")
    for t in elb.describe_target_groups()["TargetGroups"]:
        health = elb.describe_target_health(TargetGroupArn=t["TargetGroupArn"])["TargetHealthDescriptions"]
        put("target_group", f"{t['TargetGroupName']} {t['Protocol']} {t['Port']} health {t.get('HealthCheckPath')} to {sorted(name(h['Target']['Id']) for h in health)}{here}")
    rds = boto3.client("rds", region)
    for d in rds.describe_db_instances()["DBInstances"]:
        put("database", f"{d['DBInstanceIdentifier']} {label(d)} {d['Engine']} {d['EngineVersion']} {d['DBInstanceClass']} {d['AllocatedStorage']} GB {d['StorageType']} encrypted={d['StorageEncrypted']} public={d['PubliclyAccessible']} multi={d['MultiAZ']} backups={d['BackupRetentionPeriod']} protected={d['DeletionProtection']} groups {[name(g['VpcSecurityGroupId']) for g in d['VpcSecurityGroups']]} in {d.get('DBSubnetGroup', {}).get('DBSubnetGroupName')}{here}")
    for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]: put("db_subnet_group", f"{g['DBSubnetGroupName']} {sorted(name(s['SubnetIdentifier']) for s in g['Subnets'])}{here}")
    for s in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]: put("db_snapshot", f"{s['DBSnapshotIdentifier']} of {s['DBInstanceIdentifier']} {s['Status']}{here}")
    acm = boto3.client("acm", region)
    for c in acm.list_certificates()["CertificateSummaryList"]:
        d = acm.describe_certificate(CertificateArn=c["CertificateArn"])["Certificate"]
        put("certificate", f"{sorted(d['SubjectAlternativeNames'])} {d['Status']} {label({'Tags': acm.list_tags_for_certificate(CertificateArn=c['CertificateArn'])['Tags']})}{here}")
s3 = boto3.client("s3", sys.argv[1])
for b in s3.list_buckets()["Buckets"]:
    n = b["Name"]
    # moto forgets the tags that a bucket is made with.
    rule = s3.get_bucket_encryption(Bucket=n)["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
    closed = all(s3.get_public_access_block(Bucket=n)["PublicAccessBlockConfiguration"].values())
    put("bucket", f"{n} {s3.get_bucket_location(Bucket=n)['LocationConstraint']} {rule} closed={closed} versions={s3.get_bucket_versioning(Bucket=n).get('Status')}")
dns = boto3.client("route53", "us-east-1")
for z in dns.list_hosted_zones()["HostedZones"]:
    put("zone", f"{z['Name']} {z['Config'].get('Comment')}")
    for r in dns.list_resource_record_sets(HostedZoneId=z["Id"])["ResourceRecordSets"]:
        if r["Name"] == z["Name"] and r["Type"] in ("NS", "SOA"): continue
        # Addresses and proofs are different each time.
        made = r["Type"] == "A" and "ResourceRecords" in r or "acm-validations" in str(r)
        text = "alias of " + name(r["AliasTarget"]["DNSName"].rstrip(".").removeprefix("dualstack.")) if "AliasTarget" in r else str(len(r["ResourceRecords"])) if made else str([x["Value"] for x in r["ResourceRecords"]])
        put("record", f"{'proof' if 'acm-validations' in str(r) else r['Name']} {r['Type']} {text}")
print(json.dumps({k: sorted(v) for k, v in out.items()}))
`;

/**
 * The real aws, but with its modules and service models already loaded: each call is a fork of this process, with the
 * caller's arguments, folder, environment and files. It saves half a second a call, of which a test makes thousands.
 */
const FORK = `
import os, signal, socket, sys, array
import awscli.clidriver
driver = awscli.clidriver.create_clidriver()
for service in ("ec2", "elbv2", "rds", "route53", "acm", "s3", "ssm", "sts"):
    driver.session.create_client(service, region_name="eu-central-1")
    driver.session.get_component("data_loader").load_service_model(service, "paginators-1") if service not in ("sts",) else None
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(64)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    link, _ = listener.accept()
    if os.fork():
        link.close()
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listener.close()
    fds = array.array("i")
    data, ancillary, _, _ = link.recvmsg(1 << 20, socket.CMSG_SPACE(3 * fds.itemsize))
    fds.frombytes(ancillary[0][2])
    while not data.endswith(b"\\0\\0"): data += link.recv(1 << 20)
    cwd, count, *rest = data[:-2].split(b"\\0")
    args, env = rest[:int(count)], rest[int(count):]
    for to, fd in enumerate(fds): os.dup2(fd, to)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(dict(os.fsdecode(x).split("=", 1) for x in env))
    try: code = driver.main([os.fsdecode(x) for x in args])
    except SystemExit as e: code = e.code
    sys.stdout.flush(); sys.stderr.flush()
    link.sendall(b"%d" % (code or 0))
    os._exit(0)
`;

const CALL = `import os, socket, sys, array
link = socket.socket(socket.AF_UNIX)
link.connect(SOCKET)
args = [os.fsencode(x) for x in sys.argv[1:]]
parts = [os.fsencode(os.getcwd()), b"%d" % len(args), *args, *(k + b"=" + v for k, v in os.environb.items())]
link.sendmsg([b"\\0".join(parts) + b"\\0\\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
sys.exit(int(link.recv(16) or b"255"))
`;

export interface Moto extends Cloud {
  /** Forgets everything. */
  reset(): Promise<void>;
}

/** Starts moto; `regions` are those that `state` looks at, the first one without naming it. */
export async function moto(regions: readonly string[] = ['eu-central-1']): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const server = spawn(PYTHON, ['-c', SERVE, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH ?? '',
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: 'true',
      MOTO_ENABLE_AMI_VALIDATION: 'true',
      MOTO_ENABLE_KEYPAIR_VALIDATION: 'true',
      // A certificate is issued when it is next asked for.
      MOTO_ACM_VALIDATION_WAIT: '0',
    },
  });
  const dir = await mkdtemp(join(tmpdir(), 'infra-moto-'));
  const socket = join(dir, 'socket');
  await writeFile(join(dir, 'aws'), `#!${PYTHON} -SE\n${CALL.replace('SOCKET', JSON.stringify(socket))}`, { mode: 0o755 });
  const cli = spawn(join(LAB, 'bin', 'sid-python'), ['-c', FORK, socket], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([end(server), end(cli)]);
    await rm(dir, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (answer?.ok && existsSync(socket)) break;
    if (tries > 200 || server.exitCode !== null || cli.exitCode !== null) {
      await stop();
      throw new Error('moto, or the aws that calls it, does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    env: { ...env, PATH: [dir, '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) },
    stop,
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    async state() {
      const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', STATE, ...regions], {
        env: { PATH: process.env.PATH ?? '', ...env },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`moto's state could not be read: ${stderr}`);
      return JSON.parse(stdout) as Record<string, readonly string[]>;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
