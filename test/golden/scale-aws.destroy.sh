#!/usr/bin/env bash
# Plan "scale": DESTROYS 51 things, in the reverse of their creation.
# What stays, and is billed: a last snapshot of database.db.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }
# retry SECONDS COMMAND...: repeats a command until it succeeds
retry() {
  retry_end=$(($(date +%s) + $1))
  shift
  until retry_said=$("$@" 2>&1); do
    [ "$(date +%s)" -lt "$retry_end" ] || stop "$retry_said"
    sleep "${POLL_SECONDS:-5}"
  done
}
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
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v aws >/dev/null || stop 'aws is not installed. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.'
aws sts get-caller-identity --query Arn --output text --region us-east-1 >/dev/null || stop 'aws did not let you in; its message is above. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'

at 'looking up what there is'
dns_zone_example_com=$(aws route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment=='\''plan scale'\''].Id' --output text --region eu-central-1)
only dns_zone.example.com "$dns_zone_example_com"
ssh_key_eu=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
only ssh_key.eu "$ssh_key_eu"
network_eu=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'Vpcs[].VpcId' --output text --region eu-central-1)
only network.eu "$network_eu"
network_eu_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.eu.gateway "$network_eu_gateway"
network_eu_gateway_attached=
if [ -n "$network_eu" ]; then
  network_eu_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
  only network.eu.gateway-attached "$network_eu_gateway_attached"
fi
network_eu_public=
if [ -n "$network_eu" ]; then
  network_eu_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
  only network.eu.public "$network_eu_public"
fi
network_eu_private=
if [ -n "$network_eu" ]; then
  network_eu_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
  only network.eu.private "$network_eu_private"
fi
network_eu_public_a=
if [ -n "$network_eu" ]; then
  network_eu_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.eu.public-a "$network_eu_public_a"
fi
network_eu_public_a_routed=
if [ -n "$network_eu_public" ] && [ -n "$network_eu_public_a" ]; then
  network_eu_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.eu.public-a-routed "$network_eu_public_a_routed"
fi
network_eu_public_b=
if [ -n "$network_eu" ]; then
  network_eu_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.eu.public-b "$network_eu_public_b"
fi
network_eu_public_b_routed=
if [ -n "$network_eu_public" ] && [ -n "$network_eu_public_b" ]; then
  network_eu_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.eu.public-b-routed "$network_eu_public_b_routed"
fi
network_eu_private_a=
if [ -n "$network_eu" ]; then
  network_eu_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.eu.private-a "$network_eu_private_a"
fi
network_eu_private_a_routed=
if [ -n "$network_eu_private" ] && [ -n "$network_eu_private_a" ]; then
  network_eu_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.eu.private-a-routed "$network_eu_private_a_routed"
fi
network_eu_private_b=
if [ -n "$network_eu" ]; then
  network_eu_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.eu.private-b "$network_eu_private_b"
fi
network_eu_private_b_routed=
if [ -n "$network_eu_private" ] && [ -n "$network_eu_private_b" ]; then
  network_eu_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.eu.private-b-routed "$network_eu_private_b_routed"
fi
firewall_eu=
if [ -n "$network_eu" ]; then
  firewall_eu=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
  only firewall.eu "$firewall_eu"
fi
server_eu1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.eu1 "$server_eu1"
server_eu2=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.eu2 "$server_eu2"
database_db_group=
if [ -n "$network_eu" ]; then
  database_db_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
  only database.db.group "$database_db_group"
fi
database_db_subnets=
if [ -n "$network_eu" ]; then
  database_db_subnets=$(aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1)
  only database.db.subnets "$database_db_subnets"
fi
database_db=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''scale'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
only database.db "$database_db"
certificate_eu=$(aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1)
only certificate.eu "$certificate_eu"
if [ -n "$certificate_eu" ]; then
  certificate_eu=$(aws acm list-tags-for-certificate --certificate-arn "$certificate_eu" --query "Tags[?Key=='plan'&&Value=='scale'].['${certificate_eu}'][]" --output text --region eu-central-1)
  only 'certificate.eu of this plan' "$certificate_eu"
