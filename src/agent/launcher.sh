#!/bin/sh
# Keeps the agent of a machine running, and takes a new version back that does not work.
#
#   launcher.sh DATA_DIR TAG
#
# It starts what DATA_DIR/tools/TAG points to, and starts it again when it ends. When the agent has
# just given way to a new version there is a file `probation` with a number of seconds: unless the
# new version says within that time that it works, by a file `healthy`, or when it ends too often,
# the link goes back to DATA_DIR/tools/TAG.previous, and `reverted` says why.
#
# This contract never changes, for an old launcher has to start new agents and the other way round.
# An agent that exits with status 64 has finished for good, one that exits with 65 has given way to
# another version.

set -u
data=$1
tag=$2
home=$data/agents/$tag
current=$data/tools/$tag
log=$data/log/$tag.log

exits_max=5
pause_max=30
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

# An agent whose launcher was killed would be a second one.
end_orphan() {
  orphan=$(cat "$home/pid" 2>/dev/null) || return 0
  case $(tr '\0' ' ' 2>/dev/null <"/proc/$orphan/cmdline") in
    *jumard*"$data"*) kill -KILL "$orphan" 2>/dev/null ;;
  esac
  rm -f "$home/pid"
}

start_agent() {
  rm -f "$home/healthy"
  "$current/jumard" machine --data-dir "$data" --tag "$tag" 9>&- >>"$log" 2>&1 &
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

go_back() {
  say "$tag: going back to the version before: $1"
  [ -n "$agent" ] && kill -KILL "$agent" 2>/dev/null && wait "$agent"
  agent=
  ln -s "$(readlink "$current.previous")" "$current.going-back"
  mv -T "$current.going-back" "$current"
  echo "$1" >"$home/reverted.new"
  mv "$home/reverted.new" "$home/reverted"
  rm -f "$home/probation" "$home/probation.exits"
}

# Returns when the agent has shown that it works, has been replaced, or has ended.
watch_probation() {
  limit=$(cat "$home/probation")
  passed=0
  while [ -z "$stopping" ]; do
    if [ -f "$home/healthy" ]; then
      rm -f "$home/probation" "$home/probation.exits"
      return
    fi
    kill -0 "$agent" 2>/dev/null || return
    if [ "$passed" -ge $((limit * 5)) ]; then
      go_back "it did not report that it works within $limit seconds"
      return
    fi
    sleep 0.2
    passed=$((passed + 1))
  done
}

# Whether the agent on probation has ended too often, and the one before is to start at once.
has_ended_too_often() {
  echo x >>"$home/probation.exits"
  exits=$(wc -l <"$home/probation.exits")
  [ "$exits" -ge "$exits_max" ] || return 1
  go_back "it ended $exits times, last with status $status"
  pause=1
}

end_orphan
while [ -z "$stopping" ]; do
  began=$(date +%s)
  start_agent
  [ -f "$home/probation" ] && watch_probation
  [ -z "$agent" ] && continue
  wait_for_agent
  [ "$status" -eq "$finished" ] && break
  [ -n "$stopping" ] && break
  if [ "$status" -eq "$replaced" ]; then
    pause=1
    continue
  fi
  say "$tag: the agent ended with status $status"
  [ -f "$home/probation" ] && has_ended_too_often && continue
  [ $(($(date +%s) - began)) -gt 60 ] && pause=1
  sleep "$pause"
  pause=$((pause * 2))
  [ "$pause" -gt "$pause_max" ] && pause=$pause_max
done
[ -n "$agent" ] && wait_for_agent
rm -f "$home/pid"
exit 0
