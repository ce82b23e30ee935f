#Requires -Version 7.3
# Plan "scale": creates 16 resources for 96.00 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 1 of unknown price and 2 by usage.
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

if (-not (Get-Command doctl -ErrorAction Ignore)) { throw 'doctl is not installed. Windows: winget install DigitalOcean.Doctl. macOS: brew install doctl. Linux: sudo snap install doctl.' }
try { doctl compute region list --format Slug --no-header | Out-Null } catch { throw 'digitalocean did not let you in. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.' }

At '[1/27] dns_zone.example.com: DNS zone example.com'
$dns_zone_example_com = Only 'dns_zone.example.com' (doctl compute domain list --format Domain --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'example.com') { $column[0] } })
if (-not $dns_zone_example_com) {
  $dns_zone_example_com = Some 'DNS zone example.com' (doctl compute domain create 'example.com' --format Domain --no-header)
}
Settle 120 some { doctl compute domain list --format Domain --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'example.com') { $column[0] } } }

At '[2/27] ssh_key.ops: SSH key scale--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--ops') { $column[0] } })
if (-not $ssh_key_ops) {
  $ssh_key_ops = Some 'SSH key scale--ops' (doctl compute ssh-key import scale--ops --public-key-file "$HOME/.ssh/id_ed25519.pub" --format ID --no-header)
}
Settle 120 some { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--ops') { $column[0] } } }

At '[3/27] network.eu: network eu'
$network_eu = Only 'network.eu' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu plan:scale') { $column[0] } })
if (-not $network_eu) {
  doctl vpcs create --name eu --description 'plan:scale' --region fra1 --ip-range '10.0.0.0/16'
  $network_eu = Some 'id of network.eu' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu plan:scale') { $column[0] } })
}
Settle 120 some { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu plan:scale') { $column[0] } } }

At '[4/27] firewall.eu.tag: tag firewall:scale:eu'
$firewall_eu_tag = Only 'firewall.eu.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:eu') { $column[0] } })
if (-not $firewall_eu_tag) {
  doctl compute tag create 'firewall:scale:eu'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:eu') { $column[0] } } }

At '[5/27] firewall.eu: firewall eu'
$firewall_eu = Only 'firewall.eu' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu firewall:scale:eu') { $column[0] } })
if (-not $firewall_eu) {
  $firewall_eu = Some 'firewall eu' (doctl compute firewall create --name eu --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.0.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names 'firewall:scale:eu' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu firewall:scale:eu') { $column[0] } } }

At '[6/27] server.eu1: server eu1 (s-2vcpu-4gb)'
Set-Content -Path 'scale-eu1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_eu1 = Only 'server.eu1' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu1') { $column[0] } })
if (-not $server_eu1) {
  $server_eu1 = Some 'server eu1 (s-2vcpu-4gb)' (doctl compute droplet create eu1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_eu --tag-names 'plan:scale,firewall:scale:eu' --user-data-file 'scale-eu1-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_eu1 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_eu1 --format Status --no-header }

At '[7/27] server.eu2: server eu2 (s-2vcpu-4gb)'
Set-Content -Path 'scale-eu2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_eu2 = Only 'server.eu2' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu2') { $column[0] } })
if (-not $server_eu2) {
  $server_eu2 = Some 'server eu2 (s-2vcpu-4gb)' (doctl compute droplet create eu2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_eu --tag-names 'plan:scale,firewall:scale:eu' --user-data-file 'scale-eu2-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_eu2 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_eu2 --format Status --no-header }

At '[8/27] database.db: database db (postgresql 17, db-amd-4vcpu-8gb)'
$database_db = Only 'database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--db') { $column[0] } })
if (-not $database_db) {
  $database_db = Some 'database db (postgresql 17, db-amd-4vcpu-8gb)' (doctl databases create scale--db --engine pg --version '17' --region fra1 --size db-amd-4vcpu-8gb --num-nodes '2' --private-network-uuid $network_eu --tag 'plan:scale')
  $database_db = Some 'id of database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--db') { $column[0] } })
}
Settle 1800 is online { doctl databases get $database_db --format Status --no-header }
Settle 120 is online { doctl databases list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--db') { $column[0] } } }

At '[9/27] database.db.access-eu1: let server eu1 into db'
$database_db_access_eu1 = Only 'database.db.access-eu1' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_eu1}") { $column[0] } })
if (-not $database_db_access_eu1) {
  doctl databases firewalls append $database_db --rule "droplet:${server_eu1}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_eu1}") { $column[0] } } }

