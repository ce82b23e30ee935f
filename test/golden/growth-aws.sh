#!/usr/bin/env bash
# Plan "growth": creates 8 resources for 114.89 USD a month, net (prices of 2026-08-14 to 2026-08-26), without 2 of unknown price and 6 by usage.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# some WHAT VALUE: stops where a value that is needed is empty
some() { case $2 in '' | None) stop "$1: the command succeeded but printed nothing; nothing further was run" ;; esac; }
# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }
# settle SECONDS is VALUE|some|none COMMAND...: repeats a look-up until it prints VALUE, anything, or nothing
settle() {
  settle_end=$(($(date +%s) + $1)) settle_want=$2 settle_value=
  shift 2
  if [ "$settle_want" = is ]; then settle_value=$1; shift; fi
  while :; do
    if settle_got=$("$@" 2>/dev/null); then
      case $settle_want in
        is) [ "$settle_got" != "$settle_value" ] || return 0 ;;
        some) [ -z "$settle_got" ] || return 0 ;;
        none) [ -n "$settle_got" ] || return 0 ;;
      esac
    fi
    [ "$(date +%s)" -lt "$settle_end" ] || break
    sleep "${POLL_SECONDS:-5}"
  done
  "$@" >&2 || true
  stop "expected $settle_want $settle_value, and that did not come; the look-up above says what there is"
}
finish() {
  code=$?
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v aws >/dev/null || stop 'aws is not installed. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.'
aws sts get-caller-identity --query Arn --output text --region us-east-1 >/dev/null || stop 'aws did not let you in; its message is above. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'

at 'is t3a.medium offered in eu-central-1?'
found=$(aws ec2 describe-instances --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws ec2 describe-instance-type-offerings --location-type region --filters Name=instance-type,Values=t3a.medium --query 'InstanceTypeOfferings[].InstanceType' --output text --region eu-central-1)
  [ -n "$found" ] || stop 't3a.medium is not offered in eu-central-1. Nothing was made. Ask for another size or region.'
fi

at 'can db.t4g.medium be ordered for postgres in eu-central-1?'
found=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''growth'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws rds describe-orderable-db-instance-options --engine postgres --db-instance-class db.t4g.medium --query 'OrderableDBInstanceOptions[:1].DBInstanceClass' --output text --region eu-central-1)
  [ -n "$found" ] || stop 'db.t4g.medium is not sold for postgres in eu-central-1. Nothing was made. Ask for another size or region.'
fi

at '[1/35] ssh_key.ops: SSH key ops'
ssh_key_ops=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=growth Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(aws ec2 import-key-pair --key-name ops --public-key-material "fileb://${HOME}/.ssh/id_ed25519.pub" --tag-specifications 'ResourceType=key-pair,Tags=[{Key=plan,Value=growth},{Key=Name,Value=ops}]' --query KeyPairId --output text --region eu-central-1)
  some 'SSH key ops' "$ssh_key_ops"
fi
settle 120 some aws ec2 describe-key-pairs --filters Name=tag:plan,Values=growth Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1

at '[2/35] network.lan: VPC lan (10.0.0.0/16)'
network_lan=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan --query 'Vpcs[].VpcId' --output text --region eu-central-1)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  network_lan=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan}]' --query Vpc.VpcId --output text --region eu-central-1)
  some 'VPC lan (10.0.0.0/16)' "$network_lan"
fi
network_lan_zone_a=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[0:1].ZoneName' --output text --region eu-central-1)
some 'zone-a of network.lan' "$network_lan_zone_a"
network_lan_zone_b=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[1:2].ZoneName' --output text --region eu-central-1)
some 'zone-b of network.lan' "$network_lan_zone_b"
settle 120 is available aws ec2 describe-vpcs --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan --query 'Vpcs[].State' --output text --region eu-central-1