fi
certificate_eu_proof_name_1=
if [ -n "$certificate_eu" ] && [ -n "$certificate_eu" ]; then
  certificate_eu_proof_name_1=$(aws acm describe-certificate --certificate-arn "$certificate_eu" --query "Certificate.DomainValidationOptions[?DomainName=='eu.example.com'].ResourceRecord.Name" --output text --region eu-central-1)
  only 'proof-name-1 of certificate.eu' "$certificate_eu_proof_name_1"
fi
certificate_eu_proof_value_1=
if [ -n "$certificate_eu" ] && [ -n "$certificate_eu" ]; then
  certificate_eu_proof_value_1=$(aws acm describe-certificate --certificate-arn "$certificate_eu" --query "Certificate.DomainValidationOptions[?DomainName=='eu.example.com'].ResourceRecord.Value" --output text --region eu-central-1)
  only 'proof-value-1 of certificate.eu' "$certificate_eu_proof_value_1"
fi
proof_eu_example_com=
if [ -n "$dns_zone_example_com" ] && [ -n "$certificate_eu_proof_name_1" ]; then
  proof_eu_example_com=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1)
  only proof.eu.example.com "$proof_eu_example_com"
fi
load_balancer_eu_group=
if [ -n "$network_eu" ]; then
  load_balancer_eu_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/load-balancer "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
  only load_balancer.eu.group "$load_balancer_eu_group"
fi
load_balancer_eu_reach_eu=
if [ -n "$firewall_eu" ]; then
  load_balancer_eu_reach_eu=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/to-target "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1)
  only load_balancer.eu.reach-eu "$load_balancer_eu_reach_eu"
fi
load_balancer_eu_to_443=
if [ -n "$network_eu" ]; then
  load_balancer_eu_to_443=$(aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1)
  only load_balancer.eu.to-443 "$load_balancer_eu_to_443"
fi
load_balancer_eu=
if [ -n "$network_eu" ]; then
  load_balancer_eu=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].LoadBalancerArn" --output text --region eu-central-1)
  only load_balancer.eu "$load_balancer_eu"
fi
dns_record_eu_example_com_a=
if [ -n "$dns_zone_example_com" ]; then
  dns_record_eu_example_com_a=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].Name" --output text --region eu-central-1)
  only dns_record.eu.example.com.A "$dns_record_eu_example_com_a"
fi
dns_record_eu_example_com_a_alias=
if [ -n "$dns_record_eu_example_com_a" ] && [ -n "$dns_zone_example_com" ]; then
  dns_record_eu_example_com_a_alias=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].AliasTarget.DNSName" --output text --region eu-central-1)
  only 'alias of dns_record.eu.example.com.A' "$dns_record_eu_example_com_a_alias"
fi
dns_record_eu_example_com_a_alias_zone=
if [ -n "$dns_record_eu_example_com_a" ] && [ -n "$dns_zone_example_com" ]; then
  dns_record_eu_example_com_a_alias_zone=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].AliasTarget.HostedZoneId" --output text --region eu-central-1)
  only 'alias-zone of dns_record.eu.example.com.A' "$dns_record_eu_example_com_a_alias_zone"
fi
ssh_key_us=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'KeyPairs[].KeyPairId' --output text --region us-east-1)
only ssh_key.us "$ssh_key_us"
network_us=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'Vpcs[].VpcId' --output text --region us-east-1)
only network.us "$network_us"
network_us_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
only network.us.gateway "$network_us_gateway"
network_us_gateway_attached=
if [ -n "$network_us" ]; then
  network_us_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1)
  only network.us.gateway-attached "$network_us_gateway_attached"
fi
network_us_public=
if [ -n "$network_us" ]; then
  network_us_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
  only network.us.public "$network_us_public"
fi
network_us_private=
if [ -n "$network_us" ]; then
  network_us_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1)
  only network.us.private "$network_us_private"
fi
network_us_public_a=
if [ -n "$network_us" ]; then
  network_us_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
  only network.us.public-a "$network_us_public_a"
fi
network_us_public_a_routed=
if [ -n "$network_us_public" ] && [ -n "$network_us_public_a" ]; then
  network_us_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1)
  only network.us.public-a-routed "$network_us_public_a_routed"
fi
network_us_public_b=
if [ -n "$network_us" ]; then
  network_us_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
  only network.us.public-b "$network_us_public_b"
