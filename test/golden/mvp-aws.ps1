#Requires -Version 7.3
# Plan "mvp": creates 6 resources for 38.99 USD a month, net (prices of 2026-08-14 to 2026-08-26), without 1 by usage.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$PSNativeCommandArgumentPassing = 'Standard'

$script:current = 'before the first step'
$script:hint = ''
function At($text, $hint = '') { $script:current = $text; $script:hint = $hint; [Console]::Error.WriteLine($text) }
# Some: stops where a value that is needed is empty
function Some($what, $value) {
  if (-not $value -or "$value" -eq 'None') { throw "${what}: the command succeeded but printed nothing; nothing further was run" }
  "$value"
}
# Only: stops where a look-up found several of one name
function Only($what, $value) {
  if (@("$value" -split '\s+' | Where-Object { $_ }).Count -gt 1) { throw "${what}: several were found, and it is not known which is meant: $value" }
  "$value"
}
function Pause-Poll { Start-Sleep -Seconds ($(if ($env:POLL_SECONDS) { $env:POLL_SECONDS } else { 5 })) }
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
trap { [Console]::Error.WriteLine("`nStopped at $script:current`n$_`n$script:hint`n" + 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.'); exit 1 }

if (-not (Get-Command aws -ErrorAction Ignore)) { throw 'aws is not installed. Windows: winget install Amazon.AWSCLI. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.' }
try { aws sts get-caller-identity --query Arn --output text --region us-east-1 | Out-Null } catch { throw 'aws did not let you in. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.' }

At 'is t3a.medium offered in eu-central-1?'
if (-not (aws ec2 describe-instances --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=app' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1) -and -not ([bool](aws ec2 describe-instance-type-offerings --location-type region --filters 'Name=instance-type,Values=t3a.medium' --query 'InstanceTypeOfferings[].InstanceType' --output text --region eu-central-1))) { throw 't3a.medium is not offered in eu-central-1. Nothing was made. Ask for another size or region.' }

At '[1/24] ssh_key.ops: SSH key ops'
$ssh_key_ops = Only 'ssh_key.ops' (aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=ops' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
if (-not $ssh_key_ops) {
  $ssh_key_ops = Some 'SSH key ops' (aws ec2 import-key-pair --key-name ops --public-key-material "fileb://$HOME/.ssh/id_ed25519.pub" --tag-specifications 'ResourceType=key-pair,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=ops}]' --query KeyPairId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-key-pairs --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=ops' --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1 }

At '[2/24] network.lan: VPC lan (10.0.0.0/16)'
$network_lan = Only 'network.lan' (aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' --query 'Vpcs[].VpcId' --output text --region eu-central-1)
if (-not $network_lan) {
  $network_lan = Some 'VPC lan (10.0.0.0/16)' (aws ec2 create-vpc --cidr-block '10.0.0.0/16' --tag-specifications 'ResourceType=vpc,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan}]' --query 'Vpc.VpcId' --output text --region eu-central-1)
}
$network_lan_zone_a = Some 'zone-a of network.lan' (aws ec2 describe-availability-zones --filters 'Name=state,Values=available' 'Name=zone-type,Values=availability-zone' 'Name=opt-in-status,Values=opt-in-not-required' --query 'sort_by(AvailabilityZones,&ZoneName)[0:1].ZoneName' --output text --region eu-central-1)
$network_lan_zone_b = Some 'zone-b of network.lan' (aws ec2 describe-availability-zones --filters 'Name=state,Values=available' 'Name=zone-type,Values=availability-zone' 'Name=opt-in-status,Values=opt-in-not-required' --query 'sort_by(AvailabilityZones,&ZoneName)[1:2].ZoneName' --output text --region eu-central-1)
Settle 120 is available { aws ec2 describe-vpcs --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' --query 'Vpcs[].State' --output text --region eu-central-1 }

At '[3/24] network.lan.dns-hostnames: host names in lan'
$network_lan_dns_hostnames = Only 'network.lan.dns-hostnames' (aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id $network_lan --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1)
if (-not $network_lan_dns_hostnames) {
  aws ec2 modify-vpc-attribute --enable-dns-hostnames --vpc-id $network_lan --region eu-central-1
}
Settle 120 some { aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id $network_lan --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1 }

At '[4/24] network.lan.gateway: internet gateway of lan'
$network_lan_gateway = Only 'network.lan.gateway' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
if (-not $network_lan_gateway) {
  $network_lan_gateway = Some 'internet gateway of lan' (aws ec2 create-internet-gateway --tag-specifications 'ResourceType=internet-gateway,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan}]' --query 'InternetGateway.InternetGatewayId' --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }

At '[5/24] network.lan.gateway-attached: attach the internet gateway to lan'
$network_lan_gateway_attached = Only 'network.lan.gateway-attached' (aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
if (-not $network_lan_gateway_attached) {
  aws ec2 attach-internet-gateway --internet-gateway-id $network_lan_gateway --vpc-id $network_lan --region eu-central-1
}
Settle 120 some { aws ec2 describe-internet-gateways --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan' "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1 }

At '[6/24] network.lan.public: public routes of lan'
$network_lan_public = Only 'network.lan.public' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
if (-not $network_lan_public) {
  $network_lan_public = Some 'public routes of lan' (aws ec2 create-route-table --vpc-id $network_lan --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public}]' --query 'RouteTable.RouteTableId' --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }

At '[7/24] network.lan.private: private routes of lan'
$network_lan_private = Only 'network.lan.private' (aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
if (-not $network_lan_private) {
  $network_lan_private = Some 'private routes of lan' (aws ec2 create-route-table --vpc-id $network_lan --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private}]' --query 'RouteTable.RouteTableId' --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private' "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1 }

At '[8/24] network.lan.public-route: route from the public subnets of lan to the internet'
$network_lan_public_route = Only 'network.lan.public-route' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query 'RouteTables[].Routes[?DestinationCidrBlock==''0.0.0.0/0''][].GatewayId' --output text --region eu-central-1)
if (-not $network_lan_public_route) {
  aws ec2 create-route --destination-cidr-block '0.0.0.0/0' --gateway-id $network_lan_gateway --route-table-id $network_lan_public --region eu-central-1
}
Settle 120 is $network_lan_gateway { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query 'RouteTables[].Routes[?DestinationCidrBlock==''0.0.0.0/0''][].GatewayId' --output text --region eu-central-1 }

At '[9/24] network.lan.public-a: public subnet a of lan (10.0.0.0/20)'
$network_lan_public_a = Only 'network.lan.public-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
if (-not $network_lan_public_a) {
  $network_lan_public_a = Some 'public subnet a of lan (10.0.0.0/20)' (aws ec2 create-subnet --vpc-id $network_lan --cidr-block '10.0.0.0/20' --availability-zone $network_lan_zone_a --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public-a}]' --query 'Subnet.SubnetId' --output text --region eu-central-1)
}
Settle 120 is available { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1 }

At '[10/24] network.lan.public-a-routed: public subnet a of lan takes the public routes'
$network_lan_public_a_routed = Only 'network.lan.public-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
if (-not $network_lan_public_a_routed) {
  $network_lan_public_a_routed = Some 'public subnet a of lan takes the public routes' (aws ec2 associate-route-table --route-table-id $network_lan_public --subnet-id $network_lan_public_a --query AssociationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }

At '[11/24] network.lan.public-b: public subnet b of lan (10.0.16.0/20)'
$network_lan_public_b = Only 'network.lan.public-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
if (-not $network_lan_public_b) {
  $network_lan_public_b = Some 'public subnet b of lan (10.0.16.0/20)' (aws ec2 create-subnet --vpc-id $network_lan --cidr-block '10.0.16.0/20' --availability-zone $network_lan_zone_b --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public-b}]' --query 'Subnet.SubnetId' --output text --region eu-central-1)
}
Settle 120 is available { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/public-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1 }

At '[12/24] network.lan.public-b-routed: public subnet b of lan takes the public routes'
$network_lan_public_b_routed = Only 'network.lan.public-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
if (-not $network_lan_public_b_routed) {
  $network_lan_public_b_routed = Some 'public subnet b of lan takes the public routes' (aws ec2 associate-route-table --route-table-id $network_lan_public --subnet-id $network_lan_public_b --query AssociationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }

At '[13/24] network.lan.private-a: private subnet a of lan (10.0.32.0/20)'
$network_lan_private_a = Only 'network.lan.private-a' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
if (-not $network_lan_private_a) {
  $network_lan_private_a = Some 'private subnet a of lan (10.0.32.0/20)' (aws ec2 create-subnet --vpc-id $network_lan --cidr-block '10.0.32.0/20' --availability-zone $network_lan_zone_a --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private-a}]' --query 'Subnet.SubnetId' --output text --region eu-central-1)
}
Settle 120 is available { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private-a' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1 }

At '[14/24] network.lan.private-a-routed: private subnet a of lan takes the private routes'
$network_lan_private_a_routed = Only 'network.lan.private-a-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
if (-not $network_lan_private_a_routed) {
  $network_lan_private_a_routed = Some 'private subnet a of lan takes the private routes' (aws ec2 associate-route-table --route-table-id $network_lan_private --subnet-id $network_lan_private_a --query AssociationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1 }

At '[15/24] network.lan.private-b: private subnet b of lan (10.0.48.0/20)'
$network_lan_private_b = Only 'network.lan.private-b' (aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
if (-not $network_lan_private_b) {
  $network_lan_private_b = Some 'private subnet b of lan (10.0.48.0/20)' (aws ec2 create-subnet --vpc-id $network_lan --cidr-block '10.0.48.0/20' --availability-zone $network_lan_zone_b --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private-b}]' --query 'Subnet.SubnetId' --output text --region eu-central-1)
}
Settle 120 is available { aws ec2 describe-subnets --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=lan/private-b' "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1 }

At '[16/24] network.lan.private-b-routed: private subnet b of lan takes the private routes'
$network_lan_private_b_routed = Only 'network.lan.private-b-routed' (aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
if (-not $network_lan_private_b_routed) {
  $network_lan_private_b_routed = Some 'private subnet b of lan takes the private routes' (aws ec2 associate-route-table --route-table-id $network_lan_private --subnet-id $network_lan_private_b --query AssociationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1 }

At '[17/24] firewall.web: security group of firewall web'
$firewall_web = Only 'firewall.web' (aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=web' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
if (-not $firewall_web) {
  $firewall_web = Some 'security group of firewall web' (aws ec2 create-security-group --group-name web --description 'firewall web, plan mvp' --vpc-id $network_lan --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=web}]' --query GroupId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-security-groups --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=web' "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1 }

At '[18/24] firewall.web.rules: what firewall web lets in'
$firewall_web_rules = Only 'firewall.web.rules' (aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=web/in' "Name=group-id,Values=${firewall_web}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
if (-not $firewall_web_rules) {
  aws ec2 authorize-security-group-ingress --group-id $firewall_web --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}]},{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=web/in}]' --region eu-central-1
}
Settle 120 some { aws ec2 describe-security-group-rules --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=web/in' "Name=group-id,Values=${firewall_web}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1 }

At '[19/24] image.ubuntu-24.04-x86.eu-central-1: newest image of ubuntu-24.04 (x86) in eu-central-1'
$image_ubuntu_24_04_x86_eu_central_1 = Only 'image.ubuntu-24.04-x86.eu-central-1' (aws ssm get-parameter --name '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id' --query 'Parameter.Value' --output text --region eu-central-1)
if (-not $image_ubuntu_24_04_x86_eu_central_1) {
  $image_ubuntu_24_04_x86_eu_central_1 = Some 'newest image of ubuntu-24.04 (x86) in eu-central-1' (aws ssm get-parameter --name '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id' --query 'Parameter.Value' --output text --region eu-central-1)
}
Settle 120 some { aws ssm get-parameter --name '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id' --query 'Parameter.Value' --output text --region eu-central-1 }

At '[20/24] static_ip.app: address app'
$static_ip_app = Only 'static_ip.app' (aws ec2 describe-addresses --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=app' --query 'Addresses[].AllocationId' --output text --region eu-central-1)
if (-not $static_ip_app) {
  $static_ip_app = Some 'address app' (aws ec2 allocate-address --domain vpc --tag-specifications 'ResourceType=elastic-ip,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app}]' --query AllocationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-addresses --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=app' --query 'Addresses[].AllocationId' --output text --region eu-central-1 }

At '[21/24] server.app: server app (t3a.medium)'
Set-Content -Path 'mvp-app-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
  - mkdir -p /mnt/data && (grep -qxF 'LABEL=data /mnt/data ext4 defaults,nofail 0 2' /etc/fstab || echo 'LABEL=data /mnt/data ext4 defaults,nofail 0 2' >> /etc/fstab)
'@
$server_app = Only 'server.app' (aws ec2 describe-instances --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=app' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
if (-not $server_app) {
  $server_app = Some 'server app (t3a.medium)' (aws ec2 run-instances --image-id $image_ubuntu_24_04_x86_eu_central_1 --instance-type 't3a.medium' --count '1' --key-name ops --subnet-id $network_lan_public_a --security-group-ids $firewall_web --associate-public-ip-address --metadata-options 'HttpTokens=required,HttpEndpoint=enabled' --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data 'file://mvp-app-cloud-init.yaml' --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app}]' 'ResourceType=volume,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
}
aws ec2 wait instance-running --instance-ids $server_app --region eu-central-1
$server_app_zone = Some 'zone of server.app' (aws ec2 describe-instances --filters "Name=instance-id,Values=${server_app}" --query 'Reservations[].Instances[].Placement.AvailabilityZone' --output text --region eu-central-1)
Settle 120 is running { aws ec2 describe-instances --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=app' 'Name=instance-state-name,Values=pending,running,stopping,stopped' --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1 }

At '[22/24] static_ip.app.attach: point app to app'
$static_ip_app_attach = Only 'static_ip.app.attach' (aws ec2 describe-addresses --filters "Name=allocation-id,Values=${static_ip_app}" "Name=instance-id,Values=${server_app}" --query 'Addresses[].AssociationId' --output text --region eu-central-1)
if (-not $static_ip_app_attach) {
  $static_ip_app_attach = Some 'point app to app' (aws ec2 associate-address --allocation-id $static_ip_app --instance-id $server_app --query AssociationId --output text --region eu-central-1)
}
Settle 120 some { aws ec2 describe-addresses --filters "Name=allocation-id,Values=${static_ip_app}" "Name=instance-id,Values=${server_app}" --query 'Addresses[].AssociationId' --output text --region eu-central-1 }

At '[23/24] volume.data: volume data (20 GB)'
$volume_data = Only 'volume.data' (aws ec2 describe-volumes --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=data' 'Name=status,Values=creating,available,in-use' --query 'Volumes[].VolumeId' --output text --region eu-central-1)
if (-not $volume_data) {
  $volume_data = Some 'volume data (20 GB)' (aws ec2 create-volume --availability-zone $server_app_zone --size '20' --volume-type gp3 --encrypted --tag-specifications 'ResourceType=volume,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=data}]' --query VolumeId --output text --region eu-central-1)
}
Settle 120 is $volume_data { aws ec2 describe-volumes --volume-ids $volume_data --query 'Volumes[?State==''available''||State==''in-use''].VolumeId' --output text --region eu-central-1 }
Settle 120 some { aws ec2 describe-volumes --filters 'Name=tag:plan,Values=mvp' 'Name=tag:Name,Values=data' 'Name=status,Values=creating,available,in-use' --query 'Volumes[].VolumeId' --output text --region eu-central-1 }

At '[24/24] volume.data.attach: attach data to app'
$volume_data_attach = Only 'volume.data.attach' (aws ec2 describe-volumes --filters "Name=volume-id,Values=${volume_data}" "Name=attachment.instance-id,Values=${server_app}" --query 'Volumes[].VolumeId' --output text --region eu-central-1)
if (-not $volume_data_attach) {
  aws ec2 attach-volume --device '/dev/sdf' --instance-id $server_app --volume-id $volume_data --region eu-central-1
}
Settle 120 some { aws ec2 describe-volumes --filters "Name=volume-id,Values=${volume_data}" "Name=attachment.instance-id,Values=${server_app}" --query 'Volumes[].VolumeId' --output text --region eu-central-1 }

At 'done: everything is there'
