#Requires -Version 7.3
# Plan "workers": DESTROYS 9 things, in the reverse of their creation.
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
if (-not (Get-Command hcloud -ErrorAction Ignore)) { throw 'hcloud is not installed. Windows: winget install HetznerCloud.CLI. macOS: brew install hcloud. Linux: brew install hcloud.' }
if (-not ${env:HETZNER_S3_ACCESS_KEY_ID}) { throw 'HETZNER_S3_ACCESS_KEY_ID is not set: access key of Hetzner Object Storage (console: Object Storage, Credentials)' }
if (-not ${env:HETZNER_S3_SECRET_ACCESS_KEY}) { throw 'HETZNER_S3_SECRET_ACCESS_KEY is not set: secret key that belongs to it' }
try { hcloud location list -o noheader -o 'columns=name' | Out-Null } catch { throw 'hetzner did not let you in. Sign in, or set HCLOUD_TOKEN.' }

At 'looking up what there is'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=workers,name=ops' -o noheader -o 'columns=id')
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=workers,name=lan' -o noheader -o 'columns=id')
$firewall_ssh = Only 'firewall.ssh' (hcloud firewall list --selector 'plan=workers,name=ssh' -o noheader -o 'columns=id')
$server_worker1 = Only 'server.worker1' (hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=id')
$server_worker2 = Only 'server.worker2' (hcloud server list --selector 'plan=workers,name=worker2' -o noheader -o 'columns=id')
$server_db = Only 'server.db' (hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=id')
$volume_pgdata = Only 'volume.pgdata' (hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=id')
$volume_pgdata_attach = Only 'volume.pgdata.attach' (hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } })
$bucket_acme_results = Only 'bucket.acme-results' (& { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } })

if ($bucket_acme_results) { [Console]::Error.WriteLine('  bucket.acme-results (hetzner)') }
if ($volume_pgdata_attach) { [Console]::Error.WriteLine('  volume.pgdata.attach (hetzner)') }
if ($volume_pgdata) { [Console]::Error.WriteLine('  volume.pgdata (hetzner)') }
if ($server_db) { [Console]::Error.WriteLine('  server.db (hetzner)') }
if ($server_worker2) { [Console]::Error.WriteLine('  server.worker2 (hetzner)') }
if ($server_worker1) { [Console]::Error.WriteLine('  server.worker1 (hetzner)') }
if ($firewall_ssh) { [Console]::Error.WriteLine('  firewall.ssh (hetzner)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (hetzner)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (hetzner)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type workers to go on') -cne 'workers') { throw 'Nothing was destroyed.' }
}

At '[1/9] bucket.acme-results: remove'
if ($bucket_acme_results) {
  & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api delete-bucket --bucket acme-results --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } }
  Settle 120 none { & { $saved0 = ${env:AWS_ACCESS_KEY_ID}; $saved1 = ${env:AWS_SECRET_ACCESS_KEY}; ${env:AWS_ACCESS_KEY_ID} = "${env:HETZNER_S3_ACCESS_KEY_ID}"; ${env:AWS_SECRET_ACCESS_KEY} = "${env:HETZNER_S3_SECRET_ACCESS_KEY}"; try { aws s3api list-buckets --query 'Buckets[?Name==''acme-results''].Name' --output text --region fsn1 --endpoint-url 'https://fsn1.your-objectstorage.com' } finally { ${env:AWS_ACCESS_KEY_ID} = $saved0; ${env:AWS_SECRET_ACCESS_KEY} = $saved1 } } }
}

At '[2/9] volume.pgdata.attach: remove'
if ($volume_pgdata_attach) {
  hcloud volume detach pgdata
  Settle 120 none { hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db') { $column[0] } } }
}

At '[3/9] volume.pgdata: remove'
if ($volume_pgdata) {
  Retry 60 { hcloud volume delete pgdata }
  Settle 120 none { hcloud volume list --selector 'plan=workers,name=pgdata' -o noheader -o 'columns=id' }
}

At '[4/9] server.db: remove'
if ($server_db) {
  hcloud server delete db
  Settle 120 none { hcloud server list --selector 'plan=workers,name=db' -o noheader -o 'columns=id' }
}

At '[5/9] server.worker2: remove'
if ($server_worker2) {
  hcloud server delete worker2
  Settle 120 none { hcloud server list --selector 'plan=workers,name=worker2' -o noheader -o 'columns=id' }
}

At '[6/9] server.worker1: remove'
if ($server_worker1) {
  hcloud server delete worker1
  Settle 120 none { hcloud server list --selector 'plan=workers,name=worker1' -o noheader -o 'columns=id' }
}

At '[7/9] firewall.ssh: remove'
if ($firewall_ssh) {
  Retry 60 { hcloud firewall delete ssh }
  Settle 120 none { hcloud firewall list --selector 'plan=workers,name=ssh' -o noheader -o 'columns=id' }
}

At '[8/9] network.lan: remove'
if ($network_lan) {
  Retry 60 { hcloud network delete lan }
  Settle 120 none { hcloud network list --selector 'plan=workers,name=lan' -o noheader -o 'columns=id' }
}

At '[9/9] ssh_key.ops: remove'
if ($ssh_key_ops) {
  hcloud ssh-key delete ops
  Settle 120 none { hcloud ssh-key list --selector 'plan=workers,name=ops' -o noheader -o 'columns=id' }
}

At 'done: nothing of it is left'