fi
network_us_public_b_routed=
if [ -n "$network_us_public" ] && [ -n "$network_us_public_b" ]; then
  network_us_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1)
  only network.us.public-b-routed "$network_us_public_b_routed"
fi
network_us_private_a=
if [ -n "$network_us" ]; then
  network_us_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
  only network.us.private-a "$network_us_private_a"
fi
network_us_private_a_routed=
if [ -n "$network_us_private" ] && [ -n "$network_us_private_a" ]; then
  network_us_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1)
  only network.us.private-a-routed "$network_us_private_a_routed"
fi
network_us_private_b=
if [ -n "$network_us" ]; then
  network_us_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1)
  only network.us.private-b "$network_us_private_b"
fi
network_us_private_b_routed=
if [ -n "$network_us_private" ] && [ -n "$network_us_private_b" ]; then
  network_us_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1)
  only network.us.private-b-routed "$network_us_private_b_routed"
fi
firewall_us=
if [ -n "$network_us" ]; then
  firewall_us=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
  only firewall.us "$firewall_us"
fi
server_us1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1)
only server.us1 "$server_us1"
certificate_us=$(aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1)
only certificate.us "$certificate_us"
if [ -n "$certificate_us" ]; then
  certificate_us=$(aws acm list-tags-for-certificate --certificate-arn "$certificate_us" --query "Tags[?Key=='plan'&&Value=='scale'].['${certificate_us}'][]" --output text --region us-east-1)
  only 'certificate.us of this plan' "$certificate_us"
fi
certificate_us_proof_name_1=
if [ -n "$certificate_us" ] && [ -n "$certificate_us" ]; then
  certificate_us_proof_name_1=$(aws acm describe-certificate --certificate-arn "$certificate_us" --query "Certificate.DomainValidationOptions[?DomainName=='us.example.com'].ResourceRecord.Name" --output text --region us-east-1)
  only 'proof-name-1 of certificate.us' "$certificate_us_proof_name_1"
fi
certificate_us_proof_value_1=
if [ -n "$certificate_us" ] && [ -n "$certificate_us" ]; then
  certificate_us_proof_value_1=$(aws acm describe-certificate --certificate-arn "$certificate_us" --query "Certificate.DomainValidationOptions[?DomainName=='us.example.com'].ResourceRecord.Value" --output text --region us-east-1)
  only 'proof-value-1 of certificate.us' "$certificate_us_proof_value_1"
fi
proof_us_example_com=
if [ -n "$dns_zone_example_com" ] && [ -n "$certificate_us_proof_name_1" ]; then
  proof_us_example_com=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1)
  only proof.us.example.com "$proof_us_example_com"
fi
load_balancer_us_group=
if [ -n "$network_us" ]; then
  load_balancer_us_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/load-balancer "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1)
  only load_balancer.us.group "$load_balancer_us_group"
fi
load_balancer_us_reach_us=
if [ -n "$firewall_us" ]; then
  load_balancer_us_reach_us=$(aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/to-target "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1)
  only load_balancer.us.reach-us "$load_balancer_us_reach_us"
fi
load_balancer_us_to_443=
if [ -n "$network_us" ]; then
  load_balancer_us_to_443=$(aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1)
  only load_balancer.us.to-443 "$load_balancer_us_to_443"
fi
load_balancer_us=
if [ -n "$network_us" ]; then
  load_balancer_us=$(aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].LoadBalancerArn" --output text --region us-east-1)
  only load_balancer.us "$load_balancer_us"
fi
dns_record_us_example_com_a=
if [ -n "$dns_zone_example_com" ]; then
  dns_record_us_example_com_a=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].Name" --output text --region eu-central-1)
  only dns_record.us.example.com.A "$dns_record_us_example_com_a"
fi
dns_record_us_example_com_a_alias=
if [ -n "$dns_record_us_example_com_a" ] && [ -n "$dns_zone_example_com" ]; then
  dns_record_us_example_com_a_alias=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].AliasTarget.DNSName" --output text --region eu-central-1)
  only 'alias of dns_record.us.example.com.A' "$dns_record_us_example_com_a_alias"
