#!/bin/sh
# Keeps the agent of a machine running, and takes a new version back that does not work.
#
#   launcher.sh DATA_DIR TAG
#
# It starts what DATA_DIR/tools/TAG points to, and starts it again when it ends. When the agent has
# just given way to a new version there is a file `probation` with a number of seconds: unless the
# new version says within that time that it works, by a file `healthy`, or when it ends too often,
# the link goes back to DATA_DIR/tools/previous-TAG, and `reverted` says why.
#
# This contract never changes, for an old launcher has to start new agents and the other way round.
# An agent that exits with status 64 has finished for good, one that exits with 65 has given way to
# another version. JUMAR_LAUNCHER tells the agent who started it, so that it sees when nobody is left
# who would start it again.

set -u
data=$1
tag=$2
home=$data/agents/$tag
current=$data/tools/$tag
previous=$data/tools/previous-$tag
going_back=$data/tools/going-back-$tag
log=$data/log/$tag.log

exits_max=5
pause_max=30
probation_default=120
finished=64
replaced=65

agent=
stopping=
pause=1

say() {
  echo "$(date -u '+%Y-%m-%d %H:%M:%S') INFO launcher $*"
}

# Only one launcher works here at a time. The lock ends with this process, however that ends.
exec 9>"$home/launcher.lock" || exit 1
if command -v flock >/dev/null 2>&1; then
  flock -n 9 || exit 0
fi

trap 'stopping=yes; [ -n "$agent" ] && kill -TERM "$agent" 2>/dev/null' TERM INT HUP

# An agent whose launcher was killed would be a second one. It is known by how it was started, since
# its launcher may have been killed before it could write down the number.
find_orphans() {
  for file in $(grep -lsF -e --data-dir /proc/[0-9]*/cmdline); do
    case $(tr '\0' ' ' 2>/dev/null <"$file") in
      *"/jumard machine --data-dir $data --tag $tag ") basename "${file%/cmdline}" ;;
    esac
  done 2>/dev/null
}

end_orphans() {
  rounds=0
  while orphans=$(find_orphans) && [ -n "$orphans" ] && [ "$rounds" -lt 100 ]; do
    for orphan in $orphans; do kill -KILL "$orphan" 2>/dev/null; done
    sleep 0.05 9>&-
    rounds=$((rounds + 1))
  done
}

start_agent() {
  rm -f "$home/healthy"
  JUMAR_LAUNCHER=$$ "$current/jumard" machine --data-dir "$data" --tag "$tag" 9>&- >>"$log" 2>&1 &
  agent=$!
  echo "$agent" >"$home/pid"
}

# A signal ends `wait` before the agent has ended.
wait_for_agent() {
  wait "$agent"
  status=$?
  while kill -0 "$agent" 2>/dev/null; do
    wait "$agent"
    status=$?
  done
  agent=
}

end_probation() {
  rm -f "$home/probation.exits" "$home/probation" # in this order, lest exits count for the next one
}

# Where both links are the same, the version on probation has not been switched to yet, or no more.
is_on_probation() {
  [ -f "$home/probation" ] || return 1
  [ "$(readlink "$current")" != "$(readlink "$previous")" ] && return 0
  end_probation
  return 1
}

go_back() {
  [ -n "$agent" ] && kill -KILL "$agent" 2>/dev/null && wait "$agent"
  agent=
  if [ ! -x "$previous/jumard" ]; then
    say "$tag: there is no version to go back to: $1"
    end_probation
    return
  fi
  say "$tag: going back to the version before: $1"
  ln -sfn "$(readlink "$previous")" "$going_back"
  mv -T "$going_back" "$current" || return
  echo "$1" >"$home/reverted.new"
  mv "$home/reverted.new" "$home/reverted"
  end_probation
}

# Returns when the agent has shown that it works, has been replaced, or has ended.
watch_probation() {
  limit=$(cat "$home/probation")
  case $limit in '' | 0* | *[!0-9]*) limit=$probation_default ;; esac
  passed=0
  while [ -z "$stopping" ]; do
    if [ -f "$home/healthy" ]; then
      end_probation
      return
    fi
    kill -0 "$agent" 2>/dev/null || return
    if [ "$passed" -ge $((limit * 5)) ]; then
      go_back "it did not report that it works within $limit seconds"
      return
    fi
    sleep 0.2 9>&-
    passed=$((passed + 1))
  done
}

# Whether the agent on probation has ended too often, and the one before is to start at once.
has_ended_too_often() {
  echo x >>"$home/probation.exits"
  exits=$(wc -l <"$home/probation.exits")
  [ "$exits" -ge "$exits_max" ] || return 1
  go_back "it ended $exits times, last with status $status" || return 1
  pause=1
}

# A signal ends the pause at once, and whoever is killed does not hold the lock through it.
wait_a_while() {
  sleep "$pause" 9>&- &
  wait $!
}

end_orphans
while [ -z "$stopping" ] && [ -d "$home" ]; do
  began=$(date +%s)
  start_agent
  is_on_probation && watch_probation
  [ -z "$agent" ] && continue
  wait_for_agent
  [ "$status" -eq "$finished" ] && break
  [ -n "$stopping" ] && break
  if [ "$status" -eq "$replaced" ]; then
    pause=1
    continue
  fi
  say "$tag: the agent ended with status $status"
  is_on_probation && has_ended_too_often && continue
  [ $(($(date +%s) - began)) -gt 60 ] && pause=1
  wait_a_while
  pause=$((pause * 2))
  [ "$pause" -gt "$pause_max" ] && pause=$pause_max
done
[ -n "$agent" ] && wait_for_agent
rm -f "$home/pid"
exit 0
