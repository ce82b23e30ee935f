#!/usr/bin/env bash
# Plan "scale": creates 17 resources for 185.02 USD a month, net (prices of 2024-07-01 to 2026-08-27), without 3 of unknown price and 5 by usage.
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

at 'has this account no other public zone example.com?'
found=$(aws route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment=='\''plan scale'\''].Id' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws route53 list-hosted-zones-by-name --dns-name example.com --query 'length(HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment!='\''plan scale'\''])' --output text --region eu-central-1)
  [ "$found" = 0 ] || stop 'Route 53 has another public zone example.com in this account, and only one of two would be asked. Nothing was made. Remove that one, or leave the zone out of this plan.'
fi

at 'is t3a.medium offered in eu-central-1?'
found=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws ec2 describe-instance-type-offerings --location-type region --filters Name=instance-type,Values=t3a.medium --query 'InstanceTypeOfferings[].InstanceType' --output text --region eu-central-1)
  [ -n "$found" ] || stop 't3a.medium is not offered in eu-central-1. Nothing was made. Ask for another size or region.'
fi

at 'can db.m7g.xlarge be ordered for postgres in eu-central-1?'
found=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''scale'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws rds describe-orderable-db-instance-options --engine postgres --db-instance-class db.m7g.xlarge --query 'OrderableDBInstanceOptions[:1].DBInstanceClass' --output text --region eu-central-1)
  [ -n "$found" ] || stop 'db.m7g.xlarge is not sold for postgres in eu-central-1. Nothing was made. Ask for another size or region.'
fi

at 'is t3a.medium offered in us-east-1?'
found=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1)
if [ -z "$found" ]; then
  found=$(aws ec2 describe-instance-type-offerings --location-type region --filters Name=instance-type,Values=t3a.medium --query 'InstanceTypeOfferings[].InstanceType' --output text --region us-east-1)
  [ -n "$found" ] || stop 't3a.medium is not offered in us-east-1. Nothing was made. Ask for another size or region.'
fi

at '[1/71] dns_zone.example.com: DNS zone example.com'
dns_zone_example_com=$(aws route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment=='\''plan scale'\''].Id' --output text --region eu-central-1)
only dns_zone.example.com "$dns_zone_example_com"
if [ -z "$dns_zone_example_com" ]; then
  dns_zone_example_com=$(aws route53 create-hosted-zone --name example.com --caller-reference "scale-example.com-$(date -u +%Y%m%d%H%M%S)" --hosted-zone-config 'Comment=plan scale' --query HostedZone.Id --output text --region eu-central-1)
  some 'DNS zone example.com' "$dns_zone_example_com"
fi
settle 120 some aws route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment=='\''plan scale'\''].Id' --output text --region eu-central-1

at '[2/71] ssh_key.eu: SSH key eu'
ssh_key_eu=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
only ssh_key.eu "$ssh_key_eu"
if [ -z "$ssh_key_eu" ]; then
  ssh_key_eu=$(aws ec2 import-key-pair --key-name eu --public-key-material "fileb://${HOME}/.ssh/id_ed25519.pub" --tag-specifications 'ResourceType=key-pair,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu}]' --query KeyPairId --output text --region eu-central-1)
  some 'SSH key eu' "$ssh_key_eu"
fi
settle 120 some aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1

at '[3/71] network.eu: VPC eu (10.0.0.0/16)'
network_eu=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'Vpcs[].VpcId' --output text --region eu-central-1)
only network.eu "$network_eu"
if [ -z "$network_eu" ]; then
  network_eu=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu}]' --query Vpc.VpcId --output text --region eu-central-1)
  some 'VPC eu (10.0.0.0/16)' "$network_eu"
fi
network_eu_zone_a=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[0:1].ZoneName' --output text --region eu-central-1)
some 'zone-a of network.eu' "$network_eu_zone_a"
network_eu_zone_b=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[1:2].ZoneName' --output text --region eu-central-1)
some 'zone-b of network.eu' "$network_eu_zone_b"
settle 120 is available aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'Vpcs[].State' --output text --region eu-central-1

at '[4/71] network.eu.dns-hostnames: host names in eu'
network_eu_dns_hostnames=$(aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_eu" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1)
only network.eu.dns-hostnames "$network_eu_dns_hostnames"
if [ -z "$network_eu_dns_hostnames" ]; then
  aws ec2 modify-vpc-attribute --enable-dns-hostnames --vpc-id "$network_eu" --region eu-central-1
fi
settle 120 some aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_eu" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1

at '[5/71] network.eu.gateway: internet gateway of eu'
network_eu_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.eu.gateway "$network_eu_gateway"
if [ -z "$network_eu_gateway" ]; then
  network_eu_gateway=$(aws ec2 create-internet-gateway --tag-specifications 'ResourceType=internet-gateway,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu}]' --query InternetGateway.InternetGatewayId --output text --region eu-central-1)
  some 'internet gateway of eu' "$network_eu_gateway"
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[6/71] network.eu.gateway-attached: attach the internet gateway to eu'
network_eu_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.eu.gateway-attached "$network_eu_gateway_attached"
if [ -z "$network_eu_gateway_attached" ]; then
  aws ec2 attach-internet-gateway --internet-gateway-id "$network_eu_gateway" --vpc-id "$network_eu" --region eu-central-1
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[7/71] network.eu.public: public routes of eu'
network_eu_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.eu.public "$network_eu_public"
if [ -z "$network_eu_public" ]; then
  network_eu_public=$(aws ec2 create-route-table --vpc-id "$network_eu" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/public}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'public routes of eu' "$network_eu_public"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[8/71] network.eu.private: private routes of eu'
network_eu_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.eu.private "$network_eu_private"
if [ -z "$network_eu_private" ]; then
  network_eu_private=$(aws ec2 create-route-table --vpc-id "$network_eu" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/private}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'private routes of eu' "$network_eu_private"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[9/71] network.eu.public-route: route from the public subnets of eu to the internet'
network_eu_public_route=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1)
only network.eu.public-route "$network_eu_public_route"
if [ -z "$network_eu_public_route" ]; then
  aws ec2 create-route --destination-cidr-block 0.0.0.0/0 --gateway-id "$network_eu_gateway" --route-table-id "$network_eu_public" --region eu-central-1
