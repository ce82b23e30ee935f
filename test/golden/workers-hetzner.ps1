#Requires -Version 7.3
# Plan "workers": creates 8 resources for 64.82 EUR a month, net (prices of 2026-09-04 to 2026-10-28), without 3 by usage.
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
if (-not (hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At 'is ccx13 in stock in fsn1?'
if (-not (hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=id') -and -not ([bool](hcloud server-type describe ccx13 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn1') { $column[0] } }))) { throw 'ccx13 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.' }

At '[1/11] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=workers,name=ops' -o noheader -o 'columns=id')
if (-not $ssh_key_ops) {
  hcloud ssh-key create --name ops --public-key-from-file "$HOME/.ssh/id_ed25519.pub" --label 'plan=workers' --label 'name=ops'
}
Settle 120 some { hcloud ssh-key list --selector 'plan=workers,name=ops' -o noheader -o 'columns=id' }

At '[2/11] network.lan: network lan'
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=workers,name=lan' -o noheader -o 'columns=id')
if (-not $network_lan) {
  hcloud network create --name lan --ip-range '10.0.0.0/16' --label 'plan=workers' --label 'name=lan'
}
Settle 120 some { hcloud network list --selector 'plan=workers,name=lan' -o noheader -o 'columns=id' }

At '[3/11] network.lan.subnet: subnet of lan'
$network_lan_subnet = Only 'network.lan.subnet' (hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } })
if (-not $network_lan_subnet) {
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range '10.0.0.0/16' lan
}
Settle 120 some { hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq '10.0.0.0/16') { $column[0] } } }

At '[4/11] firewall.ssh: firewall ssh'
Set-Content -Path 'workers-ssh-firewall.json' -Encoding utf8NoBOM -Value @'
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
$firewall_ssh = Only 'firewall.ssh' (hcloud firewall list --selector 'plan=workers,name=ssh' -o noheader -o 'columns=id')
if (-not $firewall_ssh) {
  hcloud firewall create --name ssh --rules-file 'workers-ssh-firewall.json' --label 'plan=workers' --label 'name=ssh'
}
Settle 120 some { hcloud firewall list --selector 'plan=workers,name=ssh' -o noheader -o 'columns=id' }

At '[5/11] server.worker1: server worker1 (cx23)'
Set-Content -Path 'workers-worker1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_worker1 = Only 'server.worker1' (hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=id')
if (-not $server_worker1) {
  hcloud server create --name worker1 --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'workers-worker1-cloud-init.yaml' --label 'plan=workers' --label 'name=worker1'
  $server_worker1 = Some 'id of server.worker1' (hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=status' }

At '[6/11] server.worker2: server worker2 (cx23)'
Set-Content -Path 'workers-worker2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_worker2 = Only 'server.worker2' (hcloud server list --selector 'plan=workers,name=worker2' -o noheader -o 'columns=id')
if (-not $server_worker2) {
  hcloud server create --name worker2 --type cx23 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file 'workers-worker2-cloud-init.yaml' --label 'plan=workers' --label 'name=worker2'
  $server_worker2 = Some 'id of server.worker2' (hcloud server list --selector 'plan=workers,name=worker2' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=workers,name=worker2' -o noheader -o 'columns=status' }

At '[7/11] server.db: server db (ccx13)'
$server_db = Only 'server.db' (hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=id')
if (-not $server_db) {
  hcloud server create --name db --type ccx13 --image 'ubuntu-24.04' --location fsn1 --ssh-key ops --network lan --firewall ssh --label 'plan=workers' --label 'name=db'
  $server_db = Some 'id of server.db' (hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=id')
}
Settle 120 is running { hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=status' }

At '[8/11] volume.pgdata: volume pgdata (50 GB)'
$volume_pgdata = Only 'volume.pgdata' (hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=id')
if (-not $volume_pgdata) {
  hcloud volume create --name pgdata --size '50' --format ext4 --location fsn1 --label 'plan=workers' --label 'name=pgdata'
}
Settle 120 some { hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=id' }

At '[9/11] volume.pgdata.attach: attach pgdata to db'
$volume_pgdata_attach = Only 'volume.pgdata.attach' (hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } })
if (-not $volume_pgdata_attach) {
  hcloud volume attach --automount --server db pgdata
}
Settle 120 is db { hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } } }

At '[10/11] bucket.acme-results: bucket acme-results'
$bucket_acme_results = Only 'bucket.acme-results' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_results) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api create-bucket --bucket acme-results --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is acme-results { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At '[11/11] bucket.acme-results.versioning: keep old versions in acme-results'
$bucket_acme_results_versioning = Only 'bucket.acme-results.versioning' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-results --query '[Status][?@==''Enabled'']' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_results_versioning) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api put-bucket-versioning --bucket acme-results --versioning-configuration 'Status=Enabled' --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is Enabled { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-results --query '[Status][?@==''Enabled'']' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At 'done: everything is there'
