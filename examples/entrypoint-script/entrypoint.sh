#!/bin/sh
set -eu
mkdir -p /tmp/nginx
sed "s/@PORT@/$PORT/" /etc/nginx/site.conf.in >/tmp/nginx/site.conf
if command -v envsubst >/dev/null; then
  echo "envsubst is here too"
fi
exec "$@"