fi
settle 120 is "$network_eu_gateway" aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1

at '[10/71] network.eu.public-a: public subnet a of eu (10.0.0.0/20)'
network_eu_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.eu.public-a "$network_eu_public_a"
if [ -z "$network_eu_public_a" ]; then
  network_eu_public_a=$(aws ec2 create-subnet --vpc-id "$network_eu" --cidr-block 10.0.0.0/20 --availability-zone "$network_eu_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/public-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet a of eu (10.0.0.0/20)' "$network_eu_public_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].State' --output text --region eu-central-1

at '[11/71] network.eu.public-a-routed: public subnet a of eu takes the public routes'
network_eu_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.eu.public-a-routed "$network_eu_public_a_routed"
if [ -z "$network_eu_public_a_routed" ]; then
  network_eu_public_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_eu_public" --subnet-id "$network_eu_public_a" --query AssociationId --output text --region eu-central-1)
  some 'public subnet a of eu takes the public routes' "$network_eu_public_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[12/71] network.eu.public-b: public subnet b of eu (10.0.16.0/20)'
network_eu_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.eu.public-b "$network_eu_public_b"
if [ -z "$network_eu_public_b" ]; then
  network_eu_public_b=$(aws ec2 create-subnet --vpc-id "$network_eu" --cidr-block 10.0.16.0/20 --availability-zone "$network_eu_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/public-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet b of eu (10.0.16.0/20)' "$network_eu_public_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].State' --output text --region eu-central-1

at '[13/71] network.eu.public-b-routed: public subnet b of eu takes the public routes'
network_eu_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.eu.public-b-routed "$network_eu_public_b_routed"
if [ -z "$network_eu_public_b_routed" ]; then
  network_eu_public_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_eu_public" --subnet-id "$network_eu_public_b" --query AssociationId --output text --region eu-central-1)
  some 'public subnet b of eu takes the public routes' "$network_eu_public_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[14/71] network.eu.private-a: private subnet a of eu (10.0.32.0/20)'
network_eu_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.eu.private-a "$network_eu_private_a"
if [ -z "$network_eu_private_a" ]; then
  network_eu_private_a=$(aws ec2 create-subnet --vpc-id "$network_eu" --cidr-block 10.0.32.0/20 --availability-zone "$network_eu_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/private-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet a of eu (10.0.32.0/20)' "$network_eu_private_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].State' --output text --region eu-central-1

at '[15/71] network.eu.private-a-routed: private subnet a of eu takes the private routes'
network_eu_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.eu.private-a-routed "$network_eu_private_a_routed"
if [ -z "$network_eu_private_a_routed" ]; then
  network_eu_private_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_eu_private" --subnet-id "$network_eu_private_a" --query AssociationId --output text --region eu-central-1)
  some 'private subnet a of eu takes the private routes' "$network_eu_private_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[16/71] network.eu.private-b: private subnet b of eu (10.0.48.0/20)'
network_eu_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.eu.private-b "$network_eu_private_b"
if [ -z "$network_eu_private_b" ]; then
  network_eu_private_b=$(aws ec2 create-subnet --vpc-id "$network_eu" --cidr-block 10.0.48.0/20 --availability-zone "$network_eu_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/private-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet b of eu (10.0.48.0/20)' "$network_eu_private_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].State' --output text --region eu-central-1

at '[17/71] network.eu.private-b-routed: private subnet b of eu takes the private routes'
network_eu_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.eu.private-b-routed "$network_eu_private_b_routed"
if [ -z "$network_eu_private_b_routed" ]; then
  network_eu_private_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_eu_private" --subnet-id "$network_eu_private_b" --query AssociationId --output text --region eu-central-1)
  some 'private subnet b of eu takes the private routes' "$network_eu_private_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[18/71] firewall.eu: security group of firewall eu'
firewall_eu=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only firewall.eu "$firewall_eu"
if [ -z "$firewall_eu" ]; then
  firewall_eu=$(aws ec2 create-security-group --group-name eu --description 'firewall eu, plan scale' --vpc-id "$network_eu" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu}]' --query GroupId --output text --region eu-central-1)
  some 'security group of firewall eu' "$firewall_eu"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[19/71] firewall.eu.rules: what firewall eu lets in'
