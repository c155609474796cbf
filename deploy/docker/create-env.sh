#!/bin/sh
# Chooses the secrets of compose.yaml once: writes them to .env beside it. What is there is kept.
set -eu
cd "$(dirname "$0")"
umask 077
touch .env
for name in WEBUI_SECRET_KEY POSTGRES_PASSWORD DATABASE_PASSWORD REDIS_PASSWORD; do
    if ! grep -q "^$name=." .env; then
        # Letters and digits: they stand in addresses.
        value=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
        printf '%s=%s\n' "$name" "$value" >> .env
        echo "$name has been chosen; it is in $PWD/.env"
    fi
done
