#Requires -Version 7.3
# Plan "scale": DESTROYS 51 things, in the reverse of their creation.
# What stays, and is billed: a last snapshot of database.db.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$PSNativeCommandArgumentPassing = 'Standard'

$script:current = 'before the first step'
$script:hint = ''
function At($text, $hint = '') { $script:current = $text; $script:hint = $hint; [Console]::Error.WriteLine($text) }
# Only: stops where a look-up found several of one name
function Only($what, $value) {
  if (@("$value" -split '\s+' | Where-Object { $_ }).Count -gt 1) { throw "${what}: several were found, and it is not known which is meant: $value" }
  "$value"
}
function Pause-Poll { Start-Sleep -Seconds ($(if ($env:POLL_SECONDS) { $env:POLL_SECONDS } else { 5 })) }
# Retry: repeats a command until it succeeds
function Retry($seconds, [scriptblock]$run) {
  $end = [DateTime]::UtcNow.AddSeconds($seconds)
  while ($true) {
    try { & $run | Out-Null; return } catch { if ([DateTime]::UtcNow -ge $end) { throw } }
    Pause-Poll
  }
}
# Settle: repeats a look-up until it prints the value (is), anything (some), or nothing (none)
function Settle($seconds, $mode, $value, [scriptblock]$run) {
  if ($value -is [scriptblock]) { $run = $value; $value = '' }
  $end = [DateTime]::UtcNow.AddSeconds($seconds)
  while ($true) {
    $got = $null
    try {
      $got = "$(& $run)"
      if (($mode -eq 'is' -and $got -ceq $value) -or ($mode -eq 'some' -and $got) -or ($mode -eq 'none' -and -not $got)) { return }
    } catch { if ([DateTime]::UtcNow -ge $end) { throw } }
    if ([DateTime]::UtcNow -ge $end) { throw "expected $mode $value, and got: $got" }
    Pause-Poll
  }
}
trap { [Console]::Error.WriteLine("`nStopped at $script:current`n$_`n$script:hint`n" + 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.'); exit 1 }

if (-not (Get-Command aws -ErrorAction Ignore)) { throw 'aws is not installed. Windows: winget install Amazon.AWSCLI. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.' }
try { aws sts get-caller-identity --query Arn --output text --region us-east-1 | Out-Null } catch { throw 'aws did not let you in. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.' }

At 'looking up what there is'
$dns_zone_example_com = Only 'dns_zone.example.com' (aws route53 list-hosted-zones-by-name --dns-name 'example.com' --query 'HostedZones[?Name==''example.com.''&&!(Config.PrivateZone)&&Config.Comment==''plan scale''].Id' --output text --region eu-central-1)
$ssh_key_eu = Only 'ssh_key.eu' (aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
$network_eu = Only 'network.eu' (aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'Vpcs[].VpcId' --output text --region eu-central-1)
$network_eu_gateway = Only 'network.eu.gateway' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
$network_eu_gateway_attached = ''
if ($network_eu) {
  $network_eu_gateway_attached = Only 'network.eu.gateway-attached' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
}
$network_eu_public = ''
if ($network_eu) {
  $network_eu_public = Only 'network.eu.public' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public' "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
}
$network_eu_private = ''
if ($network_eu) {
  $network_eu_private = Only 'network.eu.private' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private' "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
}
$network_eu_public_a = ''
if ($network_eu) {
  $network_eu_public_a = Only 'network.eu.public-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public-a' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_eu_public_a_routed = ''
if ($network_eu_public -and $network_eu_public_a) {
  $network_eu_public_a_routed = Only 'network.eu.public-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_eu_public_b = ''
if ($network_eu) {
  $network_eu_public_b = Only 'network.eu.public-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public-b' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_eu_public_b_routed = ''
if ($network_eu_public -and $network_eu_public_b) {
  $network_eu_public_b_routed = Only 'network.eu.public-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_eu_private_a = ''
if ($network_eu) {
  $network_eu_private_a = Only 'network.eu.private-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private-a' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_eu_private_a_routed = ''
if ($network_eu_private -and $network_eu_private_a) {
  $network_eu_private_a_routed = Only 'network.eu.private-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_eu_private_b = ''
if ($network_eu) {
  $network_eu_private_b = Only 'network.eu.private-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private-b' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_eu_private_b_routed = ''
if ($network_eu_private -and $network_eu_private_b) {
  $network_eu_private_b_routed = Only 'network.eu.private-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$firewall_eu = ''
if ($network_eu) {
  $firewall_eu = Only 'firewall.eu' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
}
$server_eu1 = Only 'server.eu1' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
$server_eu2 = Only 'server.eu2' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu2' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
$database_db_group = ''
if ($network_eu) {
  $database_db_group = Only 'database.db.group' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=db/database' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
}
$database_db_subnets = ''
if ($network_eu) {
  $database_db_subnets = Only 'database.db.subnets' (aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1)
}
$database_db = Only 'database.db' (aws rds describe-db-instances --filters 'Name=db-instance-id,Values=db' --query 'DBInstances[?DBInstanceStatus!=''deleting''&&TagList[?Key==''plan''&&Value==''scale'']].DBInstanceIdentifier' --output text --region eu-central-1)
$certificate_eu = Only 'certificate.eu' (aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query 'CertificateSummaryList[?DomainName==''eu.example.com''].CertificateArn' --output text --region eu-central-1)
if ($certificate_eu) {
  $certificate_eu = Only 'certificate.eu of this plan' (aws acm list-tags-for-certificate --certificate-arn $certificate_eu --query "Tags[?Key=='plan'&&Value=='scale'].['${certificate_eu}'][]" --output text --region eu-central-1)
}
$certificate_eu_proof_name_1 = ''
if ($certificate_eu -and $certificate_eu) {
  $certificate_eu_proof_name_1 = Only 'proof-name-1 of certificate.eu' (aws acm describe-certificate --certificate-arn $certificate_eu --query 'Certificate.DomainValidationOptions[?DomainName==''eu.example.com''].ResourceRecord.Name' --output text --region eu-central-1)
}
$certificate_eu_proof_value_1 = ''
if ($certificate_eu -and $certificate_eu) {
  $certificate_eu_proof_value_1 = Only 'proof-value-1 of certificate.eu' (aws acm describe-certificate --certificate-arn $certificate_eu --query 'Certificate.DomainValidationOptions[?DomainName==''eu.example.com''].ResourceRecord.Value' --output text --region eu-central-1)
}
$proof_eu_example_com = ''
if ($dns_zone_example_com -and $certificate_eu_proof_name_1) {
  $proof_eu_example_com = Only 'proof.eu.example.com' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1)
}
$load_balancer_eu_group = ''
if ($network_eu) {
  $load_balancer_eu_group = Only 'load_balancer.eu.group' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/load-balancer' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
}
$load_balancer_eu_reach_eu = ''
if ($firewall_eu) {
  $load_balancer_eu_reach_eu = Only 'load_balancer.eu.reach-eu' (aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/to-target' "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
}
$load_balancer_eu_to_443 = ''
if ($network_eu) {
  $load_balancer_eu_to_443 = Only 'load_balancer.eu.to-443' (aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1)
}
$load_balancer_eu = ''
if ($network_eu) {
  $load_balancer_eu = Only 'load_balancer.eu' (aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].LoadBalancerArn" --output text --region eu-central-1)
}
$dns_record_eu_example_com_a = ''
if ($dns_zone_example_com) {
  $dns_record_eu_example_com_a = Only 'dns_record.eu.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''eu.example.com.''&&Type==''A''].Name' --output text --region eu-central-1)
}
$dns_record_eu_example_com_a_alias = ''
if ($dns_record_eu_example_com_a -and $dns_zone_example_com) {
  $dns_record_eu_example_com_a_alias = Only 'alias of dns_record.eu.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''eu.example.com.''&&Type==''A''].AliasTarget.DNSName' --output text --region eu-central-1)
}
$dns_record_eu_example_com_a_alias_zone = ''
if ($dns_record_eu_example_com_a -and $dns_zone_example_com) {
  $dns_record_eu_example_com_a_alias_zone = Only 'alias-zone of dns_record.eu.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''eu.example.com.''&&Type==''A''].AliasTarget.HostedZoneId' --output text --region eu-central-1)
}
$ssh_key_us = Only 'ssh_key.us' (aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'KeyPairs[].KeyPairId' --output text --region us-east-1)
$network_us = Only 'network.us' (aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'Vpcs[].VpcId' --output text --region us-east-1)
$network_us_gateway = Only 'network.us.gateway' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
$network_us_gateway_attached = ''
if ($network_us) {
  $network_us_gateway_attached = Only 'network.us.gateway-attached' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
}
$network_us_public = ''
if ($network_us) {
  $network_us_public = Only 'network.us.public' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public' "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
}
$network_us_private = ''
if ($network_us) {
  $network_us_private = Only 'network.us.private' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private' "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
}
$network_us_public_a = ''
if ($network_us) {
  $network_us_public_a = Only 'network.us.public-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public-a' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
}
$network_us_public_a_routed = ''
if ($network_us_public -and $network_us_public_a) {
  $network_us_public_a_routed = Only 'network.us.public-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1)
}
$network_us_public_b = ''
if ($network_us) {
  $network_us_public_b = Only 'network.us.public-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public-b' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
}
$network_us_public_b_routed = ''
if ($network_us_public -and $network_us_public_b) {
  $network_us_public_b_routed = Only 'network.us.public-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1)
}
$network_us_private_a = ''
if ($network_us) {
  $network_us_private_a = Only 'network.us.private-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private-a' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
}
$network_us_private_a_routed = ''
if ($network_us_private -and $network_us_private_a) {
  $network_us_private_a_routed = Only 'network.us.private-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1)
}
$network_us_private_b = ''
if ($network_us) {
  $network_us_private_b = Only 'network.us.private-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private-b' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
}
$network_us_private_b_routed = ''
if ($network_us_private -and $network_us_private_b) {
  $network_us_private_b_routed = Only 'network.us.private-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1)
}
$firewall_us = ''
if ($network_us) {
  $firewall_us = Only 'firewall.us' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
}
$server_us1 = Only 'server.us1' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1)
$certificate_us = Only 'certificate.us' (aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query 'CertificateSummaryList[?DomainName==''us.example.com''].CertificateArn' --output text --region us-east-1)
if ($certificate_us) {
  $certificate_us = Only 'certificate.us of this plan' (aws acm list-tags-for-certificate --certificate-arn $certificate_us --query "Tags[?Key=='plan'&&Value=='scale'].['${certificate_us}'][]" --output text --region us-east-1)
}
$certificate_us_proof_name_1 = ''
if ($certificate_us -and $certificate_us) {
  $certificate_us_proof_name_1 = Only 'proof-name-1 of certificate.us' (aws acm describe-certificate --certificate-arn $certificate_us --query 'Certificate.DomainValidationOptions[?DomainName==''us.example.com''].ResourceRecord.Name' --output text --region us-east-1)
}
$certificate_us_proof_value_1 = ''
if ($certificate_us -and $certificate_us) {
  $certificate_us_proof_value_1 = Only 'proof-value-1 of certificate.us' (aws acm describe-certificate --certificate-arn $certificate_us --query 'Certificate.DomainValidationOptions[?DomainName==''us.example.com''].ResourceRecord.Value' --output text --region us-east-1)
}
$proof_us_example_com = ''
if ($dns_zone_example_com -and $certificate_us_proof_name_1) {
  $proof_us_example_com = Only 'proof.us.example.com' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1)
}
$load_balancer_us_group = ''
if ($network_us) {
  $load_balancer_us_group = Only 'load_balancer.us.group' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/load-balancer' "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
}
$load_balancer_us_reach_us = ''
if ($firewall_us) {
  $load_balancer_us_reach_us = Only 'load_balancer.us.reach-us' (aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/to-target' "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1)
}
$load_balancer_us_to_443 = ''
if ($network_us) {
  $load_balancer_us_to_443 = Only 'load_balancer.us.to-443' (aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1)
}
$load_balancer_us = ''
if ($network_us) {
  $load_balancer_us = Only 'load_balancer.us' (aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].LoadBalancerArn" --output text --region us-east-1)
}
$dns_record_us_example_com_a = ''
if ($dns_zone_example_com) {
  $dns_record_us_example_com_a = Only 'dns_record.us.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''us.example.com.''&&Type==''A''].Name' --output text --region eu-central-1)
}
$dns_record_us_example_com_a_alias = ''
if ($dns_record_us_example_com_a -and $dns_zone_example_com) {
  $dns_record_us_example_com_a_alias = Only 'alias of dns_record.us.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''us.example.com.''&&Type==''A''].AliasTarget.DNSName' --output text --region eu-central-1)
}
$dns_record_us_example_com_a_alias_zone = ''
if ($dns_record_us_example_com_a -and $dns_zone_example_com) {
  $dns_record_us_example_com_a_alias_zone = Only 'alias-zone of dns_record.us.example.com.A' (aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''us.example.com.''&&Type==''A''].AliasTarget.HostedZoneId' --output text --region eu-central-1)
}

if ($dns_record_us_example_com_a) { [Console]::Error.WriteLine('  dns_record.us.example.com.A (aws)') }
if ($load_balancer_us) { [Console]::Error.WriteLine('  load_balancer.us (aws)') }
if ($load_balancer_us_to_443) { [Console]::Error.WriteLine('  load_balancer.us.to-443 (aws)') }
if ($load_balancer_us_reach_us) { [Console]::Error.WriteLine('  load_balancer.us.reach-us (aws)') }
if ($load_balancer_us_group) { [Console]::Error.WriteLine('  load_balancer.us.group (aws)') }
if ($proof_us_example_com) { [Console]::Error.WriteLine('  proof.us.example.com (aws)') }
if ($certificate_us) { [Console]::Error.WriteLine('  certificate.us (aws)') }
if ($server_us1) { [Console]::Error.WriteLine('  server.us1 (aws)') }
if ($firewall_us) { [Console]::Error.WriteLine('  firewall.us (aws)') }
if ($network_us_private_b_routed) { [Console]::Error.WriteLine('  network.us.private-b-routed (aws)') }
if ($network_us_private_b) { [Console]::Error.WriteLine('  network.us.private-b (aws)') }
if ($network_us_private_a_routed) { [Console]::Error.WriteLine('  network.us.private-a-routed (aws)') }
if ($network_us_private_a) { [Console]::Error.WriteLine('  network.us.private-a (aws)') }
if ($network_us_public_b_routed) { [Console]::Error.WriteLine('  network.us.public-b-routed (aws)') }
if ($network_us_public_b) { [Console]::Error.WriteLine('  network.us.public-b (aws)') }
if ($network_us_public_a_routed) { [Console]::Error.WriteLine('  network.us.public-a-routed (aws)') }
if ($network_us_public_a) { [Console]::Error.WriteLine('  network.us.public-a (aws)') }
if ($network_us_private) { [Console]::Error.WriteLine('  network.us.private (aws)') }
if ($network_us_public) { [Console]::Error.WriteLine('  network.us.public (aws)') }
if ($network_us_gateway_attached) { [Console]::Error.WriteLine('  network.us.gateway-attached (aws)') }
if ($network_us_gateway) { [Console]::Error.WriteLine('  network.us.gateway (aws)') }
if ($network_us) { [Console]::Error.WriteLine('  network.us (aws)') }
if ($ssh_key_us) { [Console]::Error.WriteLine('  ssh_key.us (aws)') }
if ($dns_record_eu_example_com_a) { [Console]::Error.WriteLine('  dns_record.eu.example.com.A (aws)') }
if ($load_balancer_eu) { [Console]::Error.WriteLine('  load_balancer.eu (aws)') }
if ($load_balancer_eu_to_443) { [Console]::Error.WriteLine('  load_balancer.eu.to-443 (aws)') }
if ($load_balancer_eu_reach_eu) { [Console]::Error.WriteLine('  load_balancer.eu.reach-eu (aws)') }
if ($load_balancer_eu_group) { [Console]::Error.WriteLine('  load_balancer.eu.group (aws)') }
if ($proof_eu_example_com) { [Console]::Error.WriteLine('  proof.eu.example.com (aws)') }
if ($certificate_eu) { [Console]::Error.WriteLine('  certificate.eu (aws)') }
if ($database_db) { [Console]::Error.WriteLine('  database.db (aws)') }
if ($database_db_subnets) { [Console]::Error.WriteLine('  database.db.subnets (aws)') }
if ($database_db_group) { [Console]::Error.WriteLine('  database.db.group (aws)') }
if ($server_eu2) { [Console]::Error.WriteLine('  server.eu2 (aws)') }
if ($server_eu1) { [Console]::Error.WriteLine('  server.eu1 (aws)') }
if ($firewall_eu) { [Console]::Error.WriteLine('  firewall.eu (aws)') }
if ($network_eu_private_b_routed) { [Console]::Error.WriteLine('  network.eu.private-b-routed (aws)') }
if ($network_eu_private_b) { [Console]::Error.WriteLine('  network.eu.private-b (aws)') }
if ($network_eu_private_a_routed) { [Console]::Error.WriteLine('  network.eu.private-a-routed (aws)') }
if ($network_eu_private_a) { [Console]::Error.WriteLine('  network.eu.private-a (aws)') }
if ($network_eu_public_b_routed) { [Console]::Error.WriteLine('  network.eu.public-b-routed (aws)') }
if ($network_eu_public_b) { [Console]::Error.WriteLine('  network.eu.public-b (aws)') }
if ($network_eu_public_a_routed) { [Console]::Error.WriteLine('  network.eu.public-a-routed (aws)') }
if ($network_eu_public_a) { [Console]::Error.WriteLine('  network.eu.public-a (aws)') }
if ($network_eu_private) { [Console]::Error.WriteLine('  network.eu.private (aws)') }
if ($network_eu_public) { [Console]::Error.WriteLine('  network.eu.public (aws)') }
if ($network_eu_gateway_attached) { [Console]::Error.WriteLine('  network.eu.gateway-attached (aws)') }
if ($network_eu_gateway) { [Console]::Error.WriteLine('  network.eu.gateway (aws)') }
if ($network_eu) { [Console]::Error.WriteLine('  network.eu (aws)') }
if ($ssh_key_eu) { [Console]::Error.WriteLine('  ssh_key.eu (aws)') }
if ($dns_zone_example_com) { [Console]::Error.WriteLine('  dns_zone.example.com (aws)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type scale to go on') -cne 'scale') { throw 'Nothing was destroyed.' }
}

At '[1/51] dns_record.us.example.com.A: remove'
if ($dns_record_us_example_com_a) {
  aws route53 change-resource-record-sets --hosted-zone-id $dns_zone_example_com --change-batch "{`"Changes`":[{`"Action`":`"DELETE`",`"ResourceRecordSet`":{`"Name`":`"us.example.com`",`"Type`":`"A`",`"AliasTarget`":{`"DNSName`":`"${dns_record_us_example_com_a_alias}`",`"HostedZoneId`":`"${dns_record_us_example_com_a_alias_zone}`",`"EvaluateTargetHealth`":false}}}]}" --region eu-central-1
  Settle 120 none { aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''us.example.com.''&&Type==''A''].Name' --output text --region eu-central-1 }
}