at '[3/35] network.lan.dns-hostnames: host names in lan'
network_lan_dns_hostnames=$(aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_lan" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1)
only network.lan.dns-hostnames "$network_lan_dns_hostnames"
if [ -z "$network_lan_dns_hostnames" ]; then
  aws ec2 modify-vpc-attribute --enable-dns-hostnames --vpc-id "$network_lan" --region eu-central-1
fi
settle 120 some aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_lan" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1

at '[4/35] network.lan.gateway: internet gateway of lan'
network_lan_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.lan.gateway "$network_lan_gateway"
if [ -z "$network_lan_gateway" ]; then
  network_lan_gateway=$(aws ec2 create-internet-gateway --tag-specifications 'ResourceType=internet-gateway,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan}]' --query InternetGateway.InternetGatewayId --output text --region eu-central-1)
  some 'internet gateway of lan' "$network_lan_gateway"
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[5/35] network.lan.gateway-attached: attach the internet gateway to lan'
network_lan_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.lan.gateway-attached "$network_lan_gateway_attached"
if [ -z "$network_lan_gateway_attached" ]; then
  aws ec2 attach-internet-gateway --internet-gateway-id "$network_lan_gateway" --vpc-id "$network_lan" --region eu-central-1
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[6/35] network.lan.public: public routes of lan'
network_lan_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.lan.public "$network_lan_public"
if [ -z "$network_lan_public" ]; then
  network_lan_public=$(aws ec2 create-route-table --vpc-id "$network_lan" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/public}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'public routes of lan' "$network_lan_public"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[7/35] network.lan.private: private routes of lan'
network_lan_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.lan.private "$network_lan_private"
if [ -z "$network_lan_private" ]; then
  network_lan_private=$(aws ec2 create-route-table --vpc-id "$network_lan" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/private}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'private routes of lan' "$network_lan_private"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[8/35] network.lan.public-route: route from the public subnets of lan to the internet'
network_lan_public_route=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1)
only network.lan.public-route "$network_lan_public_route"
if [ -z "$network_lan_public_route" ]; then
  aws ec2 create-route --destination-cidr-block 0.0.0.0/0 --gateway-id "$network_lan_gateway" --route-table-id "$network_lan_public" --region eu-central-1
fi
settle 120 is "$network_lan_gateway" aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1

at '[9/35] network.lan.public-a: public subnet a of lan (10.0.0.0/20)'
network_lan_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.public-a "$network_lan_public_a"
if [ -z "$network_lan_public_a" ]; then
  network_lan_public_a=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.0.0/20 --availability-zone "$network_lan_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/public-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet a of lan (10.0.0.0/20)' "$network_lan_public_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[10/35] network.lan.public-a-routed: public subnet a of lan takes the public routes'
network_lan_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.public-a-routed "$network_lan_public_a_routed"
if [ -z "$network_lan_public_a_routed" ]; then
  network_lan_public_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_public" --subnet-id "$network_lan_public_a" --query AssociationId --output text --region eu-central-1)
  some 'public subnet a of lan takes the public routes' "$network_lan_public_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[11/35] network.lan.public-b: public subnet b of lan (10.0.16.0/20)'
network_lan_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.public-b "$network_lan_public_b"
if [ -z "$network_lan_public_b" ]; then
  network_lan_public_b=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.16.0/20 --availability-zone "$network_lan_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/public-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet b of lan (10.0.16.0/20)' "$network_lan_public_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[12/35] network.lan.public-b-routed: public subnet b of lan takes the public routes'
network_lan_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.public-b-routed "$network_lan_public_b_routed"
if [ -z "$network_lan_public_b_routed" ]; then
  network_lan_public_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_public" --subnet-id "$network_lan_public_b" --query AssociationId --output text --region eu-central-1)
  some 'public subnet b of lan takes the public routes' "$network_lan_public_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[13/35] network.lan.private-a: private subnet a of lan (10.0.32.0/20)'
network_lan_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.private-a "$network_lan_private_a"
if [ -z "$network_lan_private_a" ]; then
  network_lan_private_a=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.32.0/20 --availability-zone "$network_lan_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/private-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet a of lan (10.0.32.0/20)' "$network_lan_private_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[14/35] network.lan.private-a-routed: private subnet a of lan takes the private routes'
network_lan_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.private-a-routed "$network_lan_private_a_routed"
if [ -z "$network_lan_private_a_routed" ]; then
  network_lan_private_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_private" --subnet-id "$network_lan_private_a" --query AssociationId --output text --region eu-central-1)
  some 'private subnet a of lan takes the private routes' "$network_lan_private_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[15/35] network.lan.private-b: private subnet b of lan (10.0.48.0/20)'
