#Requires -Version 7.3
# Plan "growth": creates 9 resources for 72.31 EUR a month, net (prices of 2026-09-04 to 2026-10-28), without 3 by usage.
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

if (-not (Get-Command aws -ErrorAction Ignore)) { throw 'aws is not installed. Windows: winget install Amazon.AWSCLI. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.' }
if (-not (Get-Command hcloud -ErrorAction Ignore)) { throw 'hcloud is not installed. Windows: winget install HetznerCloud.CLI. macOS: brew install hcloud. Linux: brew install hcloud.' }
if (-not ${env:HETZNER_S3_ACCESS_KEY_ID}) { throw 'HETZNER_S3_ACCESS_KEY_ID is not set: access key of Hetzner Object Storage (console: Object Storage, Credentials)' }
if (-not ${env:HETZNER_S3_SECRET_ACCESS_KEY}) { throw 'HETZNER_S3_SECRET_ACCESS_KEY is not set: secret key that belongs to it' }
try { hcloud location list -o noheader -o 'columns=name' | Out-Null } catch { throw 'hetzner did not let you in. Sign in, or set HCLOUD_TOKEN.' }

At 'is cx23 in stock in fsn1?'
if (-not (hcloud server list --selector 'plan=growth,name=app1' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At 'is ccx13 in stock in fsn1?'
if (-not (hcloud server list --selector 'plan=growth,name=db' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe ccx13 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'ccx13 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At '[1/15] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=growth,name=ops' -o noheader -o 'columns=id')
if (-not $ssh_key_ops) {
  hcloud ssh-key create --name ops --public-key-from-file "$HOME/.ssh/id_ed25519.pub" --label 'plan=growth' --label 'name=ops'
}
Settle 120 some { hcloud ssh-key list --selector 'plan=growth,name=ops' -o noheader -o 'columns=id' }

At '[2/15] network.lan: network lan'
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=growth,name=lan' -o noheader -o 'columns=id')
if (-not $network_lan) {
  hcloud network create --name lan --ip-range '10.0.0.0/16' --label 'plan=growth' --label 'name=lan'
}
Settle 120 some { hcloud network list --selector 'plan=growth,name=lan' -o noheader -o 'columns=id' }

At '[3/15] network.lan.subnet: subnet of lan'
$network_lan_subnet = Only 'network.lan.subnet' (hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } })
if (-not $network_lan_subnet) {
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range '10.0.0.0/16' lan
}
Settle 120 some { hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } } }

At '[4/15] firewall.ssh: firewall ssh'
Set-Content -Path 'growth-ssh-firewall.json' -Encoding utf8NoBOM -Value @'
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
$firewall_ssh = Only 'firewall.ssh' (hcloud firewall list --selector 'plan=growth,name=ssh' -o noheader -o 'columns=id')
if (-not $firewall_ssh) {
  hcloud firewall create --name ssh --rules-file 'growth-ssh-firewall.json' --label 'plan=growth' --label 'name=ssh'
}
Settle 120 some { hcloud firewall list --selector 'plan=growth,name=ssh' -o noheader -o 'columns=id' }

