#!/bin/sh
# Boots a first-boot file: cloud-init's own stages, in a Debian of which a copy is changed, in namespaces of their own. Then it
# is looked at from within, and through the network by a neighbour. Nothing of it is left.
#
#   unshare --mount --net --pid --uts --fork --kill-child first_boot.sh ROOT FILE [key|locked|none] [INCLUDE]
#
# `key`: the cloud puts a key on the server for root (Hetzner, DigitalOcean); `locked`: for the image's own user, and root's
# is one that only says so (AWS); `none`: there is none. INCLUDE=no: an sshd_config that includes nothing (RHEL 8).
# Prints sections, each headed by `== name`.
set -eu
image=$1 file=$2 keys=${3:-key} include=${4:-yes}
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o size=3g tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$image,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
root=/mnt/root
mount -t proc proc $root/proc
mount -t tmpfs tmpfs $root/run
mount --rbind /dev $root/dev
mkdir -p $root/run/lock $root/run/sshd $root/run/cloud-init
in_it() { chroot $root "$@"; }

# The server's side of a cable, and a neighbour's: TEST-NET-1 and the network of the plan.
ip link set lo up
hostname boot
unshare --net sleep 600 &
neighbour=$!
sleep 0.3
ip link add lan0 type veth peer name lan1
ip link set lan1 netns $neighbour
ip addr add 192.0.2.1/24 dev lan0
ip addr add 10.0.0.1/24 dev lan0
ip link set lan0 up
nsenter -t $neighbour -n sh -c 'ip link set lo up; ip addr add 192.0.2.2/24 dev lan1; ip addr add 10.0.0.2/24 dev lan1; ip link set lan1 up'

ssh-keygen -q -t ed25519 -N '' -C ada -f /mnt/key
[ "$include" = yes ] || sed -i '/^Include/d' $root/etc/ssh/sshd_config
# Images let root in, and by password, unless told otherwise.
printf 'PermitRootLogin yes\nPasswordAuthentication yes\n' >>$root/etc/ssh/sshd_config
echo root:root | in_it chpasswd
printf 'locale: false\nmanage_etc_hosts: true\ndisable_root: %s\n' "$([ "$keys" = locked ] && echo true || echo false)" >$root/etc/cloud/cloud.cfg.d/99-lab.cfg
printf 'datasource_list: [NoCloud]\n' >$root/etc/cloud/cloud.cfg.d/90_dpkg.cfg
seed=$root/var/lib/cloud/seed/nocloud
mkdir -p $seed
cp "$file" $seed/user-data

boot() { # instance
  {
    printf 'instance-id: %s\nlocal-hostname: web\n' "$1"
    [ "$keys" = none ] || printf 'public-keys:\n  - %s\n' "$(cat /mnt/key.pub)"
  } >$seed/meta-data
  for stage in 'init --local' init 'modules --mode=config' 'modules --mode=final'; do
    # shellcheck disable=SC2086
    in_it cloud-init $stage </dev/null || echo "cloud-init $stage: exit $?"
  done >/mnt/log 2>&1
  echo "== $1: errors"
  grep -E '^cloud-init .*: exit |Failed running|Traceback|^E: ' /mnt/log || true
  in_it python3 -c 'import json; print(json.load(open("/run/cloud-init/result.json"))["v1"]["errors"])'
  echo "== $1: state"
  in_it sh -c 'sshd -T | grep -E "^(passwordauthentication|kbdinteractiveauthentication|permitrootlogin|pubkeyauthentication|allowusers) "'
  in_it sh -c '! command -v ufw >/dev/null || ufw status verbose'
  in_it sh -c 'cat /etc/fstab /etc/ssh/sshd_config; for f in /home/*/.ssh/authorized_keys; do stat -c "%U:%G %a %n" $f; cat $f; done; getent shadow ops; id ops; ls -d /mnt/*' 2>/dev/null || true
  echo "== $1: files"
  in_it sh -c 'find /etc /home /root /mnt -type f ! -name .sudo_as_admin_successful | sort | xargs sha256sum'
}

first() {
  boot first
  echo '== user'
  in_it sh -c 'id ops && getent shadow ops && sudo -l -U ops' 2>/dev/null || true
  echo '== packages'
  in_it dpkg-query -W -f '${Package} ${db:Status-Status}\n' docker.io docker-compose ufw unattended-upgrades 2>/dev/null || true
  in_it sh -c 'for unit in docker ufw unattended-upgrades apt-daily-upgrade.timer; do echo "$unit $(systemctl is-enabled $unit 2>&1)"; done'
  echo '== updates'
  in_it apt-config dump | grep -E '^(APT::Periodic|Unattended-Upgrade)::' || true
  in_it unattended-upgrade --dry-run --verbose 2>&1 || true
  echo '== rules'
  in_it nft list ruleset 2>/dev/null || true
}

# Where it gets to, from the neighbour, at each address of the server.
reach() {
  in_it /usr/sbin/sshd
  for port in 443 8080; do
    python3 -c "
import socket
s = socket.create_server(('', $port))
while True: s.accept()[0].close()" &
  done
  sleep 0.5
  for at in 192.0.2.1 10.0.0.1; do
    for port in 22 443 8080; do
      nsenter -t $neighbour -n timeout 1 bash -c "exec 3<>/dev/tcp/$at/$port" 2>/dev/null && echo "$at:$port open" || echo "$at:$port closed"
    done
  done
}

# Who gets in, from the neighbour.
enter() { # user, more options...
  user=$1
  shift
  nsenter -t $neighbour -n ssh -F none -n -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5 \
    -o IdentitiesOnly=yes -i /mnt/key "$@" "$user@192.0.2.1" 'sudo -n id -un; id -Gn' 2>&1 </dev/null | tr -d '\r'
}

first
echo '== reach'
reach
echo '== ssh ops'
enter ops -o BatchMode=yes
for other in root debian; do
  echo "== ssh $other"
  enter $other -o BatchMode=yes
done
echo '== ssh password'
enter ops -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=0
# A restart of the same server, and a new one that is made from an image of it.
boot first >/mnt/again
sed 's/^== first/== again/' /mnt/again
boot image
