#Requires -Version 7.3
# Plan "scale": DESTROYS 18 things, in the reverse of their creation.
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
$dns_zone_example_com = Only 'dns_zone.example.com' (hcloud zone list --selector 'plan=scale' -o noheader -o 'columns=id,name' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'example.com') { $column[0] } })
$ssh_key_ops = Only 'ssh_key.ops' (hcloud ssh-key list --selector 'plan=scale,name=ops' -o noheader -o 'columns=id')
$network_lan = Only 'network.lan' (hcloud network list --selector 'plan=scale,name=lan' -o noheader -o 'columns=id')
$firewall_ssh = Only 'firewall.ssh' (hcloud firewall list --selector 'plan=scale,name=ssh' -o noheader -o 'columns=id')
$server_app1 = Only 'server.app1' (hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=id')
$server_app2 = Only 'server.app2' (hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=id')
$server_db1 = Only 'server.db1' (hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=id')
$volume_pg1 = Only 'volume.pg1' (hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=id')
$volume_pg1_attach = Only 'volume.pg1.attach' (hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db1') { $column[0] } })
$server_db2 = Only 'server.db2' (hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=id')
$volume_pg2 = Only 'volume.pg2' (hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=id')
$volume_pg2_attach = Only 'volume.pg2.attach' (hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db2') { $column[0] } })
$certificate_fsn = Only 'certificate.fsn' (hcloud certificate list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id')
$load_balancer_fsn = Only 'load_balancer.fsn' (hcloud load-balancer list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id')
$dns_record_fsn_example_com_a = ''
if ($dns_zone_example_com) {
  $dns_record_fsn_example_com_a = Only 'dns_record.fsn.example.com.A' (hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn/A') { $column[0] } })
}
$certificate_hel = Only 'certificate.hel' (hcloud certificate list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id')
$load_balancer_hel = Only 'load_balancer.hel' (hcloud load-balancer list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id')
$dns_record_hel_example_com_a = ''
if ($dns_zone_example_com) {
  $dns_record_hel_example_com_a = Only 'dns_record.hel.example.com.A' (hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel/A') { $column[0] } })
}

if ($dns_record_hel_example_com_a) { [Console]::Error.WriteLine('  dns_record.hel.example.com.A (hetzner)') }
if ($load_balancer_hel) { [Console]::Error.WriteLine('  load_balancer.hel (hetzner)') }
if ($certificate_hel) { [Console]::Error.WriteLine('  certificate.hel (hetzner)') }
if ($dns_record_fsn_example_com_a) { [Console]::Error.WriteLine('  dns_record.fsn.example.com.A (hetzner)') }
if ($load_balancer_fsn) { [Console]::Error.WriteLine('  load_balancer.fsn (hetzner)') }
if ($certificate_fsn) { [Console]::Error.WriteLine('  certificate.fsn (hetzner)') }
if ($volume_pg2_attach) { [Console]::Error.WriteLine('  volume.pg2.attach (hetzner)') }
if ($volume_pg2) { [Console]::Error.WriteLine('  volume.pg2 (hetzner)') }
if ($server_db2) { [Console]::Error.WriteLine('  server.db2 (hetzner)') }
if ($volume_pg1_attach) { [Console]::Error.WriteLine('  volume.pg1.attach (hetzner)') }
if ($volume_pg1) { [Console]::Error.WriteLine('  volume.pg1 (hetzner)') }
if ($server_db1) { [Console]::Error.WriteLine('  server.db1 (hetzner)') }
if ($server_app2) { [Console]::Error.WriteLine('  server.app2 (hetzner)') }
if ($server_app1) { [Console]::Error.WriteLine('  server.app1 (hetzner)') }
if ($firewall_ssh) { [Console]::Error.WriteLine('  firewall.ssh (hetzner)') }
if ($network_lan) { [Console]::Error.WriteLine('  network.lan (hetzner)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (hetzner)') }
if ($dns_zone_example_com) { [Console]::Error.WriteLine('  dns_zone.example.com (hetzner)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type scale to go on') -cne 'scale') { throw 'Nothing was destroyed.' }
}

At '[1/18] dns_record.hel.example.com.A: remove'
if ($dns_record_hel_example_com_a) {
  hcloud zone rrset delete 'example.com' hel A
  Settle 120 none { hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'hel/A') { $column[0] } } }
}

At '[2/18] load_balancer.hel: remove'
if ($load_balancer_hel) {
  hcloud load-balancer delete hel
  Settle 120 none { hcloud load-balancer list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id' }
}

At '[3/18] certificate.hel: remove'
if ($certificate_hel) {
  Retry 60 { hcloud certificate delete hel }
  Settle 120 none { hcloud certificate list --selector 'plan=scale,name=hel' -o noheader -o 'columns=id' }
}

At '[4/18] dns_record.fsn.example.com.A: remove'
if ($dns_record_fsn_example_com_a) {
  hcloud zone rrset delete 'example.com' fsn A
  Settle 120 none { hcloud zone rrset list --type A -o noheader -o 'columns=id' 'example.com' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'fsn/A') { $column[0] } } }
}

At '[5/18] load_balancer.fsn: remove'
if ($load_balancer_fsn) {
  hcloud load-balancer delete fsn
  Settle 120 none { hcloud load-balancer list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id' }
}

At '[6/18] certificate.fsn: remove'
if ($certificate_fsn) {
  Retry 60 { hcloud certificate delete fsn }
  Settle 120 none { hcloud certificate list --selector 'plan=scale,name=fsn' -o noheader -o 'columns=id' }
}

At '[7/18] volume.pg2.attach: remove'
if ($volume_pg2_attach) {
  hcloud volume detach pg2
  Settle 120 none { hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db2') { $column[0] } } }
}

At '[8/18] volume.pg2: remove'
if ($volume_pg2) {
  Retry 60 { hcloud volume delete pg2 }
  Settle 120 none { hcloud volume list --selector 'plan=scale,name=pg2' -o noheader -o 'columns=id' }
}

At '[9/18] server.db2: remove'
if ($server_db2) {
  hcloud server delete db2
  Settle 120 none { hcloud server list --selector 'plan=scale,name=db2' -o noheader -o 'columns=id' }
}

At '[10/18] volume.pg1.attach: remove'
if ($volume_pg1_attach) {
  hcloud volume detach pg1
  Settle 120 none { hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=server' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'db1') { $column[0] } } }
}

At '[11/18] volume.pg1: remove'
if ($volume_pg1) {
  Retry 60 { hcloud volume delete pg1 }
  Settle 120 none { hcloud volume list --selector 'plan=scale,name=pg1' -o noheader -o 'columns=id' }
}

At '[12/18] server.db1: remove'
if ($server_db1) {
  hcloud server delete db1
  Settle 120 none { hcloud server list --selector 'plan=scale,name=db1' -o noheader -o 'columns=id' }
}

At '[13/18] server.app2: remove'
if ($server_app2) {
  hcloud server delete app2
  Settle 120 none { hcloud server list --selector 'plan=scale,name=app2' -o noheader -o 'columns=id' }
}

At '[14/18] server.app1: remove'
if ($server_app1) {
  hcloud server delete app1
  Settle 120 none { hcloud server list --selector 'plan=scale,name=app1' -o noheader -o 'columns=id' }
}

At '[15/18] firewall.ssh: remove'
if ($firewall_ssh) {
  Retry 60 { hcloud firewall delete ssh }
  Settle 120 none { hcloud firewall list --selector 'plan=scale,name=ssh' -o noheader -o 'columns=id' }
}

At '[16/18] network.lan: remove'
if ($network_lan) {
  Retry 60 { hcloud network delete lan }
  Settle 120 none { hcloud network list --selector 'plan=scale,name=lan' -o noheader -o 'columns=id' }
}

At '[17/18] ssh_key.ops: remove'
if ($ssh_key_ops) {
  hcloud ssh-key delete ops
  Settle 120 none { hcloud ssh-key list --selector 'plan=scale,name=ops' -o noheader -o 'columns=id' }
}

At '[18/18] dns_zone.example.com: remove'
if ($dns_zone_example_com) {
  hcloud zone delete 'example.com'
  Settle 120 none { hcloud zone list --selector 'plan=scale' -o noheader -o 'columns=id,name' | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'example.com') { $column[0] } } }
}

At 'done: nothing of it is left'