At '[10/27] database.db.access-eu2: let server eu2 into db'
$database_db_access_eu2 = Only 'database.db.access-eu2' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_eu2}") { $column[0] } })
if (-not $database_db_access_eu2) {
  doctl databases firewalls append $database_db --rule "droplet:${server_eu2}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_eu2}") { $column[0] } } }

At '[11/27] certificate.eu: certificate eu'
$certificate_eu = Only 'certificate.eu' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } })
if (-not $certificate_eu) {
  doctl compute certificate create --name scale--eu --type lets_encrypt --dns-names 'eu.example.com'
  $certificate_eu = Some 'id of certificate.eu' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } })
}
Settle 600 is verified { doctl compute certificate list --format 'State,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } } }
Settle 120 is verified { doctl compute certificate list --format 'State,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } } }

At '[12/27] load_balancer.eu.tag: tag load-balancer:scale:eu'
$load_balancer_eu_tag = Only 'load_balancer.eu.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:eu') { $column[0] } })
if (-not $load_balancer_eu_tag) {
  doctl compute tag create 'load-balancer:scale:eu'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:eu') { $column[0] } } }

At '[13/27] load_balancer.eu: load balancer eu (1 node)'
$load_balancer_eu = Only 'load_balancer.eu' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu load-balancer:scale:eu') { $column[0] } })
if (-not $load_balancer_eu) {
  doctl compute load-balancer create --name eu --region fra1 --size-unit '1' --vpc-uuid $network_eu --tag-name 'load-balancer:scale:eu' --forwarding-rules "entry_protocol:https,entry_port:443,target_protocol:http,target_port:80,certificate_id:${certificate_eu} entry_protocol:http,entry_port:80,target_protocol:http,target_port:80" --health-check 'protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3' --redirect-http-to-https
  $load_balancer_eu = Some 'id of load_balancer.eu' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu load-balancer:scale:eu') { $column[0] } })
}
Settle 900 is active { doctl compute load-balancer get $load_balancer_eu --format Status --no-header }
$load_balancer_eu_ipv4 = Some 'ipv4 of load_balancer.eu' (doctl compute load-balancer get $load_balancer_eu --format IP --no-header)
Settle 120 is active { doctl compute load-balancer list --format 'Status,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu load-balancer:scale:eu') { $column[0] } } }

At '[14/27] load_balancer.eu.access: let eu in'
$load_balancer_eu_access = Only 'load_balancer.eu.access' (doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu.load-balancer') { $column[0] } })
if (-not $load_balancer_eu_access) {
  $load_balancer_eu_access = Some 'let eu in' (doctl compute firewall create --name 'scale--eu.load-balancer' --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_eu}" --tag-names 'firewall:scale:eu' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu.load-balancer') { $column[0] } } }

At '[15/27] load_balancer.eu.eu1: eu1 behind eu'
$load_balancer_eu_eu1 = Only 'load_balancer.eu.eu1' (doctl compute droplet list --tag-name 'load-balancer:scale:eu' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_eu1) { $column[0] } })
if (-not $load_balancer_eu_eu1) {
  doctl compute droplet tag $server_eu1 --tag-name 'load-balancer:scale:eu'
}
Settle 120 some { doctl compute droplet list --tag-name 'load-balancer:scale:eu' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_eu1) { $column[0] } } }

At '[16/27] load_balancer.eu.eu2: eu2 behind eu'
$load_balancer_eu_eu2 = Only 'load_balancer.eu.eu2' (doctl compute droplet list --tag-name 'load-balancer:scale:eu' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_eu2) { $column[0] } })
if (-not $load_balancer_eu_eu2) {
  doctl compute droplet tag $server_eu2 --tag-name 'load-balancer:scale:eu'
}
Settle 120 some { doctl compute droplet list --tag-name 'load-balancer:scale:eu' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_eu2) { $column[0] } } }

