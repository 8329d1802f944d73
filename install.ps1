<#
.SYNOPSIS
Installs ll-loop on Windows: downloads the executable, verifies its checksum, and puts it into a
folder of yours. Needs no administrator. Run it again to upgrade.

.DESCRIPTION
Loops with actions run in WSL only, where install.sh is the right installer; what is installed
here validates, lists and shows loops.

LL_LOOP_RELEASES names another place to download from, such as a mirror: the address below which
the folders v1.2.3 are.

Written for Windows PowerShell 5.1 and PowerShell 7, as a file or piped into Invoke-Expression.

.PARAMETER Version
A release such as 1.2.3; by default the newest.

.PARAMETER Dir
Folder to put ll-loop.exe into; by default %LOCALAPPDATA%\Programs\ll-loop.

.PARAMETER Uninstall
Removes it from there. Loops and runs stay where they are.

.EXAMPLE
.\install.ps1 -Version 1.2.3 -Dir C:\Tools

.EXAMPLE
Invoke-RestMethod https://RELEASES/install.ps1 | Invoke-Expression
#>
[CmdletBinding()]
param(
    [string] $Version = '',
    [string] $Dir = '',
    [switch] $Uninstall
)

# A scope of its own, so that a window into which this file is piped keeps its settings, and half
# of this file does nothing.
& {
    # "exit" would close such a window, and with it what was said.
    param([bool] $IsFile)

    Set-StrictMode -Version 2.0
    $ErrorActionPreference = 'Stop'
    # Drawing progress makes downloads of Windows PowerShell many times slower.
    $ProgressPreference = 'SilentlyContinue'

    # Releases carry a copy of this file in which this is their own repository.
    $Repository = 'OWNER/ll-loop'

    # What every ll-loop of this project has inside, and no other program of that name.
    $Mark = 'An independent implementation of the ll-loop of little-loops'

    function Stop-Install([int] $Status, [string] $Message, [string] $Hint = '') {
        if (-not $IsFile) {
            $global:LASTEXITCODE = $Status
            if ($Hint -ne '') { throw "$Message. $Hint" }
            throw $Message
        }
        [Console]::Error.WriteLine("error: $Message")
        if ($Hint -ne '') { [Console]::Error.WriteLine("hint: $Hint") }
        exit $Status
    }

    function Write-Caution([string] $Message) {
        [Console]::Error.WriteLine("warning: $Message")
    }

    # What went wrong, without the names of what was called.
    function Get-Reason([Management.Automation.ErrorRecord] $Record) {
        return $Record.Exception.GetBaseException().Message
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
        try { $bytes = [IO.File]::ReadAllBytes($Path) }
        catch { return $false }
        return [Text.Encoding]::GetEncoding(28591).GetString($bytes).Contains($Mark)
    }

    # Not by Get-FileHash: a Windows PowerShell that was started by PowerShell 7 may not find it.
    function Get-Digest([string] $Path) {
        $stream = [IO.File]::OpenRead($Path)
        $sha256 = [Security.Cryptography.SHA256]::Create()
        try { $hash = $sha256.ComputeHash($stream) }
        finally {
            $stream.Dispose()
            $sha256.Dispose()
        }
        return [BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
    }

    # By a name alone, since older shells take brackets in a path for a pattern.
    function Get-File([string] $Url, [string] $Folder, [string] $Name) {
        Push-Location -LiteralPath $Folder
        try { Invoke-WebRequest -Uri $Url -OutFile $Name -UseBasicParsing }
        finally { Pop-Location }
    }

    # Tells of every other program of that name that PATH leads to, and whether the folder is on it.
    function Show-Path([string] $Folder) {
        $hasSeen = $false
        foreach ($entry in "$env:PATH".Split([IO.Path]::PathSeparator)) {
            $entry = $entry.Trim().Trim('"').TrimEnd('\', '/')
            if ($entry -eq '') { continue }
            if ($entry -eq $Folder.TrimEnd('\', '/')) {
                $hasSeen = $true
                continue
            }
            foreach ($name in @('ll-loop.exe', 'll-loop.cmd', 'll-loop.bat', 'll-loop.ps1')) {
                # Not by Join-Path: PATH may name drives that are not there.
                $other = $entry + [IO.Path]::DirectorySeparatorChar + $name
                if (-not [IO.File]::Exists($other)) { continue }
                $what = 'of another project'
                if (Test-IsOurs $other) { $what = 'a copy of this one' }
                $order = 'before'
                if ($hasSeen) { $order = 'after' }
                Write-Caution "Another ll-loop ($what) comes $order it on PATH: $other"
            }
        }
        if (-not $hasSeen) {
            $quoted = $Folder.Replace("'", "''")
            Write-Caution "$Folder is not on PATH. This line puts it there for new windows:"
            [Console]::Error.WriteLine(
                "  [Environment]::SetEnvironmentVariable('PATH', '$quoted;' + " +
                "[Environment]::GetEnvironmentVariable('PATH', 'User'), 'User')")
        }
    }

    # Removes the program that was replaced, and those that still ran when they were.
    function Remove-Leftovers([string] $Folder) {
        foreach ($old in [IO.Directory]::GetFiles($Folder, '.ll-loop-*.old')) {
            Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
        }
    }

    function Remove-Program([string] $Folder, [string] $Program) {
        if (-not (Test-Path -LiteralPath $Program)) {
            Stop-Install 69 "There is no $Program" '-Dir names another folder'
        }
        if (-not (Test-IsOurs $Program)) {
            Stop-Install 69 "$Program is of another project: it is left alone"
        }
        try { Remove-Item -LiteralPath $Program -Force }
        catch { Stop-Install 73 "Cannot remove ${Program}: $(Get-Reason $_)" 'Does it still run?' }
        Remove-Leftovers $Folder
        Write-Output "Removed $Program"
        Write-Output 'Loops and runs are where they were, in the .loops folders of your projects'
    }

    # Puts a program into its place. One that runs cannot be written over or removed, but it can be
    # given another name.
    function Move-Program([string] $Fresh, [string] $Program, [string] $Old) {
        $hasOld = [IO.File]::Exists($Program)
        if ($hasOld) { [IO.File]::Move($Program, $Old) }
        try { [IO.File]::Move($Fresh, $Program) }
        catch {
            if ($hasOld) { [IO.File]::Move($Old, $Program) }
            throw
        }
    }

    # Returns the address below which the files of the wanted release are.
    function Get-Source {
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
        if ($Version -ne '') { return "$releases/v$Version" }
        if ($releases.EndsWith('/download')) { return ($releases -replace '/download$', '') + '/latest/download' }
        return "$releases/latest"
    }

    # Puts the file of that name of the release into its place.
    function Install-Program([string] $File, [string] $Folder, [string] $Program) {
        $from = Get-Source
        # Where the system does not choose, Windows PowerShell does not offer it by itself.
        if ([int] [Net.ServicePointManager]::SecurityProtocol -ne 0) {
            [Net.ServicePointManager]::SecurityProtocol =
                [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
        }

        if ((Test-Path -LiteralPath $Program) -and -not (Test-IsOurs $Program)) {
            Stop-Install 73 "$Program is of another project: it is left alone" `
                'Remove it, or choose another folder with -Dir'
        }
        # Beside its place, so that it comes there whole or not at all.
        $scratch = Join-Path $Folder ('.ll-loop-' + [Guid]::NewGuid().ToString('N'))
        try { [void] [IO.Directory]::CreateDirectory($scratch) }
        catch { Stop-Install 73 "Cannot write to ${Folder}: $(Get-Reason $_)" }
        try {
            try { Get-File "$from/SHA256SUMS" $scratch 'SHA256SUMS' }
            catch {
                $release = ''
                if ($Version -ne '') { $release = "a release ""$Version"", and " }
                Stop-Install 69 "Cannot download $from/SHA256SUMS: $(Get-Reason $_)" `
                    "Is there ${release}a network?"
            }
            $wanted = ''
            foreach ($line in [IO.File]::ReadAllLines((Join-Path $scratch 'SHA256SUMS'))) {
                $digest, $name = $line -split '\s+\*?', 2
                if ($name -eq $File) { $wanted = $digest.ToLowerInvariant(); break }
            }
            if ($wanted -eq '') { Stop-Install 69 "The release has no checksum of $File" }
            $fresh = Join-Path $scratch 'll-loop.exe'
            try { Get-File "$from/$File" $scratch 'll-loop.exe' }
            catch { Stop-Install 69 "Cannot download $from/${File}: $(Get-Reason $_)" }
            $got = Get-Digest $fresh
            if ($got -ne $wanted) {
                Stop-Install 69 "The checksum of $File is wrong: wanted $wanted, got $got. Nothing was installed" `
                    'The download was cut off or changed on its way: try again'
            }
            try { Move-Program $fresh $Program "$scratch.old" }
            catch { Stop-Install 73 "Cannot write ${Program}: $(Get-Reason $_)" }
            Remove-Leftovers $Folder
        }
        finally {
            Remove-Item -LiteralPath $scratch -Recurse -Force -ErrorAction SilentlyContinue
        }
        Write-Output "Installed $File as $Program, SHA-256 $got"
        Write-Output 'Loops with actions run in WSL only, where install.sh is the right installer'
        Show-Path $Folder
    }

    $file = ''
    if (-not $Uninstall) { $file = Get-FileName }
    $Version = $Version -replace '^v', ''
    if ($Version -ne '' -and $Version -notmatch '^[0-9][0-9A-Za-z.+-]*$') {
        Stop-Install 64 "-Version takes a release such as 1.2.3, got ""$Version"""
    }
    if ($Dir -eq '') {
        if (-not $env:LOCALAPPDATA) { Stop-Install 64 'LOCALAPPDATA is not set: name a folder with -Dir' }
        $Dir = Join-Path (Join-Path $env:LOCALAPPDATA 'Programs') 'll-loop'
    }
    $provider = $null
    $drive = $null
    try {
        $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath(
            $Dir, [ref] $provider, [ref] $drive)
    }
    catch { Stop-Install 64 "-Dir takes a folder, got ""$Dir"": $(Get-Reason $_)" }
    if ($provider.Name -ne 'FileSystem') {
        Stop-Install 64 "-Dir takes a folder, got ""$Dir"", which is of $($provider.Name)"
    }
    $program = Join-Path $folder 'll-loop.exe'
    if ($Uninstall) { Remove-Program $folder $program } else { Install-Program $file $folder $program }
} ($MyInvocation.MyCommand -is [Management.Automation.ExternalScriptInfo])
