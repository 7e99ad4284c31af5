# From here on every file is the same.

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Usage([string]$Text) {
    [Console]::Error.WriteLine($Text)
    exit 2
}

if ($Timeout -lt 1 -or $Timeout -gt 60) { Stop-Usage '-Timeout is 1 to 60 seconds' }
if ($Jobs -lt 1 -or $Jobs -gt 64) { Stop-Usage '-Jobs is 1 to 64' }

# -Set 'users=10.0.0.5,10.0.0.6;nas=10.0.0.7', also as a list.
$role = ''
foreach ($item in (($Set -join ';') -split '[;,\s]+')) {
    if ($item -eq '') { continue }
    $hostname = $item
    if ($item.Contains('=')) {
        $role = $item.Substring(0, $item.IndexOf('=')) -replace '[-.]', '_'
        $hostname = $item.Substring($item.IndexOf('=') + 1)
        if (-not $roles.Contains($role)) { Stop-Usage ('-Set: no role is called ' + $role + '; there are: ' + (@($roles.Keys) -join ' ')) }
        $roles[$role] = ''
    }
    if ($role -eq '') { Stop-Usage ('-Set needs ROLE=HOST, not ' + $item) }
    $roles[$role] = ($roles[$role] + ' ' + $hostname).Trim()
}
foreach ($name in @($roles.Keys)) {
    foreach ($item in ($roles[$name] -split '\s+')) {
        if ($item -ne '' -and $item -notmatch '^[A-Za-z0-9:][A-Za-z0-9.:%_-]*$') { Stop-Usage ($item + ' is neither an address nor a name of a host') }
    }
}
$wantedFlows = @((($Only -join ',') -split '[,\s]+') | Where-Object { $_ -ne '' })
$knownFlows = @($checks | ForEach-Object { $_.Flow -split ',' })
foreach ($flow in $wantedFlows) {
    if ($knownFlows -notcontains $flow) { Stop-Usage ('-Only: no test is of the flow ' + $flow) }
}

# Why a host is not called; empty where it is.
function Get-Unfit([string]$Name) {
    if ($Name -match '^(192\.0\.2|198\.51\.100|203\.0\.113)\.' -or $Name -match '^(2001:0?db8|3fff):') {
        return 'a documentation address: fill in the real one'
    }
    if ($Name -match '(^|\.)example\.(com|net|org)$' -or $Name -match '\.(example|invalid|test)$') {
        return 'a documentation name: fill in the real one'
    }
    return ''
}

# Of a range its first and last port, and three between.
function Get-Sample([int]$First, [int]$Last) {
    if ($Last - $First -lt 5) { return @($First..$Last) }
    $step = [int][Math]::Floor(($Last - $First) / 4)
    return @($First, ($First + $step), ($First + 2 * $step), ($First + 3 * $step), $Last)
}

$rows = New-Object System.Collections.ArrayList
function Add-Row($Check, [string]$Want, [string]$Target, [string]$Port, [string]$Result, [string]$Note) {
    [void]$rows.Add([pscustomobject]@{
        Verdict = ''; Result = $Result; Want = $Want; Flow = $Check.Flow; Service = $Check.Service; Target = $Target
        Transport = $Check.Transport; Port = $Port; Ms = $null; Note = $Note; Source = $Check.Source
    })
}