At '[2/51] load_balancer.us: remove'
if ($load_balancer_us) {
  aws elbv2 delete-load-balancer --load-balancer-arn $load_balancer_us --region us-east-1
  aws elbv2 wait load-balancers-deleted --load-balancer-arns $load_balancer_us --region us-east-1
  Settle 120 none { aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].LoadBalancerArn" --output text --region us-east-1 }
}

At '[3/51] load_balancer.us.to-443: remove'
if ($load_balancer_us_to_443) {
  Retry 120 { aws elbv2 delete-target-group --target-group-arn $load_balancer_us_to_443 --region us-east-1 }
  Settle 120 none { aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1 }
}

At '[4/51] load_balancer.us.reach-us: remove'
if ($load_balancer_us_reach_us) {
  aws ec2 revoke-security-group-ingress --group-id $firewall_us --security-group-rule-ids $load_balancer_us_reach_us --region us-east-1
  Settle 120 none { aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/to-target' "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1 }
}

At '[5/51] load_balancer.us.group: remove'
if ($load_balancer_us_group) {
  Retry 900 { aws ec2 delete-security-group --group-id $load_balancer_us_group --region us-east-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/load-balancer' "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1 }
}

At '[6/51] proof.us.example.com: remove'
if ($proof_us_example_com) {
  aws route53 change-resource-record-sets --hosted-zone-id $dns_zone_example_com --change-batch "{`"Changes`":[{`"Action`":`"DELETE`",`"ResourceRecordSet`":{`"Name`":`"${certificate_us_proof_name_1}`",`"Type`":`"CNAME`",`"TTL`":300,`"ResourceRecords`":[{`"Value`":`"${certificate_us_proof_value_1}`"}]}}]}" --region us-east-1
  Settle 120 none { aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1 }
}

At '[7/51] certificate.us: remove'
if ($certificate_us) {
  Retry 600 { aws acm delete-certificate --certificate-arn $certificate_us --region us-east-1 }
  Settle 120 none { aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query 'CertificateSummaryList[?DomainName==''us.example.com''].CertificateArn' --output text --region us-east-1 }
}

At '[8/51] server.us1: remove'
if ($server_us1) {
  aws ec2 terminate-instances --instance-ids $server_us1 --region us-east-1
  aws ec2 wait instance-terminated --instance-ids $server_us1 --region us-east-1
  Settle 120 none { aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1 }
}

At '[9/51] firewall.us: remove'
if ($firewall_us) {
  Retry 900 { aws ec2 delete-security-group --group-id $firewall_us --region us-east-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1 }
}

At '[10/51] network.us.private-b-routed: remove'
if ($network_us_private_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_us_private_b_routed --region us-east-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1 }
}

At '[11/51] network.us.private-b: remove'
if ($network_us_private_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_us_private_b --region us-east-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private-b' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1 }
}

At '[12/51] network.us.private-a-routed: remove'
if ($network_us_private_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_us_private_a_routed --region us-east-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1 }
}

