#!/bin/sh
# Runs the model of this folder on files; --help tells how.
#
#   JAVA_HOME            a JDK 25 or newer; not asked for where the folder has a Java of its own
#   CREASE_JAVA_OPTIONS  for the JVM, such as -Xmx4g

self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
case $self in
  */*) app=${self%/*}/.. ;;
  *) app=.. ;;
esac

case $app in
  *:*)
    echo "@NAME@: Java ends a path at a colon, and $app has one; move the folder or link to it" >&2
    exit 127
    ;;
esac

home=
if [ -x "$app/java/bin/java" ]; then
  java=$app/java/bin/java
elif [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
  home=$JAVA_HOME
elif command -v java >/dev/null; then
  java=java
  home=$(readlink -f "$(command -v java)" 2>/dev/null)
  home=${home%/bin/java}
else
  echo '@NAME@: no Java was found; set JAVA_HOME to the folder of a JDK 25 or newer' >&2
  exit 127
fi

# What a Java tells of itself without being started.
version=
if [ -n "$home" ] && [ -f "$home/release" ]; then
  while IFS='="' read -r key _ value _; do
    [ "$key" = JAVA_VERSION ] && version=${value%%[!0-9]*}
  done <"$home/release"
fi
if [ -n "$version" ] && [ "$version" -lt 25 ]; then
  echo "@NAME@: $home is Java $version; set JAVA_HOME to the folder of a JDK 25 or newer" >&2
  exit 127
fi

# A cache that is missing, or of another Java, only makes the start slower. Weights are held for good:
# they are not to be copied from one generation of the heap to the next, nor paged in by 4 KB.
cache=
[ -f "$app/lib/model.aot" ] && cache=-XX:AOTCache=$app/lib/model.aot
exec "$java" -XX:+IgnoreUnrecognizedVMOptions ${cache:+"$cache"} \
  -Xlog:disable -Xlog:all=error:stderr -XX:-UsePerfData \
  -XX:+UseSerialGC -XX:PretenureSizeThreshold=64k -XX:+UseTransparentHugePages \
  ${CREASE_JAVA_OPTIONS:-} \
  --add-modules jdk.incubator.vector -Dcrease.name=@NAME@ \
  -cp "$app/lib/crease-runtime.jar" dev.crease.runtime.launch.Launcher "$app/model.plan" "$@"
