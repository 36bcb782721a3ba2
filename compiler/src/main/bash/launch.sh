# Sourced by the launchers of programs that run from their sources. Finds a JDK and builds when
# something is newer than the last build.
#
#   root     the project's folder
#   name     of the program; its builds are kept in target/$name
#   modules  that Maven has to package, by commas
#   jars     what they leave, as patterns below root
#   sources  files and folders that jars are made from, below root
#
# Afterwards $jdk is the home of the JDK and $build the folder of the jars.
# The user's say: CREASE_JAVA_HOME, a JDK to use, tried before JAVA_HOME and the usual folders.

state=$root/target/$name
least=25

# What is missing here ends with the shell's code for a command that is not found.
missing=127
broken=5

fail() {
  printf 'crease: %s\n' "$2" >&2
  exit "$1"
}

# Whether $1 is the home of a JDK that is new enough; reads its `release` file, starts nothing.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local line version
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=\"}
        version=${version%%[!0-9]*}
        [ "${version:-0}" -ge "$least" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# The home of the JDK that the command `java` or `javac` on the PATH belongs to.
home_of_command() {
  local command
  command=$(command -v javac || command -v java) || return 1
  while [ -L "$command" ]; do
    command=$(readlink -f "$command" 2>/dev/null) || return 1
  done
  dirname "$(dirname "$command")"
}

find_jdk() {
  local home
  for home in "${CREASE_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.local/share/mise/installs/java/* /opt/jdk* /opt/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_jdk "$home"; then
      jdk=$home
      return 0
    fi
  done
  if [ -x /usr/libexec/java_home ]; then
    home=$(/usr/libexec/java_home -v "$least+" 2>/dev/null) && is_jdk "$home" && jdk=$home && return 0
  fi
  home=$(home_of_command) && is_jdk "$home" && jdk=$home
}

# Whether the build that `current` names is there and nothing it was made from is newer.
is_built() {
  local newer
  [ -r "$state/current" ] && IFS= read -r build <"$state/current" || return 1
  build=$state/$build
  [ -r "$build/started" ] || return 1
  newer=$(cd "$root" && find $sources -newer "$build/started" -print -quit) && [ -z "$newer" ]
}

# One build at a time. A lock whose owner is gone is taken over.
lock() {
  local owner
  mkdir -p "$state"
  until mkdir "$state/lock" 2>/dev/null; do
    owner=$(cat "$state/lock/owner" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      mv "$state/lock" "$state/lock.$$" 2>/dev/null && rm -rf "$state/lock.$$"
      continue
    fi
    sleep 0.2
  done
  echo $$ >"$state/lock/owner"
  trap 'rm -rf "$state/lock"' EXIT
  trap 'exit 130' INT TERM HUP
}

# Each build has a folder of its own, so one that is starting or running keeps its jars.
make_build() {
  local folder old previous=none
  command -v mvn >/dev/null || fail "$missing" "Maven is needed to build; install it (mvn 3.8 or newer)."
  echo "crease: building (a minute or two; log: target/$name/build.log) ..." >&2
  folder=build-$(date +%s)-$$
  build=$state/$folder
  mkdir -p "$build"
  touch "$build/started"
  if ! (cd "$root" && mvn -q -B -DskipTests -Dquick -pl "$modules" -am package) \
    </dev/null >"$state/build.log" 2>&1; then
    rm -rf "$build"
    cat "$state/build.log" >&2
    fail "$broken" "the build failed; its log is above."
  fi
  (cd "$root" && cp $jars "$build/") || fail "$broken" "the build left no jars."
  [ -r "$state/current" ] && IFS= read -r previous <"$state/current"
  echo "$folder" >"$state/current.$$" && mv "$state/current.$$" "$state/current"
  for old in "$state"/build-*; do
    [ "$old" = "$build" ] || [ "$old" = "$state/$previous" ] || rm -rf "$old"
  done
}

find_jdk || fail "$missing" "no JDK $least or newer was found. Install one (for example Temurin, \
https://adoptium.net) or set CREASE_JAVA_HOME to its folder. Looked at CREASE_JAVA_HOME, JAVA_HOME, \
/usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt, the macOS folders, and the PATH."

if ! is_built; then
  lock
  is_built || make_build
  rm -rf "$state/lock"
  trap - EXIT INT TERM HUP
fi