At '[13/51] network.us.private-a: remove'
if ($network_us_private_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_us_private_a --region us-east-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private-a' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1 }
}

At '[14/51] network.us.public-b-routed: remove'
if ($network_us_public_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_us_public_b_routed --region us-east-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1 }
}

At '[15/51] network.us.public-b: remove'
if ($network_us_public_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_us_public_b --region us-east-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public-b' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1 }
}

At '[16/51] network.us.public-a-routed: remove'
if ($network_us_public_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_us_public_a_routed --region us-east-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1 }
}

At '[17/51] network.us.public-a: remove'
if ($network_us_public_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_us_public_a --region us-east-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public-a' "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1 }
}

At '[18/51] network.us.private: remove'
if ($network_us_private) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_us_private --region us-east-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/private' "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1 }
}

At '[19/51] network.us.public: remove'
if ($network_us_public) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_us_public --region us-east-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us/public' "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1 }
}

At '[20/51] network.us.gateway-attached: remove'
if ($network_us_gateway_attached) {
  Retry 300 { aws ec2 detach-internet-gateway --internet-gateway-id $network_us_gateway --vpc-id $network_us --region us-east-1 }
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1 }
}

At '[21/51] network.us.gateway: remove'
if ($network_us_gateway) {
  aws ec2 delete-internet-gateway --internet-gateway-id $network_us_gateway --region us-east-1
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1 }
}

