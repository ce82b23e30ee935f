#Requires -Version 7.3
# Plan "scale": DESTROYS 22 things, in the reverse of their creation.
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

if (-not (Get-Command doctl -ErrorAction Ignore)) { throw 'doctl is not installed. Windows: winget install DigitalOcean.Doctl. macOS: brew install doctl. Linux: sudo snap install doctl.' }
try { doctl compute region list --format Slug --no-header | Out-Null } catch { throw 'digitalocean did not let you in. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.' }

At 'looking up what there is'
$dns_zone_example_com = Only 'dns_zone.example.com' (doctl compute domain list --format Domain --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'example.com') { $column[0] } })
$ssh_key_ops = Only 'ssh_key.ops' (doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--ops') { $column[0] } })
$network_eu = Only 'network.eu' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu plan:scale') { $column[0] } })
$firewall_eu_tag = Only 'firewall.eu.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:eu') { $column[0] } })
$firewall_eu = Only 'firewall.eu' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu firewall:scale:eu') { $column[0] } })
$server_eu1 = Only 'server.eu1' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu1') { $column[0] } })
$server_eu2 = Only 'server.eu2' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu2') { $column[0] } })
$database_db = Only 'database.db' (doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--db') { $column[0] } })
$certificate_eu = Only 'certificate.eu' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } })
$load_balancer_eu_tag = Only 'load_balancer.eu.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:eu') { $column[0] } })
$load_balancer_eu = Only 'load_balancer.eu' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu load-balancer:scale:eu') { $column[0] } })
$load_balancer_eu_ipv4 = ''
if ($load_balancer_eu -and $load_balancer_eu) {
  $load_balancer_eu_ipv4 = Only 'ipv4 of load_balancer.eu' (doctl compute load-balancer get $load_balancer_eu --format IP --no-header)
}
$load_balancer_eu_access = Only 'load_balancer.eu.access' (doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu.load-balancer') { $column[0] } })
$dns_record_eu_example_com_a = ''
if ($dns_zone_example_com -and $load_balancer_eu_ipv4) {
  $dns_record_eu_example_com_a = Only 'dns_record.eu.example.com.A' (doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A eu ${load_balancer_eu_ipv4}") { $column[0] } })
}
$network_us = Only 'network.us' (doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us plan:scale') { $column[0] } })
$firewall_us_tag = Only 'firewall.us.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:us') { $column[0] } })
$firewall_us = Only 'firewall.us' (doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us firewall:scale:us') { $column[0] } })
$server_us1 = Only 'server.us1' (doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'us1') { $column[0] } })
$certificate_us = Only 'certificate.us' (doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } })
$load_balancer_us_tag = Only 'load_balancer.us.tag' (doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:us') { $column[0] } })
$load_balancer_us = Only 'load_balancer.us' (doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us load-balancer:scale:us') { $column[0] } })
$load_balancer_us_ipv4 = ''
if ($load_balancer_us -and $load_balancer_us) {
  $load_balancer_us_ipv4 = Only 'ipv4 of load_balancer.us' (doctl compute load-balancer get $load_balancer_us --format IP --no-header)
}
$load_balancer_us_access = Only 'load_balancer.us.access' (doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us.load-balancer') { $column[0] } })
$dns_record_us_example_com_a = ''
if ($dns_zone_example_com -and $load_balancer_us_ipv4) {
  $dns_record_us_example_com_a = Only 'dns_record.us.example.com.A' (doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A us ${load_balancer_us_ipv4}") { $column[0] } })
}

if ($dns_record_us_example_com_a) { [Console]::Error.WriteLine('  dns_record.us.example.com.A (digitalocean)') }
if ($load_balancer_us_access) { [Console]::Error.WriteLine('  load_balancer.us.access (digitalocean)') }
if ($load_balancer_us) { [Console]::Error.WriteLine('  load_balancer.us (digitalocean)') }
if ($load_balancer_us_tag) { [Console]::Error.WriteLine('  load_balancer.us.tag (digitalocean)') }
if ($certificate_us) { [Console]::Error.WriteLine('  certificate.us (digitalocean)') }
if ($server_us1) { [Console]::Error.WriteLine('  server.us1 (digitalocean)') }
if ($firewall_us) { [Console]::Error.WriteLine('  firewall.us (digitalocean)') }
if ($firewall_us_tag) { [Console]::Error.WriteLine('  firewall.us.tag (digitalocean)') }
if ($network_us) { [Console]::Error.WriteLine('  network.us (digitalocean)') }
if ($dns_record_eu_example_com_a) { [Console]::Error.WriteLine('  dns_record.eu.example.com.A (digitalocean)') }
if ($load_balancer_eu_access) { [Console]::Error.WriteLine('  load_balancer.eu.access (digitalocean)') }
if ($load_balancer_eu) { [Console]::Error.WriteLine('  load_balancer.eu (digitalocean)') }
if ($load_balancer_eu_tag) { [Console]::Error.WriteLine('  load_balancer.eu.tag (digitalocean)') }
if ($certificate_eu) { [Console]::Error.WriteLine('  certificate.eu (digitalocean)') }
if ($database_db) { [Console]::Error.WriteLine('  database.db (digitalocean)') }
if ($server_eu2) { [Console]::Error.WriteLine('  server.eu2 (digitalocean)') }
if ($server_eu1) { [Console]::Error.WriteLine('  server.eu1 (digitalocean)') }
if ($firewall_eu) { [Console]::Error.WriteLine('  firewall.eu (digitalocean)') }
if ($firewall_eu_tag) { [Console]::Error.WriteLine('  firewall.eu.tag (digitalocean)') }
if ($network_eu) { [Console]::Error.WriteLine('  network.eu (digitalocean)') }
if ($ssh_key_ops) { [Console]::Error.WriteLine('  ssh_key.ops (digitalocean)') }
if ($dns_zone_example_com) { [Console]::Error.WriteLine('  dns_zone.example.com (digitalocean)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type scale to go on') -cne 'scale') { throw 'Nothing was destroyed.' }
}

At '[1/22] dns_record.us.example.com.A: remove'
if ($dns_record_us_example_com_a) {
  doctl compute domain records delete 'example.com' $dns_record_us_example_com_a --force
  Settle 120 none { doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A us ${load_balancer_us_ipv4}") { $column[0] } } }
}

At '[2/22] load_balancer.us.access: remove'
if ($load_balancer_us_access) {
  doctl compute firewall delete $load_balancer_us_access --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us.load-balancer') { $column[0] } } }
}

At '[3/22] load_balancer.us: remove'
if ($load_balancer_us) {
  doctl compute load-balancer delete $load_balancer_us --force
  Settle 120 none { doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us load-balancer:scale:us') { $column[0] } } }
}

At '[4/22] load_balancer.us.tag: remove'
if ($load_balancer_us_tag) {
  doctl compute tag delete 'load-balancer:scale:us' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:us') { $column[0] } } }
}

At '[5/22] certificate.us: remove'
if ($certificate_us) {
  Retry 300 { doctl compute certificate delete $certificate_us --force }
  Settle 120 none { doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--us') { $column[0] } } }
}

At '[6/22] server.us1: remove'
if ($server_us1) {
  doctl compute droplet delete $server_us1 --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'us1') { $column[0] } } }
}

At '[7/22] firewall.us: remove'
if ($firewall_us) {
  doctl compute firewall delete $firewall_us --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us firewall:scale:us') { $column[0] } } }
}

At '[8/22] firewall.us.tag: remove'
if ($firewall_us_tag) {
  doctl compute tag delete 'firewall:scale:us' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:us') { $column[0] } } }
}

At '[9/22] network.us: remove'
if ($network_us) {
  Retry 600 { doctl vpcs delete $network_us --force }
  Settle 120 none { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'us plan:scale') { $column[0] } } }
}

At '[10/22] dns_record.eu.example.com.A: remove'
if ($dns_record_eu_example_com_a) {
  doctl compute domain records delete 'example.com' $dns_record_eu_example_com_a --force
  Settle 120 none { doctl compute domain records list 'example.com' --format 'ID,Type,Name,Data' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 4 -and ($column[1,2,3] -join ' ') -ceq "A eu ${load_balancer_eu_ipv4}") { $column[0] } } }
}