At '[5/15] server.app1: server app1 (cx23)'
Set-Content -Path 'growth-app1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app1 = Only 'server.app1' (hcloud server list --selector 'plan=growth,name=app1' -o noheader -o 'columns=id')
if (-not $server_app1) {
  hcloud server create --name app1 --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'growth-app1-cloud-init.yaml' --label 'plan=growth' --label 'name=app1'
  $server_app1 = Some 'id of server.app1' (hcloud server list --selector 'plan=growth,name=app1' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=growth,name=app1' -o noheader -o 'columns=status' }

At '[6/15] server.app2: server app2 (cx23)'
Set-Content -Path 'growth-app2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app2 = Only 'server.app2' (hcloud server list --selector 'plan=growth,name=app2' -o noheader -o 'columns=id')
if (-not $server_app2) {
  hcloud server create --name app2 --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'growth-app2-cloud-init.yaml' --label 'plan=growth' --label 'name=app2'
  $server_app2 = Some 'id of server.app2' (hcloud server list --selector 'plan=growth,name=app2' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=growth,name=app2' -o noheader -o 'columns=status' }

At '[7/15] server.db: server db (ccx13)'
$server_db = Only 'server.db' (hcloud server list --selector 'plan=growth,name=db' -o noheader -o 'columns=id')
if (-not $server_db) {
  hcloud server create --name db --type ccx13 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --label 'plan=growth' --label 'name=db'
  $server_db = Some 'id of server.db' (hcloud server list --selector 'plan=growth,name=db' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=growth,name=db' -o noheader -o 'columns=status' }

At '[8/15] volume.pgdata: volume pgdata (50 GB)'
$volume_pgdata = Only 'volume.pgdata' (hcloud volume list --selector 'plan=growth,name=pgdata' -o noheader -o 'columns=id')
if (-not $volume_pgdata) {
  hcloud volume create --name pgdata --size '50' --format ext4 --location fsn1 --label 'plan=growth' --label 'name=pgdata'
}
Settle 120 some { hcloud volume list --selector 'plan=growth,name=pgdata' -o noheader -o 'columns=id' }

At '[9/15] volume.pgdata.attach: attach pgdata to db'
$volume_pgdata_attach = Only 'volume.pgdata.attach' (hcloud volume list --selector 'plan=growth,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } })
if (-not $volume_pgdata_attach) {
  hcloud volume attach --automount --server db pgdata
}
Settle 120 is db { hcloud volume list --selector 'plan=growth,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } } }

At '[10/15] load_balancer.lb: load balancer lb (lb11)'
$load_balancer_lb = Only 'load_balancer.lb' (hcloud load-balancer list --selector 'plan=growth,name=lb' -o noheader -o 'columns=id')
if (-not $load_balancer_lb) {
  hcloud load-balancer create --name lb --type lb11 --location fsn1 --network lan --label 'plan=growth' --label 'name=lb'
}
Settle 120 some { hcloud load-balancer list --selector 'plan=growth,name=lb' -o noheader -o 'columns=id' }

At '[11/15] load_balancer.lb.service-80: http 80 of lb to port 80'
$load_balancer_lb_service_80 = Only 'load_balancer.lb.service-80' (hcloud load-balancer describe lb -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '80') { $column[0] } })
if (-not $load_balancer_lb_service_80) {
  hcloud load-balancer add-service --protocol http --listen-port '80' --destination-port '80' --health-check-protocol http --health-check-port '80' --health-check-http-path '/' lb
}
Settle 120 some { hcloud load-balancer describe lb -o 'format={{range .Services}}{{println .ListenPort}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '80') { $column[0] } } }

At '[12/15] load_balancer.lb.app1: app1 behind lb'
$load_balancer_lb_app1 = Only 'load_balancer.lb.app1' (hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } })
if (-not $load_balancer_lb_app1) {
  hcloud load-balancer add-target --server app1 --use-private-ip lb
}
Settle 120 some { hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } } }

At '[13/15] load_balancer.lb.app2: app2 behind lb'
$load_balancer_lb_app2 = Only 'load_balancer.lb.app2' (hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } })
if (-not $load_balancer_lb_app2) {
  hcloud load-balancer add-target --server app2 --use-private-ip lb
}
Settle 120 some { hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } } }

At '[14/15] bucket.acme-files: bucket acme-files'
$bucket_acme_files = Only 'bucket.acme-files' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-files''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_files) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api create-bucket --bucket acme-files --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is acme-files { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-files''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At '[15/15] bucket.acme-files.versioning: keep old versions in acme-files'
$bucket_acme_files_versioning = Only 'bucket.acme-files.versioning' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-files --query '[Status][?@==''Enabled'']' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_files_versioning) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api put-bucket-versioning --bucket acme-files --versioning-configuration 'Status=Enabled' --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is Enabled { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-files --query '[Status][?@==''Enabled'']' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At 'done: everything is there'
