@echo off
rem Files 2: Windows Firewall (netsh) rules, File server
rem Made by portolan from products/files, data version 1
rem
rem Check: netsh advfirewall firewall show rule name=all  (netsh has no trial run; look at what is there afterwards)
rem Load: windows-netsh-host.cmd  (as administrator)
rem Remove: windows-netsh-host.cmd remove  (as administrator; with a default deny, also puts back Windows' own: inbound blocked, outbound allowed)
rem
rem FILL IN: 2 of the roles below, marked as placeholders. They have documentation addresses, which
rem open nothing.
rem
rem Everything else is left to your other rules.
rem No IPv6 rule for update: updates has no IPv6 address.
setlocal EnableExtensions DisableDelayedExpansion

rem Who is who. For everybody write any.

rem Clients
rem Placeholder: put the addresses here, 0.0.0.0/0 and ::/0 for everybody.
set "ip_clients=203.0.113.0/28,2001:db8::/64"

rem Update servers
rem Placeholder: put the addresses of updates.example.com here.
set "ip_updates=203.0.113.32/28"

net session >nul 2>&1
if errorlevel 1 goto notadmin
if /i "%~1"=="remove" goto remove

call :clear
netsh advfirewall firewall add rule name="portolan-files-host-web-in" description="HTTPS: web" dir=in action=allow profile=any protocol=tcp localport=443,28000-30000 remoteip=%ip_clients% >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host-active-out" description="FTP data: active" dir=out action=allow profile=any protocol=tcp localport=20 remoteip=%ip_clients% >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host-update-out" description="HTTPS: update" dir=out action=allow profile=any protocol=tcp remoteport=443 remoteip=%ip_updates% >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host-ping-in" description="Ping: ping" dir=in action=allow profile=any protocol=icmpv4:8,any remoteip=%ip_clients% >nul || goto failed
netsh advfirewall firewall add rule name="portolan-files-host-no-shares-in" description="SMB: no-shares" dir=in action=block profile=any protocol=tcp localport=445 remoteip=%ip_clients% >nul || goto failed
echo The rules are loaded.
exit /b 0

:remove
call :clear
exit /b 0

:clear
netsh advfirewall firewall delete rule name="portolan-files-host-web-in" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host-active-out" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host-update-out" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host-ping-in" >nul 2>&1
netsh advfirewall firewall delete rule name="portolan-files-host-no-shares-in" >nul 2>&1
exit /b 0

:notadmin
echo Run this file as administrator.
exit /b 1

:failed
echo A command was refused: the rules are not all there.
exit /b 1
