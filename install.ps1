<#
.SYNOPSIS
Installs ll-loop on Windows: downloads the executable, verifies its checksum, and puts it into a
folder of yours. Needs no administrator. Run it again to upgrade.

.DESCRIPTION
Loops with actions run in WSL only, where install.sh is the right installer; what is installed
here validates, lists and shows loops.

LL_LOOP_RELEASES names another place to download from, such as a mirror: the address below which
the folders v1.2.3 are.

.PARAMETER Version
A release such as 1.2.3; by default the newest.

.PARAMETER Dir
Folder to put ll-loop.exe into; by default %LOCALAPPDATA%\Programs\ll-loop.

.PARAMETER Uninstall
Removes it from there. Loops and runs stay where they are.

.EXAMPLE
.\install.ps1 -Version 1.2.3 -Dir C:\Tools
#>
[CmdletBinding()]
param(
    [string] $Version = '',
    [string] $Dir = '',
    [switch] $Uninstall
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
# Drawing progress makes downloads of Windows PowerShell many times slower.
$ProgressPreference = 'SilentlyContinue'

# Releases carry a copy of this file in which this is their own repository.
$Repository = 'OWNER/ll-loop'

# What every ll-loop of this project has inside, and no other program of that name.
$Mark = 'An independent implementation of the ll-loop of little-loops'

function Stop-Install([int] $Status, [string] $Message, [string] $Hint = '') {
    [Console]::Error.WriteLine("error: $Message")
    if ($Hint -ne '') { [Console]::Error.WriteLine("hint: $Hint") }
    exit $Status
}

function Write-Caution([string] $Message) {
    [Console]::Error.WriteLine("warning: $Message")
}

function Get-FileName {
    if ($env:OS -ne 'Windows_NT') {
        Stop-Install 69 'This installer is for Windows' 'Linux and macOS have install.sh'
    }
    # A 32-bit shell on a 64-bit system tells the processor in the second variable. Windows on
    # ARM runs programs for x64.
    $processor = $env:PROCESSOR_ARCHITECTURE
    if ($env:PROCESSOR_ARCHITEW6432) { $processor = $env:PROCESSOR_ARCHITEW6432 }
    if (@('AMD64', 'ARM64') -notcontains $processor) {
        Stop-Install 69 "There is no ll-loop for Windows on ""$processor"": wanted AMD64 or ARM64"
    }
    return 'll-loop-windows-x64.exe'
}

function Test-IsOurs([string] $Path) {
    $text = [Text.Encoding]::GetEncoding(28591).GetString([IO.File]::ReadAllBytes($Path))
    return $text.Contains($Mark)
}

function Get-File([string] $Url, [string] $Path) {
    Invoke-WebRequest -Uri $Url -OutFile $Path -UseBasicParsing
}

# Tells of every other program of that name that PATH leads to, and whether the folder is on it.
function Show-Path([string] $Folder) {
    $hasSeen = $false
    foreach ($entry in $env:PATH.Split([IO.Path]::PathSeparator)) {
        if ($entry.Trim() -eq '') { continue }
        if ($entry.TrimEnd('\', '/') -eq $Folder.TrimEnd('\', '/')) {
            $hasSeen = $true
            continue
        }
        foreach ($name in @('ll-loop.exe', 'll-loop.cmd', 'll-loop.bat', 'll-loop.ps1')) {
            $other = Join-Path $entry $name
            if (-not (Test-Path -LiteralPath $other -PathType Leaf)) { continue }
            $order = 'before'
            if ($hasSeen) { $order = 'after' }
            Write-Caution "Another ll-loop comes $order it on PATH: $other"
        }
    }
    if (-not $hasSeen) {
        Write-Caution "$Folder is not on PATH. This line puts it there for new windows:"
        [Console]::Error.WriteLine(
            "  [Environment]::SetEnvironmentVariable('PATH', ""$Folder;"" + " +
            "[Environment]::GetEnvironmentVariable('PATH', 'User'), 'User')")
    }
}

function Remove-Program([string] $Program) {
    if (-not (Test-Path -LiteralPath $Program -PathType Leaf)) {
        Stop-Install 69 "There is no $Program" '-Dir names another folder'
    }
    if (-not (Test-IsOurs $Program)) {
        Stop-Install 69 "$Program is of another project: it is left alone"
    }
    try { Remove-Item -LiteralPath $Program -Force }
    catch { Stop-Install 73 "Cannot remove ${Program}: $($_.Exception.Message)" }
    Write-Output "Removed $Program"
    Write-Output 'Loops and runs are where they were, in the .loops folders of your projects'
}

function Install-Program([string] $Folder, [string] $Program) {
    $file = Get-FileName
    if ($env:LL_LOOP_RELEASES) {
        $releases = $env:LL_LOOP_RELEASES.TrimEnd('/')
    }
    else {
        if ($Repository.StartsWith('OWNER/')) {
            Stop-Install 69 'This copy of install.ps1 belongs to no release and does not know where they are' `
                'Take the one of a release, or name the place in LL_LOOP_RELEASES'
        }
        $releases = "https://github.com/$Repository/releases/download"
    }
    if ($Version -ne '') { $from = "$releases/v$Version" }
    elseif ($releases.EndsWith('/download')) { $from = ($releases -replace '/download$', '') + '/latest/download' }
    else { $from = "$releases/latest" }
    # Windows PowerShell does not offer it by itself.
    [Net.ServicePointManager]::SecurityProtocol =
        [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

    if ((Test-Path -LiteralPath $Program) -and -not (Test-IsOurs $Program)) {
        Stop-Install 73 "$Program is of another project: it is left alone" `
            'Remove it, or choose another folder with -Dir'
    }
    # Beside its place, so that it comes there whole or not at all.
    $scratch = Join-Path $Folder ('.ll-loop-' + [Guid]::NewGuid().ToString('N'))
    try { [void] (New-Item -ItemType Directory -Force -Path $scratch) }
    catch { Stop-Install 73 "Cannot write to ${Folder}: $($_.Exception.Message)" }
    try {
        $sums = Join-Path $scratch 'SHA256SUMS'
        try { Get-File "$from/SHA256SUMS" $sums }
        catch { Stop-Install 69 "Cannot download $from/SHA256SUMS: $($_.Exception.Message)" 'Is it a release?' }
        $wanted = ''
        foreach ($line in [IO.File]::ReadAllLines($sums)) {
            $digest, $name = $line -split '\s+\*?', 2
            if ($name -eq $file) { $wanted = $digest; break }
        }
        if ($wanted -eq '') { Stop-Install 69 "The release has no checksum of $file" }
        $fresh = Join-Path $scratch 'll-loop.exe'
        try { Get-File "$from/$file" $fresh }
        catch { Stop-Install 69 "Cannot download $from/${file}: $($_.Exception.Message)" }
        $got = (Get-FileHash -LiteralPath $fresh -Algorithm SHA256).Hash.ToLowerInvariant()
        if ($got -ne $wanted.ToLowerInvariant()) {
            Stop-Install 69 "The checksum of $file is wrong: wanted $wanted, got $got. Nothing was installed" `
                'The download was cut off or changed on its way: try again'
        }
        try {
            # A program that runs cannot be written over, but it can be given another name.
            if (Test-Path -LiteralPath $Program) {
                Move-Item -LiteralPath $Program -Destination (Join-Path $scratch 'old.exe') -Force
            }
            Move-Item -LiteralPath $fresh -Destination $Program -Force
        }
        catch { Stop-Install 73 "Cannot write ${Program}: $($_.Exception.Message)" }
    }
    finally {
        Remove-Item -LiteralPath $scratch -Recurse -Force -ErrorAction SilentlyContinue
    }
    Write-Output "Installed $file as $Program, SHA-256 $got"
    Write-Output 'Loops with actions run in WSL: see docs/systems.md'
    Show-Path $Folder
}

$Version = $Version -replace '^v', ''
if ($Version -ne '' -and $Version -notmatch '^[0-9][0-9A-Za-z.+-]*$') {
    Stop-Install 64 "-Version takes a release such as 1.2.3, got ""$Version"""
}
if ($Dir -eq '') {
    if (-not $env:LOCALAPPDATA) { Stop-Install 64 'LOCALAPPDATA is not set: name a folder with -Dir' }
    $Dir = Join-Path (Join-Path $env:LOCALAPPDATA 'Programs') 'll-loop'
}
$Dir = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Dir)
$Program = Join-Path $Dir 'll-loop.exe'
if ($Uninstall) { Remove-Program $Program } else { Install-Program $Dir $Program }