fi
dns_record_us_example_com_a_alias_zone=
if [ -n "$dns_record_us_example_com_a" ] && [ -n "$dns_zone_example_com" ]; then
  dns_record_us_example_com_a_alias_zone=$(aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].AliasTarget.HostedZoneId" --output text --region eu-central-1)
  only 'alias-zone of dns_record.us.example.com.A' "$dns_record_us_example_com_a_alias_zone"
fi

[ -z "$dns_record_us_example_com_a" ] || printf '  %s\n' 'dns_record.us.example.com.A (aws)' >&2
[ -z "$load_balancer_us" ] || printf '  %s\n' 'load_balancer.us (aws)' >&2
[ -z "$load_balancer_us_to_443" ] || printf '  %s\n' 'load_balancer.us.to-443 (aws)' >&2
[ -z "$load_balancer_us_reach_us" ] || printf '  %s\n' 'load_balancer.us.reach-us (aws)' >&2
[ -z "$load_balancer_us_group" ] || printf '  %s\n' 'load_balancer.us.group (aws)' >&2
[ -z "$proof_us_example_com" ] || printf '  %s\n' 'proof.us.example.com (aws)' >&2
[ -z "$certificate_us" ] || printf '  %s\n' 'certificate.us (aws)' >&2
[ -z "$server_us1" ] || printf '  %s\n' 'server.us1 (aws)' >&2
[ -z "$firewall_us" ] || printf '  %s\n' 'firewall.us (aws)' >&2
[ -z "$network_us_private_b_routed" ] || printf '  %s\n' 'network.us.private-b-routed (aws)' >&2
[ -z "$network_us_private_b" ] || printf '  %s\n' 'network.us.private-b (aws)' >&2
[ -z "$network_us_private_a_routed" ] || printf '  %s\n' 'network.us.private-a-routed (aws)' >&2
[ -z "$network_us_private_a" ] || printf '  %s\n' 'network.us.private-a (aws)' >&2
[ -z "$network_us_public_b_routed" ] || printf '  %s\n' 'network.us.public-b-routed (aws)' >&2
[ -z "$network_us_public_b" ] || printf '  %s\n' 'network.us.public-b (aws)' >&2
[ -z "$network_us_public_a_routed" ] || printf '  %s\n' 'network.us.public-a-routed (aws)' >&2
[ -z "$network_us_public_a" ] || printf '  %s\n' 'network.us.public-a (aws)' >&2
[ -z "$network_us_private" ] || printf '  %s\n' 'network.us.private (aws)' >&2
[ -z "$network_us_public" ] || printf '  %s\n' 'network.us.public (aws)' >&2
[ -z "$network_us_gateway_attached" ] || printf '  %s\n' 'network.us.gateway-attached (aws)' >&2
[ -z "$network_us_gateway" ] || printf '  %s\n' 'network.us.gateway (aws)' >&2
[ -z "$network_us" ] || printf '  %s\n' 'network.us (aws)' >&2
[ -z "$ssh_key_us" ] || printf '  %s\n' 'ssh_key.us (aws)' >&2
[ -z "$dns_record_eu_example_com_a" ] || printf '  %s\n' 'dns_record.eu.example.com.A (aws)' >&2
[ -z "$load_balancer_eu" ] || printf '  %s\n' 'load_balancer.eu (aws)' >&2
[ -z "$load_balancer_eu_to_443" ] || printf '  %s\n' 'load_balancer.eu.to-443 (aws)' >&2
[ -z "$load_balancer_eu_reach_eu" ] || printf '  %s\n' 'load_balancer.eu.reach-eu (aws)' >&2
[ -z "$load_balancer_eu_group" ] || printf '  %s\n' 'load_balancer.eu.group (aws)' >&2
[ -z "$proof_eu_example_com" ] || printf '  %s\n' 'proof.eu.example.com (aws)' >&2
[ -z "$certificate_eu" ] || printf '  %s\n' 'certificate.eu (aws)' >&2
[ -z "$database_db" ] || printf '  %s\n' 'database.db (aws)' >&2
[ -z "$database_db_subnets" ] || printf '  %s\n' 'database.db.subnets (aws)' >&2
[ -z "$database_db_group" ] || printf '  %s\n' 'database.db.group (aws)' >&2
[ -z "$server_eu2" ] || printf '  %s\n' 'server.eu2 (aws)' >&2
[ -z "$server_eu1" ] || printf '  %s\n' 'server.eu1 (aws)' >&2
[ -z "$firewall_eu" ] || printf '  %s\n' 'firewall.eu (aws)' >&2
[ -z "$network_eu_private_b_routed" ] || printf '  %s\n' 'network.eu.private-b-routed (aws)' >&2
[ -z "$network_eu_private_b" ] || printf '  %s\n' 'network.eu.private-b (aws)' >&2
[ -z "$network_eu_private_a_routed" ] || printf '  %s\n' 'network.eu.private-a-routed (aws)' >&2
[ -z "$network_eu_private_a" ] || printf '  %s\n' 'network.eu.private-a (aws)' >&2
[ -z "$network_eu_public_b_routed" ] || printf '  %s\n' 'network.eu.public-b-routed (aws)' >&2
[ -z "$network_eu_public_b" ] || printf '  %s\n' 'network.eu.public-b (aws)' >&2
[ -z "$network_eu_public_a_routed" ] || printf '  %s\n' 'network.eu.public-a-routed (aws)' >&2
[ -z "$network_eu_public_a" ] || printf '  %s\n' 'network.eu.public-a (aws)' >&2
[ -z "$network_eu_private" ] || printf '  %s\n' 'network.eu.private (aws)' >&2
[ -z "$network_eu_public" ] || printf '  %s\n' 'network.eu.public (aws)' >&2
[ -z "$network_eu_gateway_attached" ] || printf '  %s\n' 'network.eu.gateway-attached (aws)' >&2
[ -z "$network_eu_gateway" ] || printf '  %s\n' 'network.eu.gateway (aws)' >&2
[ -z "$network_eu" ] || printf '  %s\n' 'network.eu (aws)' >&2
[ -z "$ssh_key_eu" ] || printf '  %s\n' 'ssh_key.eu (aws)' >&2
[ -z "$dns_zone_example_com" ] || printf '  %s\n' 'dns_zone.example.com (aws)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type scale to go on: ' >&2
  read -r answer
  [ "$answer" = scale ] || stop 'Nothing was destroyed.'
