#Requires -Version 7.3
# Plan "scale": creates 16 resources for 211.38 EUR a month, net (prices of 2026-09-29 to 2026-10-28), without 1 of unknown price and 2 by usage.
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
if (-not (hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At 'is cx23 in stock in hel1?'
if (-not (hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel1') { $column[0] } }))) { throw 'cx23 is not in stock in hel1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At 'is ccx23 in stock in fsn1?'
if (-not (hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe ccx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'ccx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At 'is ccx23 in stock in hel1?'
if (-not (hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe ccx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel1') { $column[0] } }))) { throw 'ccx23 is not in stock in hel1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At '[1/25] dns_zone.example.com: DNS zone example.com'
$dns_zone_example_com = Only 'dns_zone.example.com' (hcloud zone list --selector 'plan=scale' -o noheader -o 'columns=id,name' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'example.com') { $column[0] } })
if (-not $dns_zone_example_com) {
  hcloud zone create --name 'example.com' --label 'plan=scale'
}
Settle 120 some { hcloud zone list --selector 'plan=scale' -o noheader -o 'columns=id,name' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'example.com') { $column[0] } } }

At '[2/25] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=scale,name=ops' -o noheader -o 'columns=id')
if (-not $ssh_key_ops) {
  hcloud ssh-key create --name ops --public-key-from-file "$HOME/.ssh/id_ed25519.pub" --label 'plan=scale' --label 'name=ops'
}
Settle 120 some { hcloud ssh-key list --selector 'plan=scale,name=ops' -o noheader -o 'columns=id' }

At '[3/25] network.lan: network lan'
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=scale,name=lan' -o noheader -o 'columns=id')
if (-not $network_lan) {
  hcloud network create --name lan --ip-range '10.0.0.0/16' --label 'plan=scale' --label 'name=lan'
}
Settle 120 some { hcloud network list --selector 'plan=scale,name=lan' -o noheader -o 'columns=id' }

At '[4/25] network.lan.subnet: subnet of lan'
$network_lan_subnet = Only 'network.lan.subnet' (hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } })
if (-not $network_lan_subnet) {
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range '10.0.0.0/16' lan
}
Settle 120 some { hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } } }

At '[5/25] firewall.ssh: firewall ssh'
Set-Content -Path 'scale-ssh-firewall.json' -Encoding utf8NoBOM -Value @'
[
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "22",
  "source_ips": [
   "203.0.113.0/24"
  ]
 }
]
'@
$firewall_ssh = Only 'firewall.ssh' (hcloud firewall list --selector 'plan=scale,name=ssh' -o noheader -o 'columns=id')
if (-not $firewall_ssh) {
  hcloud firewall create --name ssh --rules-file 'scale-ssh-firewall.json' --label 'plan=scale' --label 'name=ssh'
}
Settle 120 some { hcloud firewall list --selector 'plan=scale,name=ssh' -o noheader -o 'columns=id' }

