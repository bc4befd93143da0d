# What hooks share: how an answer is compared with what it has to be.
set -eu

is() { # what it is about, the answer, what it has to be
  [ "$2" = "$3" ] && return
  juju-log --log-level ERROR -- "$1: got '$2' instead of '$3'"
  exit 1
}

# The exit status of a command, and what it says on standard error.
said() {
  code=0
  text=$("$@" 2>&1 >/dev/null) || code=$?
  echo "$code $text"
}
