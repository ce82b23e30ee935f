#!/usr/bin/env bash
# Plan "mvp": creates 6 resources for 38.99 USD a month, net (prices of 2026-08-14 to 2026-08-26), without 1 by usage.
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
found=$(aws ec2 describe-instances --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=app Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
if [ -z "$found" ]; then
  found=$(aws ec2 describe-instance-type-offerings --location-type region --filters Name=instance-type,Values=t3a.medium --query 'InstanceTypeOfferings[].InstanceType' --output text --region eu-central-1)
  [ -n "$found" ] || stop 't3a.medium is not offered in eu-central-1. Nothing was made. Ask for another size or region.'
fi

at '[1/24] ssh_key.ops: SSH key ops'
ssh_key_ops=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(aws ec2 import-key-pair --key-name ops --public-key-material "fileb://${HOME}/.ssh/id_ed25519.pub" --tag-specifications 'ResourceType=key-pair,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=ops}]' --query KeyPairId --output text --region eu-central-1)
  some 'SSH key ops' "$ssh_key_ops"
fi
settle 120 some aws ec2 describe-key-pairs --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1

at '[2/24] network.lan: VPC lan (10.0.0.0/16)'
network_lan=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan --query 'Vpcs[].VpcId' --output text --region eu-central-1)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  network_lan=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan}]' --query Vpc.VpcId --output text --region eu-central-1)
  some 'VPC lan (10.0.0.0/16)' "$network_lan"
fi
network_lan_zone_a=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[0:1].ZoneName' --output text --region eu-central-1)
some 'zone-a of network.lan' "$network_lan_zone_a"
network_lan_zone_b=$(aws ec2 describe-availability-zones --filters Name=state,Values=available Name=zone-type,Values=availability-zone Name=opt-in-status,Values=opt-in-not-required --query 'sort_by(AvailabilityZones,&ZoneName)[1:2].ZoneName' --output text --region eu-central-1)
some 'zone-b of network.lan' "$network_lan_zone_b"
settle 120 is available aws ec2 describe-vpcs --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan --query 'Vpcs[].State' --output text --region eu-central-1

at '[3/24] network.lan.dns-hostnames: host names in lan'
network_lan_dns_hostnames=$(aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_lan" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1)
only network.lan.dns-hostnames "$network_lan_dns_hostnames"
if [ -z "$network_lan_dns_hostnames" ]; then
  aws ec2 modify-vpc-attribute --enable-dns-hostnames --vpc-id "$network_lan" --region eu-central-1
fi
settle 120 some aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id "$network_lan" --query '[EnableDnsHostnames.Value][?@]' --output text --region eu-central-1

at '[4/24] network.lan.gateway: internet gateway of lan'
network_lan_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.lan.gateway "$network_lan_gateway"
if [ -z "$network_lan_gateway" ]; then
  network_lan_gateway=$(aws ec2 create-internet-gateway --tag-specifications 'ResourceType=internet-gateway,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan}]' --query InternetGateway.InternetGatewayId --output text --region eu-central-1)
  some 'internet gateway of lan' "$network_lan_gateway"
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[5/24] network.lan.gateway-attached: attach the internet gateway to lan'
network_lan_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.lan.gateway-attached "$network_lan_gateway_attached"
if [ -z "$network_lan_gateway_attached" ]; then
  aws ec2 attach-internet-gateway --internet-gateway-id "$network_lan_gateway" --vpc-id "$network_lan" --region eu-central-1
fi
settle 120 some aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1

at '[6/24] network.lan.public: public routes of lan'
network_lan_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.lan.public "$network_lan_public"
if [ -z "$network_lan_public" ]; then
  network_lan_public=$(aws ec2 create-route-table --vpc-id "$network_lan" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'public routes of lan' "$network_lan_public"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[7/24] network.lan.private: private routes of lan'
network_lan_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
only network.lan.private "$network_lan_private"
if [ -z "$network_lan_private" ]; then
  network_lan_private=$(aws ec2 create-route-table --vpc-id "$network_lan" --tag-specifications 'ResourceType=route-table,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private}]' --query RouteTable.RouteTableId --output text --region eu-central-1)
  some 'private routes of lan' "$network_lan_private"
fi
settle 120 some aws ec2 describe-route-tables --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1

at '[8/24] network.lan.public-route: route from the public subnets of lan to the internet'
network_lan_public_route=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1)
only network.lan.public-route "$network_lan_public_route"
if [ -z "$network_lan_public_route" ]; then
  aws ec2 create-route --destination-cidr-block 0.0.0.0/0 --gateway-id "$network_lan_gateway" --route-table-id "$network_lan_public" --region eu-central-1
fi
settle 120 is "$network_lan_gateway" aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId" --output text --region eu-central-1

at '[9/24] network.lan.public-a: public subnet a of lan (10.0.0.0/20)'
network_lan_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.public-a "$network_lan_public_a"
if [ -z "$network_lan_public_a" ]; then
  network_lan_public_a=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.0.0/20 --availability-zone "$network_lan_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet a of lan (10.0.0.0/20)' "$network_lan_public_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[10/24] network.lan.public-a-routed: public subnet a of lan takes the public routes'
network_lan_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.public-a-routed "$network_lan_public_a_routed"
if [ -z "$network_lan_public_a_routed" ]; then
  network_lan_public_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_public" --subnet-id "$network_lan_public_a" --query AssociationId --output text --region eu-central-1)
  some 'public subnet a of lan takes the public routes' "$network_lan_public_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[11/24] network.lan.public-b: public subnet b of lan (10.0.16.0/20)'
network_lan_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.public-b "$network_lan_public_b"
if [ -z "$network_lan_public_b" ]; then
  network_lan_public_b=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.16.0/20 --availability-zone "$network_lan_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/public-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'public subnet b of lan (10.0.16.0/20)' "$network_lan_public_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[12/24] network.lan.public-b-routed: public subnet b of lan takes the public routes'
network_lan_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.public-b-routed "$network_lan_public_b_routed"
if [ -z "$network_lan_public_b_routed" ]; then
  network_lan_public_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_public" --subnet-id "$network_lan_public_b" --query AssociationId --output text --region eu-central-1)
  some 'public subnet b of lan takes the public routes' "$network_lan_public_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[13/24] network.lan.private-a: private subnet a of lan (10.0.32.0/20)'
network_lan_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.private-a "$network_lan_private_a"
if [ -z "$network_lan_private_a" ]; then
  network_lan_private_a=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.32.0/20 --availability-zone "$network_lan_zone_a" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private-a}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet a of lan (10.0.32.0/20)' "$network_lan_private_a"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[14/24] network.lan.private-a-routed: private subnet a of lan takes the private routes'
