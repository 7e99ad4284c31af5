@echo off
rem Files 2: Windows Firewall (netsh) rules, File server
rem Made by portolan from products/files, data version 1
rem
rem Check: netsh advfirewall firewall show rule name=all  (netsh has no trial run; look at what is there afterwards)
rem Load: windows-netsh-host.cmd  (as administrator)
rem Remove: windows-netsh-host.cmd remove  (as administrator; with a default deny, also puts back Windows' own: inbound blocked, outbound allowed)
rem Undo: windows-netsh-host.cmd keep  (keeps the default deny; without it everything is as before after 10 minutes, by a scheduled task)
rem
rem FILL IN: 1 of the roles below, marked as placeholders. They have documentation addresses, which
rem open nothing.
rem
rem Everything else is denied, your own remote access included unless it is listed.
setlocal EnableExtensions DisableDelayedExpansion

rem Who is who. For everybody write any.

rem Clients
rem Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
set "ip_clients=203.0.113.0/28,2001:db8::/64"

set "store=%ProgramFiles%\portolan"
set "before=%ProgramFiles%\portolan\portolan-files-host.wfw"
set "copy=%ProgramFiles%\portolan\portolan-files-host.cmd"
net session >nul 2>&1
if errorlevel 1 goto notadmin
if /i "%~1"=="remove" goto remove
if /i "%~1"=="keep" goto keep
if /i "%~1"=="undo" goto undo

rem The way back: what is there now, and a task that brings it back in 10 minutes unless it is kept
if not exist "%store%" mkdir "%store%"
if not exist "%before%" netsh advfirewall export "%before%" >nul || goto failed
copy /y "%~f0" "%copy%" >nul || goto failed
schtasks /create /f /tn "portolan-files-host" /ru SYSTEM /sc minute /mo 10 /tr "\"%copy%\" undo" >nul || goto failed

call :clear
netsh advfirewall firewall add rule name="portolan-files-host-web-in" description="HTTPS: web" dir=in action=allow profile=any protocol=tcp localport=443,28000-30000 remoteip=%ip_clients% >nul || goto failed

rem What IP itself needs: errors, path MTU and neighbour discovery
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=in action=allow profile=any protocol=icmpv4:3,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=out action=allow profile=any protocol=icmpv4:3,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=in action=allow profile=any protocol=icmpv4:11,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=out action=allow profile=any protocol=icmpv4:11,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=in action=allow profile=any protocol=icmpv4:12,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv4" dir=out action=allow profile=any protocol=icmpv4:12,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:1,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:1,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:2,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:2,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:3,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:3,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:4,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:4,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:130,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:130,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:131,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:131,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:132,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:132,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:133,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:133,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:134,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:134,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:135,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:135,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:136,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:136,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=in action=allow profile=any protocol=icmpv6:143,any remoteip=any >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host.icmpv6" dir=out action=allow profile=any protocol=icmpv6:143,any remoteip=any >nul || goto failed

rem Everything else
netsh advfirewall set allprofiles logging droppedconnections enable >nul || goto failed
netsh advfirewall set allprofiles state on >nul || goto failed
netsh advfirewall set allprofiles firewallpolicy blockinbound,blockoutbound >nul || goto failed
echo In 10 minutes everything is as before, unless you run this file with keep.
echo The rules are loaded.
exit /b 0

:remove
netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound >nul
call :forget
del /q "%copy%" >nul 2>&1
call :clear
exit /b 0

:keep
call :forget
del /q "%copy%" >nul 2>&1
exit /b 0

:undo
netsh advfirewall import "%before%" >nul
call :forget
exit /b 0

:forget
schtasks /delete /f /tn "portolan-files-host" >nul 2>&1
del /q "%before%" >nul 2>&1
exit /b 0

:clear
netsh advfirewall firewall delete rule name="portolan-files-host-web-in" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host.icmpv4" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host.icmpv6" >nul 2>&1
exit /b 0

:notadmin
echo Run this file as administrator.
exit /b 1

:failed
echo A command was refused: the rules are not all there.
exit /b 1