firewall_eu_rules=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/in "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only firewall.eu.rules "$firewall_eu_rules"
if [ -z "$firewall_eu_rules" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_eu" --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"10.0.0.0/16"}]}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/in}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/in "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[20/71] image.ubuntu-24.04-x86.eu-central-1: newest image of ubuntu-24.04 (x86) in eu-central-1'
image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
only image.ubuntu-24.04-x86.eu-central-1 "$image_ubuntu_24_04_x86_eu_central_1"
if [ -z "$image_ubuntu_24_04_x86_eu_central_1" ]; then
  image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
  some 'newest image of ubuntu-24.04 (x86) in eu-central-1' "$image_ubuntu_24_04_x86_eu_central_1"
fi
settle 120 some aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1

at '[21/71] server.eu1: server eu1 (t3a.medium)'
cat > scale-eu1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_eu1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.eu1 "$server_eu1"
if [ -z "$server_eu1" ]; then
  server_eu1=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_eu_central_1" --instance-type t3a.medium --count 1 --key-name eu --subnet-id "$network_eu_public_a" --security-group-ids "$firewall_eu" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://scale-eu1-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu1}]' 'ResourceType=volume,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu1/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
  some 'server eu1 (t3a.medium)' "$server_eu1"
fi
aws ec2 wait instance-running --instance-ids "$server_eu1" --region eu-central-1
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1

at '[22/71] server.eu2: server eu2 (t3a.medium)'
cat > scale-eu2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_eu2=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.eu2 "$server_eu2"
if [ -z "$server_eu2" ]; then
  server_eu2=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_eu_central_1" --instance-type t3a.medium --count 1 --key-name eu --subnet-id "$network_eu_public_b" --security-group-ids "$firewall_eu" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://scale-eu2-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu2}]' 'ResourceType=volume,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu2/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
  some 'server eu2 (t3a.medium)' "$server_eu2"
fi
aws ec2 wait instance-running --instance-ids "$server_eu2" --region eu-central-1
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1

at '[23/71] database.db.group: security group of database db'
database_db_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only database.db.group "$database_db_group"
if [ -z "$database_db_group" ]; then
  database_db_group=$(aws ec2 create-security-group --group-name db/database --description 'database db, plan scale' --vpc-id "$network_eu" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=scale},{Key=Name,Value=db/database}]' --query GroupId --output text --region eu-central-1)
  some 'security group of database db' "$database_db_group"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[24/71] database.db.access: let eu1, eu2 reach db on 5432'
database_db_access=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/access "Name=group-id,Values=${database_db_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only database.db.access "$database_db_access"
if [ -z "$database_db_access" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$database_db_group" --ip-permissions "IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=${firewall_eu}}]" --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=db/access}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/access "Name=group-id,Values=${database_db_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[25/71] database.db.subnets: private subnets for db'
database_db_subnets=$(aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1)
only database.db.subnets "$database_db_subnets"
if [ -z "$database_db_subnets" ]; then
  database_db_subnets=$(aws rds create-db-subnet-group --db-subnet-group-name db --db-subnet-group-description 'private subnets of eu' --subnet-ids "$network_eu_private_a" "$network_eu_private_b" --tags Key=plan,Value=scale Key=Name,Value=db --query DBSubnetGroup.DBSubnetGroupName --output text --region eu-central-1)
  some 'private subnets for db' "$database_db_subnets"
fi
settle 120 some aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1

at '[26/71] database.db: database db (postgresql 17, db.m7g.xlarge)'
database_db=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''scale'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
only database.db "$database_db"
if [ -z "$database_db" ]; then
  database_db=$(aws rds create-db-instance --db-instance-identifier db --engine postgres --engine-version 17 --allocated-storage 100 --storage-encrypted --master-username dbadmin --db-instance-class db.m7g.xlarge --storage-type gp3 --manage-master-user-password --db-subnet-group-name "$database_db_subnets" --vpc-security-group-ids "$database_db_group" --no-publicly-accessible --multi-az --backup-retention-period 7 --copy-tags-to-snapshot --deletion-protection --tags Key=plan,Value=scale Key=Name,Value=db --query DBInstance.DBInstanceIdentifier --output text --region eu-central-1)
  some 'database db (postgresql 17, db.m7g.xlarge)' "$database_db"
fi
aws rds wait db-instance-available --db-instance-identifier db --region eu-central-1
settle 120 is available aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''scale'\'']].DBInstanceStatus' --output text --region eu-central-1

at '[27/71] certificate.eu: certificate eu'
certificate_eu=$(aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1)
only certificate.eu "$certificate_eu"
if [ -z "$certificate_eu" ]; then
  certificate_eu=$(aws acm request-certificate --domain-name eu.example.com --validation-method DNS --tags Key=plan,Value=scale Key=Name,Value=eu --query CertificateArn --output text --region eu-central-1)
  some 'certificate eu' "$certificate_eu"
fi
settle 120 is 1 aws acm describe-certificate --certificate-arn "$certificate_eu" --query 'length(Certificate.DomainValidationOptions[?ResourceRecord])' --output text --region eu-central-1
certificate_eu_proof_name_1=$(aws acm describe-certificate --certificate-arn "$certificate_eu" --query "Certificate.DomainValidationOptions[?DomainName=='eu.example.com'].ResourceRecord.Name" --output text --region eu-central-1)
some 'proof-name-1 of certificate.eu' "$certificate_eu_proof_name_1"
certificate_eu_proof_value_1=$(aws acm describe-certificate --certificate-arn "$certificate_eu" --query "Certificate.DomainValidationOptions[?DomainName=='eu.example.com'].ResourceRecord.Value" --output text --region eu-central-1)
some 'proof-value-1 of certificate.eu' "$certificate_eu_proof_value_1"
settle 120 some aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1

