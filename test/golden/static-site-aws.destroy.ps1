#Requires -Version 7.3
# Plan "site": DESTROYS 1 things, in the reverse of their creation.
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

if (-not (Get-Command aws -ErrorAction Ignore)) { throw 'aws is not installed. Windows: winget install Amazon.AWSCLI. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.' }
try { aws sts get-caller-identity --query Arn --output text --region us-east-1 | Out-Null } catch { throw 'aws did not let you in. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.' }

At 'looking up what there is'
$bucket_acme_site = Only 'bucket.acme-site' (aws s3api list-buckets --query 'Buckets[?Name==''acme-site''].Name' --output text --region eu-central-1)
if ($bucket_acme_site) {
  $bucket_acme_site = Only 'bucket.acme-site of this plan' (aws s3api get-bucket-tagging --bucket acme-site --query 'TagSet[?Key==''plan''&&Value==''site''].[''acme-site''][]' --output text --region eu-central-1)
}

if ($bucket_acme_site) { [Console]::Error.WriteLine('  bucket.acme-site (aws)') }

if (-not [Console]::IsInputRedirected) {
  if ((Read-Host 'This destroys what is listed above, for good. Type site to go on') -cne 'site') { throw 'Nothing was destroyed.' }
}

At '[1/1] bucket.acme-site: remove'
if ($bucket_acme_site) {
  aws s3api delete-bucket --bucket acme-site --region eu-central-1
  Settle 120 none { aws s3api list-buckets --query 'Buckets[?Name==''acme-site''].Name' --output text --region eu-central-1 }
}

At 'done: nothing of it is left'
