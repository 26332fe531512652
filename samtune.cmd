@echo off
rem Runs SamTune's command line; dotnet build is quick where nothing changed.
setlocal
set "root=%~dp0"
set "program=%root%src\SamTune.Cli\bin\Release\net10.0\samtune.dll"
set "report=%TEMP%\samtune-build-%RANDOM%.log"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo error: samtune needs the .NET 10 SDK, and there is no 'dotnet' on the PATH: https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 2
)

pushd "%root%"
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build src\SamTune.Cli -c Release -v q -nr:false > "%report%" 2>&1
if errorlevel 1 (
  type "%report%" 1>&2
  del "%report%"
  popd
  echo error: samtune could not be built; the compiler's report stands above. 1>&2
  exit /b 1
)
del "%report%"
popd

dotnet "%program%" %*
exit /b %ERRORLEVEL%