$allowed = New-Object System.Collections.ArrayList
foreach ($check in $checks) {
    $want = $check.Want
    if ($want -eq 'open' -and $RefusedOk) { $want = 'reached' }
    $chosen = $wantedFlows.Count -eq 0 -or @($check.Flow -split ',' | Where-Object { $wantedFlows -contains $_ }).Count -gt 0
    if ($want -eq '-') {
        if ($chosen) { Add-Row $check $want '-' '-' 'skipped' $check.Ports }
        continue
    }
    $hosts = @($roles[$check.Role] -split '\s+' | Where-Object { $_ -ne '' })
    $ranges = @(foreach ($range in ($check.Ports -split ',')) {
        $ends = @($range -split '-')
        [pscustomobject]@{ Text = $range; First = [int]$ends[0]; Last = [int]$ends[-1] }
    })
    # What is allowed counts also where -Only leaves it out.
    if ($want -ne 'closed') {
        foreach ($target in $hosts) {
            foreach ($range in $ranges) {
                [void]$allowed.Add([pscustomobject]@{ Key = $check.Transport + '/' + $target; First = $range.First; Last = $range.Last })
            }
        }
    }
    if (-not $chosen) { continue }
    if ($hosts.Count -eq 0) { Add-Row $check $want $check.Role $check.Ports 'skipped' ('no host is known: -Set ' + $check.Role + '=HOST') }
    foreach ($target in $hosts) {
        $why = Get-Unfit $target
        if ($why -ne '') {
            Add-Row $check $want $target $check.Ports 'skipped' $why
            continue
        }
        foreach ($range in $ranges) {
            $note = ''
            if ($range.First -ne $range.Last) { $note = 'of ' + $range.Text }
            foreach ($port in (Get-Sample $range.First $range.Last)) {
                $key = $check.Transport + '/' + $target
                if ($want -eq 'closed' -and @($allowed | Where-Object { $_.Key -eq $key -and $port -ge $_.First -and $port -le $_.Last }).Count -gt 0) {
                    Add-Row $check $want $target $port 'skipped' 'another flow allows it'
                } else {
                    Add-Row $check $want $target $port '' $note
                }
            }
        }
    }
}

# One test, run beside others. A name's addresses are tried in turn, as a program would.
$probe = {
    param([string]$Transport, [string]$Target, [int]$Port, [int]$Source, [int]$Milliseconds)
    $ErrorActionPreference = 'Stop'
    $result = 'error'
    $note = ''
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $addresses = @()
    $address = $null
    if ([System.Net.IPAddress]::TryParse($Target, [ref]$address)) {
        $addresses = @($address)
    } else {
        try { $addresses = @([System.Net.Dns]::GetHostAddresses($Target)) } catch { $addresses = @() }
        if ($addresses.Count -eq 0) { $result = 'no-name' }
    }
    foreach ($address in $addresses) {
        $client = $null
        try {
            $local = [System.Net.IPAddress]::Any
            if ($address.AddressFamily -eq [System.Net.Sockets.AddressFamily]::InterNetworkV6) { $local = [System.Net.IPAddress]::IPv6Any }
            $end = New-Object -TypeName System.Net.IPEndPoint -ArgumentList $local, $Source
            if ($Transport -eq 'tcp') {
                $client = New-Object -TypeName System.Net.Sockets.TcpClient -ArgumentList $end
                $task = $client.ConnectAsync($address, $Port)
            } else {
                $client = New-Object -TypeName System.Net.Sockets.UdpClient -ArgumentList $end
                $client.Connect($address, $Port)
                # Name servers and clocks answer only to a question of theirs.
                $question = [byte[]]@(0)
                if ($Port -eq 53) { $question = [byte[]]@(18, 52, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1) }
                if ($Port -eq 123) { $question = [byte[]](@(27) + (@(0) * 47)) }
                [void]$client.Send($question, $question.Length)
                $task = $client.ReceiveAsync()
            }
            if ($task.Wait($Milliseconds)) {
                $result = 'open'
            } elseif ($Transport -eq 'tcp') {
                $result = 'filtered'
            } else {
                $result = 'inconclusive'
            }
        } catch {
            $fault = $_.Exception.GetBaseException()
            $code = ''
            if ($fault -is [System.Net.Sockets.SocketException]) { $code = [string]$fault.SocketErrorCode }
            switch ($code) {
                'ConnectionRefused' { $result = 'refused' }
                'ConnectionReset' { $result = 'refused' }
                'TimedOut' { $result = 'filtered' }
                'AccessDenied' { $result = 'filtered'; $note = 'by this machine itself' }
                'HostUnreachable' { $result = 'unreachable' }
                'NetworkUnreachable' { $result = 'unreachable' }
                default { $result = 'error'; $note = $fault.Message }
            }
        } finally {
            if ($null -ne $client) { $client.Close() }
        }
        if ($result -eq 'open') { break }
    }
    [pscustomobject]@{ Result = $result; Note = $note; Ms = $clock.ElapsedMilliseconds }
}

