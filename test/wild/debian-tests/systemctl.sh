#!/bin/sh
# Starts what units of services state, as far as tests need it: systemctl where no systemd runs.
find_unit() {
  for folder in /etc/systemd/system /run/systemd/system /usr/lib/systemd/system; do
    for name in "$1" "$1.service"; do
      case $name in *.service) [ -f "$folder/$name" ] && { echo "$folder/$name"; return 0; } ;; esac
    done
  done
  return 1
}
values() {
  sed -e ':a' -e '/\\$/N; s/\\\n/ /; ta' "$unit" | sed -n "s/^$1=[-+!:@]*//p" | sed "s/%[iI]/$instance/g; s/%n/$given/g; s/%%/%/g"
}
as_user() {
  user=$(values User | tail -n 1)
  group=$(values Group | tail -n 1)
  set -- sh -c "$1"
  if [ -n "$group" ]; then set -- --regid="$group" --init-groups "$@"; elif [ -n "$user" ]; then set -- --regid="$user" --init-groups "$@"; fi
  if [ -n "$user" ]; then set -- --reuid="$user" "$@"; fi
  case $1 in --*) ;; *) "$@"; return ;; esac
  case " $* " in *" --reuid="*) ;; *) set -- --reuid=root "$@" ;; esac
  setpriv "$@"
}
start_unit() {
  given=$1
  instance=
  case $1 in *@*) instance=${1#*@}; instance=${instance%.service} ;; esac
  unit=$(find_unit "$1") || unit=$(find_unit "${1%%@*}@") || return 5
  user=$(values User | tail -n 1)
  for kind in Runtime:/run State:/var/lib Cache:/var/cache Logs:/var/log; do
    for name in $(values "${kind%%:*}Directory"); do
      mkdir -p "${kind#*:}/$name"
      [ -z "$user" ] || chown "$user": "${kind#*:}/$name"
    done
  done
  (
    for setting in $(values Environment); do setting=${setting#\"}; export "${setting%\"}" 2>/dev/null; done
    for file in $(values EnvironmentFile); do set -a; [ ! -f "$file" ] || . "$file"; set +a; done
    place=$(values WorkingDirectory | tail -n 1)
    cd "${place:-/}" 2>/dev/null || cd /
    values ExecStartPre | while read -r line; do as_user "$line" </dev/null; done
    line=$(values ExecStart | head -n 1)
    [ -n "$line" ] || exit 0
    if [ "$(values Type | tail -n 1)" = oneshot ]; then as_user "$line" </dev/null
    else as_user "exec $line" </dev/null >>"/tmp/unit-$given.log" 2>&1 & echo $! > "/run/unit-$given.pid"; sleep 2; fi
  )
}
stop_unit() {
  pid=$(cat "/run/unit-$1.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null
  rm -f "/run/unit-$1.pid"
  sleep 1
}
action=
units=
for word; do
  case $word in
    -*) ;;
    *) if [ -z "$action" ]; then action=$word; else units="$units $word"; fi ;;
  esac
done
failed=0
for unit_name in $units; do
  case $action in
    start | enable) start_unit "$unit_name" || failed=$? ;;
    restart | try-restart | reload-or-restart) stop_unit "$unit_name"; start_unit "$unit_name" || failed=$? ;;
    reload) kill -HUP "$(cat "/run/unit-$unit_name.pid")" ;;
    stop) stop_unit "$unit_name" ;;
    is-active | status) pid=$(cat "/run/unit-$unit_name.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null && echo active || failed=3 ;;
  esac
done
exit "$failed"