fi

at '[1/51] dns_record.us.example.com.A: remove'
if [ -n "$dns_record_us_example_com_a" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"DELETE","ResourceRecordSet":{"Name":"us.example.com","Type":"A","AliasTarget":{"DNSName":"'"${dns_record_us_example_com_a_alias}"'","HostedZoneId":"'"${dns_record_us_example_com_a_alias_zone}"'","EvaluateTargetHealth":false}}}]}' --region eu-central-1
  settle 120 none aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='us.example.com.'&&Type=='A'].Name" --output text --region eu-central-1
fi

at '[2/51] load_balancer.us: remove'
if [ -n "$load_balancer_us" ]; then
  aws elbv2 delete-load-balancer --load-balancer-arn "$load_balancer_us" --region us-east-1
  aws elbv2 wait load-balancers-deleted --load-balancer-arns "$load_balancer_us" --region us-east-1
  settle 120 none aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='us'&&VpcId=='${network_us}'].LoadBalancerArn" --output text --region us-east-1
fi

at '[3/51] load_balancer.us.to-443: remove'
if [ -n "$load_balancer_us_to_443" ]; then
  retry 120 aws elbv2 delete-target-group --target-group-arn "$load_balancer_us_to_443" --region us-east-1
  settle 120 none aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='us-443'&&VpcId=='${network_us}'].TargetGroupArn" --output text --region us-east-1
fi

at '[4/51] load_balancer.us.reach-us: remove'
if [ -n "$load_balancer_us_reach_us" ]; then
  aws ec2 revoke-security-group-ingress --group-id "$firewall_us" --security-group-rule-ids "$load_balancer_us_reach_us" --region us-east-1
  settle 120 none aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/to-target "Name=group-id,Values=${firewall_us}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region us-east-1
fi

at '[5/51] load_balancer.us.group: remove'
if [ -n "$load_balancer_us_group" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$load_balancer_us_group" --region us-east-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/load-balancer "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1
fi

at '[6/51] proof.us.example.com: remove'
if [ -n "$proof_us_example_com" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"DELETE","ResourceRecordSet":{"Name":"'"${certificate_us_proof_name_1}"'","Type":"CNAME","TTL":300,"ResourceRecords":[{"Value":"'"${certificate_us_proof_value_1}"'"}]}}]}' --region us-east-1
  settle 120 none aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_us_proof_name_1}'&&Type=='CNAME'].Name" --output text --region us-east-1
