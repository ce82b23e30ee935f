"""What there is in moto of the kinds that state.py does not look at, in words that are the same each time."""


def further(client, region):
    """Kind -> sorted list of what there is. `client(service, region)` gives a boto3 client."""
    out = {}
    names = {}
    def of(service): return client(service, region)
    def put(kind, text): out.setdefault(kind, []).append(text)
    def name(x): return names.get(x, x)
    def value(tags, key): return next((t[k[1]] for t in tags or [] for k in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")) if t.get(k[0]) == key), None)
    def label(tags): return f"{value(tags, 'Name')} of {value(tags, 'plan')}"
    ec2 = of("ec2")
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
    for g in ec2.describe_placement_groups()["PlacementGroups"]:
        members = sorted(names[i["InstanceId"]] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"] if i["Placement"].get("GroupName") == g["GroupName"] and i["State"]["Name"] != "terminated")
        put("placement_group", f"{g['GroupName']} {label(g['Tags'])} {g['Strategy']} of {members}")
    for a in ec2.describe_addresses()["Addresses"]:
        for n in ec2.describe_addresses_attribute(AllocationIds=[a["AllocationId"]], Attribute="domain-name")["Addresses"]:
            if "PtrRecord" in n: put("reverse_dns", f"{value(a.get('Tags'), 'Name')} answers with {n['PtrRecord']}")
    front = client("cloudfront", "us-east-1")
    policies = {p["CachePolicy"]["Id"]: p["CachePolicy"]["CachePolicyConfig"] for p in front.list_cache_policies()["CachePolicyList"].get("Items", [])}
    for p in policies.values(): put("cache_policy", f"{p['Name']} {p['DefaultTTL']} s")
    for o in front.list_origin_access_controls()["OriginAccessControlList"].get("Items", []): put("origin_access", f"{o['Name']} {o['SigningProtocol']} {o['SigningBehavior']}")
    for d in front.list_distributions()["DistributionList"].get("Items", []):
        c = front.get_distribution_config(Id=d["Id"])["DistributionConfig"]
        put("distribution", f"{d['Comment']} {d['Status']} enabled={c['Enabled']} {label(front.list_tags_for_resource(Resource=d['ARN'])['Tags']['Items'])} of {[o['DomainName'] for o in c['Origins']['Items']]} by {policies[c['DefaultCacheBehavior']['CachePolicyId']]['Name']} {c['DefaultCacheBehavior']['ViewerProtocolPolicy']} as {c['Aliases'].get('Items', [])}")
    iam = of("iam")
    for r in iam.list_roles()["Roles"]:
        if r["Path"].startswith("/aws-service-role/"): continue
        trust = r["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        attached = sorted(p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=r["RoleName"])["AttachedPolicies"])
        inline = {n: [(s["Action"], len([s["Resource"]] if isinstance(s["Resource"], str) else s["Resource"])) for s in iam.get_role_policy(RoleName=r["RoleName"], PolicyName=n)["PolicyDocument"]["Statement"]] for n in iam.list_role_policies(RoleName=r["RoleName"])["PolicyNames"]}
        put("role", f"{r['Path']}{r['RoleName']} for {trust} {label(iam.list_role_tags(RoleName=r['RoleName'])['Tags'])} has {attached} and {inline}")
    for p in iam.list_instance_profiles()["InstanceProfiles"]: put("instance_profile", f"{p['Path']}{p['InstanceProfileName']} holds {[r['RoleName'] for r in p['Roles']]}")
    kms = of("kms")
    for k in kms.list_keys()["Keys"]:
        d = kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"]
        # The others are AWS's own, which it makes when a disk is first encrypted.
        if "plan" not in d["Description"]: continue
        names[d["Arn"]] = "key " + (value(kms.list_resource_tags(KeyId=k["KeyId"])["Tags"], "Name") or "?")
        if d["KeyState"] != "PendingDeletion": put("key", f"{label(kms.list_resource_tags(KeyId=k['KeyId'])['Tags'])} {d['KeyState']} rotates={kms.get_key_rotation_status(KeyId=k['KeyId'])['KeyRotationEnabled']}")
    for a in kms.list_aliases()["Aliases"]:
        if "TargetKeyId" in a and not a["AliasName"].startswith("alias/aws/"): put("alias", a["AliasName"])
    secrets = of("secretsmanager")
    for s in secrets.list_secrets()["SecretList"]:
        # RDS keeps its own here.
        if value(s.get("Tags"), "plan"): put("secret", f"{s['Name']} {label(s['Tags'])} is {secrets.get_secret_value(SecretId=s['ARN'])['SecretString']!r} key={name(s.get('KmsKeyId'))}")
    cache = of("elasticache")
    for g in cache.describe_replication_groups()["ReplicationGroups"]: put("cache", f"{g['ReplicationGroupId']} {g['Status']} {g['CacheNodeType']} encrypted={g['AtRestEncryptionEnabled']} tls={g['TransitEncryptionEnabled']} failover={g['AutomaticFailover']}")
    for g in cache.describe_cache_subnet_groups()["CacheSubnetGroups"]: put("cache_subnet_group", f"{g['CacheSubnetGroupName']} {sorted(name(s['SubnetIdentifier']) for s in g['Subnets'])}")
    for s in cache.describe_snapshots()["Snapshots"]: put("cache_snapshot", f"{s['SnapshotName']} of {s['ReplicationGroupId']} {s['SnapshotStatus']}")
    efs = of("efs")
    for f in efs.describe_file_systems()["FileSystems"]:
        put("file_system", f"{label(f['Tags'])} encrypted={f['Encrypted']} {f['ThroughputMode']}")
        for m in efs.describe_mount_targets(FileSystemId=f["FileSystemId"])["MountTargets"]:
            put("mount_target", f"{value(f['Tags'], 'Name')} in {name(m['SubnetId'])} groups {[name(g) for g in efs.describe_mount_target_security_groups(MountTargetId=m['MountTargetId'])['SecurityGroups']]}")
    ecr = of("ecr")
    for r in ecr.describe_repositories()["repositories"]:
        put("registry", f"{r['repositoryName']} {r['imageTagMutability']} scans={r['imageScanningConfiguration']['scanOnPush']} expires={'sinceImagePushed' in ecr.get_lifecycle_policy(repositoryName=r['repositoryName'])['lifecyclePolicyText']}")
    dns = of("route53")
    for h in dns.list_health_checks()["HealthChecks"]:
        c = h["HealthCheckConfig"]
        tags = dns.list_tags_for_resource(ResourceType="healthcheck", ResourceId=h["Id"])["ResourceTagSet"]["Tags"]
        names[h["Id"]] = h["CallerReference"].rpartition("/")[0]
        put("health_check", f"{names[h['Id']]} {label(tags)} {c['Type']} {c.get('FullyQualifiedDomainName') or c.get('IPAddress')} {c['Port']} {c['ResourcePath']} every {c['RequestInterval']} sni={c['EnableSNI']}")
    # What tells of a health check is in the first region.
    for where in dict.fromkeys([region, "us-east-1"]):
        here = "" if where == region else " " + where
        sns = client("sns", where)
        for t in sns.list_topics()["Topics"]: put("topic", f"{t['TopicArn'].split(':')[-1]} tells {sorted(s['Endpoint'] for s in sns.list_subscriptions_by_topic(TopicArn=t['TopicArn'])['Subscriptions'])}{here}")
        for a in client("cloudwatch", where).describe_alarms()["MetricAlarms"]:
            # Those of an autoscaling policy are its own.
            if a["AlarmName"].startswith("TargetTracking"): continue
            put("alarm", f"{a['AlarmName']} {a['Namespace']} {a['MetricName']} {[d['Name'] + '=' + name(d['Value']) for d in a['Dimensions']]} {a['Statistic']} {a['ComparisonOperator']} {a['Threshold']:g} tells {[x.split(':')[-1] for x in a['AlarmActions']]}{here}")
    for scope, where in (("REGIONAL", region), ("CLOUDFRONT", "us-east-1")):
        waf = client("wafv2", where)
        for a in waf.list_web_acls(Scope=scope)["WebACLs"]:
            d = waf.get_web_acl(Name=a["Name"], Id=a["Id"], Scope=scope)["WebACL"]
            if scope == "REGIONAL": at = [l["LoadBalancerName"] for l in of("elbv2").describe_load_balancers()["LoadBalancers"] if (waf.get_web_acl_for_resource(ResourceArn=l["LoadBalancerArn"]).get("WebACL") or {}).get("Id") == a["Id"]]
            else: at = [x["Comment"] for x in front.list_distributions()["DistributionList"].get("Items", []) if x["WebACLId"] == a["ARN"]]
            put("web_acl", f"{a['Name']} {label(waf.list_tags_for_resource(ResourceARN=a['ARN'])['TagInfoForResource']['TagList'])} else {list(d['DefaultAction'])} by {[r['Name'] for r in sorted(d['Rules'], key=lambda r: r['Priority'])]} at {sorted(at)}")
    rds = of("rds")
    for p in rds.describe_db_proxies()["DBProxies"]:
        [group] = rds.describe_db_proxy_target_groups(DBProxyName=p["DBProxyName"])["TargetGroups"]
        to = [t["RdsResourceId"] for t in rds.describe_db_proxy_targets(DBProxyName=p["DBProxyName"])["Targets"]]
        put("db_proxy", f"{p['DBProxyName']} {label(rds.list_tags_for_resource(ResourceName=p['DBProxyArn'])['TagList'])} {p['EngineFamily']} tls={p['RequireTLS']} role {p['RoleArn'].split('/', 1)[1]} groups {[name(g) for g in p['VpcSecurityGroupIds']]} in {sorted(name(x) for x in p['VpcSubnetIds'])} {group['ConnectionPoolConfig']['MaxConnectionsPercent']} % of {to}")
    ecs = of("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        c = ecs.describe_clusters(clusters=[cluster])["clusters"][0]
        if c["status"] != "ACTIVE": continue
        put("container_cluster", c["clusterName"])
        for arn in ecs.list_services(cluster=cluster)["serviceArns"]:
            s = ecs.describe_services(cluster=cluster, services=[arn])["services"][0]
            # moto forgets a definition that is deregistered, while AWS goes on showing it.
            try: task = ecs.describe_task_definition(taskDefinition=s["taskDefinition"])["taskDefinition"]
            except ecs.exceptions.ClientException: task = {"family": "a definition that is deregistered", "containerDefinitions": []}
            put("container_service", f"{s['serviceName']} {s['status']} {s['desiredCount']} of {task['family']} {[x['image'] for x in task['containerDefinitions']]} behind {[b['containerName'] for b in s['loadBalancers']]}")
    for arn in ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]: put("task_definition", arn.split("/")[-1].split(":")[0])
    eks = of("eks")
    for n in eks.list_clusters()["clusters"]:
        c = eks.describe_cluster(name=n)["cluster"]
        put("kubernetes_cluster", f"{n} {c['status']} {c['version']} in {sorted(name(x) for x in c['resourcesVpcConfig']['subnetIds'])}{' protected' if c.get('deletionProtection') else ''}")
        for g in eks.list_nodegroups(clusterName=n)["nodegroups"]:
            d = eks.describe_nodegroup(clusterName=n, nodegroupName=g)["nodegroup"]
            put("node_group", f"{g} {d['status']} {d['instanceTypes']} {d['scalingConfig']['minSize']} to {d['scalingConfig']['maxSize']}")
    scaling = of("autoscaling")
    for g in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]:
        # Node groups have their own.
        if value(g["Tags"], "plan"): put("autoscaling_group", f"{g['AutoScalingGroupName']} {g['MinSize']} to {g['MaxSize']} targets={len(g['TargetGroupARNs'])}")
    for p in scaling.describe_policies()["ScalingPolicies"]: put("scaling_policy", f"{p['PolicyName']} of {p['AutoScalingGroupName']}")
    for g in of("logs").describe_log_groups()["logGroups"]: put("log_group", f"{g['logGroupName']} {g.get('retentionInDays')} days")
    return {kind: sorted(texts) for kind, texts in out.items()}
