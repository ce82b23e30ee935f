#Requires -Version 7.3
# Plan "workers": DESTROYS 8 things, in the reverse of their creation.
# Nothing stays.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$PSNativeCommandArgumentPassing = 'Standard'

$script:current = 'before the first step'
$script:hint = ''
function At($text, $hint = '') { $script:current = $text; $script:hint = $hint; [Console]::Error.WriteLine($text) }
# Only: stops where a look-up found several of one name
function Only($what, $value) {
  if (@("$value" -split '\s+' | Where-Object { $_ }).Count -gt 1) { throw "${what}: several were found, and it is not known which is meant: $value" }
  "$value"
}
function Pause-Poll { Start-Sleep -Seconds ($(if ($env:POLL_SECONDS) { $env:POLL_SECONDS } else { 5 })) }
# Retry: repeats a command until it succeeds
function Retry($seconds, [scriptblock]$run) {
  $end = [DateTime]::UtcNow.AddSeconds($seconds)
  while ($true) {
    try { & $run | Out-Null; return } catch { if ([DateTime]::UtcNow -ge $end) { throw } }
    Pause-Poll
  }
}
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
trap { [Console]::Error.WriteLine("`nStopped at $script:current`n$_`n$script:hint`n" + 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.'); exit 1 }

if (-not (Get-Command aws -ErrorAction Ignore)) { throw 'aws is not installed. Windows: winget install Amazon.AWSCLI. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.' }
if (-not (Get-Command doctl -ErrorAction Ignore)) { throw 'doctl is not installed. Windows: winget install DigitalOcean.Doctl. macOS: brew install doctl. Linux: sudo snap install doctl.' }
if (-not ${env:SPACES_ACCESS_KEY_ID}) { throw 'SPACES_ACCESS_KEY_ID is not set: access key of DigitalOcean Spaces (doctl spaces keys create, or console: Spaces, Access Keys)' }
if (-not ${env:SPACES_SECRET_ACCESS_KEY}) { throw 'SPACES_SECRET_ACCESS_KEY is not set: secret key that belongs to it' }
try { doctl compute region list --format Slug --no-header | Out-Null } catch { throw 'digitalocean did not let you in. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.' }

At 'looking up what there is'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--ops') { $column[0] } })
$network_lan = Only 'network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:workers') { $column[0] } })
$firewall_ssh_tag = Only 'firewall.ssh.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:workers:ssh') { $column[0] } })
$firewall_ssh = Only 'firewall.ssh' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'ssh firewall:workers:ssh') { $column[0] } })
$server_worker1 = Only 'server.worker1' (doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker1') { $column[0] } })
$server_worker2 = Only 'server.worker2' (doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker2') { $column[0] } })
$database_db = Only 'database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--db') { $column[0] } })
$bucket_acme_results = Only 'bucket.acme-results' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })

if ($bucket_acme_results) { [Console]::Error.WriteLine('  bucket.acme-results (digitalocean)') }
if ($database_db) { [Console]::Error.WriteLine('  database.db (digitalocean)') }
if ($server_worker2) { [Console]::Error.WriteLine('  server.worker2 (digitalocean)') }
if ($server_worker1) { [Console]::Error.WriteLine('  server.worker1 (digitalocean)') }
if ($firewall_ssh) { [Console]::Error.WriteLine('  firewall.ssh (digitalocean)') }
if ($firewall_ssh_tag) { [Console]::Error.WriteLine('  firewall.ssh.tag (digitalocean)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (digitalocean)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (digitalocean)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type workers to go on') -cne 'workers') { throw 'Nothing was destroyed.' }
}

At '[1/8] bucket.acme-results: remove'
if ($bucket_acme_results) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api delete-bucket --bucket acme-results --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
  Settle 120 none { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:SPACES_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:SPACES_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region us-east-1 --endpoint-url 'https://fra1.digitaloceanspaces.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }
}

At '[2/8] database.db: remove'
if ($database_db) {
  doctl databases delete $database_db --force
  Settle 120 none { doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--db') { $column[0] } } }
}

At '[3/8] server.worker2: remove'
if ($server_worker2) {
  doctl compute droplet delete $server_worker2 --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker2') { $column[0] } } }
}

At '[4/8] server.worker1: remove'
if ($server_worker1) {
  doctl compute droplet delete $server_worker1 --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:workers' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'worker1') { $column[0] } } }
}

At '[5/8] firewall.ssh: remove'
if ($firewall_ssh) {
  doctl compute firewall delete $firewall_ssh --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'ssh firewall:workers:ssh') { $column[0] } } }
}

At '[6/8] firewall.ssh.tag: remove'
if ($firewall_ssh_tag) {
  doctl compute tag delete 'firewall:workers:ssh' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:workers:ssh') { $column[0] } } }
}

At '[7/8] network.lan: remove'
if ($network_lan) {
  Retry 600 { doctl vpcs delete $network_lan --force }
  Settle 120 none { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:workers') { $column[0] } } }
}

At '[8/8] ssh_key.ops: remove'
if ($ssh_key_ops) {
  doctl compute ssh-key delete $ssh_key_ops --force
  Settle 120 none { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'workers--ops') { $column[0] } } }
}

At 'done: nothing of it is left'
