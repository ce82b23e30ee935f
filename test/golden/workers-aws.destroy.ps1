#Requires -Version 7.3
# Plan "workers": DESTROYS 21 things, in the reverse of their creation.
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
$ssh_key_ops = Only 'ssh_key.ops' (aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=ops' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
$network_lan = Only 'network.lan' (aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' --query 'Vpcs[].VpcId' --output text --region eu-central-1)
$network_lan_gateway = Only 'network.lan.gateway' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
$network_lan_gateway_attached = ''
if ($network_lan) {
  $network_lan_gateway_attached = Only 'network.lan.gateway-attached' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
}
$network_lan_public = ''
if ($network_lan) {
  $network_lan_public = Only 'network.lan.public' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
}
$network_lan_private = ''
if ($network_lan) {
  $network_lan_private = Only 'network.lan.private' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
}
$network_lan_public_a = ''
if ($network_lan) {
  $network_lan_public_a = Only 'network.lan.public-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_lan_public_a_routed = ''
if ($network_lan_public -and $network_lan_public_a) {
  $network_lan_public_a_routed = Only 'network.lan.public-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_lan_public_b = ''
if ($network_lan) {
  $network_lan_public_b = Only 'network.lan.public-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_lan_public_b_routed = ''
if ($network_lan_public -and $network_lan_public_b) {
  $network_lan_public_b_routed = Only 'network.lan.public-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_lan_private_a = ''
if ($network_lan) {
  $network_lan_private_a = Only 'network.lan.private-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_lan_private_a_routed = ''
if ($network_lan_private -and $network_lan_private_a) {
  $network_lan_private_a_routed = Only 'network.lan.private-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$network_lan_private_b = ''
if ($network_lan) {
  $network_lan_private_b = Only 'network.lan.private-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
}
$network_lan_private_b_routed = ''
if ($network_lan_private -and $network_lan_private_b) {
  $network_lan_private_b_routed = Only 'network.lan.private-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
}
$firewall_ssh = ''
if ($network_lan) {
  $firewall_ssh = Only 'firewall.ssh' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=ssh' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
}
$server_worker1 = Only 'server.worker1' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=worker1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
$server_worker2 = Only 'server.worker2' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=worker2' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
$database_db_group = ''
if ($network_lan) {
  $database_db_group = Only 'database.db.group' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=db/database' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
}
$database_db_subnets = ''
if ($network_lan) {
  $database_db_subnets = Only 'database.db.subnets' (aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1)
}
$database_db = Only 'database.db' (aws rds describe-db-instances --filters 'Name=db-instance-id,Values=db' --query 'DBInstances[?DBInstanceStatus!=''deleting''&&TagList[?Key==''plan''&&Value==''workers'']].DBInstanceIdentifier' --output text --region eu-central-1)
$bucket_acme_results = Only 'bucket.acme-results' (aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region eu-central-1)
if ($bucket_acme_results) {
  $bucket_acme_results = Only 'bucket.acme-results of this plan' (aws s3api get-bucket-tagging --bucket acme-results --query 'TagSet[?Key==''plan''&&Value==''workers''].[''acme-results''][]' --output text --region eu-central-1)
}

if ($bucket_acme_results) { [Console]::Error.WriteLine('  bucket.acme-results (aws)') }
if ($database_db) { [Console]::Error.WriteLine('  database.db (aws)') }
if ($database_db_subnets) { [Console]::Error.WriteLine('  database.db.subnets (aws)') }
if ($database_db_group) { [Console]::Error.WriteLine('  database.db.group (aws)') }
if ($server_worker2) { [Console]::Error.WriteLine('  server.worker2 (aws)') }
if ($server_worker1) { [Console]::Error.WriteLine('  server.worker1 (aws)') }
if ($firewall_ssh) { [Console]::Error.WriteLine('  firewall.ssh (aws)') }
if ($network_lan_private_b_routed) { [Console]::Error.WriteLine('  network.lan.private-b-routed (aws)') }
if ($network_lan_private_b) { [Console]::Error.WriteLine('  network.lan.private-b (aws)') }
if ($network_lan_private_a_routed) { [Console]::Error.WriteLine('  network.lan.private-a-routed (aws)') }
if ($network_lan_private_a) { [Console]::Error.WriteLine('  network.lan.private-a (aws)') }
if ($network_lan_public_b_routed) { [Console]::Error.WriteLine('  network.lan.public-b-routed (aws)') }
if ($network_lan_public_b) { [Console]::Error.WriteLine('  network.lan.public-b (aws)') }
if ($network_lan_public_a_routed) { [Console]::Error.WriteLine('  network.lan.public-a-routed (aws)') }
if ($network_lan_public_a) { [Console]::Error.WriteLine('  network.lan.public-a (aws)') }
if ($network_lan_private) { [Console]::Error.WriteLine('  network.lan.private (aws)') }
if ($network_lan_public) { [Console]::Error.WriteLine('  network.lan.public (aws)') }
if ($network_lan_gateway_attached) { [Console]::Error.WriteLine('  network.lan.gateway-attached (aws)') }
if ($network_lan_gateway) { [Console]::Error.WriteLine('  network.lan.gateway (aws)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (aws)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (aws)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type workers to go on') -cne 'workers') { throw 'Nothing was destroyed.' }
}

At '[1/21] bucket.acme-results: remove'
if ($bucket_acme_results) {
  aws s3api delete-bucket --bucket acme-results --region eu-central-1
  Settle 120 none { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region eu-central-1 }
}

At '[2/21] database.db: remove'
if ($database_db) {
  aws rds create-db-snapshot --db-instance-identifier $database_db --db-snapshot-identifier "db-last-$([DateTime]::UtcNow.ToString('yyyyMMddHHmmss'))" --tags 'Key=plan,Value=workers' 'Key=Name,Value=db' --region eu-central-1
  Settle 14400 is '0' { aws rds describe-db-snapshots --db-instance-identifier $database_db --snapshot-type manual --query 'length(DBSnapshots[?Status!=''available''])' --output text --region eu-central-1 }
  aws rds modify-db-instance --db-instance-identifier $database_db --no-deletion-protection --apply-immediately --region eu-central-1
  Retry 600 { aws rds delete-db-instance --db-instance-identifier $database_db --skip-final-snapshot --region eu-central-1 }
  aws rds wait db-instance-deleted --db-instance-identifier $database_db --region eu-central-1
  Settle 120 none { aws rds describe-db-instances --filters 'Name=db-instance-id,Values=db' --query 'DBInstances[?DBInstanceStatus!=''deleting''&&TagList[?Key==''plan''&&Value==''workers'']].DBInstanceIdentifier' --output text --region eu-central-1 }
}

At '[3/21] database.db.subnets: remove'
if ($database_db_subnets) {
  Retry 300 { aws rds delete-db-subnet-group --db-subnet-group-name $database_db_subnets --region eu-central-1 }
  Settle 120 none { aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1 }
}

At '[4/21] database.db.group: remove'
if ($database_db_group) {
  Retry 900 { aws ec2 delete-security-group --group-id $database_db_group --region eu-central-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=db/database' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }
}

At '[5/21] server.worker2: remove'
if ($server_worker2) {
  aws ec2 terminate-instances --instance-ids $server_worker2 --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids $server_worker2 --region eu-central-1
  Settle 120 none { aws ec2 describe-instances --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=worker2' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1 }
}

At '[6/21] server.worker1: remove'
if ($server_worker1) {
  aws ec2 terminate-instances --instance-ids $server_worker1 --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids $server_worker1 --region eu-central-1
  Settle 120 none { aws ec2 describe-instances --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=worker1' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1 }
}

At '[7/21] firewall.ssh: remove'
if ($firewall_ssh) {
  Retry 900 { aws ec2 delete-security-group --group-id $firewall_ssh --region eu-central-1 }
  Settle 120 none { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=ssh' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }
}

At '[8/21] network.lan.private-b-routed: remove'
if ($network_lan_private_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_lan_private_b_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[9/21] network.lan.private-b: remove'
if ($network_lan_private_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_lan_private_b --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[10/21] network.lan.private-a-routed: remove'
if ($network_lan_private_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_lan_private_a_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[11/21] network.lan.private-a: remove'
if ($network_lan_private_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_lan_private_a --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[12/21] network.lan.public-b-routed: remove'
if ($network_lan_public_b_routed) {
  aws ec2 disassociate-route-table --association-id $network_lan_public_b_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[13/21] network.lan.public-b: remove'
if ($network_lan_public_b) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_lan_public_b --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[14/21] network.lan.public-a-routed: remove'
if ($network_lan_public_a_routed) {
  aws ec2 disassociate-route-table --association-id $network_lan_public_a_routed --region eu-central-1
  Settle 120 none { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }
}

At '[15/21] network.lan.public-a: remove'
if ($network_lan_public_a) {
  Retry 600 { aws ec2 delete-subnet --subnet-id $network_lan_public_a --region eu-central-1 }
  Settle 120 none { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1 }
}

At '[16/21] network.lan.private: remove'
if ($network_lan_private) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_lan_private --region eu-central-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/private' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }
}

At '[17/21] network.lan.public: remove'
if ($network_lan_public) {
  Retry 60 { aws ec2 delete-route-table --route-table-id $network_lan_public --region eu-central-1 }
  Settle 120 none { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan/public' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }
}

At '[18/21] network.lan.gateway-attached: remove'
if ($network_lan_gateway_attached) {
  Retry 300 { aws ec2 detach-internet-gateway --internet-gateway-id $network_lan_gateway --vpc-id $network_lan --region eu-central-1 }
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }
}

At '[19/21] network.lan.gateway: remove'
if ($network_lan_gateway) {
  aws ec2 delete-internet-gateway --internet-gateway-id $network_lan_gateway --region eu-central-1
  Settle 120 none { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }
}

At '[20/21] network.lan: remove'
if ($network_lan) {
  Retry 300 { aws ec2 delete-vpc --vpc-id $network_lan --region eu-central-1 }
  Settle 120 none { aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=lan' --query 'Vpcs[].VpcId' --output text --region eu-central-1 }
}

At '[21/21] ssh_key.ops: remove'
if ($ssh_key_ops) {
  aws ec2 delete-key-pair --key-name ops --region eu-central-1
  Settle 120 none { aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=workers' 'Name=tag:Name,Values=ops' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1 }
}

At 'done: nothing of it is left'