at '[28/71] proof.eu.example.com: DNS record that proves eu.example.com'
proof_eu_example_com=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1)
only proof.eu.example.com "$proof_eu_example_com"
if [ -z "$proof_eu_example_com" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"'"${certificate_eu_proof_name_1}"'","Type":"CNAME","TTL":300,"ResourceRecords":[{"Value":"'"${certificate_eu_proof_value_1}"'"}]}}]}' --region eu-central-1
fi
settle 120 some aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1

at '[29/71] certificate.eu.issued: wait until certificate eu is issued'
certificate_eu_issued=$(aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1)
only certificate.eu.issued "$certificate_eu_issued"
if [ -z "$certificate_eu_issued" ]; then
  aws acm wait certificate-validated --certificate-arn "$certificate_eu" --region eu-central-1
  certificate_eu_issued=$(aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1)
  some 'id of certificate.eu.issued' "$certificate_eu_issued"
fi
settle 120 is "$certificate_eu" aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1

at '[30/71] load_balancer.eu.group: security group of load balancer eu'
load_balancer_eu_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/load-balancer "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only load_balancer.eu.group "$load_balancer_eu_group"
if [ -z "$load_balancer_eu_group" ]; then
  load_balancer_eu_group=$(aws ec2 create-security-group --group-name eu/load-balancer --description 'load balancer eu, plan scale' --vpc-id "$network_eu" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/load-balancer}]' --query GroupId --output text --region eu-central-1)
  some 'security group of load balancer eu' "$load_balancer_eu_group"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/load-balancer "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[31/71] load_balancer.eu.open: open eu on 80 and 443'
load_balancer_eu_open=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/open "Name=group-id,Values=${load_balancer_eu_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only load_balancer.eu.open "$load_balancer_eu_open"
if [ -z "$load_balancer_eu_open" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$load_balancer_eu_group" --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/open}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/open "Name=group-id,Values=${load_balancer_eu_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[32/71] load_balancer.eu.reach-eu: let eu in at firewall eu on 80'
load_balancer_eu_reach_eu=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/to-target "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only load_balancer.eu.reach-eu "$load_balancer_eu_reach_eu"
if [ -z "$load_balancer_eu_reach_eu" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_eu" --ip-permissions "IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=${load_balancer_eu_group}}]" --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=eu/to-target}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/to-target "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[33/71] load_balancer.eu.to-443: target group of eu for port 443'
load_balancer_eu_to_443=$(aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1)
only load_balancer.eu.to-443 "$load_balancer_eu_to_443"
if [ -z "$load_balancer_eu_to_443" ]; then
  load_balancer_eu_to_443=$(aws elbv2 create-target-group --name eu-443 --protocol HTTP --port 80 --vpc-id "$network_eu" --target-type instance --health-check-protocol HTTP --health-check-path / --tags Key=plan,Value=scale Key=Name,Value=eu-443 --query 'TargetGroups[0].TargetGroupArn' --output text --region eu-central-1)
  some 'target group of eu for port 443' "$load_balancer_eu_to_443"
fi
settle 120 some aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1

at '[34/71] load_balancer.eu: application load balancer eu'
load_balancer_eu=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].LoadBalancerArn" --output text --region eu-central-1)
only load_balancer.eu "$load_balancer_eu"
if [ -z "$load_balancer_eu" ]; then
  load_balancer_eu=$(aws elbv2 create-load-balancer --name eu --type application --scheme internet-facing --ip-address-type ipv4 --subnets "$network_eu_public_a" "$network_eu_public_b" --security-groups "$load_balancer_eu_group" --tags Key=plan,Value=scale Key=Name,Value=eu --query 'LoadBalancers[0].LoadBalancerArn' --output text --region eu-central-1)
  some 'application load balancer eu' "$load_balancer_eu"
fi
aws elbv2 wait load-balancer-available --load-balancer-arns "$load_balancer_eu" --region eu-central-1
load_balancer_eu_dnsname=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].DNSName" --output text --region eu-central-1)
some 'dnsName of load_balancer.eu' "$load_balancer_eu_dnsname"
load_balancer_eu_zoneid=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].CanonicalHostedZoneId" --output text --region eu-central-1)
some 'zoneId of load_balancer.eu' "$load_balancer_eu_zoneid"
settle 120 is active aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].State.Code" --output text --region eu-central-1