fi

at '[7/51] certificate.us: remove'
if [ -n "$certificate_us" ]; then
  retry 600 aws acm delete-certificate --certificate-arn "$certificate_us" --region us-east-1
  settle 120 none aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='us.example.com'].CertificateArn" --output text --region us-east-1
fi

at '[8/51] server.us1: remove'
if [ -n "$server_us1" ]; then
  aws ec2 terminate-instances --instance-ids "$server_us1" --region us-east-1
  aws ec2 wait instance-terminated --instance-ids "$server_us1" --region us-east-1
  settle 120 none aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region us-east-1
fi

at '[9/51] firewall.us: remove'
if [ -n "$firewall_us" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$firewall_us" --region us-east-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=vpc-id,Values=${network_us}" --query 'SecurityGroups[].GroupId' --output text --region us-east-1
fi

at '[10/51] network.us.private-b-routed: remove'
if [ -n "$network_us_private_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_us_private_b_routed" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_b}'][].RouteTableAssociationId" --output text --region us-east-1
fi

at '[11/51] network.us.private-b: remove'
if [ -n "$network_us_private_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_us_private_b" --region us-east-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1
fi

at '[12/51] network.us.private-a-routed: remove'
if [ -n "$network_us_private_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_us_private_a_routed" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_private}" --query "RouteTables[].Associations[?SubnetId=='${network_us_private_a}'][].RouteTableAssociationId" --output text --region us-east-1
fi

at '[13/51] network.us.private-a: remove'
if [ -n "$network_us_private_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_us_private_a" --region us-east-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1
fi

at '[14/51] network.us.public-b-routed: remove'
if [ -n "$network_us_public_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_us_public_b_routed" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_b}'][].RouteTableAssociationId" --output text --region us-east-1
fi

at '[15/51] network.us.public-b: remove'
if [ -n "$network_us_public_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_us_public_b" --region us-east-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-b "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1
fi

at '[16/51] network.us.public-a-routed: remove'
if [ -n "$network_us_public_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_us_public_a_routed" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_us_public}" --query "RouteTables[].Associations[?SubnetId=='${network_us_public_a}'][].RouteTableAssociationId" --output text --region us-east-1
fi

at '[17/51] network.us.public-a: remove'
if [ -n "$network_us_public_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_us_public_a" --region us-east-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public-a "Name=vpc-id,Values=${network_us}" --query 'Subnets[].SubnetId' --output text --region us-east-1
fi

at '[18/51] network.us.private: remove'
if [ -n "$network_us_private" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_us_private" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/private "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1
fi

at '[19/51] network.us.public: remove'
if [ -n "$network_us_public" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_us_public" --region us-east-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us/public "Name=vpc-id,Values=${network_us}" --query 'RouteTables[].RouteTableId' --output text --region us-east-1
fi

at '[20/51] network.us.gateway-attached: remove'
if [ -n "$network_us_gateway_attached" ]; then
  retry 300 aws ec2 detach-internet-gateway --internet-gateway-id "$network_us_gateway" --vpc-id "$network_us" --region us-east-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us "Name=attachment.vpc-id,Values=${network_us}" --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1
fi

at '[21/51] network.us.gateway: remove'
if [ -n "$network_us_gateway" ]; then
  aws ec2 delete-internet-gateway --internet-gateway-id "$network_us_gateway" --region us-east-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'InternetGateways[].InternetGatewayId' --output text --region us-east-1
fi

at '[22/51] network.us: remove'
if [ -n "$network_us" ]; then
  retry 300 aws ec2 delete-vpc --vpc-id "$network_us" --region us-east-1
  settle 120 none aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'Vpcs[].VpcId' --output text --region us-east-1
fi

at '[23/51] ssh_key.us: remove'
if [ -n "$ssh_key_us" ]; then
  aws ec2 delete-key-pair --key-name us --region us-east-1
  settle 120 none aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=us --query 'KeyPairs[].KeyPairId' --output text --region us-east-1
fi

at '[24/51] dns_record.eu.example.com.A: remove'
if [ -n "$dns_record_eu_example_com_a" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"DELETE","ResourceRecordSet":{"Name":"eu.example.com","Type":"A","AliasTarget":{"DNSName":"'"${dns_record_eu_example_com_a_alias}"'","HostedZoneId":"'"${dns_record_eu_example_com_a_alias_zone}"'","EvaluateTargetHealth":false}}}]}' --region eu-central-1
  settle 120 none aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='eu.example.com.'&&Type=='A'].Name" --output text --region eu-central-1
fi

at '[25/51] load_balancer.eu: remove'
if [ -n "$load_balancer_eu" ]; then
  aws elbv2 delete-load-balancer --load-balancer-arn "$load_balancer_eu" --region eu-central-1
  aws elbv2 wait load-balancers-deleted --load-balancer-arns "$load_balancer_eu" --region eu-central-1
  settle 120 none aws elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='eu'&&VpcId=='${network_eu}'].LoadBalancerArn" --output text --region eu-central-1
fi

at '[26/51] load_balancer.eu.to-443: remove'
if [ -n "$load_balancer_eu_to_443" ]; then
  retry 120 aws elbv2 delete-target-group --target-group-arn "$load_balancer_eu_to_443" --region eu-central-1
  settle 120 none aws elbv2 describe-target-groups --query "TargetGroups[?TargetGroupName=='eu-443'&&VpcId=='${network_eu}'].TargetGroupArn" --output text --region eu-central-1
fi

at '[27/51] load_balancer.eu.reach-eu: remove'
if [ -n "$load_balancer_eu_reach_eu" ]; then
  aws ec2 revoke-security-group-ingress --group-id "$firewall_eu" --security-group-rule-ids "$load_balancer_eu_reach_eu" --region eu-central-1
  settle 120 none aws ec2 describe-security-group-rules --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/to-target "Name=group-id,Values=${firewall_eu}" --query 'SecurityGroupRules[:1].SecurityGroupRuleId' --output text --region eu-central-1
fi

at '[28/51] load_balancer.eu.group: remove'
if [ -n "$load_balancer_eu_group" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$load_balancer_eu_group" --region eu-central-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/load-balancer "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1
fi

at '[29/51] proof.eu.example.com: remove'
if [ -n "$proof_eu_example_com" ]; then
  aws route53 change-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --change-batch '{"Changes":[{"Action":"DELETE","ResourceRecordSet":{"Name":"'"${certificate_eu_proof_name_1}"'","Type":"CNAME","TTL":300,"ResourceRecords":[{"Value":"'"${certificate_eu_proof_value_1}"'"}]}}]}' --region eu-central-1
  settle 120 none aws route53 list-resource-record-sets --hosted-zone-id "$dns_zone_example_com" --query "ResourceRecordSets[?Name=='${certificate_eu_proof_name_1}'&&Type=='CNAME'].Name" --output text --region eu-central-1
fi

at '[30/51] certificate.eu: remove'
if [ -n "$certificate_eu" ]; then
  retry 600 aws acm delete-certificate --certificate-arn "$certificate_eu" --region eu-central-1
  settle 120 none aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --query "CertificateSummaryList[?DomainName=='eu.example.com'].CertificateArn" --output text --region eu-central-1
fi

at '[31/51] database.db: remove'
if [ -n "$database_db" ]; then
  aws rds create-db-snapshot --db-instance-identifier "$database_db" --db-snapshot-identifier "db-last-$(date -u +%Y%m%d%H%M%S)" --tags Key=plan,Value=scale Key=Name,Value=db --region eu-central-1
  settle 14400 is 0 aws rds describe-db-snapshots --db-instance-identifier "$database_db" --snapshot-type manual --query 'length(DBSnapshots[?Status!='\''available'\''])' --output text --region eu-central-1
  aws rds modify-db-instance --db-instance-identifier "$database_db" --no-deletion-protection --apply-immediately --region eu-central-1
  retry 600 aws rds delete-db-instance --db-instance-identifier "$database_db" --skip-final-snapshot --region eu-central-1
  aws rds wait db-instance-deleted --db-instance-identifier "$database_db" --region eu-central-1
  settle 120 none aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''scale'\'']].DBInstanceIdentifier' --output text --region eu-central-1
