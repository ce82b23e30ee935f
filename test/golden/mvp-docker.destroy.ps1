#Requires -Version 7.3
# Plan "mvp": DESTROYS 2 things, in the reverse of their creation.
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

if (-not (Get-Command docker -ErrorAction Ignore)) { throw 'docker is not installed. Windows: winget install Docker.DockerDesktop. macOS: brew install --cask docker-desktop. Linux: sudo apt-get install docker.io docker-compose-v2.' }
try { docker context ls --format '{{.Name}}' | Out-Null } catch { throw 'docker did not let you in.' }

At 'looking up what there is'
$volume_pgdata = Only 'volume.pgdata' (docker volume ls --filter 'label=plan=mvp' --filter 'label=name=pgdata' --format '{{.Name}}')
$compose_app = Only 'compose.app' (docker network ls --filter 'label=com.docker.compose.project=mvp--app' --format '{{.Name}}')

if ($compose_app) { [Console]::Error.WriteLine('  compose.app (docker)') }
if ($volume_pgdata) { [Console]::Error.WriteLine('  volume.pgdata (docker)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type mvp to go on') -cne 'mvp') { throw 'Nothing was destroyed.' }
}

At '[1/2] compose.app: remove'
if ($compose_app) {
  docker compose --project-name mvp--app down --remove-orphans --volumes
  Settle 120 none { docker network ls --filter 'label=com.docker.compose.project=mvp--app' --format '{{.Name}}' }
}

At '[2/2] volume.pgdata: remove'
if ($volume_pgdata) {
  docker volume rm pgdata
  Settle 120 none { docker volume ls --filter 'label=plan=mvp' --filter 'label=name=pgdata' --format '{{.Name}}' }
}

At 'done: nothing of it is left'