at '[35/71] load_balancer.eu.listener-443: https 443 of eu to port 80'
load_balancer_eu_listener_443=$(aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_eu" --query 'Listeners[?Port==`443`].ListenerArn' --output text --region eu-central-1)
only load_balancer.eu.listener-443 "$load_balancer_eu_listener_443"
if [ -z "$load_balancer_eu_listener_443" ]; then
  load_balancer_eu_listener_443=$(aws elbv2 create-listener --load-balancer-arn "$load_balancer_eu" --protocol HTTPS --port 443 --certificates "CertificateArn=${certificate_eu_issued}" --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06 --default-actions "Type=forward,TargetGroupArn=${load_balancer_eu_to_443}" --tags Key=plan,Value=scale Key=Name,Value=eu-443 --query 'Listeners[0].ListenerArn' --output text --region eu-central-1)
  some 'https 443 of eu to port 80' "$load_balancer_eu_listener_443"
fi
settle 120 some aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_eu" --query 'Listeners[?Port==`443`].ListenerArn' --output text --region eu-central-1

at '[36/71] load_balancer.eu.listener-80: http 80 of eu is sent to https'
load_balancer_eu_listener_80=$(aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_eu" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region eu-central-1)
only load_balancer.eu.listener-80 "$load_balancer_eu_listener_80"
if [ -z "$load_balancer_eu_listener_80" ]; then
  load_balancer_eu_listener_80=$(aws elbv2 create-listener --load-balancer-arn "$load_balancer_eu" --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}' --tags Key=plan,Value=scale Key=Name,Value=eu-80 --query 'Listeners[0].ListenerArn' --output text --region eu-central-1)
  some 'http 80 of eu is sent to https' "$load_balancer_eu_listener_80"
fi
settle 120 some aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_eu" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region eu-central-1

at '[37/71] load_balancer.eu.target-eu1-443: eu1 behind eu, port 443'
load_balancer_eu_target_eu1_443=$(aws elbv2 describe-target-health --target-group-arn "$load_balancer_eu_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_eu1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1)
only load_balancer.eu.target-eu1-443 "$load_balancer_eu_target_eu1_443"
if [ -z "$load_balancer_eu_target_eu1_443" ]; then
  aws elbv2 register-targets --target-group-arn "$load_balancer_eu_to_443" --targets "Id=${server_eu1}" --region eu-central-1
fi
settle 120 is "$server_eu1" aws elbv2 describe-target-health --target-group-arn "$load_balancer_eu_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_eu1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1

at '[38/71] load_balancer.eu.target-eu2-443: eu2 behind eu, port 443'
load_balancer_eu_target_eu2_443=$(aws elbv2 describe-target-health --target-group-arn "$load_balancer_eu_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_eu2}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1)
only load_balancer.eu.target-eu2-443 "$load_balancer_eu_target_eu2_443"
if [ -z "$load_balancer_eu_target_eu2_443" ]; then
  aws elbv2 register-targets --target-group-arn "$load_balancer_eu_to_443" --targets "Id=${server_eu2}" --region eu-central-1
fi
settle 120 is "$server_eu2" aws elbv2 describe-target-health --target-group-arn "$load_balancer_eu_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_eu2}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region eu-central-1

at '[39/71] dns_record.eu.example.com.A: A record of eu.example.com'
dns_record_eu_example_com_a=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].Name" --output text --region eu-central-1)
only dns_record.eu.example.com.A "$dns_record_eu_example_com_a"
if [ -z "$dns_record_eu_example_com_a" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"eu.example.com","Type":"A","AliasTarget":{"DNSName":"'"${load_balancer_eu_dnsname}"'","HostedZoneId":"'"${load_balancer_eu_zoneid}"'","EvaluateTargetHealth":false}}}]}' --region eu-central-1
fi
settle 120 some aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].Name" --output text --region eu-central-1

at '[40/71] ssh_key.us: SSH key us'
ssh_key_us=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'KeyPairs[].KeyPairId' --output text --region us-east-1)
only ssh_key.us "$ssh_key_us"
if [ -z "$ssh_key_us" ]; then
  ssh_key_us=$(aws ec2 import-key-pair --key-name us --public-key-material "fileb://${HOME}/.ssh/id_ed25519.pub" --tag-specifications 'ResourceType=key-pair,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us}]' --query KeyPairId --output text --region us-east-1)
  some 'SSH key us' "$ssh_key_us"
fi
settle 120 some aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'KeyPairs[].KeyPairId' --output text --region us-east-1

at '[41/71] network.us: VPC us (10.1.0.0/16)'
network_us=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'Vpcs[].VpcId' --output text --region us-east-1)
only network.us "$network_us"
if [ -z "$network_us" ]; then
  network_us=$(aws ec2 create-vpc --cidr-block 10.1.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us}]' --query Vpc.VpcId --output text --region us-east-1)
  some 'VPC us (10.1.0.0/16)' "$network_us"
fi
network_us_zone_a=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[0:1].ZoneName' --output text --region us-east-1)
some 'zone-a of network.us' "$network_us_zone_a"
network_us_zone_b=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[1:2].ZoneName' --output text --region us-east-1)
some 'zone-b of network.us' "$network_us_zone_b"
settle 120 is available aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'Vpcs[].State' --output text --region us-east-1

at '[42/71] network.us.dns-hostnames: host names in us'
network_us_dns_hostnames=$(aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_us" --query '[EnableDnsHostnames.Value][?@]' --output text --region us-east-1)
only network.us.dns-hostnames "$network_us_dns_hostnames"
if [ -z "$network_us_dns_hostnames" ]; then
  aws ec2 modify-vpc-attribute --enable-dns-hostnames --vpc-id "$network_us" --region us-east-1
fi
settle 120 some aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_us" --query '[EnableDnsHostnames.Value][?@]' --output text --region us-east-1

at '[43/71] network.us.gateway: internet gateway of us'
network_us_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
only network.us.gateway "$network_us_gateway"
if [ -z "$network_us_gateway" ]; then
  network_us_gateway=$(aws ec2 create-internet-gateway --tag-specifications 'ResourceType=internet-gateway,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us}]' --query InternetGateway.InternetGatewayId --output text --region us-east-1)
  some 'internet gateway of us' "$network_us_gateway"
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1

at '[44/71] network.us.gateway-attached: attach the internet gateway to us'
network_us_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
only network.us.gateway-attached "$network_us_gateway_attached"
if [ -z "$network_us_gateway_attached" ]; then
  aws ec2 attach-internet-gateway --internet-gateway-id "$network_us_gateway" --vpc-id "$network_us" --region us-east-1
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1

at '[45/71] network.us.public: public routes of us'
network_us_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
only network.us.public "$network_us_public"
if [ -z "$network_us_public" ]; then
  network_us_public=$(aws ec2 create-route-table --vpc-id "$network_us" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/public}]' --query RouteTable.RouteTableId --output text --region us-east-1)
  some 'public routes of us' "$network_us_public"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1