At '[22/51] network.us: remove'
if ($network_us) {
  Retry 300 { aws ec2 delete-vpc --vpc-id $network_us --region us-east-1 }
  Settle 120 none { aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'Vpcs[].VpcId' --output text --region us-east-1 }
}

At '[23/51] ssh_key.us: remove'
if ($ssh_key_us) {
  aws ec2 delete-key-pair --key-name us --region us-east-1
  Settle 120 none { aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=us' --query 'KeyPairs[].KeyPairId' --output text --region us-east-1 }
}

At '[24/51] dns_record.eu.example.com.A: remove'
if ($dns_record_eu_example_com_a) {
  aws route53 change-resource-record-sets --hosted-zone-id $dns_zone_example_com --change-batch "{`"Changes`":[{`"Action`":`"DELETE`",`"ResourceRecordSet`":{`"Name`":`"eu.example.com`",`"Type`":`"A`",`"AliasTarget`":{`"DNSName`":`"${dns_record_eu_example_com_a_alias}`",`"HostedZoneId`":`"${dns_record_eu_example_com_a_alias_zone}`",`"EvaluateTargetHealth`":false}}}]}" --region eu-central-1
  Settle 120 none { aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query 'ResourceRecordSets[?Name==''eu.example.com.''&&Type==''A''].Name' --output text --region eu-central-1 }
}