network_lan_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.private-a-routed "$network_lan_private_a_routed"
if [ -z "$network_lan_private_a_routed" ]; then
  network_lan_private_a_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_private" --subnet-id "$network_lan_private_a" --query AssociationId --output text --region eu-central-1)
  some 'private subnet a of lan takes the private routes' "$network_lan_private_a_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[15/24] network.lan.private-b: private subnet b of lan (10.0.48.0/20)'
network_lan_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
only network.lan.private-b "$network_lan_private_b"
if [ -z "$network_lan_private_b" ]; then
  network_lan_private_b=$(aws ec2 create-subnet --vpc-id "$network_lan" --cidr-block 10.0.48.0/20 --availability-zone "$network_lan_zone_b" --tag-specifications 'ResourceType=subnet,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=lan/private-b}]' --query Subnet.SubnetId --output text --region eu-central-1)
  some 'private subnet b of lan (10.0.48.0/20)' "$network_lan_private_b"
fi
settle 120 is available aws ec2 describe-subnets --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].State' --output text --region eu-central-1

at '[16/24] network.lan.private-b-routed: private subnet b of lan takes the private routes'
network_lan_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
only network.lan.private-b-routed "$network_lan_private_b_routed"
if [ -z "$network_lan_private_b_routed" ]; then
  network_lan_private_b_routed=$(aws ec2 associate-route-table --route-table-id "$network_lan_private" --subnet-id "$network_lan_private_b" --query AssociationId --output text --region eu-central-1)
  some 'private subnet b of lan takes the private routes' "$network_lan_private_b_routed"
fi
settle 120 some aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1

at '[17/24] firewall.web: security group of firewall web'
firewall_web=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=web "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
only firewall.web "$firewall_web"
if [ -z "$firewall_web" ]; then
  firewall_web=$(aws ec2 create-security-group --group-name web --description 'firewall web, plan mvp' --vpc-id "$network_lan" --tag-specifications 'ResourceType=security-group,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=web}]' --query GroupId --output text --region eu-central-1)
  some 'security group of firewall web' "$firewall_web"
fi
settle 120 some aws ec2 describe-security-groups --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=web "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1

at '[18/24] firewall.web.rules: what firewall web lets in'
firewall_web_rules=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=web/in "Name=group-id,Values=${firewall_web}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
only firewall.web.rules "$firewall_web_rules"
if [ -z "$firewall_web_rules" ]; then
  aws ec2 authorize-security-group-ingress --group-id "$firewall_web" --ip-permissions '[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"203.0.113.0/24"}]},{"IpProtocol":"tcp","FromPort":80,"ToPort":80,"IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}]},{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"}],"Ipv6Ranges":[{"CidrIpv6":"::/0"}]}]' --tag-specifications 'ResourceType=security-group-rule,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=web/in}]' --region eu-central-1
fi
settle 120 some aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=web/in "Name=group-id,Values=${firewall_web}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1

at '[19/24] image.ubuntu-24.04-x86.eu-central-1: newest image of ubuntu-24.04 (x86) in eu-central-1'
image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
only image.ubuntu-24.04-x86.eu-central-1 "$image_ubuntu_24_04_x86_eu_central_1"
if [ -z "$image_ubuntu_24_04_x86_eu_central_1" ]; then
  image_ubuntu_24_04_x86_eu_central_1=$(aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1)
  some 'newest image of ubuntu-24.04 (x86) in eu-central-1' "$image_ubuntu_24_04_x86_eu_central_1"
