import type { Needed } from '../engines/engine.ts';
import type { EngineId, Source } from '../input.ts';
import { type Script, sh } from '../script.ts';

/** What a source adds to lib.ps1: New-Dump, Restore-Dump, Get-Beside, Get-Throwaway, Remove-Throwaway. */
export interface WindowsEngine {
  readonly functions: Script;
  readonly tools: readonly (Needed & { readonly winget: string })[];
}

const need = (program: string, winget: string) => ({ program, apt: program, brew: program, winget });

/** A file or a folder: beside the live one, and inside the work folder for a drill. */
const atPath = (live: '$Live' | '$Repository'): Script => sh`function Get-Beside { "${{ code: live }}.restored-$Id" }
function Get-Throwaway { Join-Path $Work 'drill' }
function Remove-Throwaway([string] $Target) { }`;

const named: Script = sh`function Get-Beside { "\${Source}_$Id" }
function Get-Throwaway { "drill_\${Source}_$Id" }`;

const postgresql = ({ name, host }: Source): WindowsEngine => ({
  functions: sh`$Name = ${name}
if (-not $env:PGHOST) { $env:PGHOST = ${host ?? 'localhost'} }
if (-not $env:PGUSER) { $env:PGUSER = 'postgres' }
# A name is passed as a quoted part of a connection string: "a=b" alone would be taken for one.
function Get-Conninfo([string] $Database) { 'dbname=''' + ($Database -replace '([\\''])', '\$1') + '''' }
function Invoke-Sql([string] $Text, [string] $Target) {
  $File = Join-Path $Work 'statement.sql'
  [IO.File]::WriteAllText($File, $Text)
  Invoke-Program psql --no-psqlrc --no-password --quiet --set 'ON_ERROR_STOP=1' --set "into=$Target" '--dbname=postgres' "--file=$File"
}

function New-Dump {
  $File = Join-Path $Work 'dump'
  Invoke-Program pg_dump '--format=custom' --no-password "--file=$File" "--dbname=$(Get-Conninfo $Name)"
  # Reads all of it; pg_restore --list would pass on a dump that is cut off.
  Invoke-Program pg_restore '--file=NUL' $File
  Add-Part dump $File
  $File = Join-Path $Work 'globals'
  Invoke-Program pg_dumpall --globals-only --no-password "--file=$File"
  if (-not (Select-String -Quiet -SimpleMatch 'database cluster dump complete' -LiteralPath $File)) { throw 'globals: the dump is not whole' }
  Add-Part globals $File
}

${named}
function Restore-Dump([string] $Target) {
  $File = Join-Path $Work 'dump'
  Receive-Part dump $File
  Invoke-Program pg_restore '--file=NUL' $File
  if ($Roles) {
    Receive-Part globals "$File.globals"
    # Goes on over roles that exist; a role that is still missing stops the restore below.
    Invoke-Program psql --no-psqlrc --no-password --quiet '--dbname=postgres' "--file=$File.globals"
  }
  # Fails where the database exists: nothing is ever restored over live data.
  Invoke-Sql 'CREATE DATABASE :"into" TEMPLATE template0;' $Target
  Invoke-Program pg_restore --exit-on-error --no-password "--dbname=$(Get-Conninfo $Target)" $File
}
function Remove-Throwaway([string] $Target) { Invoke-Sql 'DROP DATABASE IF EXISTS :"into";' $Target }`,
  tools: [need('pg_dump', 'PostgreSQL.PostgreSQL.17')],
});

