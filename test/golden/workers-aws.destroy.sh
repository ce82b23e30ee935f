#!/usr/bin/env bash
# Plan "workers": DESTROYS 21 things, in the reverse of their creation.
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
ssh_key_ops=$(aws ec2 describe-key-pairs --filters Name=tag:plan,Values=workers Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(aws ec2 describe-vpcs --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan --query 'Vpcs[].VpcId' --output text --region eu-central-1)
only network.lan "$network_lan"
network_lan_gateway=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
only network.lan.gateway "$network_lan_gateway"
network_lan_gateway_attached=
if [ -n "$network_lan" ]; then
  network_lan_gateway_attached=$(aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1)
  only network.lan.gateway-attached "$network_lan_gateway_attached"
fi
network_lan_public=
if [ -n "$network_lan" ]; then
  network_lan_public=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
  only network.lan.public "$network_lan_public"
fi
network_lan_private=
if [ -n "$network_lan" ]; then
  network_lan_private=$(aws ec2 describe-route-tables --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1)
  only network.lan.private "$network_lan_private"
fi
network_lan_public_a=
if [ -n "$network_lan" ]; then
  network_lan_public_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.lan.public-a "$network_lan_public_a"
fi
network_lan_public_a_routed=
if [ -n "$network_lan_public" ] && [ -n "$network_lan_public_a" ]; then
  network_lan_public_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.lan.public-a-routed "$network_lan_public_a_routed"
fi
network_lan_public_b=
if [ -n "$network_lan" ]; then
  network_lan_public_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.lan.public-b "$network_lan_public_b"
fi
network_lan_public_b_routed=
if [ -n "$network_lan_public" ] && [ -n "$network_lan_public_b" ]; then
  network_lan_public_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.lan.public-b-routed "$network_lan_public_b_routed"
fi
network_lan_private_a=
if [ -n "$network_lan" ]; then
  network_lan_private_a=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.lan.private-a "$network_lan_private_a"
fi
network_lan_private_a_routed=
if [ -n "$network_lan_private" ] && [ -n "$network_lan_private_a" ]; then
  network_lan_private_a_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.lan.private-a-routed "$network_lan_private_a_routed"
fi
network_lan_private_b=
if [ -n "$network_lan" ]; then
  network_lan_private_b=$(aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1)
  only network.lan.private-b "$network_lan_private_b"
fi
network_lan_private_b_routed=
if [ -n "$network_lan_private" ] && [ -n "$network_lan_private_b" ]; then
  network_lan_private_b_routed=$(aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1)
  only network.lan.private-b-routed "$network_lan_private_b_routed"
fi
firewall_ssh=
if [ -n "$network_lan" ]; then
  firewall_ssh=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=workers Name=tag:Name,Values=ssh "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
  only firewall.ssh "$firewall_ssh"
fi
server_worker1=$(aws ec2 describe-instances --filters Name=tag:plan,Values=workers Name=tag:Name,Values=worker1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.worker1 "$server_worker1"
server_worker2=$(aws ec2 describe-instances --filters Name=tag:plan,Values=workers Name=tag:Name,Values=worker2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1)
only server.worker2 "$server_worker2"
database_db_group=
if [ -n "$network_lan" ]; then
  database_db_group=$(aws ec2 describe-security-groups --filters Name=tag:plan,Values=workers Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1)
  only database.db.group "$database_db_group"
fi
database_db_subnets=
if [ -n "$network_lan" ]; then
  database_db_subnets=$(aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1)
  only database.db.subnets "$database_db_subnets"
fi
database_db=$(aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''workers'\'']].DBInstanceIdentifier' --output text --region eu-central-1)
only database.db "$database_db"
bucket_acme_results=$(aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region eu-central-1)
only bucket.acme-results "$bucket_acme_results"
if [ -n "$bucket_acme_results" ]; then
  bucket_acme_results=$(aws s3api get-bucket-tagging --bucket acme-results --query "TagSet[?Key=='plan'&&Value=='workers'].['acme-results'][]" --output text --region eu-central-1)
  only 'bucket.acme-results of this plan' "$bucket_acme_results"
fi

[ -z "$bucket_acme_results" ] || printf '  %s\n' 'bucket.acme-results (aws)' >&2
[ -z "$database_db" ] || printf '  %s\n' 'database.db (aws)' >&2
[ -z "$database_db_subnets" ] || printf '  %s\n' 'database.db.subnets (aws)' >&2
[ -z "$database_db_group" ] || printf '  %s\n' 'database.db.group (aws)' >&2
[ -z "$server_worker2" ] || printf '  %s\n' 'server.worker2 (aws)' >&2
[ -z "$server_worker1" ] || printf '  %s\n' 'server.worker1 (aws)' >&2
[ -z "$firewall_ssh" ] || printf '  %s\n' 'firewall.ssh (aws)' >&2
[ -z "$network_lan_private_b_routed" ] || printf '  %s\n' 'network.lan.private-b-routed (aws)' >&2
[ -z "$network_lan_private_b" ] || printf '  %s\n' 'network.lan.private-b (aws)' >&2
[ -z "$network_lan_private_a_routed" ] || printf '  %s\n' 'network.lan.private-a-routed (aws)' >&2
[ -z "$network_lan_private_a" ] || printf '  %s\n' 'network.lan.private-a (aws)' >&2
[ -z "$network_lan_public_b_routed" ] || printf '  %s\n' 'network.lan.public-b-routed (aws)' >&2
[ -z "$network_lan_public_b" ] || printf '  %s\n' 'network.lan.public-b (aws)' >&2
[ -z "$network_lan_public_a_routed" ] || printf '  %s\n' 'network.lan.public-a-routed (aws)' >&2
[ -z "$network_lan_public_a" ] || printf '  %s\n' 'network.lan.public-a (aws)' >&2
[ -z "$network_lan_private" ] || printf '  %s\n' 'network.lan.private (aws)' >&2
[ -z "$network_lan_public" ] || printf '  %s\n' 'network.lan.public (aws)' >&2
[ -z "$network_lan_gateway_attached" ] || printf '  %s\n' 'network.lan.gateway-attached (aws)' >&2
[ -z "$network_lan_gateway" ] || printf '  %s\n' 'network.lan.gateway (aws)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (aws)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (aws)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type workers to go on: ' >&2
  read -r answer
  [ "$answer" = workers ] || stop 'Nothing was destroyed.'
fi

at '[1/21] bucket.acme-results: remove'
if [ -n "$bucket_acme_results" ]; then
  aws s3api delete-bucket --bucket acme-results --region eu-central-1
  settle 120 none aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region eu-central-1
fi

at '[2/21] database.db: remove'
if [ -n "$database_db" ]; then
  aws rds create-db-snapshot --db-instance-identifier "$database_db" --db-snapshot-identifier "db-last-$(date -u +%Y%m%d%H%M%S)" --tags Key=plan,Value=workers Key=Name,Value=db --region eu-central-1
  settle 14400 is 0 aws rds describe-db-snapshots --db-instance-identifier "$database_db" --snapshot-type manual --query 'length(DBSnapshots[?Status!='\''available'\''])' --output text --region eu-central-1
  aws rds modify-db-instance --db-instance-identifier "$database_db" --no-deletion-protection --apply-immediately --region eu-central-1
  retry 600 aws rds delete-db-instance --db-instance-identifier "$database_db" --skip-final-snapshot --region eu-central-1
  aws rds wait db-instance-deleted --db-instance-identifier "$database_db" --region eu-central-1
  settle 120 none aws rds describe-db-instances --filters Name=db-instance-id,Values=db --query 'DBInstances[?DBInstanceStatus!='\''deleting'\''&&TagList[?Key=='\''plan'\''&&Value=='\''workers'\'']].DBInstanceIdentifier' --output text --region eu-central-1