at '[46/71] network.us.private: private routes of us'
network_us_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
only network.us.private "$network_us_private"
if [ -z "$network_us_private" ]; then
  network_us_private=$(aws ec2 create-route-table --vpc-id "$network_us" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/private}]' --query RouteTable.RouteTableId --output text --region us-east-1)
  some 'private routes of us' "$network_us_private"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1

at '[47/71] network.us.public-route: route from the public subnets of us to the internet'
network_us_public_route=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region us-east-1)
only network.us.public-route "$network_us_public_route"
if [ -z "$network_us_public_route" ]; then
  aws ec2 create-route --destination-cidr-block 0.0.0.0/0 --gateway-id "$network_us_gateway" --route-table-id "$network_us_public" --region us-east-1
fi
settle 120 is "$network_us_gateway" aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region us-east-1

at '[48/71] network.us.public-a: public subnet a of us (10.1.0.0/20)'
network_us_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
only network.us.public-a "$network_us_public_a"
if [ -z "$network_us_public_a" ]; then
  network_us_public_a=$(aws ec2 create-subnet --vpc-id "$network_us" --cidr-block 10.1.0.0/20 --availability-zone "$network_us_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/public-a}]' --query Subnet.SubnetId --output text --region us-east-1)
  some 'public subnet a of us (10.1.0.0/20)' "$network_us_public_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].State' --output text --region us-east-1

at '[49/71] network.us.public-a-routed: public subnet a of us takes the public routes'
network_us_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1)
only network.us.public-a-routed "$network_us_public_a_routed"
if [ -z "$network_us_public_a_routed" ]; then
  network_us_public_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_us_public" --subnet-id "$network_us_public_a" --query AssociationId --output text --region us-east-1)
  some 'public subnet a of us takes the public routes' "$network_us_public_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1

at '[50/71] network.us.public-b: public subnet b of us (10.1.16.0/20)'
network_us_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
only network.us.public-b "$network_us_public_b"
if [ -z "$network_us_public_b" ]; then
  network_us_public_b=$(aws ec2 create-subnet --vpc-id "$network_us" --cidr-block 10.1.16.0/20 --availability-zone "$network_us_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/public-b}]' --query Subnet.SubnetId --output text --region us-east-1)
  some 'public subnet b of us (10.1.16.0/20)' "$network_us_public_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].State' --output text --region us-east-1

at '[51/71] network.us.public-b-routed: public subnet b of us takes the public routes'
network_us_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1)
only network.us.public-b-routed "$network_us_public_b_routed"
if [ -z "$network_us_public_b_routed" ]; then
  network_us_public_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_us_public" --subnet-id "$network_us_public_b" --query AssociationId --output text --region us-east-1)
  some 'public subnet b of us takes the public routes' "$network_us_public_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1

at '[52/71] network.us.private-a: private subnet a of us (10.1.32.0/20)'
network_us_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
only network.us.private-a "$network_us_private_a"
if [ -z "$network_us_private_a" ]; then
  network_us_private_a=$(aws ec2 create-subnet --vpc-id "$network_us" --cidr-block 10.1.32.0/20 --availability-zone "$network_us_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/private-a}]' --query Subnet.SubnetId --output text --region us-east-1)
  some 'private subnet a of us (10.1.32.0/20)' "$network_us_private_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].State' --output text --region us-east-1

at '[53/71] network.us.private-a-routed: private subnet a of us takes the private routes'
network_us_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1)
only network.us.private-a-routed "$network_us_private_a_routed"
if [ -z "$network_us_private_a_routed" ]; then
  network_us_private_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_us_private" --subnet-id "$network_us_private_a" --query AssociationId --output text --region us-east-1)
  some 'private subnet a of us takes the private routes' "$network_us_private_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1

at '[54/71] network.us.private-b: private subnet b of us (10.1.48.0/20)'
network_us_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
only network.us.private-b "$network_us_private_b"
if [ -z "$network_us_private_b" ]; then
  network_us_private_b=$(aws ec2 create-subnet --vpc-id "$network_us" --cidr-block 10.1.48.0/20 --availability-zone "$network_us_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/private-b}]' --query Subnet.SubnetId --output text --region us-east-1)
  some 'private subnet b of us (10.1.48.0/20)' "$network_us_private_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].State' --output text --region us-east-1

at '[55/71] network.us.private-b-routed: private subnet b of us takes the private routes'
network_us_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1)
only network.us.private-b-routed "$network_us_private_b_routed"
if [ -z "$network_us_private_b_routed" ]; then
  network_us_private_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_us_private" --subnet-id "$network_us_private_b" --query AssociationId --output text --region us-east-1)
  some 'private subnet b of us takes the private routes' "$network_us_private_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1

