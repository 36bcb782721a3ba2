@echo off
rem Runs the model of this folder on files; --help tells how.
rem
rem   JAVA_HOME            a JDK 25 or newer; not asked for where the folder has a Java of its own
rem   CREASE_JAVA_OPTIONS  for the JVM, such as -Xmx4g
setlocal
set "app=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if exist "%app%\java\bin\java.exe" set "java=%app%\java\bin\java"
set "cache="
if exist "%app%\lib\model.aot" set cache="-XX:AOTCache=%app%\lib\model.aot"
"%java%" -XX:+IgnoreUnrecognizedVMOptions %cache% ^
  -Xlog:disable -Xlog:all=error:stderr -XX:-UsePerfData ^
  -XX:+UseSerialGC -XX:PretenureSizeThreshold=64k %CREASE_JAVA_OPTIONS% ^
  --add-modules jdk.incubator.vector -Dcrease.name=@NAME@ ^
  -cp "%app%\lib\crease-runtime.jar" dev.crease.runtime.launch.Launcher "%app%\model.plan" %*
exit /b %ERRORLEVEL%
