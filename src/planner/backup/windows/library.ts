import { type Script, sh } from '../script.ts';

/**
 * lib.ps1, for PowerShell 7.3 and newer. Everything goes through files, since a pipe of PowerShell re-encodes bytes, and
 * every program is started by Invoke-Program, which ends the run unless the exit code is 0. A backup looks in the bucket
 * as one of lib.sh does, so it can be restored, listed and pruned from Linux as well.
 */
export const library: Script = sh`#Requires -Version 7.3
# Shared by the backup scripts beside it. A backup exists once its manifest does, and that is written last.
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$env:AWS_PAGER = ''

$Config = if ($env:BACKUP_CONFIG) { $env:BACKUP_CONFIG } else { Join-Path $env:ProgramData 'Backups' }
$State = Join-Path $Config 'state'
$Work = ''

function Write-Message([string] $Text) { [Console]::Error.WriteLine("$([DateTime]::UtcNow.ToString('s'))Z \${Source}: $Text") }

# A program and its arguments; what it prints comes back as lines. Any exit code but 0 ends the run.
function Invoke-Program {
  $Program, $Rest = $args
  & $Program @Rest
  if ($LASTEXITCODE -ne 0) { throw "$Program ended with exit code $LASTEXITCODE" }
}

# NAME=value lines; secrets come from here or from the environment, never from an argument.
function Read-Settings {
  $File = Join-Path $Config 'env'
  if (-not (Test-Path -LiteralPath $File)) { return }
  foreach ($Line in [IO.File]::ReadAllLines($File)) {
    $Name, $Value = $Line -split '=', 2
    if ($Name -match '^[A-Za-z_][A-Za-z0-9_]*$') { [Environment]::SetEnvironmentVariable($Name, $Value) }
  }
}

# In this process: the address is a secret and stays off the process list.
function Send-Signal([string] $Task, [bool] $Good) {
  if ($Task -ne 'backup' -and $Task -ne 'drill') { return }
  $Name = if ($Task -eq 'backup') { $PingUrlEnv } else { $PingUrlEnv + '_DRILL' }
  $Url = [Environment]::GetEnvironmentVariable($Name)
  if (-not $Url) { return }
  if (-not $Good) { $Url = $Url.TrimEnd('/') + '/fail' }
  try { Invoke-RestMethod -Uri $Url -TimeoutSec 10 -MaximumRetryCount 3 -RetryIntervalSec 2 | Out-Null } catch { Write-Message 'the signal could not be sent' }
}

function Get-Sum([string] $Path) { (Get-FileHash -Algorithm SHA256 -LiteralPath $Path).Hash.ToLowerInvariant() }
function Get-Length([string] $Path) { (Get-Item -LiteralPath $Path).Length }
function Get-Age([string] $Id) {
  $Then = [DateTime]::ParseExact($Id.Substring(0, 15), 'yyyyMMddTHHmmss', [Globalization.CultureInfo]::InvariantCulture)
  [Math]::Floor(([DateTime]::UtcNow - $Then).TotalMinutes)
}
function Assert-Bucket { Invoke-Program aws s3api head-bucket --bucket $Bucket @Place | Out-Null }

# One file of this backup: encrypted, sent, and read back.
function Add-Part([string] $Part, [string] $File) {
  $Plain = Get-Length $File
  if ($Plain -eq 0) { throw "\${Part}: the dump is empty" }
  Invoke-Program age --encrypt --recipients-file $Recipients --output "$File.age" $File
  $Bytes = Get-Length "$File.age"
  $Sum = Get-Sum "$File.age"
  $Key = "$Base/data/$Id.$Part.age"
  Invoke-Program aws s3 cp "$File.age" "s3://$Bucket/$Key" --only-show-errors @Place
  $Stored = Invoke-Program aws s3api head-object --bucket $Bucket --key $Key --query ContentLength --output text @Place
  if ("$Stored" -ne "$Bytes") { throw "\${Part}: the object's size is not what was sent" }
  Invoke-Program aws s3 cp "s3://$Bucket/$Key" "$File.back" --only-show-errors @Place
  if ((Get-Sum "$File.back") -ne $Sum) { throw "\${Part}: what was stored reads back differently" }
  Remove-Item -LiteralPath $File, "$File.age", "$File.back"
  $script:Manifest += "part $Part $Key $Bytes $Sum $Plain"
}

function Invoke-Backup {
  Assert-Bucket
  if (-not (Test-Path -LiteralPath $Recipients) -or (Get-Length $Recipients) -eq 0) { throw "no age recipients in $Recipients" }
  $script:Id = "$([DateTime]::UtcNow.ToString('yyyyMMddTHHmmss'))Z-$(Get-Random -Minimum 1 -Maximum 2147483647)"
  $script:Manifest = @("backup 1 $Source $Id")
  New-Dump
  $script:Manifest += "end $($Manifest.Count - 1)"
  $File = Join-Path $Work 'manifest'
  [IO.File]::WriteAllText($File, ($Manifest -join "\`n") + "\`n")
  Invoke-Program aws s3api put-object --bucket $Bucket --key "$Base/manifests/$Id" --body $File @Place | Out-Null
  Invoke-Program aws s3 cp "s3://$Bucket/$Base/manifests/$Id" "$File.back" --only-show-errors @Place
  if ((Get-Sum "$File.back") -ne (Get-Sum $File)) { throw 'the manifest reads back differently' }
  Write-Message "committed $Id"
}

# Ids of all committed backups, oldest first.
function Get-Committed {
  $Keys = Invoke-Program aws s3api list-objects-v2 --bucket $Bucket --prefix "$Base/manifests/" --query 'Contents[].[Key]' --output text @Place
  @($Keys | ForEach-Object { if ("$_" -match '/manifests/(\d{8}T\d{6}Z-\d+)$') { $Matches[1] } } | Sort-Object)
}

# Reads the chosen backup's manifest, and checks that it is whole and this source's own.
function Select-Backup([string] $Wanted) {
  if (-not $Wanted) { $Wanted = @(Get-Committed)[-1] }
  if (-not $Wanted) { throw 'there is no committed backup' }
  $script:Id = $Wanted
  $File = Join-Path $Work 'manifest'
  Invoke-Program aws s3 cp "s3://$Bucket/$Base/manifests/$Id" $File --only-show-errors @Place
  $script:Manifest = [IO.File]::ReadAllLines($File)
  $Parts = @($Manifest | Where-Object { $_ -match '^part ' })
  if ($Manifest[0] -ne "backup 1 $Source $Id") { throw "\${Id}: the manifest is not that of this backup" }
  if ($Manifest[-1] -ne "end $($Parts.Count)") { throw "\${Id}: the manifest is cut off" }
}

# Downloads, compares, decrypts: nothing is used before all of it is whole.
function Receive-Part([string] $Part, [string] $File) {
  $Line = @($Manifest | Where-Object { $_.StartsWith("part $Part ") })
  if ($Line.Count -ne 1) { throw "the backup has no part $Part" }
  $null, $null, $Key, $null, $Sum, $Plain = $Line[0] -split ' '
  Invoke-Program aws s3 cp "s3://$Bucket/$Key" "$File.age" --only-show-errors @Place
  if ((Get-Sum "$File.age") -ne $Sum) { throw "\${Part}: the object is not what was stored (checksum)" }
  if (-not $env:AGE_IDENTITY) { throw 'AGE_IDENTITY has to name the file with the age secret key' }
  Invoke-Program age --decrypt --identity $env:AGE_IDENTITY --output $File "$File.age"
  Remove-Item -LiteralPath "$File.age"
  if ("$(Get-Length $File)" -ne $Plain) { throw "\${Part}: the decrypted size is wrong" }
}

function Assert-Fresh {
  $Minutes = Get-Age $Id
  if ($Minutes -lt -15) { throw "the newest backup, $Id, is dated in the future: a clock is wrong" }
  if ($Minutes -gt $MaxAgeMinutes) { throw "the newest backup, $Id, is $Minutes minutes old; allowed: $MaxAgeMinutes" }
}

function Invoke-Check {
  Assert-Bucket
  Select-Backup ''
  Assert-Fresh
  foreach ($Line in @($Manifest | Where-Object { $_ -match '^part ' })) {
    $null, $null, $Key, $Bytes = $Line -split ' '
    $Stored = Invoke-Program aws s3api head-object --bucket $Bucket --key $Key --query ContentLength --output text @Place
    if ("$Stored" -ne $Bytes) { throw "$Id is damaged: $Key" }
  }
  Write-Message "newest: $Id, $(Get-Age $Id) minutes old, all there"
}

function Invoke-Restore {
  Select-Backup $From
  $Target = if ($Into) { $Into } else { Get-Beside }
  Restore-Dump $Target
  Write-Message "restored $Id into $Target"
}

function Invoke-Drill {
  Select-Backup ''
  Assert-Fresh
  $Watch = [Diagnostics.Stopwatch]::StartNew()
  $Target = Get-Throwaway
  try { Restore-Dump $Target } finally { Remove-Throwaway $Target }
  Write-Message "drill: $Id, $(Get-Age $Id) minutes old, restored in $([int] $Watch.Elapsed.TotalSeconds) s"
}

# Which ids are kept, of ids newest first: the union of the rules, as restic forget has it.
function Select-Kept([string[]] $Ids) {
  $Kept = [Collections.Generic.HashSet[string]]::new()
  foreach ($Id in @($Ids | Select-Object -First $KeepLast)) { [void] $Kept.Add($Id) }
  for ($Rule = 0; $Rule -lt 4; $Rule++) {
    $Left = $Keep[$Rule]
    $Seen = $null
    for ($i = 0; $i -lt $Ids.Count -and $Left -gt 0; $i++) {
      $Day = [DateTime]::ParseExact($Ids[$i].Substring(0, 8), 'yyyyMMdd', [Globalization.CultureInfo]::InvariantCulture)
      $Number = ($Day - [DateTime]::new(1970, 1, 1)).Days
      $Now = switch ($Rule) { 0 { $Number } 1 { [Math]::Floor(($Number + 3) / 7) } 2 { $Day.Year * 12 + $Day.Month } 3 { $Day.Year } }
      if ($Now -eq $Seen -and $i -lt $Ids.Count - 1) { continue }
      [void] $Kept.Add($Ids[$i])
      $Seen = $Now
      $Left--
    }
  }
  @($Ids | Where-Object { $Kept.Contains($_) })
}

# Only behind a fresh backup that is all there; with -Delete, by an identity that may.
function Invoke-Prune {
  Invoke-Check
  $Newest = $Id
  $Ids = @(Get-Committed | Sort-Object -Descending)
  $Kept = @(Select-Kept $Ids)
  if ($Kept -notcontains $Newest) { throw 'the newest backup would not be kept: nothing is pruned' }
  foreach ($Drop in @($Ids | Where-Object { $Kept -notcontains $_ })) {
    Write-Output "drop $Drop"
    if (-not $Delete) { continue }
    Select-Backup $Drop
    $Keys = @($Manifest | Where-Object { $_ -match '^part ' } | ForEach-Object { ($_ -split ' ')[2] })
    # The manifest goes first: from then on nobody takes the rest for a backup.
    foreach ($Key in @("$Base/manifests/$Drop") + $Keys) { Invoke-Program aws s3api delete-object --bucket $Bucket --key $Key @Place | Out-Null }
  }
}

function Start-Task([string] $Task) {
  $Good = $false
  $Lock = $null
  try {
    Read-Settings
    $script:Recipients = if ($env:AGE_RECIPIENTS) { $env:AGE_RECIPIENTS } else { Join-Path $Config 'recipients' }
    New-Item -ItemType Directory -Force -Path $State | Out-Null
    try { $Lock = [IO.File]::Open((Join-Path $State "$Source.$Task.lock"), 'OpenOrCreate', 'ReadWrite', 'None') } catch { throw "another $Task of $Source is running" }
    $script:Work = Join-Path $State "$Source.$Task.run"
    if (Test-Path -LiteralPath $Work) { Remove-Item -Recurse -Force -LiteralPath $Work }
    New-Item -ItemType Directory -Path $Work | Out-Null
    switch ($Task) {
      'backup' { Invoke-Backup }
      'list' { Get-Committed }
      'check' { Invoke-Check }
      'restore' { Invoke-Restore }
      'drill' { Invoke-Drill }
      'prune' { Invoke-Prune }
      'init' { Initialize-Store }
    }
    $Good = $true
  } catch {
    Write-Message "$_"
  } finally {
    if ($Work -and (Test-Path -LiteralPath $Work)) { Remove-Item -Recurse -Force -LiteralPath $Work -ErrorAction SilentlyContinue }
    if ($Lock) { $Lock.Dispose() }
    Send-Signal $Task $Good
    Write-Message $(if ($Good) { "\${Task}: done" } else { "\${Task}: FAILED" })
  }
  exit $(if ($Good) { 0 } else { 1 })
}

function Initialize-Store { throw 'there is nothing to prepare' }
`;
