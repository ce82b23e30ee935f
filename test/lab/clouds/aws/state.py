"""What there is in moto, in words that are the same each time: ids are replaced by names.

The default VPC and what belongs to it is left out; all else counts, whether it bears the plan's tags or not.
"""


def inventory(client, regions):
    """Kind -> sorted list of what there is. `client(service, region)` gives a boto3 client; the first region is not named."""
    out = {}
    names = {}
    def put(kind, text): out.setdefault(kind, []).append(text)
    def name(x): return names.get(x, x)
    def tag(tags): return {t["Key"]: t["Value"] for t in tags or []}
    def label(item, fallback="?"):
        t = tag(item.get("Tags") or item.get("TagSet") or item.get("TagList"))
        return t.get("Name", fallback) + ("" if "plan" in t else " (untagged)")
    for region in regions:
        ec2 = client("ec2", region)
        here = "" if region == regions[0] else " " + region
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
                put("instance", f"{label(i)} {i['InstanceType']} {i['State']['Name']} key={i.get('KeyName')} in {name(i.get('SubnetId')) if i.get('VpcId') not in default else 'default'} groups {sorted({names.get(g['GroupId'], '?') for n in i['NetworkInterfaces'] for g in n['Groups']} | {names.get(g['GroupId'], '?') for g in i['SecurityGroups']})} public={'PublicIpAddress' in i}{here}")
        for v in ec2.describe_volumes()["Volumes"]:
            names[v["VolumeId"]] = label(v)
            # moto adds such a disk to what a launch template starts, and leaves it there.
            if (label(v), v["Size"], v["VolumeType"]) == ("? (untagged)", 8, "gp2"): continue
            put("volume", f"{label(v)} {v['Size']} GB {v['VolumeType']} encrypted={v['Encrypted']} at {[name(a['InstanceId']) for a in v['Attachments']]}{here}")
        for a in ec2.describe_addresses()["Addresses"]: put("address", f"{label(a)} at {name(a.get('InstanceId')) or None}{here}")
        # moto has more than a thousand, of AWS's own images; they have no tags.
        for s in ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "tag-key", "Values": ["plan", "Name"]}])["Snapshots"]:
            put("snapshot", f"{label(s)} {s['State']}{here}")
        for i in ec2.describe_images(Owners=["self"])["Images"]: put("image", f"{i['Name']} {label(i)} {i['State']}{here}")
        elb = client("elbv2", region)
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
        rds = client("rds", region)
        for d in rds.describe_db_instances()["DBInstances"]:
            put("database", f"{d['DBInstanceIdentifier']} {label(d)} {d['Engine']} {d['EngineVersion']} {d['DBInstanceClass']} {d['AllocatedStorage']} GB {d['StorageType']} encrypted={d['StorageEncrypted']} public={d['PubliclyAccessible']} multi={d['MultiAZ']} backups={d['BackupRetentionPeriod']} protected={d['DeletionProtection']} groups {[name(g['VpcSecurityGroupId']) for g in d['VpcSecurityGroups']]} in {d.get('DBSubnetGroup', {}).get('DBSubnetGroupName')}{here}")
        for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]: put("db_subnet_group", f"{g['DBSubnetGroupName']} {sorted(name(s['SubnetIdentifier']) for s in g['Subnets'])}{here}")
        for s in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]: put("db_snapshot", f"{s['DBSnapshotIdentifier']} of {s['DBInstanceIdentifier']} {s['Status']}{here}")
        acm = client("acm", region)
        for c in acm.list_certificates()["CertificateSummaryList"]:
            d = acm.describe_certificate(CertificateArn=c["CertificateArn"])["Certificate"]
            put("certificate", f"{sorted(d['SubjectAlternativeNames'])} {d['Status']} {label({'Tags': acm.list_tags_for_certificate(CertificateArn=c['CertificateArn'])['Tags']})}{here}")
    s3 = client("s3", regions[0])
    for b in s3.list_buckets()["Buckets"]:
        n = b["Name"]
        rule = s3.get_bucket_encryption(Bucket=n)["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
        closed = all(s3.get_public_access_block(Bucket=n)["PublicAccessBlockConfiguration"].values())
        put("bucket", f"{n} {s3.get_bucket_location(Bucket=n)['LocationConstraint']} {rule} closed={closed} versions={s3.get_bucket_versioning(Bucket=n).get('Status')}")
    dns = client("route53", "us-east-1")
    for z in dns.list_hosted_zones()["HostedZones"]:
        put("zone", f"{z['Name']} {z['Config'].get('Comment')}")
        for r in dns.list_resource_record_sets(HostedZoneId=z["Id"])["ResourceRecordSets"]:
            if r["Name"] == z["Name"] and r["Type"] in ("NS", "SOA"): continue
            # Addresses and proofs are different each time.
            made = r["Type"] == "A" and "ResourceRecords" in r or "acm-validations" in str(r)
            text = "alias of " + name(r["AliasTarget"]["DNSName"].rstrip(".").removeprefix("dualstack.")) if "AliasTarget" in r else str(len(r["ResourceRecords"])) if made else str([x["Value"] for x in r["ResourceRecords"]])
            put("record", f"{'proof' if 'acm-validations' in str(r) else r['Name']} {r['Type']} {text}")
    return {kind: sorted(texts) for kind, texts in sorted(out.items())}
