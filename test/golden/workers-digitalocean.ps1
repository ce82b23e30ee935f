#Requires -Version 7.3
# Plan "workers": creates 7 resources for 174.80 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 3 by usage.
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
if (-not (Get-Command doctl -ErrorAction Ignore)) { throw 'doctl is not installed. Windows: winget install DigitalOcean.Doctl. macOS: brew install doctl. Linux: sudo snap install doctl.' }
if (-not ${env:SPACES_ACCESS_KEY_ID}) { throw 'SPACES_ACCESS_KEY_ID is not set: access key of DigitalOcean Spaces (doctl spaces keys create, or console: Spaces, Access Keys)' }
if (-not ${env:SPACES_SECRET_ACCESS_KEY}) { throw 'SPACES_SECRET_ACCESS_KEY is not set: secret key that belongs to it' }
try { doctl compute region list --format Slug --no-header | Out-Null } catch { throw 'digitalocean did not let you in. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.' }

At '[1/11] ssh_key.ops: SSH key workers--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--ops') { $column[0] } })
if (-not $ssh_key_ops) {
  $ssh_key_ops = Some 'SSH key workers--ops' (doctl compute ssh-key import workers--ops --public-key-file "$HOME/.ssh/id_ed25519.pub" --format ID --no-header)
}
Settle 120 some { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--ops') { $column[0] } } }

At '[2/11] network.lan: network lan'
$network_lan = Only 'network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:workers') { $column[0] } })
if (-not $network_lan) {
  doctl vpcs create --name lan --description 'plan:workers' --region fra1 --ip-range '10.0.0.0/16'
  $network_lan = Some 'id of network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:workers') { $column[0] } })
}
Settle 120 some { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:workers') { $column[0] } } }

At '[3/11] firewall.ssh.tag: tag firewall:workers:ssh'
$firewall_ssh_tag = Only 'firewall.ssh.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:workers:ssh') { $column[0] } })
if (-not $firewall_ssh_tag) {
  doctl compute tag create 'firewall:workers:ssh'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:workers:ssh') { $column[0] } } }

At '[4/11] firewall.ssh: firewall ssh'
$firewall_ssh = Only 'firewall.ssh' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'ssh firewall:workers:ssh') { $column[0] } })
if (-not $firewall_ssh) {
  $firewall_ssh = Some 'firewall ssh' (doctl compute firewall create --name ssh --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names 'firewall:workers:ssh' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'ssh firewall:workers:ssh') { $column[0] } } }

At '[5/11] server.worker1: server worker1 (s-2vcpu-4gb)'
Set-Content -Path 'workers-worker1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_worker1 = Only 'server.worker1' (doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker1') { $column[0] } })
if (-not $server_worker1) {
  $server_worker1 = Some 'server worker1 (s-2vcpu-4gb)' (doctl compute droplet create worker1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_lan --tag-names 'plan:workers,firewall:workers:ssh' --user-data-file 'workers-worker1-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_worker1 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_worker1 --format Status --no-header }

At '[6/11] server.worker2: server worker2 (s-2vcpu-4gb)'
Set-Content -Path 'workers-worker2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_worker2 = Only 'server.worker2' (doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker2') { $column[0] } })
if (-not $server_worker2) {
  $server_worker2 = Some 'server worker2 (s-2vcpu-4gb)' (doctl compute droplet create worker2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_lan --tag-names 'plan:workers,firewall:workers:ssh' --user-data-file 'workers-worker2-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_worker2 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_worker2 --format Status --no-header }

At '[7/11] database.db: database db (postgresql 17, db-s-2vcpu-4gb)'
$database_db = Only 'database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--db') { $column[0] } })
if (-not $database_db) {
  $database_db = Some 'database db (postgresql 17, db-s-2vcpu-4gb)' (doctl databases create workers--db --engine pg --version '17' --region fra1 --size db-s-2vcpu-4gb --num-nodes '2' --private-network-uuid $network_lan --tag 'plan:workers')
  $database_db = Some 'id of database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--db') { $column[0] } })
}
Settle 1800 is online { doctl databases get $database_db --format Status --no-header }
Settle 120 is online { doctl databases list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--db') { $column[0] } } }

At '[8/11] database.db.access-worker1: let server worker1 into db'
$database_db_access_worker1 = Only 'database.db.access-worker1' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_worker1}") { $column[0] } })
if (-not $database_db_access_worker1) {
  doctl databases firewalls append $database_db --rule "droplet:${server_worker1}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_worker1}") { $column[0] } } }

At '[9/11] database.db.access-worker2: let server worker2 into db'
$database_db_access_worker2 = Only 'database.db.access-worker2' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_worker2}") { $column[0] } })
if (-not $database_db_access_worker2) {
  doctl databases firewalls append $database_db --rule "droplet:${server_worker2}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_worker2}") { $column[0] } } }

At '[10/11] bucket.acme-results: bucket acme-results'
$bucket_acme_results = Only 'bucket.acme-results' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_results) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api create-bucket --bucket acme-results --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is acme-results { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At '[11/11] bucket.acme-results.versioning: keep old versions in acme-results'
$bucket_acme_results_versioning = Only 'bucket.acme-results.versioning' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-results --query '[Status][?@==''Enabled'']' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_results_versioning) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api put-bucket-versioning --bucket acme-results --versioning-configuration 'Status=Enabled' --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is Enabled { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-results --query '[Status][?@==''Enabled'']' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At 'done: everything is there'