At '[11/22] load_balancer.eu.access: remove'
if ($load_balancer_eu_access) {
  doctl compute firewall delete $load_balancer_eu_access --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu.load-balancer') { $column[0] } } }
}

At '[12/22] load_balancer.eu: remove'
if ($load_balancer_eu) {
  doctl compute load-balancer delete $load_balancer_eu --force
  Settle 120 none { doctl compute load-balancer list --format 'ID,Name,Tag' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu load-balancer:scale:eu') { $column[0] } } }
}

At '[13/22] load_balancer.eu.tag: remove'
if ($load_balancer_eu_tag) {
  doctl compute tag delete 'load-balancer:scale:eu' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'load-balancer:scale:eu') { $column[0] } } }
}

At '[14/22] certificate.eu: remove'
if ($certificate_eu) {
  Retry 300 { doctl compute certificate delete $certificate_eu --force }
  Settle 120 none { doctl compute certificate list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--eu') { $column[0] } } }
}

At '[15/22] database.db: remove'
if ($database_db) {
  doctl databases delete $database_db --force
  Settle 120 none { doctl databases list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--db') { $column[0] } } }
}

At '[16/22] server.eu2: remove'
if ($server_eu2) {
  doctl compute droplet delete $server_eu2 --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu2') { $column[0] } } }
}

At '[17/22] server.eu1: remove'
if ($server_eu1) {
  doctl compute droplet delete $server_eu1 --force
  Settle 120 none { doctl compute droplet list --tag-name 'plan:scale' --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'eu1') { $column[0] } } }
}

At '[18/22] firewall.eu: remove'
if ($firewall_eu) {
  doctl compute firewall delete $firewall_eu --force
  Settle 120 none { doctl compute firewall list --format 'ID,Name,Tags' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu firewall:scale:eu') { $column[0] } } }
}

At '[19/22] firewall.eu.tag: remove'
if ($firewall_eu_tag) {
  doctl compute tag delete 'firewall:scale:eu' --force
  Settle 120 none { doctl compute tag list --format Name --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'firewall:scale:eu') { $column[0] } } }
}

At '[20/22] network.eu: remove'
if ($network_eu) {
  Retry 600 { doctl vpcs delete $network_eu --force }
  Settle 120 none { doctl vpcs list --format 'ID,Name,Description' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 3 -and ($column[1,2] -join ' ') -ceq 'eu plan:scale') { $column[0] } } }
}

At '[21/22] ssh_key.ops: remove'
if ($ssh_key_ops) {
  doctl compute ssh-key delete $ssh_key_ops --force
  Settle 120 none { doctl compute ssh-key list --format 'ID,Name' --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 2 -and $column[1] -ceq 'scale--ops') { $column[0] } } }
}

At '[22/22] dns_zone.example.com: remove'
if ($dns_zone_example_com) {
  doctl compute domain delete 'example.com' --force
  Settle 120 none { doctl compute domain list --format Domain --no-header | ForEach-Object { $column = @(-split $_); if ($column.Count -ge 1 -and $column[0] -ceq 'example.com') { $column[0] } } }
}

At 'done: nothing of it is left'