network_lan_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.private-b "$network_lan_private_b"
if [ -z "$network_lan_private_b" ]; then
  network_lan_private_b=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.48.0/20 --availability-zone "$network_lan_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lan/private-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet b of lan (10.0.48.0/20)' "$network_lan_private_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[16/35] network.lan.private-b-routed: private subnet b of lan takes the private routes'
network_lan_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.private-b-routed "$network_lan_private_b_routed"
if [ -z "$network_lan_private_b_routed" ]; then
  network_lan_private_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_private" --subnet-id "$network_lan_private_b" --query AssociationId --output text --region eu-central-1)
  some 'private subnet b of lan takes the private routes' "$network_lan_private_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[17/35] firewall.app: security group of firewall app'
firewall_app=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only firewall.app "$firewall_app"
if [ -z "$firewall_app" ]; then
  firewall_app=$(aws ec2 create-security-group --group-name app --description 'firewall app, plan growth' --vpc-id "$network_lan" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app}]' --query GroupId --output text --region eu-central-1)
  some 'security group of firewall app' "$firewall_app"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[18/35] firewall.app.rules: what firewall app lets in'
firewall_app_rules=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app/in "Name=group-id,Values=${firewall_app}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only firewall.app.rules "$firewall_app_rules"
if [ -z "$firewall_app_rules" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_app" --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"10.0.0.0/16"}]}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app/in}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app/in "Name=group-id,Values=${firewall_app}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[19/35] image.ubuntu-24.04-x86.eu-central-1: newest image of ubuntu-24.04 (x86) in eu-central-1'
image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
only image.ubuntu-24.04-x86.eu-central-1 "$image_ubuntu_24_04_x86_eu_central_1"
if [ -z "$image_ubuntu_24_04_x86_eu_central_1" ]; then
  image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
  some 'newest image of ubuntu-24.04 (x86) in eu-central-1' "$image_ubuntu_24_04_x86_eu_central_1"
fi
settle 120 some aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1

at '[20/35] server.app1: server app1 (t3a.medium)'
cat > growth-app1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.app1 "$server_app1"
if [ -z "$server_app1" ]; then
  server_app1=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_eu_central_1" --instance-type t3a.medium --count 1 --key-name ops --subnet-id "$network_lan_public_a" --security-group-ids "$firewall_app" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://growth-app1-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app1}]' 'ResourceType=volume,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app1/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
  some 'server app1 (t3a.medium)' "$server_app1"
fi
aws ec2 wait instance-running --instance-ids "$server_app1" --region eu-central-1
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1

at '[21/35] server.app2: server app2 (t3a.medium)'
cat > growth-app2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app2=$(aws ec2 describe-instances --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.app2 "$server_app2"
if [ -z "$server_app2" ]; then
  server_app2=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_eu_central_1" --instance-type t3a.medium --count 1 --key-name ops --subnet-id "$network_lan_public_b" --security-group-ids "$firewall_app" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://growth-app2-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app2}]' 'ResourceType=volume,Tags=[{Key=plan,Value=growth},{Key=Name,Value=app2/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
  some 'server app2 (t3a.medium)' "$server_app2"
fi
aws ec2 wait instance-running --instance-ids "$server_app2" --region eu-central-1
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=growth Name=tag:Name,Values=app2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1

at '[22/35] database.db.group: security group of database db'
database_db_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only database.db.group "$database_db_group"
if [ -z "$database_db_group" ]; then
  database_db_group=$(aws ec2 create-security-group --group-name db/database --description 'database db, plan growth' --vpc-id "$network_lan" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=growth},{Key=Name,Value=db/database}]' --query GroupId --output text --region eu-central-1)
  some 'security group of database db' "$database_db_group"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[23/35] database.db.access: let app1, app2 reach db on 5432'
database_db_access=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=db/access "Name=group-id,Values=${database_db_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only database.db.access "$database_db_access"
if [ -z "$database_db_access" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$database_db_group" --ip-permissions "IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=${firewall_app}}]" --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=growth},{Key=Name,Value=db/access}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=db/access "Name=group-id,Values=${database_db_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[24/35] database.db.subnets: private subnets for db'
database_db_subnets=$(aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1)
only database.db.subnets "$database_db_subnets"
if [ -z "$database_db_subnets" ]; then
  database_db_subnets=$(aws rds create-db-subnet-group --db-subnet-group-name db --db-subnet-group-description 'private subnets of lan' --subnet-ids "$network_lan_private_a" "$network_lan_private_b" --tags Key=plan,Value=growth Key=Name,Value=db --query DBSubnetGroup.DBSubnetGroupName --output text --region eu-central-1)
  some 'private subnets for db' "$database_db_subnets"
fi
settle 120 some aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1

at '[25/35] database.db: database db (postgresql 17, db.t4g.medium)'
database_db=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''growth'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
only database.db "$database_db"
if [ -z "$database_db" ]; then
  database_db=$(aws rds create-db-instance --db-instance-identifier db --engine postgres --engine-version 17 --allocated-storage 50 --storage-encrypted --master-username dbadmin --db-instance-class db.t4g.medium --storage-type gp3 --manage-master-user-password --db-subnet-group-name "$database_db_subnets" --vpc-security-group-ids "$database_db_group" --no-publicly-accessible --multi-az --backup-retention-period 7 --copy-tags-to-snapshot --deletion-protection --tags Key=plan,Value=growth Key=Name,Value=db --query DBInstance.DBInstanceIdentifier --output text --region eu-central-1)
  some 'database db (postgresql 17, db.t4g.medium)' "$database_db"
fi
aws rds wait db-instance-available --db-instance-identifier db --region eu-central-1
settle 120 is available aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''growth'\'']].DBInstanceStatus' --output text --region eu-central-1