fi
settle 120 some aws ssm get-parameter --name /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id --query Parameter.Value --output text --region eu-central-1

at '[20/24] static_ip.app: address app'
static_ip_app=$(aws ec2 describe-addresses --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=app --query 'Addresses[].AllocationId' --output text --region eu-central-1)
only static_ip.app "$static_ip_app"
if [ -z "$static_ip_app" ]; then
  static_ip_app=$(aws ec2 allocate-address --domain vpc --tag-specifications 'ResourceType=elastic-ip,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app}]' --query AllocationId --output text --region eu-central-1)
  some 'address app' "$static_ip_app"
fi
settle 120 some aws ec2 describe-addresses --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=app --query 'Addresses[].AllocationId' --output text --region eu-central-1

at '[21/24] server.app: server app (t3a.medium)'
cat > mvp-app-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
  - mkdir -p /mnt/data && (grep -qxF 'LABEL=data /mnt/data ext4 defaults,nofail 0 2' /etc/fstab || echo 'LABEL=data /mnt/data ext4 defaults,nofail 0 2' >> /etc/fstab)
EOF
server_app=$(aws ec2 describe-instances --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=app Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.app "$server_app"
if [ -z "$server_app" ]; then
  server_app=$(aws ec2 run-instances --image-id "$image_ubuntu_24_04_x86_eu_central_1" --instance-type t3a.medium --count 1 --key-name ops --subnet-id "$network_lan_public_a" --security-group-ids "$firewall_web" --associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/sda1,Ebs={VolumeType=gp3,VolumeSize=20,Encrypted=true,DeleteOnTermination=true}' --user-data file://mvp-app-cloud-init.yaml --tag-specifications 'ResourceType=instance,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app}]' 'ResourceType=volume,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=app/root}]' --query 'Instances[0].InstanceId' --output text --region eu-central-1)
  some 'server app (t3a.medium)' "$server_app"
fi
aws ec2 wait instance-running --instance-ids "$server_app" --region eu-central-1
server_app_zone=$(aws ec2 describe-instances --filters "Name=instance-id,Values=${server_app}" --query 'Reservations[].Instances[].Placement.AvailabilityZone' --output text --region eu-central-1)
some 'zone of server.app' "$server_app_zone"
settle 120 is running aws ec2 describe-instances --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=app Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].State.Name' --output text --region eu-central-1

at '[22/24] static_ip.app.attach: point app to app'
static_ip_app_attach=$(aws ec2 describe-addresses --filters "Name=allocation-id,Values=${static_ip_app}" "Name=instance-id,Values=${server_app}" --query 'Addresses[].AssociationId' --output text --region eu-central-1)
only static_ip.app.attach "$static_ip_app_attach"
if [ -z "$static_ip_app_attach" ]; then
  static_ip_app_attach=$(aws ec2 associate-address --allocation-id "$static_ip_app" --instance-id "$server_app" --query AssociationId --output text --region eu-central-1)
  some 'point app to app' "$static_ip_app_attach"
fi
settle 120 some aws ec2 describe-addresses --filters "Name=allocation-id,Values=${static_ip_app}" "Name=instance-id,Values=${server_app}" --query 'Addresses[].AssociationId' --output text --region eu-central-1

at '[23/24] volume.data: volume data (20 GB)'
volume_data=$(aws ec2 describe-volumes --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=data Name=status,Values=creating,available,in-use --query 'Volumes[].VolumeId' --output text --region eu-central-1)
only volume.data "$volume_data"
if [ -z "$volume_data" ]; then
  volume_data=$(aws ec2 create-volume --availability-zone "$server_app_zone" --size 20 --volume-type gp3 --encrypted --tag-specifications 'ResourceType=volume,Tags=[{Key=plan,Value=mvp},{Key=Name,Value=data}]' --query VolumeId --output text --region eu-central-1)
  some 'volume data (20 GB)' "$volume_data"
fi
settle 120 is "$volume_data" aws ec2 describe-volumes --volume-ids "$volume_data" --query "Volumes[?State=='available'||State=='in-use'].VolumeId" --output text --region eu-central-1
settle 120 some aws ec2 describe-volumes --filters Name=tag:plan,Values=mvp Name=tag:Name,Values=data Name=status,Values=creating,available,in-use --query 'Volumes[].VolumeId' --output text --region eu-central-1

at '[24/24] volume.data.attach: attach data to app'
volume_data_attach=$(aws ec2 describe-volumes --filters "Name=volume-id,Values=${volume_data}" "Name=attachment.instance-id,Values=${server_app}" --query 'Volumes[].VolumeId' --output text --region eu-central-1)
only volume.data.attach "$volume_data_attach"
if [ -z "$volume_data_attach" ]; then
  aws ec2 attach-volume --device /dev/sdf --instance-id "$server_app" --volume-id "$volume_data" --region eu-central-1
fi
settle 120 some aws ec2 describe-volumes --filters "Name=volume-id,Values=${volume_data}" "Name=attachment.instance-id,Values=${server_app}" --query 'Volumes[].VolumeId' --output text --region eu-central-1

at 'done: everything is there'