at '[56/71] firewall.us: security group of firewall us'
firewall_us=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
only firewall.us "$firewall_us"
if [ -z "$firewall_us" ]; then
  firewall_us=$(aws ec2 create-security-group --group-name us --description 'firewall us, plan scale' --vpc-id "$network_us" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us}]' --query GroupId --output text --region us-east-1)
  some 'security group of firewall us' "$firewall_us"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1

at '[57/71] firewall.us.rules: what firewall us lets in'
firewall_us_rules=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/in "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1)
only firewall.us.rules "$firewall_us_rules"
if [ -z "$firewall_us_rules" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_us" --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"10.1.0.0/16"}]}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/in}]' --region us-east-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/in "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1

at '[58/71] image.ubuntu-24.04-x86.us-east-1: newest image of ubuntu-24.04 (x86) in us-east-1'
image_ubuntu_24_04_x86_us_east_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region us-east-1)
only image.ubuntu-24.04-x86.us-east-1 "$image_ubuntu_24_04_x86_us_east_1"
if [ -z "$image_ubuntu_24_04_x86_us_east_1" ]; then
  image_ubuntu_24_04_x86_us_east_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region us-east-1)
  some 'newest image of ubuntu-24.04 (x86) in us-east-1' "$image_ubuntu_24_04_x86_us_east_1"
fi
settle 120 some aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region us-east-1

at '[59/71] server.us1: server us1 (t3a.medium)'
cat > scale-us1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_us1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1)
only server.us1 "$server_us1"
if [ -z "$server_us1" ]; then
  server_us1=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_us_east_1" --instance-type t3a.medium --count 1 --key-name us --subnet-id "$network_us_public_a" --security-group-ids "$firewall_us" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://scale-us1-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us1}]' 'ResourceType=volume,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us1/root}]' --query 'Instances[0].InstanceId' --output text --region us-east-1)
  some 'server us1 (t3a.medium)' "$server_us1"
fi
aws ec2 wait instance-running --instance-ids "$server_us1" --region us-east-1
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region us-east-1

at '[60/71] certificate.us: certificate us'
certificate_us=$(aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1)
only certificate.us "$certificate_us"
if [ -z "$certificate_us" ]; then
  certificate_us=$(aws acm request-certificate --domain-name us.example.com --validation-method DNS --tags Key=plan,Value=scale Key=Name,Value=us --query CertificateArn --output text --region us-east-1)
  some 'certificate us' "$certificate_us"
fi
settle 120 is 1 aws acm describe-certificate --certificate-arn "$certificate_us" --query 'length(Certificate.DomainValidationOptions[?ResourceRecord])' --output text --region us-east-1
certificate_us_proof_name_1=$(aws acm describe-certificate --certificate-arn "$certificate_us" --query "Certificate.DomainValidationOptions[?DomainName=='us.example.com'].ResourceRecord.Name" --output text --region us-east-1)
some 'proof-name-1 of certificate.us' "$certificate_us_proof_name_1"
certificate_us_proof_value_1=$(aws acm describe-certificate --certificate-arn "$certificate_us" --query "Certificate.DomainValidationOptions[?DomainName=='us.example.com'].ResourceRecord.Value" --output text --region us-east-1)
some 'proof-value-1 of certificate.us' "$certificate_us_proof_value_1"
settle 120 some aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1

at '[61/71] proof.us.example.com: DNS record that proves us.example.com'
proof_us_example_com=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1)
only proof.us.example.com "$proof_us_example_com"
if [ -z "$proof_us_example_com" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"'"${certificate_us_proof_name_1}"'","Type":"CNAME","TTL":300,"ResourceRecords":[{"Value":"'"${certificate_us_proof_value_1}"'"}]}}]}' --region us-east-1
fi
settle 120 some aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1

at '[62/71] certificate.us.issued: wait until certificate us is issued'
certificate_us_issued=$(aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1)
only certificate.us.issued "$certificate_us_issued"
if [ -z "$certificate_us_issued" ]; then
  aws acm wait certificate-validated --certificate-arn "$certificate_us" --region us-east-1
  certificate_us_issued=$(aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1)
  some 'id of certificate.us.issued' "$certificate_us_issued"
fi
settle 120 is "$certificate_us" aws acm list-certificates --certificate-statuses ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1

at '[63/71] load_balancer.us.group: security group of load balancer us'
load_balancer_us_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/load-balancer "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
only load_balancer.us.group "$load_balancer_us_group"
if [ -z "$load_balancer_us_group" ]; then
  load_balancer_us_group=$(aws ec2 create-security-group --group-name us/load-balancer --description 'load balancer us, plan scale' --vpc-id "$network_us" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/load-balancer}]' --query GroupId --output text --region us-east-1)
  some 'security group of load balancer us' "$load_balancer_us_group"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/load-balancer "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1