$pool = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspacePool(1, $Jobs)
$pool.Open()
# One source port serves one test at a time, so those wait for each other.
$waiting = @($rows | Where-Object { $_.Result -eq '' })
foreach ($alone in @($false, $true)) {
    $running = New-Object System.Collections.ArrayList
    foreach ($row in @($waiting | Where-Object { ($_.Source -ne 0) -eq $alone })) {
        $shell = [System.Management.Automation.PowerShell]::Create()
        $shell.RunspacePool = $pool
        [void]$shell.AddScript($probe.ToString()).AddArgument($row.Transport).AddArgument($row.Target).AddArgument([int]$row.Port).AddArgument($row.Source).AddArgument(1000 * $Timeout)
        $job = [pscustomobject]@{ Row = $row; Shell = $shell; Handle = $shell.BeginInvoke() }
        [void]$running.Add($job)
        if ($alone) { [void]$job.Handle.AsyncWaitHandle.WaitOne() }
    }
    foreach ($job in $running) {
        try {
            $answer = @($job.Shell.EndInvoke($job.Handle))[0]
            $job.Row.Result = $answer.Result
            $job.Row.Ms = $answer.Ms
            if ($answer.Note -ne '') { $job.Row.Note = (@($job.Row.Note, $answer.Note) | Where-Object { $_ -ne '' }) -join ', ' }
        } catch {
            $job.Row.Result = 'error'
            $job.Row.Note = $_.Exception.Message
        }
        $job.Shell.Dispose()
    }
}
$pool.Close()

$count = @{ 'ok' = 0; 'NOT' = 0; 'unsure' = 0; 'skip' = 0 }
foreach ($row in $rows) {
    $verdict = 'NOT'
    switch -Regex ($row.Want + '/' + $row.Result) {
        '/skipped$' { $verdict = 'skip'; break }
        '/inconclusive$' { $verdict = 'unsure'; break }
        '^(open|reached)/open$' { $verdict = 'ok'; break }
        '^reached/refused$' { $verdict = 'ok'; break }
        '^closed/(filtered|refused|unreachable)$' { $verdict = 'ok'; break }
        '^closed/(no-name|error)$' { $verdict = 'unsure'; break }
    }
    $row.Verdict = $verdict
    $count[$verdict] = $count[$verdict] + 1
}

if ($Json) {
    $results = @(foreach ($row in $rows) {
        $port = $row.Port
        if ($port -match '^[0-9]+$') { $port = [int]$port }
        [ordered]@{
            'verdict' = $row.Verdict; 'result' = $row.Result; 'want' = $row.Want; 'flow' = $row.Flow; 'service' = $row.Service
            'target' = $row.Target; 'transport' = $row.Transport; 'port' = $port; 'ms' = $row.Ms; 'note' = $row.Note
        }
    })
    ConvertTo-Json -Depth 3 -InputObject ([ordered]@{ 'results' = $results; 'ok' = $count['ok']; 'not' = $count['NOT']; 'unsure' = $count['unsure']; 'skipped' = $count['skip'] })
} else {
    $columns = @('Verdict', 'Result', 'Want', 'Flow', 'Service', 'Target', 'Transport', 'Port', 'Ms', 'Note')
    $rows | Format-Table -AutoSize -Property $columns | Out-String -Width 240
    foreach ($row in $rows) {
        if ($row.Verdict -eq 'NOT' -and $row.Transport -eq 'tcp') {
            'Once more, in detail: Test-NetConnection -ComputerName ' + $row.Target + ' -Port ' + $row.Port + ' -InformationLevel Detailed'
        }
    }
    '{0} as wanted, {1} not, {2} unsure, {3} skipped' -f $count['ok'], $count['NOT'], $count['unsure'], $count['skip']
}
if ($count['NOT'] -gt 0) { exit 1 }
if ($count['ok'] + $count['unsure'] -eq 0) { Stop-Usage 'Nothing was called: say whom with -Set.' }
exit 0