const mysql = ({ engine, name, host }: Source): WindowsEngine => {
  const maria = engine === 'mariadb';
  const [dump, client] = maria ? ['mariadb-dump', 'mariadb'] : ['mysqldump', 'mysql'];
  return {
    functions: sh`$Name = ${name}
# User and password stand in an option file, never among the arguments.
$Access = @()
$Options = Join-Path $Config "$Source.cnf"
if (Test-Path -LiteralPath $Options) { $Access += "--defaults-extra-file=$Options" }
$Access += @(${`--host=${host ?? 'localhost'}`}, '--default-character-set=utf8mb4')
function Get-Identifier([string] $Database) { '\`' + ($Database -replace '\`', '\`\`') + '\`' }
function Invoke-Sql([string] $Text) { Invoke-Program ${client} @Access "--execute=$Text" }
function Assert-Whole([string] $File) {
  if ((Get-Content -Tail 3 -LiteralPath $File) -notmatch '^-- Dump completed') { throw 'the dump is not whole' }
}

function New-Dump {
  $File = Join-Path $Work 'dump.sql'
  Invoke-Program ${dump} @Access --single-transaction --routines --events --triggers --hex-blob${maria ? sh`` : sh` '--set-gtid-purged=OFF' --no-tablespaces`} "--result-file=$File" $Name
  Assert-Whole $File
  Add-Part dump $File
}

${named}
function Restore-Dump([string] $Target) {
  $File = Join-Path $Work 'dump.sql'
  Receive-Part dump $File
  Assert-Whole $File
  # Fails where the database exists: nothing is ever restored over live data.
  Invoke-Sql "CREATE DATABASE $(Get-Identifier $Target)"
  # The client reads the file itself; it takes slashes.
  Invoke-Program ${client} @Access "--database=$Target" "--execute=source $($File -replace '\\', '/')"
}
function Remove-Throwaway([string] $Target) { Invoke-Sql "DROP DATABASE IF EXISTS $(Get-Identifier $Target)" }`,
    tools: [maria ? need(dump, 'MariaDB.Server') : need(dump, 'Oracle.MySQL')],
  };
};

const sqlite = ({ path = '' }: Source): WindowsEngine => ({
  functions: sh`$Live = ${path}
function Assert-Sound([string] $Path) {
  if ("$(Invoke-Program sqlite3 -batch -bail $Path 'PRAGMA integrity_check')" -ne 'ok') { throw "$Path does not pass integrity_check" }
}

function New-Dump {
  # sqlite3 would create a missing file, and that would be the backup.
  if (-not (Test-Path -LiteralPath $Live -PathType Leaf)) { throw "$Live does not exist" }
  Push-Location -LiteralPath $Work
  try { Invoke-Program sqlite3 -batch -bail -cmd '.timeout 60000' $Live "VACUUM INTO 'copy.db'" } finally { Pop-Location }
  Assert-Sound (Join-Path $Work 'copy.db')
  Add-Part db (Join-Path $Work 'copy.db')
}

${atPath('$Live')}
function Restore-Dump([string] $Target) {
  if (Test-Path -LiteralPath $Target) { throw "$Target exists" }
  Receive-Part db (Join-Path $Work 'loaded.db')
  Assert-Sound (Join-Path $Work 'loaded.db')
  Move-Item -LiteralPath (Join-Path $Work 'loaded.db') -Destination $Target
}`,
  tools: [need('sqlite3', 'SQLite.SQLite')],
});

const config = ({ path = '' }: Source): WindowsEngine => ({
  functions: sh`$Repository = ${path}
function New-Dump {
  $File = Join-Path $Work 'bundle'
  Invoke-Program git -c "safe.directory=$Repository" -C $Repository bundle create $File --all
  Add-Part bundle $File
}

${atPath('$Repository')}
function Restore-Dump([string] $Target) {
  if (Test-Path -LiteralPath $Target) { throw "$Target exists" }
  Receive-Part bundle (Join-Path $Work 'bundle')
  Invoke-Program git clone --quiet --mirror (Join-Path $Work 'bundle') (Join-Path $Work 'clone')
  Invoke-Program git -C (Join-Path $Work 'clone') fsck --full | Out-Null
  Move-Item -LiteralPath (Join-Path $Work 'clone') -Destination $Target
}`,
  tools: [need('git', 'Git.Git')],
});