At '[6/25] server.app1: server app1 (cx23)'
Set-Content -Path 'scale-app1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app1 = Only 'server.app1' (hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=id')
if (-not $server_app1) {
  hcloud server create --name app1 --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'scale-app1-cloud-init.yaml' --label 'plan=scale' --label 'name=app1'
  $server_app1 = Some 'id of server.app1' (hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=status' }

At '[7/25] server.app2: server app2 (cx23)'
Set-Content -Path 'scale-app2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app2 = Only 'server.app2' (hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=id')
if (-not $server_app2) {
  hcloud server create --name app2 --type cx23 --image 'ubuntu-24.04' --location hel1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'scale-app2-cloud-init.yaml' --label 'plan=scale' --label 'name=app2'
  $server_app2 = Some 'id of server.app2' (hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=status' }

At '[8/25] server.db1: server db1 (ccx23)'
$server_db1 = Only 'server.db1' (hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=id')
if (-not $server_db1) {
  hcloud server create --name db1 --type ccx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --label 'plan=scale' --label 'name=db1'
  $server_db1 = Some 'id of server.db1' (hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=status' }

At '[9/25] volume.pg1: volume pg1 (100 GB)'
$volume_pg1 = Only 'volume.pg1' (hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=id')
if (-not $volume_pg1) {
  hcloud volume create --name pg1 --size '100' --format ext4 --location fsn1 --label 'plan=scale' --label 'name=pg1'
}
Settle 120 some { hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=id' }

At '[10/25] volume.pg1.attach: attach pg1 to db1'
$volume_pg1_attach = Only 'volume.pg1.attach' (hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db1') { $column[0] } })
if (-not $volume_pg1_attach) {
  hcloud volume attach --automount --server db1 pg1
}
Settle 120 is db1 { hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db1') { $column[0] } } }

At '[11/25] server.db2: server db2 (ccx23)'
$server_db2 = Only 'server.db2' (hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=id')
if (-not $server_db2) {
  hcloud server create --name db2 --type ccx23 --image 'ubuntu-24.04' --location hel1 --ssh-key ops --network lan --firewall ssh --label 'plan=scale' --label 'name=db2'
  $server_db2 = Some 'id of server.db2' (hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=status' }

At '[12/25] volume.pg2: volume pg2 (100 GB)'
$volume_pg2 = Only 'volume.pg2' (hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=id')
if (-not $volume_pg2) {
  hcloud volume create --name pg2 --size '100' --format ext4 --location hel1 --label 'plan=scale' --label 'name=pg2'
}
Settle 120 some { hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=id' }

At '[13/25] volume.pg2.attach: attach pg2 to db2'
$volume_pg2_attach = Only 'volume.pg2.attach' (hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db2') { $column[0] } })
if (-not $volume_pg2_attach) {
  hcloud volume attach --automount --server db2 pg2
}
Settle 120 is db2 { hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db2') { $column[0] } } }

At '[14/25] certificate.fsn: certificate fsn'
$certificate_fsn = Only 'certificate.fsn' (hcloud certificate list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id')
if (-not $certificate_fsn) {
  hcloud certificate create --name fsn --type managed --domain 'fsn.example.com' --label 'plan=scale' --label 'name=fsn'
}
Settle 300 is completed { hcloud certificate list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=issuance_status' }
Settle 120 is completed { hcloud certificate list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=issuance_status' }

At '[15/25] load_balancer.fsn: load balancer fsn (lb11)'
$load_balancer_fsn = Only 'load_balancer.fsn' (hcloud load-balancer list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id')
if (-not $load_balancer_fsn) {
  hcloud load-balancer create --name fsn --type lb11 --location fsn1 --network lan --label 'plan=scale' --label 'name=fsn'
}
$load_balancer_fsn_ipv4 = Some 'ipv4 of load_balancer.fsn' (hcloud load-balancer list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=ipv4')
Settle 120 some { hcloud load-balancer list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id' }

At '[16/25] load_balancer.fsn.service-443: https 443 of fsn to port 80'
$load_balancer_fsn_service_443 = Only 'load_balancer.fsn.service-443' (hcloud load-balancer describe fsn -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '443') { $column[0] } })
if (-not $load_balancer_fsn_service_443) {
  hcloud load-balancer add-service --protocol https --listen-port '443' --destination-port '80' --http-certificates fsn --http-redirect-http --health-check-protocol http --health-check-port '80' --health-check-http-path '/' fsn
}
Settle 120 some { hcloud load-balancer describe fsn -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '443') { $column[0] } } }

At '[17/25] load_balancer.fsn.app1: app1 behind fsn'
$load_balancer_fsn_app1 = Only 'load_balancer.fsn.app1' (hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } })
if (-not $load_balancer_fsn_app1) {
  hcloud load-balancer add-target --server app1 --use-private-ip fsn
}
Settle 120 some { hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } } }

At '[18/25] load_balancer.fsn.app2: app2 behind fsn'
$load_balancer_fsn_app2 = Only 'load_balancer.fsn.app2' (hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } })
if (-not $load_balancer_fsn_app2) {
  hcloud load-balancer add-target --server app2 --use-private-ip fsn
}
Settle 120 some { hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } } }

At '[19/25] dns_record.fsn.example.com.A: A record of fsn.example.com'
$dns_record_fsn_example_com_a = Only 'dns_record.fsn.example.com.A' (hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn/A') { $column[0] } })
if (-not $dns_record_fsn_example_com_a) {
  hcloud zone rrset create --name fsn --type A --ttl '300' --record $load_balancer_fsn_ipv4 --label 'plan=scale' 'example.com'
}
Settle 120 some { hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn/A') { $column[0] } } }

At '[20/25] certificate.hel: certificate hel'
$certificate_hel = Only 'certificate.hel' (hcloud certificate list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id')
if (-not $certificate_hel) {
  hcloud certificate create --name hel --type managed --domain 'hel.example.com' --label 'plan=scale' --label 'name=hel'
}
Settle 300 is completed { hcloud certificate list --selector 'plan=scale,name=hel' -o noheader -o 'columns=issuance_status' }
Settle 120 is completed { hcloud certificate list --selector 'plan=scale,name=hel' -o noheader -o 'columns=issuance_status' }

At '[21/25] load_balancer.hel: load balancer hel (lb11)'
$load_balancer_hel = Only 'load_balancer.hel' (hcloud load-balancer list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id')
if (-not $load_balancer_hel) {
  hcloud load-balancer create --name hel --type lb11 --location hel1 --network lan --label 'plan=scale' --label 'name=hel'
}
$load_balancer_hel_ipv4 = Some 'ipv4 of load_balancer.hel' (hcloud load-balancer list --selector 'plan=scale,name=hel' -o noheader -o 'columns=ipv4')
Settle 120 some { hcloud load-balancer list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id' }

At '[22/25] load_balancer.hel.service-443: https 443 of hel to port 80'
$load_balancer_hel_service_443 = Only 'load_balancer.hel.service-443' (hcloud load-balancer describe hel -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '443') { $column[0] } })
if (-not $load_balancer_hel_service_443) {
  hcloud load-balancer add-service --protocol https --listen-port '443' --destination-port '80' --http-certificates hel --http-redirect-http --health-check-protocol http --health-check-port '80' --health-check-http-path '/' hel
}
Settle 120 some { hcloud load-balancer describe hel -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '443') { $column[0] } } }

At '[23/25] load_balancer.hel.app1: app1 behind hel'
$load_balancer_hel_app1 = Only 'load_balancer.hel.app1' (hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } })
if (-not $load_balancer_hel_app1) {
  hcloud load-balancer add-target --server app1 --use-private-ip hel
}
Settle 120 some { hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } } }

At '[24/25] load_balancer.hel.app2: app2 behind hel'
$load_balancer_hel_app2 = Only 'load_balancer.hel.app2' (hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } })
if (-not $load_balancer_hel_app2) {
  hcloud load-balancer add-target --server app2 --use-private-ip hel
}
Settle 120 some { hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } } }

At '[25/25] dns_record.hel.example.com.A: A record of hel.example.com'
$dns_record_hel_example_com_a = Only 'dns_record.hel.example.com.A' (hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel/A') { $column[0] } })
if (-not $dns_record_hel_example_com_a) {
  hcloud zone rrset create --name hel --type A --ttl '300' --record $load_balancer_hel_ipv4 --label 'plan=scale' 'example.com'
}
Settle 120 some { hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel/A') { $column[0] } } }

At 'done: everything is there'
