#!/bin/sh
# Makes docker/secrets/ with one random file for each secret that is not there yet; nothing is replaced.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

random() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "$1" ] || printf '%s' "$2" >"$1"; }

keep secret_key "$(random 48)"
keep field_keys "$(random 32)"
keep database_password "$(random 24)"
keep database_owner_password "$(random 24)"
keep redis_password "$(random 24)"
keep turn_secret "$(random 32)"
keep metrics_token "$(random 24)"
keep grafana_password "$(random 16)"
keep s3_access_key "$(random 10)"
keep s3_secret_key "$(random 24)"
keep email_password unset
keep database_url "postgresql://invigil:$(cat database_password)@postgres:5432/invigil"
keep database_owner_url "postgresql://invigil_owner:$(cat database_owner_password)@postgres:5432/invigil"
keep redis_url "redis://:$(cat redis_password)@redis:6379"
keep s3_config "{\"identities\": [{\"name\": \"invigil\", \"credentials\": [{\"accessKey\": \"$(cat s3_access_key)\", \"secretKey\": \"$(cat s3_secret_key)\"}], \"actions\": [\"Admin\", \"Read\", \"Write\", \"List\", \"Tagging\"]}]}"
# Containers read them as users of their own.
chmod 444 ./*
chmod 711 .
echo "docker/secrets/ is complete. Keep a copy of secret_key and field_keys apart from the backups."
