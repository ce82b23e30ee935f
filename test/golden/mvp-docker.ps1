#Requires -Version 7.3
# Plan "mvp": creates 2 resources for nothing that is billed by the month.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
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
trap { [Console]::Error.WriteLine("`nStopped at $script:current`n$_`n$script:hint`n" + 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.'); exit 1 }

if (-not (Get-Command docker -ErrorAction Ignore)) { throw 'docker is not installed. Windows: winget install Docker.DockerDesktop. macOS: brew install --cask docker-desktop. Linux: sudo apt-get install docker.io docker-compose-v2.' }
if (-not ${env:POSTGRES_PASSWORD}) { throw 'POSTGRES_PASSWORD is not set: POSTGRES_PASSWORD of compose.app' }
try { docker context ls --format '{{.Name}}' | Out-Null } catch { throw 'docker did not let you in.' }

At 'does the Docker engine answer?'
if (-not ([bool](docker version --format '{{.Server.Version}}'))) { throw 'Docker does not answer; its message is above. Start it (Docker Desktop, or: sudo systemctl start docker), or let your user reach it.' }

At '[1/2] volume.pgdata: volume pgdata'
$volume_pgdata = Only 'volume.pgdata' (docker volume ls --filter 'label=plan=mvp' --filter 'label=name=pgdata' --format '{{.Name}}')
if (-not $volume_pgdata) {
  docker volume create --label 'plan=mvp' --label 'name=pgdata' pgdata
}
Settle 120 is pgdata { docker volume ls --filter 'label=plan=mvp' --filter 'label=name=pgdata' --format '{{.Name}}' }

At '[2/2] compose.app: compose project mvp--app'
Set-Content -Path 'mvp--app.compose.yaml' -Encoding utf8NoBOM -Value @'
services:
  web:
    image: "caddy:2"
    restart: unless-stopped
    labels:
      plan: mvp
    depends_on:
      - db
    ports:
      - "127.0.0.1:8080:80/tcp"
    mem_limit: "256m"
  db:
    image: "postgres:17"
    restart: unless-stopped
    labels:
      plan: mvp
    environment:
      POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?}"
    volumes:
      - type: volume
        source: pgdata
        target: "/var/lib/postgresql/data"
    mem_limit: "1024m"
volumes:
  pgdata:
    external: true
    name: pgdata
'@
$compose_app = Only 'compose.app' (docker network ls --filter 'label=com.docker.compose.project=mvp--app' --format '{{.Name}}')
if (-not $compose_app) {
  & { $saved0 = ${env:POSTGRES_PASSWORD}; ${env:POSTGRES_PASSWORD} = "${env:POSTGRES_PASSWORD}"; try { docker compose --project-name mvp--app --file 'mvp--app.compose.yaml' create } finally { ${env:POSTGRES_PASSWORD} = $saved0 } }
}
& { $saved0 = ${env:POSTGRES_PASSWORD}; ${env:POSTGRES_PASSWORD} = "${env:POSTGRES_PASSWORD}"; try { docker compose --project-name mvp--app --file 'mvp--app.compose.yaml' up --detach --wait } finally { ${env:POSTGRES_PASSWORD} = $saved0 } }
Settle 120 is mvp--app { docker compose ls --quiet --filter 'name=^mvp--app$' }

At 'done: everything is there'
