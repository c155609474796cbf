#!/bin/sh
# Chooses the secrets once and gives them to podman, which keeps them; what is there is kept.
#   create-secrets.sh        for the units in quadlet/, with an empty file for your own settings
#   create-secrets.sh kube   for open-webui.yaml
set -eu

choose() {
    # Letters and digits, as many as can be guessed by nobody.
    head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'
}

units() {
    for name in owui-webui-secret-key owui-postgres-password owui-database-password owui-redis-password; do
        if ! podman secret exists "$name"; then
            choose | podman secret create "$name" - > /dev/null
            echo "$name has been chosen; podman keeps it"
        fi
    done
    if [ "$(id -u)" = 0 ]; then folder=/etc/owui; else folder=${XDG_CONFIG_HOME:-$HOME/.config}/owui; fi
    mkdir -p "$folder"
    # The settings may hold keys of providers.
    if [ ! -e "$folder/settings.env" ]; then (umask 077 && : > "$folder/settings.env"); fi
}

kube() {
    if podman secret exists owui; then return; fi
    {
        printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: owui\nstringData:\n'
        for name in WEBUI_SECRET_KEY POSTGRES_PASSWORD DATABASE_PASSWORD REDIS_PASSWORD; do
            printf '  %s: "%s"\n' "$name" "$(choose)"
        done
    } | podman kube play - > /dev/null
    echo "the secret owui has been chosen; podman keeps it"
}

case ${1:-units} in
    units) units ;;
    kube) kube ;;
    *)
        echo "usage: create-secrets.sh [kube]" >&2
        exit 2
        ;;
esac