At '[17/27] dns_record.eu.example.com.A: A record of eu.example.com'
$dns_record_eu_example_com_a = Only 'dns_record.eu.example.com.A' (doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A eu ${load_balancer_eu_ipv4}") { $column[0] } })
if (-not $dns_record_eu_example_com_a) {
  $dns_record_eu_example_com_a = Some 'A record of eu.example.com' (doctl compute domain records create 'example.com' --record-type A --record-name eu --record-data $load_balancer_eu_ipv4 --record-ttl '300' --format ID --no-header)
}
Settle 120 some { doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A eu ${load_balancer_eu_ipv4}") { $column[0] } } }

At '[18/27] network.us: network us'
$network_us = Only 'network.us' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us plan:scale') { $column[0] } })
if (-not $network_us) {
  doctl vpcs create --name us --description 'plan:scale' --region nyc3 --ip-range '10.1.0.0/16'
  $network_us = Some 'id of network.us' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us plan:scale') { $column[0] } })
}
Settle 120 some { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us plan:scale') { $column[0] } } }

At '[19/27] firewall.us.tag: tag firewall:scale:us'
$firewall_us_tag = Only 'firewall.us.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:us') { $column[0] } })
if (-not $firewall_us_tag) {
  doctl compute tag create 'firewall:scale:us'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:us') { $column[0] } } }

At '[20/27] firewall.us: firewall us'
$firewall_us = Only 'firewall.us' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us firewall:scale:us') { $column[0] } })
if (-not $firewall_us) {
  $firewall_us = Some 'firewall us' (doctl compute firewall create --name us --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.1.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names 'firewall:scale:us' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us firewall:scale:us') { $column[0] } } }

At '[21/27] server.us1: server us1 (s-2vcpu-4gb)'
Set-Content -Path 'scale-us1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_us1 = Only 'server.us1' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'us1') { $column[0] } })
if (-not $server_us1) {
  $server_us1 = Some 'server us1 (s-2vcpu-4gb)' (doctl compute droplet create us1 --region nyc3 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_us --tag-names 'plan:scale,firewall:scale:us' --user-data-file 'scale-us1-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_us1 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_us1 --format Status --no-header }

At '[22/27] certificate.us: certificate us'
$certificate_us = Only 'certificate.us' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } })
if (-not $certificate_us) {
  doctl compute certificate create --name scale--us --type lets_encrypt --dns-names 'us.example.com'
  $certificate_us = Some 'id of certificate.us' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } })
}
Settle 600 is verified { doctl compute certificate list --format 'State,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } } }
Settle 120 is verified { doctl compute certificate list --format 'State,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } } }

At '[23/27] load_balancer.us.tag: tag load-balancer:scale:us'
$load_balancer_us_tag = Only 'load_balancer.us.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:us') { $column[0] } })
if (-not $load_balancer_us_tag) {
  doctl compute tag create 'load-balancer:scale:us'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:us') { $column[0] } } }

At '[24/27] load_balancer.us: load balancer us (1 node)'
$load_balancer_us = Only 'load_balancer.us' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us load-balancer:scale:us') { $column[0] } })
if (-not $load_balancer_us) {
  doctl compute load-balancer create --name us --region nyc3 --size-unit '1' --vpc-uuid $network_us --tag-name 'load-balancer:scale:us' --forwarding-rules "entry_protocol:https,entry_port:443,target_protocol:http,target_port:80,certificate_id:${certificate_us} entry_protocol:http,entry_port:80,target_protocol:http,target_port:80" --health-check 'protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3' --redirect-http-to-https
  $load_balancer_us = Some 'id of load_balancer.us' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us load-balancer:scale:us') { $column[0] } })
}
Settle 900 is active { doctl compute load-balancer get $load_balancer_us --format Status --no-header }
$load_balancer_us_ipv4 = Some 'ipv4 of load_balancer.us' (doctl compute load-balancer get $load_balancer_us --format IP --no-header)
Settle 120 is active { doctl compute load-balancer list --format 'Status,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us load-balancer:scale:us') { $column[0] } } }

At '[25/27] load_balancer.us.access: let us in'
$load_balancer_us_access = Only 'load_balancer.us.access' (doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us.load-balancer') { $column[0] } })
if (-not $load_balancer_us_access) {
  $load_balancer_us_access = Some 'let us in' (doctl compute firewall create --name 'scale--us.load-balancer' --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_us}" --tag-names 'firewall:scale:us' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us.load-balancer') { $column[0] } } }

At '[26/27] load_balancer.us.us1: us1 behind us'
$load_balancer_us_us1 = Only 'load_balancer.us.us1' (doctl compute droplet list --tag-name 'load-balancer:scale:us' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_us1) { $column[0] } })
if (-not $load_balancer_us_us1) {
  doctl compute droplet tag $server_us1 --tag-name 'load-balancer:scale:us'
}
Settle 120 some { doctl compute droplet list --tag-name 'load-balancer:scale:us' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_us1) { $column[0] } } }

At '[27/27] dns_record.us.example.com.A: A record of us.example.com'
$dns_record_us_example_com_a = Only 'dns_record.us.example.com.A' (doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A us ${load_balancer_us_ipv4}") { $column[0] } })
if (-not $dns_record_us_example_com_a) {
  $dns_record_us_example_com_a = Some 'A record of us.example.com' (doctl compute domain records create 'example.com' --record-type A --record-name us --record-data $load_balancer_us_ipv4 --record-ttl '300' --format ID --no-header)
}
Settle 120 some { doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A us ${load_balancer_us_ipv4}") { $column[0] } } }

At 'done: everything is there'