const mongodb = (): WindowsEngine => ({
  functions: sh`# Address, user and password stand in option files: uri: mongodb://...
$Live = Join-Path $Config "$Source.yaml"
function New-Dump {
  $File = Join-Path $Work 'dump'
  Invoke-Program mongodump "--config=$Live" --oplog "--archive=$File"
  Add-Part dump $File
}

# The whole server, into an empty one that the second option file names.
function Get-Beside { Join-Path $Config "$Source.restore.yaml" }
function Get-Throwaway { Get-Beside }
function Remove-Throwaway([string] $Target) { }
function Restore-Dump([string] $Target) {
  if (-not (Test-Path -LiteralPath $Target)) { throw "$Target has to name an empty server (uri: ...)" }
  if ((Get-Sum $Target) -eq (Get-Sum $Live)) { throw "$Target names the live server" }
  $File = Join-Path $Work 'dump'
  Receive-Part dump $File
  Invoke-Program mongorestore "--config=$Target" "--archive=$File" --dryRun
  Invoke-Program mongorestore "--config=$Target" "--archive=$File" --oplogReplay --stopOnError
}`,
  tools: [need('mongodump', 'MongoDB.DatabaseTools')],
});

/** restic reads open files from a shadow copy. It has its own commits: a snapshot is written last. */
const files = ({ path = '' }: Source): WindowsEngine => ({
  functions: sh`$Folder = ${path}
$env:RESTIC_REPOSITORY = $Repository
if (-not ($env:RESTIC_PASSWORD_FILE -or $env:RESTIC_PASSWORD)) { $env:RESTIC_PASSWORD_FILE = Join-Path $Config 'restic-password' }
function Assert-Store { if ($Bucket) { Assert-Bucket } }
# restic would make a mistyped bucket, so that is looked for first.
function Initialize-Store { Assert-Store; Invoke-Program restic init }

function Invoke-Backup {
  Assert-Store
  if (-not (Test-Path -LiteralPath $Folder) -or -not @(Get-ChildItem -Force -LiteralPath $Folder)) { throw "$Folder is empty or missing" }
  Invoke-Program restic unlock --quiet
  # Exit code 3, some files could not be read, is a failure too.
  Invoke-Program restic backup --quiet --use-fs-snapshot --host $Source --tag whole $Folder
  Invoke-Program restic check --quiet
}
function Get-Committed {
  $Snapshots = (Invoke-Program restic snapshots --quiet --no-lock --host $Source --json) -join '' | ConvertFrom-Json
  @($Snapshots | ForEach-Object { "$($_.time.ToUniversalTime().ToString('yyyyMMddTHHmmss'))Z-$($_.short_id)" } | Sort-Object)
}
function Invoke-Check {
  Assert-Store
  $script:Id = @(Get-Committed)[-1]
  if (-not $Id) { throw 'there is no backup' }
  Assert-Fresh
  Invoke-Program restic check --quiet
}
function Invoke-Restore {
  Assert-Store
  $Snapshot = if ($From) { ($From -split '-')[-1] } else { 'latest' }
  $Target = if ($Into) { $Into } else { "$Folder.restored" }
  if (Test-Path -LiteralPath $Target) { throw "$Target exists" }
  Invoke-Program restic restore $Snapshot --host $Source --target $Target --verify
  Write-Message "restored into $Target"
}
function Invoke-Drill {
  Invoke-Check
  Invoke-Program restic check --quiet '--read-data-subset=1/7'
  Invoke-Program restic restore latest --quiet --host $Source --target (Join-Path $Work 'drill') --verify
}
function Invoke-Prune {
  Invoke-Check
  $Rules = @('--keep-last', $KeepLast)
  foreach ($Pair in @(@('--keep-daily', $Keep[0]), @('--keep-weekly', $Keep[1]), @('--keep-monthly', $Keep[2]), @('--keep-yearly', $Keep[3]))) {
    if ($Pair[1] -gt 0) { $Rules += $Pair }
  }
  if (-not $Delete) { $Rules += '--dry-run' }
  Invoke-Program restic forget --host $Source --group-by host @Rules --prune
}`,
  tools: [need('restic', 'restic.restic')],
});

/** Engines that Windows has. Redis and Valkey have no server there, and docker volumes are inside a Linux machine. */
export const windowsEngines: Readonly<Partial<Record<EngineId, (source: Source) => WindowsEngine>>> = {
  postgresql,
  mysql,
  mariadb: mysql,
  sqlite,
  config,
  mongodb,
  files,
};
