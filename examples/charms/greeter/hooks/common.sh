# What every hook of this charm uses. Hooks run in the charm's folder.

version=1.0

greet() {
  greeting=$(config-get greeting)
  echo "$greeting from $JUJU_UNIT_NAME" >greeting.txt
  visits=$(visits_so_far)
  if [ -n "$visits" ]; then
    status-set active "$greeting ($visits visits)"
  else
    status-set active "$greeting"
  fi
}

# What the counter says, or nothing while there is none.
visits_so_far() {
  for relation in $(relation-ids visits); do
    for unit in $(relation-list -r "$relation"); do
      relation-get -r "$relation" visits "$unit"
    done
  done | head -n 1
}
