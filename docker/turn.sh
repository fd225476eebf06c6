#!/bin/sh
# coturn for live video: it knows the secret that the site shares with it, and reaches no inner network.
set -eu
exec turnserver --no-cli --log-file=stdout --simple-log --fingerprint --use-auth-secret \
  --static-auth-secret="$(cat /run/secrets/turn_secret)" \
  --realm="$SITE_HOST" --listening-port=3478 --min-port=49152 --max-port=49999 \
  --no-multicast-peers --no-tls --no-dtls \
  --denied-peer-ip=0.0.0.0-0.255.255.255 --denied-peer-ip=10.0.0.0-10.255.255.255 \
  --denied-peer-ip=100.64.0.0-100.127.255.255 --denied-peer-ip=127.0.0.0-127.255.255.255 \
  --denied-peer-ip=169.254.0.0-169.254.255.255 --denied-peer-ip=172.16.0.0-172.31.255.255 \
  --denied-peer-ip=192.168.0.0-192.168.255.255