at '[64/71] load_balancer.us.open: open us on 80 and 443'
load_balancer_us_open=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/open "Name=group-id,Values=${load_balancer_us_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1)
only load_balancer.us.open "$load_balancer_us_open"
if [ -z "$load_balancer_us_open" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$load_balancer_us_group" --ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/open}]' --region us-east-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/open "Name=group-id,Values=${load_balancer_us_group}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1

at '[65/71] load_balancer.us.reach-us: let us in at firewall us on 80'
load_balancer_us_reach_us=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/to-target "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1)
only load_balancer.us.reach-us "$load_balancer_us_reach_us"
if [ -z "$load_balancer_us_reach_us" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_us" --ip-permissions "IpProtocol=tcp,FromPort=80,ToPort=80,UserIdGroupPairs=[{GroupId=${load_balancer_us_group}}]" --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=scale},{Key=Name,Value=us/to-target}]' --region us-east-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/to-target "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1

at '[66/71] load_balancer.us.to-443: target group of us for port 443'
load_balancer_us_to_443=$(aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1)
only load_balancer.us.to-443 "$load_balancer_us_to_443"
if [ -z "$load_balancer_us_to_443" ]; then
  load_balancer_us_to_443=$(aws elbv2 create-target-group --name us-443 --protocol HTTP --port 80 --vpc-id "$network_us" --target-type instance --health-check-protocol HTTP --health-check-path / --tags Key=plan,Value=scale Key=Name,Value=us-443 --query 'TargetGroups[0].TargetGroupArn' --output text --region us-east-1)
  some 'target group of us for port 443' "$load_balancer_us_to_443"
fi
settle 120 some aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1

at '[67/71] load_balancer.us: application load balancer us'
load_balancer_us=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].LoadBalancerArn" --output text --region us-east-1)
only load_balancer.us "$load_balancer_us"
if [ -z "$load_balancer_us" ]; then
  load_balancer_us=$(aws elbv2 create-load-balancer --name us --type application --scheme internet-facing --ip-address-type ipv4 --subnets "$network_us_public_a" "$network_us_public_b" --security-groups "$load_balancer_us_group" --tags Key=plan,Value=scale Key=Name,Value=us --query 'LoadBalancers[0].LoadBalancerArn' --output text --region us-east-1)
  some 'application load balancer us' "$load_balancer_us"
fi
aws elbv2 wait load-balancer-available --load-balancer-arns "$load_balancer_us" --region us-east-1
load_balancer_us_dnsname=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].DNSName" --output text --region us-east-1)
some 'dnsName of load_balancer.us' "$load_balancer_us_dnsname"
load_balancer_us_zoneid=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].CanonicalHostedZoneId" --output text --region us-east-1)
some 'zoneId of load_balancer.us' "$load_balancer_us_zoneid"
settle 120 is active aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].State.Code" --output text --region us-east-1

at '[68/71] load_balancer.us.listener-443: https 443 of us to port 80'
load_balancer_us_listener_443=$(aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_us" --query 'Listeners[?Port==`443`].ListenerArn' --output text --region us-east-1)
only load_balancer.us.listener-443 "$load_balancer_us_listener_443"
if [ -z "$load_balancer_us_listener_443" ]; then
  load_balancer_us_listener_443=$(aws elbv2 create-listener --load-balancer-arn "$load_balancer_us" --protocol HTTPS --port 443 --certificates "CertificateArn=${certificate_us_issued}" --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06 --default-actions "Type=forward,TargetGroupArn=${load_balancer_us_to_443}" --tags Key=plan,Value=scale Key=Name,Value=us-443 --query 'Listeners[0].ListenerArn' --output text --region us-east-1)
  some 'https 443 of us to port 80' "$load_balancer_us_listener_443"
fi
settle 120 some aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_us" --query 'Listeners[?Port==`443`].ListenerArn' --output text --region us-east-1

at '[69/71] load_balancer.us.listener-80: http 80 of us is sent to https'
load_balancer_us_listener_80=$(aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_us" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region us-east-1)
only load_balancer.us.listener-80 "$load_balancer_us_listener_80"
if [ -z "$load_balancer_us_listener_80" ]; then
  load_balancer_us_listener_80=$(aws elbv2 create-listener --load-balancer-arn "$load_balancer_us" --protocol HTTP --port 80 --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}' --tags Key=plan,Value=scale Key=Name,Value=us-80 --query 'Listeners[0].ListenerArn' --output text --region us-east-1)
  some 'http 80 of us is sent to https' "$load_balancer_us_listener_80"
fi
settle 120 some aws elbv2 describe-listeners --load-balancer-arn "$load_balancer_us" --query 'Listeners[?Port==`80`].ListenerArn' --output text --region us-east-1

at '[70/71] load_balancer.us.target-us1-443: us1 behind us, port 443'
load_balancer_us_target_us1_443=$(aws elbv2 describe-target-health --target-group-arn "$load_balancer_us_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_us1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region us-east-1)
only load_balancer.us.target-us1-443 "$load_balancer_us_target_us1_443"
if [ -z "$load_balancer_us_target_us1_443" ]; then
  aws elbv2 register-targets --target-group-arn "$load_balancer_us_to_443" --targets "Id=${server_us1}" --region us-east-1
fi
settle 120 is "$server_us1" aws elbv2 describe-target-health --target-group-arn "$load_balancer_us_to_443" --query "TargetHealthDescriptions[?Target.Id=='""${server_us1}"''\''&&TargetHealth.State!='\''draining'\''].Target.Id' --output text --region us-east-1

at '[71/71] dns_record.us.example.com.A: A record of us.example.com'
dns_record_us_example_com_a=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].Name" --output text --region eu-central-1)
only dns_record.us.example.com.A "$dns_record_us_example_com_a"
if [ -z "$dns_record_us_example_com_a" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"us.example.com","Type":"A","AliasTarget":{"DNSName":"'"${load_balancer_us_dnsname}"'","HostedZoneId":"'"${load_balancer_us_zoneid}"'","EvaluateTargetHealth":false}}}]}' --region eu-central-1
fi
settle 120 some aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].Name" --output text --region eu-central-1

at 'done: everything is there'
