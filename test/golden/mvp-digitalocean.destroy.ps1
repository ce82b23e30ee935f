#Requires -Version 7.3
# Plan "mvp": DESTROYS 7 things, in the reverse of their creation.
# What stays, and is billed: a last snapshot of volume.data.
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

if (-not (Get-Command doctl -ErrorAction Ignore)) { throw 'doctl is not installed. Windows: winget install DigitalOcean.Doctl. macOS: brew install doctl. Linux: sudo snap install doctl.' }
try { doctl compute region list --format Slug --no-header | Out-Null } catch { throw 'digitalocean did not let you in. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.' }

At 'looking up what there is'
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'mvp--ops') { $column[0] } })
$network_lan = Only 'network.lan' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:mvp') { $column[0] } })
$firewall_web_tag = Only 'firewall.web.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:mvp:web') { $column[0] } })
$firewall_web = Only 'firewall.web' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'web firewall:mvp:web') { $column[0] } })
$server_app = Only 'server.app' (doctl compute droplet list --tag-name 'plan:mvp' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'app') { $column[0] } })
$volume_data = Only 'volume.data' (doctl compute volume list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'data plan:mvp') { $column[0] } })
$volume_data_attach = ''
if ($volume_data -and $server_app) {
  $volume_data_attach = Only 'volume.data.attach' (doctl compute volume get $volume_data --format DropletIDs --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq "[${server_app}]") { $column[0] } })
}

if ($volume_data_attach) { [Console]::Error.WriteLine('  volume.data.attach (digitalocean)') }
if ($volume_data) { [Console]::Error.WriteLine('  volume.data (digitalocean)') }
if ($server_app) { [Console]::Error.WriteLine('  server.app (digitalocean)') }
if ($firewall_web) { [Console]::Error.WriteLine('  firewall.web (digitalocean)') }
if ($firewall_web_tag) { [Console]::Error.WriteLine('  firewall.web.tag (digitalocean)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (digitalocean)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (digitalocean)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type mvp to go on') -cne 'mvp') { throw 'Nothing was destroyed.' }
}

At '[1/7] volume.data.attach: remove'
if ($volume_data_attach) {
  doctl compute volume-action detach $volume_data $server_app
  Settle 120 none { doctl compute volume get $volume_data --format DropletIDs --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq "[${server_app}]") { $column[0] } } }
}

At '[2/7] volume.data: remove'
if ($volume_data) {
  doctl compute volume snapshot $volume_data --snapshot-name "mvp--data-$([DateTime]::UtcNow.ToString('yyyyMMddHHmmss'))"
  Retry 120 { doctl compute volume delete $volume_data --force }
  Settle 120 none { doctl compute volume list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'data plan:mvp') { $column[0] } } }
}

At '[3/7] server.app: remove'
if ($server_app) {
  doctl compute droplet delete $server_app --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:mvp' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'app') { $column[0] } } }
}

At '[4/7] firewall.web: remove'
if ($firewall_web) {
  doctl compute firewall delete $firewall_web --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'web firewall:mvp:web') { $column[0] } } }
}

At '[5/7] firewall.web.tag: remove'
if ($firewall_web_tag) {
  doctl compute tag delete 'firewall:mvp:web' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:mvp:web') { $column[0] } } }
}

At '[6/7] network.lan: remove'
if ($network_lan) {
  Retry 600 { doctl vpcs delete $network_lan --force }
  Settle 120 none { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'lan plan:mvp') { $column[0] } } }
}

At '[7/7] ssh_key.ops: remove'
if ($ssh_key_ops) {
  doctl compute ssh-key delete $ssh_key_ops --force
  Settle 120 none { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'mvp--ops') { $column[0] } } }
}

At 'done: nothing of it is left'
