#Requires -Version 7.3
# Plan "mvp": creates 5 resources for 8.23 EUR a month, net (prices of 2026-09-29), without 1 by usage.
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

if (-not (Get-Command hcloud -ErrorAction Ignore)) { throw 'hcloud is not installed. Windows: winget install HetznerCloud.CLI. macOS: brew install hcloud. Linux: brew install hcloud.' }
try { hcloud location list -o noheader -o 'columns=name' | Out-Null } catch { throw 'hetzner did not let you in. Sign in, or set HCLOUD_TOKEN.' }

At 'is cx23 in stock in fsn1?'
if (-not (hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At '[1/8] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=mvp,name=ops' -o noheader -o 'columns=id')
if (-not $ssh_key_ops) {
  hcloud ssh-key create --name ops --public-key-from-file "$HOME/.ssh/id_ed25519.pub" --label 'plan=mvp' --label 'name=ops'
}
Settle 120 some { hcloud ssh-key list --selector 'plan=mvp,name=ops' -o noheader -o 'columns=id' }

At '[2/8] network.lan: network lan'
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=mvp,name=lan' -o noheader -o 'columns=id')
if (-not $network_lan) {
  hcloud network create --name lan --ip-range '10.0.0.0/16' --label 'plan=mvp' --label 'name=lan'
}
Settle 120 some { hcloud network list --selector 'plan=mvp,name=lan' -o noheader -o 'columns=id' }

At '[3/8] network.lan.subnet: subnet of lan'
$network_lan_subnet = Only 'network.lan.subnet' (hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } })
if (-not $network_lan_subnet) {
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range '10.0.0.0/16' lan
}
Settle 120 some { hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } } }

At '[4/8] firewall.web: firewall web'
Set-Content -Path 'mvp-web-firewall.json' -Encoding utf8NoBOM -Value @'
[
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "22",
  "source_ips": [
   "203.0.113.0/24"
  ]
 },
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "80",
  "source_ips": [
   "0.0.0.0/0",
   "::/0"
  ]
 },
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "443",
  "source_ips": [
   "0.0.0.0/0",
   "::/0"
  ]
 }
]
'@
$firewall_web = Only 'firewall.web' (hcloud firewall list --selector 'plan=mvp,name=web' -o noheader -o 'columns=id')
if (-not $firewall_web) {
  hcloud firewall create --name web --rules-file 'mvp-web-firewall.json' --label 'plan=mvp' --label 'name=web'
}
Settle 120 some { hcloud firewall list --selector 'plan=mvp,name=web' -o noheader -o 'columns=id' }

At '[5/8] server.app: server app (cx23)'
Set-Content -Path 'mvp-app-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app = Only 'server.app' (hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=id')
if (-not $server_app) {
  hcloud server create --name app --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall web --user-data-from-file 'mvp-app-cloud-init.yaml' --label 'plan=mvp' --label 'name=app'
  $server_app = Some 'id of server.app' (hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=status' }

At '[6/8] server.app.backups: daily backups of app'
$server_app_backups = Only 'server.app.backups' (hcloud server describe app -o 'format={{.BackupWindow}}')
if (-not $server_app_backups) {
  hcloud server enable-backup app
}
Settle 120 some { hcloud server describe app -o 'format={{.BackupWindow}}' }

At '[7/8] volume.data: volume data (20 GB)'
$volume_data = Only 'volume.data' (hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=id')
if (-not $volume_data) {
  hcloud volume create --name data --size '20' --format ext4 --location fsn1 --label 'plan=mvp' --label 'name=data'
}
Settle 120 some { hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=id' }

At '[8/8] volume.data.attach: attach data to app'
$volume_data_attach = Only 'volume.data.attach' (hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'app') { $column[0] } })
if (-not $volume_data_attach) {
  hcloud volume attach --automount --server app data
}
Settle 120 is app { hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'app') { $column[0] } } }

At 'done: everything is there'