at '[26/35] load_balancer.lb.group: security group of load balancer lb'
load_balancer_lb_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/load-balancer "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only load_balancer.lb.group "$load_balancer_lb_group"
if [ -z "$load_balancer_lb_group" ]; then
  load_balancer_lb_group=$(aws ec2 create-security-group --group-name lb/load-balancer --description 'load balancer lb, plan growth' --vpc-id "$network_lan" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lb/load-balancer}]' --query GroupId --output text --region eu-central-1)
  some 'security group of load balancer lb' "$load_balancer_lb_group"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/load-balancer "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[27/35] load_balancer.lb.open: open lb on 80'
load_balancer_lb_open=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/open "Name=group-id,Values=${load_balancer_lb_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only load_balancer.lb.open "$load_balancer_lb_open"
if [ -z "$load_balancer_lb_open" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$load_balancer_lb_group" --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lb/open}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/open "Name=group-id,Values=${load_balancer_lb_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[28/35] load_balancer.lb.reach-app: let lb in at firewall app on 80'
load_balancer_lb_reach_app=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/to-target "Name=group-id,Values=${firewall_app}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only load_balancer.lb.reach-app "$load_balancer_lb_reach_app"
if [ -z "$load_balancer_lb_reach_app" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_app" --ip-permissions "IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=${load_balancer_lb_group}}]" --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=growth},{Key=Name,Value=lb/to-target}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=growth Name=tag:Name,Values=lb/to-target "Name=group-id,Values=${firewall_app}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[29/35] load_balancer.lb.to-80: target group of lb for port 80'
load_balancer_lb_to_80=$(aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='lb-80'&&VpcId=='${network_lan}'].TargetGroupArn" --output text --region eu-central-1)
only load_balancer.lb.to-80 "$load_balancer_lb_to_80"
if [ -z "$load_balancer_lb_to_80" ]; then
  load_balancer_lb_to_80=$(aws elbv2 create-target-group --name lb-80 --protocol HTTP --port 80 --vpc-id "$network_lan" --target-type instance --health-check-protocol HTTP --health-check-path / --tags Key=plan,Value=growth Key=Name,Value=lb-80 --query 'TargetGroups[0].TargetGroupArn' --output text --region eu-central-1)
  some 'target group of lb for port 80' "$load_balancer_lb_to_80"
fi
settle 120 some aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='lb-80'&&VpcId=='${network_lan}'].TargetGroupArn" --output text --region eu-central-1

at '[30/35] load_balancer.lb: application load balancer lb'
load_balancer_lb=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='lb'&&VpcId=='${network_lan}'].LoadBalancerArn" --output text --region eu-central-1)
only load_balancer.lb "$load_balancer_lb"
if [ -z "$load_balancer_lb" ]; then
  load_balancer_lb=$(aws elbv2 create-load-balancer --name lb --type application --scheme internet-facing --ip-address-type ipv4 --subnets "$network_lan_public_a" "$network_lan_public_b" --security-groups "$load_balancer_lb_group" --tags Key=plan,Value=growth Key=Name,Value=lb --query 'LoadBalancers[0].LoadBalancerArn' --output text --region eu-central-1)
  some 'application load balancer lb' "$load_balancer_lb"
