#!/bin/sh
# Chooses the secrets of stack.yaml once and gives them to the swarm; what is there is kept.
set -eu
cd "$(dirname "$0")"
for name in owui_webui_secret_key owui_postgres_password owui_database_password owui_redis_password; do
    if ! docker secret inspect "$name" > /dev/null 2>&1; then
        # Letters and digits, as many as can be guessed by nobody.
        head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' | docker secret create "$name" - > /dev/null
        echo "$name has been chosen; the swarm keeps it"
    fi
done
# Your own settings; it may be empty, but it has to be there.
if [ ! -e settings.env ]; then (umask 077 && : > settings.env); fi