At '[25/51] load_balancer.eu: remove'
if ($load_balancer_eu) {
  aws elbv2 delete-load-balancer --load-balancer-arn $load_balancer_eu --region eu-central-1
  aws elbv2 wait load-balancers-deleted --load-balancer-arns $load_balancer_eu --region eu-central-1
  Settle 120 none { aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].LoadBalancerArn" --output text --region eu-central-1 }
}

At '[26/51] load_balancer.eu.to-443: remove'
if ($load_balancer_eu_to_443) {
  Retry 120 { aws elbv2 delete-target-group --target-group-arn $load_balancer_eu_to_443 --region eu-central-1 }
  Settle 120 none { aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1 }
}

At '[27/51] load_balancer.eu.reach-eu: remove'
if ($load_balancer_eu_reach_eu) {
  aws ec2 revoke-security-group-ingress --group-id $firewall_eu --security-group-rule-ids $load_balancer_eu_reach_eu --region eu-central-1
  Settle 120 none { aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/to-target' "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1 }
}

At '[28/51] load_balancer.eu.group: remove'
if ($load_balancer_eu_group) {
  Retry 900 { aws ec2 delete-security-group --group-id $load_balancer_eu_group --region eu-central-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/load-balancer' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }
}

At '[29/51] proof.eu.example.com: remove'
if ($proof_eu_example_com) {
  aws route53 change-resource-record-sets --hosted-zone-id $dns_zone_example_com --change-batch "{`"Changes`":[{`"Action`":`"DELETE`",`"ResourceRecordSet`":{`"Name`":`"${certificate_eu_proof_name_1}`",`"Type`":`"CNAME`",`"TTL`":300,`"ResourceRecords`":[{`"Value`":`"${certificate_eu_proof_value_1}`"}]}}]}" --region eu-central-1
  Settle 120 none { aws route53 list-resource-record-sets --hosted-zone-id $dns_zone_example_com --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1 }
}

At '[30/51] certificate.eu: remove'
if ($certificate_eu) {
  Retry 600 { aws acm delete-certificate --certificate-arn $certificate_eu --region eu-central-1 }
  Settle 120 none { aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query 'CertificateSummaryList[?DomainName==''eu.example.com''].CertificateArn' --output text --region eu-central-1 }
}

At '[31/51] database.db: remove'
if ($database_db) {
  aws rds create-db-snapshot --db-instance-identifier $database_db --db-snapshot-identifier "db-last-$([DateTime]::UtcNow.ToString('yyyyMMddHHmmss'))" --tags 'Key=plan,Value=scale' 'Key=Name,Value=db' --region eu-central-1
  Settle 14400 is '0' { aws rds describe-db-snapshots --db-instance-identifier $database_db --snapshot-type manual --query 'length(DBSnapshots[?Status!=''available''])' --output text --region eu-central-1 }
  aws rds modify-db-instance --db-instance-identifier $database_db --no-deletion-protection --apply-immediately --region eu-central-1
  Retry 600 { aws rds delete-db-instance --db-instance-identifier $database_db --skip-final-snapshot --region eu-central-1 }
  aws rds wait db-instance-deleted --db-instance-identifier $database_db --region eu-central-1
  Settle 120 none { aws rds describe-db-instances --filters 'Name=db-instance-id,Values=db' --query 'DBInstances[?DBInstanceStatus!=''deleting''&&TagList[?Key==''plan''&&Value==''scale'']].DBInstanceIdentifier' --output text --region eu-central-1 }
}

At '[32/51] database.db.subnets: remove'
if ($database_db_subnets) {
  Retry 300 { aws rds delete-db-subnet-group --db-subnet-group-name $database_db_subnets --region eu-central-1 }
  Settle 120 none { aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1 }
}

At '[33/51] database.db.group: remove'
if ($database_db_group) {
  Retry 900 { aws ec2 delete-security-group --group-id $database_db_group --region eu-central-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=db/database' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }
}

At '[34/51] server.eu2: remove'
if ($server_eu2) {
  aws ec2 terminate-instances --instance-ids $server_eu2 --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids $server_eu2 --region eu-central-1
  Settle 120 none { aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu2' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1 }
}

At '[35/51] server.eu1: remove'
if ($server_eu1) {
  aws ec2 terminate-instances --instance-ids $server_eu1 --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids $server_eu1 --region eu-central-1
  Settle 120 none { aws ec2 describe-instances --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1 }
}

At '[36/51] firewall.eu: remove'
if ($firewall_eu) {
  Retry 900 { aws ec2 delete-security-group --group-id $firewall_eu --region eu-central-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }
}

At '[37/51] network.eu.private-b-routed: remove'
if ($network_eu_private_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_eu_private_b_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[38/51] network.eu.private-b: remove'
if ($network_eu_private_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_eu_private_b --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private-b' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[39/51] network.eu.private-a-routed: remove'
if ($network_eu_private_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_eu_private_a_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[40/51] network.eu.private-a: remove'
if ($network_eu_private_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_eu_private_a --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private-a' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[41/51] network.eu.public-b-routed: remove'
if ($network_eu_public_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_eu_public_b_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[42/51] network.eu.public-b: remove'
if ($network_eu_public_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_eu_public_b --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public-b' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[43/51] network.eu.public-a-routed: remove'
if ($network_eu_public_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_eu_public_a_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[44/51] network.eu.public-a: remove'
if ($network_eu_public_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_eu_public_a --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public-a' "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[45/51] network.eu.private: remove'
if ($network_eu_private) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_eu_private --region eu-central-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/private' "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }
}

At '[46/51] network.eu.public: remove'
if ($network_eu_public) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_eu_public --region eu-central-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu/public' "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }
}

At '[47/51] network.eu.gateway-attached: remove'
if ($network_eu_gateway_attached) {
  Retry 300 { aws ec2 detach-internet-gateway --internet-gateway-id $network_eu_gateway --vpc-id $network_eu --region eu-central-1 }
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }
}

At '[48/51] network.eu.gateway: remove'
if ($network_eu_gateway) {
  aws ec2 delete-internet-gateway --internet-gateway-id $network_eu_gateway --region eu-central-1
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }
}

At '[49/51] network.eu: remove'
if ($network_eu) {
  Retry 300 { aws ec2 delete-vpc --vpc-id $network_eu --region eu-central-1 }
  Settle 120 none { aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'Vpcs[].VpcId' --output text --region eu-central-1 }
}

At '[50/51] ssh_key.eu: remove'
if ($ssh_key_eu) {
  aws ec2 delete-key-pair --key-name eu --region eu-central-1
  Settle 120 none { aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=scale' 'Name=tag:Name,Values=eu' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1 }
}

At '[51/51] dns_zone.example.com: remove'
if ($dns_zone_example_com) {
  aws route53 delete-hosted-zone --id $dns_zone_example_com --region eu-central-1
  Settle 120 none { aws route53 list-hosted-zones-by-name --dns-name 'example.com' --query 'HostedZones[?Name==''example.com.''&&!(Config.PrivateZone)&&Config.Comment==''plan scale''].Id' --output text --region eu-central-1 }
}

At 'done: nothing of it is left'