fi
aws elbv2 wait load-balancer-available --load-balancer-arns "$load_balancer_lb" --region eu-central-1
settle 120 is active aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='lb'&&VpcId=='${network_lan}'].State.Code" --output text --region eu-central-1

at '[31/35] load_balancer.lb.listener-80: http 80 of lb to port 80'
load_balancer_lb_listener_80=$(aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_lb" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region eu-central-1)
only load_balancer.lb.listener-80 "$load_balancer_lb_listener_80"
if [ -z "$load_balancer_lb_listener_80" ]; then
  load_balancer_lb_listener_80=$(aws elbv2 create-listener --load-balancer-arn "$load_balancer_lb" --protocol HTTP --port 80 --default-actions "Type=forward,TargetGroupArn=${load_balancer_lb_to_80}" --tags Key=plan,Value=growth Key=Name,Value=lb-80 --query 'Listeners[0].ListenerArn' --output text --region eu-central-1)
  some 'http 80 of lb to port 80' "$load_balancer_lb_listener_80"
fi
settle 120 some aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_lb" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region eu-central-1

at '[32/35] load_balancer.lb.target-app1-80: app1 behind lb, port 80'
load_balancer_lb_target_app1_80=$(aws elbv2 describe-target-health --target-group-arn "$load_balancer_lb_to_80" --query "TargetHealthDescriptions[?Target.Id=='""${server_app1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1)
only load_balancer.lb.target-app1-80 "$load_balancer_lb_target_app1_80"
if [ -z "$load_balancer_lb_target_app1_80" ]; then
  aws elbv2 register-targets --target-group-arn "$load_balancer_lb_to_80" --targets "Id=${server_app1}" --region eu-central-1
fi
settle 120 is "$server_app1" aws elbv2 describe-target-health --target-group-arn "$load_balancer_lb_to_80" --query "TargetHealthDescriptions[?Target.Id=='""${server_app1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1

at '[33/35] load_balancer.lb.target-app2-80: app2 behind lb, port 80'
load_balancer_lb_target_app2_80=$(aws elbv2 describe-target-health --target-group-arn "$load_balancer_lb_to_80" --query "TargetHealthDescriptions[?Target.Id=='""${server_app2}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1)
only load_balancer.lb.target-app2-80 "$load_balancer_lb_target_app2_80"
if [ -z "$load_balancer_lb_target_app2_80" ]; then
  aws elbv2 register-targets --target-group-arn "$load_balancer_lb_to_80" --targets "Id=${server_app2}" --region eu-central-1
fi
settle 120 is "$server_app2" aws elbv2 describe-target-health --target-group-arn "$load_balancer_lb_to_80" --query "TargetHealthDescriptions[?Target.Id=='""${server_app2}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1

at '[34/35] bucket.acme-files: bucket acme-files'
bucket_acme_files=$(aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region eu-central-1)
only bucket.acme-files "$bucket_acme_files"
if [ -z "$bucket_acme_files" ]; then
  aws s3api create-bucket --bucket acme-files --create-bucket-configuration 'LocationConstraint=eu-central-1,Tags=[{Key=plan,Value=growth},{Key=Name,Value=acme-files}]' --region eu-central-1
fi
aws s3api put-public-access-block --bucket acme-files --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true --region eu-central-1
aws s3api put-bucket-encryption --bucket acme-files --server-side-encryption-configuration 'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]' --region eu-central-1
settle 120 is acme-files aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region eu-central-1

at '[35/35] bucket.acme-files.versioning: keep old versions in acme-files'
bucket_acme_files_versioning=$(aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region eu-central-1)
only bucket.acme-files.versioning "$bucket_acme_files_versioning"
if [ -z "$bucket_acme_files_versioning" ]; then
  aws s3api put-bucket-versioning --bucket acme-files --versioning-configuration Status=Enabled --region eu-central-1
fi
settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region eu-central-1

at 'done: everything is there'
