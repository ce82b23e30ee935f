#Requires -Version 7.3
# Plan "mvp": DESTROYS 6 things, in the reverse of their creation.
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

if (-not (Get-Command hcloud -ErrorAction Ignore)) { throw 'hcloud is not installed. Windows: winget install HetznerCloud.CLI. macOS: brew install hcloud. Linux: brew install hcloud.' }
try { hcloud location list -o noheader -o 'columns=name' | Out-Null } catch { throw 'hetzner did not let you in. Sign in, or set HCLOUD_TOKEN.' }

At 'looking up what there is'
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=mvp,name=ops' -o noheader -o 'columns=id')
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=mvp,name=lan' -o noheader -o 'columns=id')
$firewall_web = Only 'firewall.web' (hcloud firewall list --selector 'plan=mvp,name=web' -o noheader -o 'columns=id')
$server_app = Only 'server.app' (hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=id')
$volume_data = Only 'volume.data' (hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=id')
$volume_data_attach = Only 'volume.data.attach' (hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'app') { $column[0] } })

if ($volume_data_attach) { [Console]::Error.WriteLine('  volume.data.attach (hetzner)') }
if ($volume_data) { [Console]::Error.WriteLine('  volume.data (hetzner)') }
if ($server_app) { [Console]::Error.WriteLine('  server.app (hetzner)') }
if ($firewall_web) { [Console]::Error.WriteLine('  firewall.web (hetzner)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (hetzner)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (hetzner)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type mvp to go on') -cne 'mvp') { throw 'Nothing was destroyed.' }
}

At '[1/6] volume.data.attach: remove'
if ($volume_data_attach) {
  hcloud volume detach data
  Settle 120 none { hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'app') { $column[0] } } }
}

At '[2/6] volume.data: remove'
if ($volume_data) {
  Retry 60 { hcloud volume delete data }
  Settle 120 none { hcloud volume list --selector 'plan=mvp,name=data' -o noheader -o 'columns=id' }
}

At '[3/6] server.app: remove'
if ($server_app) {
  hcloud server delete app
  Settle 120 none { hcloud server list --selector 'plan=mvp,name=app' -o noheader -o 'columns=id' }
}

At '[4/6] firewall.web: remove'
if ($firewall_web) {
  Retry 60 { hcloud firewall delete web }
  Settle 120 none { hcloud firewall list --selector 'plan=mvp,name=web' -o noheader -o 'columns=id' }
}

At '[5/6] network.lan: remove'
if ($network_lan) {
  Retry 60 { hcloud network delete lan }
  Settle 120 none { hcloud network list --selector 'plan=mvp,name=lan' -o noheader -o 'columns=id' }
}

At '[6/6] ssh_key.ops: remove'
if ($ssh_key_ops) {
  hcloud ssh-key delete ops
  Settle 120 none { hcloud ssh-key list --selector 'plan=mvp,name=ops' -o noheader -o 'columns=id' }
}

At 'done: nothing of it is left'