fi

at '[3/21] database.db.subnets: remove'
if [ -n "$database_db_subnets" ]; then
  retry 300 aws rds delete-db-subnet-group --db-subnet-group-name "$database_db_subnets" --region eu-central-1
  settle 120 none aws rds describe-db-subnet-groups --query "DBSubnetGroups[?DBSubnetGroupName=='db'&&VpcId=='${network_lan}'].DBSubnetGroupName" --output text --region eu-central-1
fi

at '[4/21] database.db.group: remove'
if [ -n "$database_db_group" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$database_db_group" --region eu-central-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=workers Name=tag:Name,Values=db/database "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1
fi

at '[5/21] server.worker2: remove'
if [ -n "$server_worker2" ]; then
  aws ec2 terminate-instances --instance-ids "$server_worker2" --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids "$server_worker2" --region eu-central-1
  settle 120 none aws ec2 describe-instances --filters Name=tag:plan,Values=workers Name=tag:Name,Values=worker2 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1
fi

at '[6/21] server.worker1: remove'
if [ -n "$server_worker1" ]; then
  aws ec2 terminate-instances --instance-ids "$server_worker1" --region eu-central-1
  aws ec2 wait instance-terminated --instance-ids "$server_worker1" --region eu-central-1
  settle 120 none aws ec2 describe-instances --filters Name=tag:plan,Values=workers Name=tag:Name,Values=worker1 Name=instance-state-name,Values=pending,running,stopping,stopped --query 'Reservations[].Instances[].InstanceId' --output text --region eu-central-1
fi

at '[7/21] firewall.ssh: remove'
if [ -n "$firewall_ssh" ]; then
  retry 900 aws ec2 delete-security-group --group-id "$firewall_ssh" --region eu-central-1
  settle 120 none aws ec2 describe-security-groups --filters Name=tag:plan,Values=workers Name=tag:Name,Values=ssh "Name=vpc-id,Values=${network_lan}" --query 'SecurityGroups[].GroupId' --output text --region eu-central-1
fi

at '[8/21] network.lan.private-b-routed: remove'
if [ -n "$network_lan_private_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_lan_private_b_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_b}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[9/21] network.lan.private-b: remove'
if [ -n "$network_lan_private_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_lan_private_b" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[10/21] network.lan.private-a-routed: remove'
if [ -n "$network_lan_private_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_lan_private_a_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_private}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_private_a}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[11/21] network.lan.private-a: remove'
if [ -n "$network_lan_private_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_lan_private_a" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[12/21] network.lan.public-b-routed: remove'
if [ -n "$network_lan_public_b_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_lan_public_b_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_b}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[13/21] network.lan.public-b: remove'
if [ -n "$network_lan_public_b" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_lan_public_b" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public-b "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[14/21] network.lan.public-a-routed: remove'
if [ -n "$network_lan_public_a_routed" ]; then
  aws ec2 disassociate-route-table --association-id "$network_lan_public_a_routed" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters "Name=route-table-id,Values=${network_lan_public}" --query "RouteTables[].Associations[?SubnetId=='${network_lan_public_a}'][].RouteTableAssociationId" --output text --region eu-central-1
fi

at '[15/21] network.lan.public-a: remove'
if [ -n "$network_lan_public_a" ]; then
  retry 600 aws ec2 delete-subnet --subnet-id "$network_lan_public_a" --region eu-central-1
  settle 120 none aws ec2 describe-subnets --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public-a "Name=vpc-id,Values=${network_lan}" --query 'Subnets[].SubnetId' --output text --region eu-central-1
fi

at '[16/21] network.lan.private: remove'
if [ -n "$network_lan_private" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_lan_private" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/private "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1
fi

at '[17/21] network.lan.public: remove'
if [ -n "$network_lan_public" ]; then
  retry 60 aws ec2 delete-route-table --route-table-id "$network_lan_public" --region eu-central-1
  settle 120 none aws ec2 describe-route-tables --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan/public "Name=vpc-id,Values=${network_lan}" --query 'RouteTables[].RouteTableId' --output text --region eu-central-1
fi

at '[18/21] network.lan.gateway-attached: remove'
if [ -n "$network_lan_gateway_attached" ]; then
  retry 300 aws ec2 detach-internet-gateway --internet-gateway-id "$network_lan_gateway" --vpc-id "$network_lan" --region eu-central-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan "Name=attachment.vpc-id,Values=${network_lan}" --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1
fi

at '[19/21] network.lan.gateway: remove'
if [ -n "$network_lan_gateway" ]; then
  aws ec2 delete-internet-gateway --internet-gateway-id "$network_lan_gateway" --region eu-central-1
  settle 120 none aws ec2 describe-internet-gateways --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan --query 'InternetGateways[].InternetGatewayId' --output text --region eu-central-1
fi

at '[20/21] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 300 aws ec2 delete-vpc --vpc-id "$network_lan" --region eu-central-1
  settle 120 none aws ec2 describe-vpcs --filters Name=tag:plan,Values=workers Name=tag:Name,Values=lan --query 'Vpcs[].VpcId' --output text --region eu-central-1
fi

at '[21/21] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  aws ec2 delete-key-pair --key-name ops --region eu-central-1
  settle 120 none aws ec2 describe-key-pairs --filters Name=tag:plan,Values=workers Name=tag:Name,Values=ops --query 'KeyPairs[].KeyPairId' --output text --region eu-central-1
fi

at 'done: nothing of it is left'