fi

at '[32/51] database.db.subnets: remove'
if [ -n "$database_db_subnets" ]; then
  retry 300 aws rds delete-db-subnet-group --db-subnet-group-name "$database_db_subnets" --region eu-central-1
  settle 120 none aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_eu}'].DBSubnetGroupName" --output text --region eu-central-1
fi

at '[33/51] database.db.group: remove'
if [ -n "$database_db_group" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$database_db_group" --region eu-central-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1
fi

at '[34/51] server.eu2: remove'
if [ -n "$server_eu2" ]; then
  aws ec2 terminate-instances --instance-ids "$server_eu2" --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids "$server_eu2" --region eu-central-1
  settle 120 none aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1
fi

at '[35/51] server.eu1: remove'
if [ -n "$server_eu1" ]; then
  aws ec2 terminate-instances --instance-ids "$server_eu1" --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids "$server_eu1" --region eu-central-1
  settle 120 none aws ec2 describe-instances --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1
fi

at '[36/51] firewall.eu: remove'
if [ -n "$firewall_eu" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$firewall_eu" --region eu-central-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=vpc-id,Values=${network_eu}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1
fi

at '[37/51] network.eu.private-b-routed: remove'
if [ -n "$network_eu_private_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_eu_private_b_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[38/51] network.eu.private-b: remove'
if [ -n "$network_eu_private_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_eu_private_b" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[39/51] network.eu.private-a-routed: remove'
if [ -n "$network_eu_private_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_eu_private_a_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_private}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[40/51] network.eu.private-a: remove'
if [ -n "$network_eu_private_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_eu_private_a" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[41/51] network.eu.public-b-routed: remove'
if [ -n "$network_eu_public_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_eu_public_b_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[42/51] network.eu.public-b: remove'
if [ -n "$network_eu_public_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_eu_public_b" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-b "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[43/51] network.eu.public-a-routed: remove'
if [ -n "$network_eu_public_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_eu_public_a_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_eu_public}" --query "RouteTables[].Associations[?SubnetId=='${network_eu_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[44/51] network.eu.public-a: remove'
if [ -n "$network_eu_public_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_eu_public_a" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public-a "Name=vpc-id,Values=${network_eu}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[45/51] network.eu.private: remove'
if [ -n "$network_eu_private" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_eu_private" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/private "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1
fi

at '[46/51] network.eu.public: remove'
if [ -n "$network_eu_public" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_eu_public" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu/public "Name=vpc-id,Values=${network_eu}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1
fi

at '[47/51] network.eu.gateway-attached: remove'
if [ -n "$network_eu_gateway_attached" ]; then
  retry 300 aws ec2 detach-internet-gateway --internet-gateway-id "$network_eu_gateway" --vpc-id "$network_eu" --region eu-central-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu "Name=attachment.vpc-id,Values=${network_eu}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1
fi

at '[48/51] network.eu.gateway: remove'
if [ -n "$network_eu_gateway" ]; then
  aws ec2 delete-internet-gateway --internet-gateway-id "$network_eu_gateway" --region eu-central-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1
fi

at '[49/51] network.eu: remove'
if [ -n "$network_eu" ]; then
  retry 300 aws ec2 delete-vpc --vpc-id "$network_eu" --region eu-central-1
  settle 120 none aws ec2 describe-vpcs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'Vpcs[].VpcId' --output text --region eu-central-1
fi

at '[50/51] ssh_key.eu: remove'
if [ -n "$ssh_key_eu" ]; then
  aws ec2 delete-key-pair --key-name eu --region eu-central-1
  settle 120 none aws ec2 describe-key-pairs --filters Name=tag:plan,Values=scale Name=tag:Name,Values=eu --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1
fi

at '[51/51] dns_zone.example.com: remove'
if [ -n "$dns_zone_example_com" ]; then
  aws route53 delete-hosted-zone --id "$dns_zone_example_com" --region eu-central-1
  settle 120 none aws route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[?Name=='\''example.com.'\''&&!(Config.PrivateZone)&&Config.Comment=='\''plan scale'\''].Id' --output text --region eu-central-1
fi

at 'done: nothing of it is left'
