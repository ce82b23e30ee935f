#Requires -Version 7.3
# Plan "growth": creates 8 resources for 186.80 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 3 by usage.
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

At '[1/16] ssh_key.ops: SSH key growth--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--ops') { $column[0] } })
if (-not $ssh_key_ops) {
  $ssh_key_ops = Some 'SSH key growth--ops' (doctl compute ssh-key import growth--ops --public-key-file "$HOME/.ssh/id_ed25519.pub" --format ID --no-header)
}
Settle 120 some { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--ops') { $column[0] } } }

At '[2/16] network.lan: network lan'
$network_lan = Only 'network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:growth') { $column[0] } })
if (-not $network_lan) {
  doctl vpcs create --name lan --description 'plan:growth' --region fra1 --ip-range '10.0.0.0/16'
  $network_lan = Some 'id of network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:growth') { $column[0] } })
}
Settle 120 some { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:growth') { $column[0] } } }

At '[3/16] firewall.app.tag: tag firewall:growth:app'
$firewall_app_tag = Only 'firewall.app.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:growth:app') { $column[0] } })
if (-not $firewall_app_tag) {
  doctl compute tag create 'firewall:growth:app'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:growth:app') { $column[0] } } }

At '[4/16] firewall.app: firewall app'
$firewall_app = Only 'firewall.app' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'app firewall:growth:app') { $column[0] } })
if (-not $firewall_app) {
  $firewall_app = Some 'firewall app' (doctl compute firewall create --name app --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.0.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names 'firewall:growth:app' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'app firewall:growth:app') { $column[0] } } }

At '[5/16] server.app1: server app1 (s-2vcpu-4gb)'
Set-Content -Path 'growth-app1-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app1 = Only 'server.app1' (doctl compute droplet list --tag-name 'plan:growth' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'app1') { $column[0] } })
if (-not $server_app1) {
  $server_app1 = Some 'server app1 (s-2vcpu-4gb)' (doctl compute droplet create app1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_lan --tag-names 'plan:growth,firewall:growth:app' --user-data-file 'growth-app1-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_app1 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_app1 --format Status --no-header }

At '[6/16] server.app2: server app2 (s-2vcpu-4gb)'
Set-Content -Path 'growth-app2-cloud-init.yaml' -Encoding utf8NoBOM -Value @'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
'@
$server_app2 = Only 'server.app2' (doctl compute droplet list --tag-name 'plan:growth' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'app2') { $column[0] } })
if (-not $server_app2) {
  $server_app2 = Some 'server app2 (s-2vcpu-4gb)' (doctl compute droplet create app2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys $ssh_key_ops --vpc-uuid $network_lan --tag-names 'plan:growth,firewall:growth:app' --user-data-file 'growth-app2-cloud-init.yaml' --enable-monitoring --wait --format ID --no-header)
}
Settle 600 is active { doctl compute droplet get $server_app2 --format Status --no-header }
Settle 120 is active { doctl compute droplet get $server_app2 --format Status --no-header }

At '[7/16] database.db: database db (postgresql 17, db-s-2vcpu-4gb)'
$database_db = Only 'database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--db') { $column[0] } })
if (-not $database_db) {
  $database_db = Some 'database db (postgresql 17, db-s-2vcpu-4gb)' (doctl databases create growth--db --engine pg --version '17' --region fra1 --size db-s-2vcpu-4gb --num-nodes '2' --private-network-uuid $network_lan --tag 'plan:growth')
  $database_db = Some 'id of database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--db') { $column[0] } })
}
Settle 1800 is online { doctl databases get $database_db --format Status --no-header }
Settle 120 is online { doctl databases list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--db') { $column[0] } } }

At '[8/16] database.db.access-app1: let server app1 into db'
$database_db_access_app1 = Only 'database.db.access-app1' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_app1}") { $column[0] } })
if (-not $database_db_access_app1) {
  doctl databases firewalls append $database_db --rule "droplet:${server_app1}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_app1}") { $column[0] } } }

