#Requires -Version 7.3
# Plan "mvp": creates 5 resources for 33.20 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 1 by usage.
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

At '[1/7] ssh_key.ops: SSH key mvp--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'mvp--ops') { $column[0] } })
if (-not $ssh_key_ops) {
  $ssh_key_ops = Some 'SSH key mvp--ops' (doctl compute ssh-key import mvp--ops --public-key-file "$HOME/.ssh/id_ed25519.pub" --format ID --no-header)
}
Settle 120 some { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'mvp--ops') { $column[0] } } }

At '[2/7] network.lan: network lan'
$network_lan = Only 'network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:mvp') { $column[0] } })
if (-not $network_lan) {
  doctl vpcs create --name lan --description 'plan:mvp' --region fra1 --ip-range '10.0.0.0/16'
  $network_lan = Some 'id of network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:mvp') { $column[0] } })
}
Settle 120 some { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:mvp') { $column[0] } } }

At '[3/7] firewall.web.tag: tag firewall:mvp:web'
$firewall_web_tag = Only 'firewall.web.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:mvp:web') { $column[0] } })
if (-not $firewall_web_tag) {
  doctl compute tag create 'firewall:mvp:web'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:mvp:web') { $column[0] } } }

At '[4/7] firewall.web: firewall web'
$firewall_web = Only 'firewall.web' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'web firewall:mvp:web') { $column[0] } })
if (-not $firewall_web) {
  $firewall_web = Some 'firewall web' (doctl compute firewall create --name web --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:0.0.0.0/0,address:::/0 protocol:tcp,ports:443,address:0.0.0.0/0,address:::/0' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names 'firewall:mvp:web' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'web firewall:mvp:web') { $column[0] } } }

At '[5/7] server.app: server app (s-2vcpu-4gb)'
Set-Content -Path 'mvp-app-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app = Only 'server.app' (doctl compute droplet list --tag-name 'plan:mvp' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'app') { $column[0] } })
if (-not $server_app) {
  $server_app = Some 'server app (s-2vcpu-4gb)' (doctl compute droplet create app --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_lan --tag-names 'plan:mvp,firewall:mvp:web' --user-data-file 'mvp-app-cloud-init.yaml' --enable-backups --backup-policy-plan daily --backup-policy-hour '4' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_app --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_app --format Status --no-header }

At '[6/7] volume.data: volume data (20 GB)'
$volume_data = Only 'volume.data' (doctl compute volume list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'data plan:mvp') { $column[0] } })
if (-not $volume_data) {
  $volume_data = Some 'volume data (20 GB)' (doctl compute volume create data --region fra1 --size '20GiB' --fs-type ext4 --tag 'plan:mvp' --format ID --no-header)
}
Settle 120 some { doctl compute volume list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'data plan:mvp') { $column[0] } } }

At '[7/7] volume.data.attach: attach data to app'
$volume_data_attach = Only 'volume.data.attach' (doctl compute volume get $volume_data --format DropletIDs --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq "[${server_app}]") { $column[0] } })
if (-not $volume_data_attach) {
  doctl compute volume-action attach $volume_data $server_app
}
Settle 120 some { doctl compute volume get $volume_data --format DropletIDs --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq "[${server_app}]") { $column[0] } } }
Settle 120 some { doctl compute volume get $volume_data --format DropletIDs --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq "[${server_app}]") { $column[0] } } }

At 'done: everything is there'