At '[9/16] database.db.access-app2: let server app2 into db'
$database_db_access_app2 = Only 'database.db.access-app2' (doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_app2}") { $column[0] } })
if (-not $database_db_access_app2) {
  doctl databases firewalls append $database_db --rule "droplet:${server_app2}"
}
Settle 120 some { doctl databases firewalls list $database_db | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[2,3] -join ' ') -ceq "droplet ${server_app2}") { $column[0] } } }

At '[10/16] load_balancer.lb.tag: tag load-balancer:growth:lb'
$load_balancer_lb_tag = Only 'load_balancer.lb.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:growth:lb') { $column[0] } })
if (-not $load_balancer_lb_tag) {
  doctl compute tag create 'load-balancer:growth:lb'
}
Settle 120 some { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:growth:lb') { $column[0] } } }

At '[11/16] load_balancer.lb: load balancer lb (1 node)'
$load_balancer_lb = Only 'load_balancer.lb' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lb load-balancer:growth:lb') { $column[0] } })
if (-not $load_balancer_lb) {
  doctl compute load-balancer create --name lb --region fra1 --size-unit '1' --vpc-uuid $network_lan --tag-name 'load-balancer:growth:lb' --forwarding-rules 'entry_protocol:http,entry_port:80,target_protocol:http,target_port:80' --health-check 'protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3'
  $load_balancer_lb = Some 'id of load_balancer.lb' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lb load-balancer:growth:lb') { $column[0] } })
}
Settle 900 is active { doctl compute load-balancer get $load_balancer_lb --format Status --no-header }
Settle 120 is active { doctl compute load-balancer list --format 'Status,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lb load-balancer:growth:lb') { $column[0] } } }

At '[12/16] load_balancer.lb.access: let lb in'
$load_balancer_lb_access = Only 'load_balancer.lb.access' (doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--lb.load-balancer') { $column[0] } })
if (-not $load_balancer_lb_access) {
  $load_balancer_lb_access = Some 'let lb in' (doctl compute firewall create --name 'growth--lb.load-balancer' --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_lb}" --tag-names 'firewall:growth:app' --format ID --no-header)
}
Settle 120 is succeeded { doctl compute firewall list --format 'Status,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'growth--lb.load-balancer') { $column[0] } } }

At '[13/16] load_balancer.lb.app1: app1 behind lb'
$load_balancer_lb_app1 = Only 'load_balancer.lb.app1' (doctl compute droplet list --tag-name 'load-balancer:growth:lb' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } })
if (-not $load_balancer_lb_app1) {
  doctl compute droplet tag $server_app1 --tag-name 'load-balancer:growth:lb'
}
Settle 120 some { doctl compute droplet list --tag-name 'load-balancer:growth:lb' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app1) { $column[0] } } }

At '[14/16] load_balancer.lb.app2: app2 behind lb'
$load_balancer_lb_app2 = Only 'load_balancer.lb.app2' (doctl compute droplet list --tag-name 'load-balancer:growth:lb' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } })
if (-not $load_balancer_lb_app2) {
  doctl compute droplet tag $server_app2 --tag-name 'load-balancer:growth:lb'
}
Settle 120 some { doctl compute droplet list --tag-name 'load-balancer:growth:lb' --format ID --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq $server_app2) { $column[0] } } }

At '[15/16] bucket.acme-files: bucket acme-files'
$bucket_acme_files = Only 'bucket.acme-files' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-files''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_files) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api create-bucket --bucket acme-files --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is acme-files { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-files''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At '[16/16] bucket.acme-files.versioning: keep old versions in acme-files'
$bucket_acme_files_versioning = Only 'bucket.acme-files.versioning' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-files --query '[Status][?@==''Enabled'']' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })
if (-not $bucket_acme_files_versioning) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api put-bucket-versioning --bucket acme-files --versioning-configuration 'Status=Enabled' --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
}
Settle 120 is Enabled { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api get-bucket-versioning --bucket acme-files --query '[Status][?@==''Enabled'']' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }

At 'done: everything is there'
