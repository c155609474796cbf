"""A stack for Docker Swarm: what compose runs on one machine, over several."""

from typing import Any

from compose_parts import Composition, Part, as_yaml, one_line

# Secrets are files in Swarm, named after the variable that the program reads them from. Of several programs
# all but the last have to end well before the last one starts.
ENTRYPOINT = """\
for file in /run/secrets/*; do export "$(basename "$file")=$(cat "$file")"; done
while [ $# -gt 1 ]; do /opt/owui/bin/python -m "$1"; shift; done
exec /opt/owui/bin/python -m "$1\""""
# A service of Swarm has as many replicas as are asked for, and names them itself.
UNNEEDED = {"CHAT_REPLICA_NAME"}
# They keep something on the disk of one machine.
PLACE = "node.labels.owui == data"


def memory_bytes(size: str) -> int:
    """Return the bytes of `256m`."""
    return int(size[:-1]) * {"m": 1 << 20, "g": 1 << 30}[size[-1]]


def literal(text: str) -> str:
    """Return a text in which nothing is replaced."""
    return text.replace("$", "$$")


def secret_key(secret: str) -> str:
    """Return what the swarm calls a secret."""
    return "owui_" + secret.lower()


def service(part: Part, parts: dict[str, Part]) -> dict[str, Any]:
    """Return a service of the stack."""
    found: dict[str, Any] = {"image": image(part)}
    programs = [*migrations(part, parts), *part.command] if part.built else part.command
    if part.built:
        found["entrypoint"] = ["sh", "-euc", literal(ENTRYPOINT), "sh"]
        found["command"] = programs if part.command else [*programs, main_of(part)]
    elif part.name == "valkey":
        # The same line, with the secret where Swarm puts it.
        script = one_line(part.command[-1]).replace(
            '"$VALKEY_PASSWORD"', '"$(cat /run/secrets/VALKEY_PASSWORD)"'
        )
        found["command"] = [*part.command[:-1], literal(script)]
    environment = {name: value for name, value in part.environment.items() if name not in UNNEEDED}
    if part.name == "postgres":
        environment["POSTGRES_PASSWORD_FILE"] = "/run/secrets/POSTGRES_PASSWORD"  # noqa: S105 - where it is
    found |= {"environment": environment, "secrets": secrets(part)}
    if part.own_settings:
        found["env_file"] = ["settings.env"]
    if part.user:
        found["user"] = part.user
    found |= {
        "read_only": True,
        "cap_drop": ["ALL"],
        "networks": part.networks,
        "volumes": volumes(part),
        "stop_grace_period": f"{part.stop_seconds}s",
        "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}},
    }
    if part.ports:
        inside = part.ports[0].rpartition(":")[2]
        found["ports"] = [{"target": int(inside), "published": "${PORT:-8080}", "mode": "ingress"}]
    if part.check:
        found["healthcheck"] = health(part)
    return found | {"deploy": deploy(part)}


def image(part: Part) -> str:
    """Return the name as compose has it, for the same variables."""
    if part.built:
        name, tag = part.image.removeprefix("owui/").split(":")
        return f"${{IMAGES:-owui}}/{name}:${{TAG:-{tag}}}"
    return part.image


def main_of(part: Part) -> str:
    """Return the program that an image runs unless it is told otherwise."""
    return f"owui_{part.name.replace('-', '_')}.main"


def migrations(part: Part, parts: dict[str, Part]) -> list[str]:
    """Return the programs that migrate what a part needs: nothing waits for anything in Swarm."""
    jobs = [parts[name] for name, ended in part.after.items() if ended]
    return [program for job in jobs if job.name != "database" and not part.once for program in job.command]


def secrets(part: Part) -> list[dict[str, Any]]:
    """Return the secrets as files that only the account of the image reads."""
    user, group = (part.user or "10001:10001").split(":")
    return [
        {"source": secret_key(secret), "target": name, "uid": user, "gid": group, "mode": 0o400}
        for name, secret in part.secrets.items()
    ]


def volumes(part: Part) -> list[dict[str, Any]]:
    """Return the mounts; Swarm takes no short form of temporary ones."""
    found: list[dict[str, Any]] = [
        {"type": "volume", "source": name, "target": folder} for name, folder in part.volumes.items()
    ]
    temporary = part.tmpfs | ({"/dev/shm": part.shared_memory} if part.shared_memory else {})  # noqa: S108
    return found + [
        {"type": "tmpfs", "target": folder, "tmpfs": {"size": memory_bytes(size)}}
        for folder, size in temporary.items()
    ]


def health(part: Part) -> dict[str, Any]:
    """Return how Swarm asks; a task that is not well is replaced."""
    check = part.check
    assert check is not None  # noqa: S101 - looked at by the caller
    shell = check.shell.replace('"$VALKEY_PASSWORD"', '"$(cat /run/secrets/VALKEY_PASSWORD)"')
    test = ["CMD-SHELL", literal(shell)] if shell else ["CMD", *check.command]
    times = {"interval": check.interval, "timeout": check.timeout, "retries": check.retries}
    # Migrations of a large database take their time.
    start = "30m" if part.built else check.start_period
    return {"test": test, **times, "start_period": start, "start_interval": check.start_interval}


def deploy(part: Part) -> dict[str, Any]:
    """Return where and how often a part runs, and how it is replaced."""
    limits = {"cpus": part.cpus, "memory": memory_bytes(part.memory), "pids": part.pids}
    found: dict[str, Any] = {"resources": {"limits": {**limits, "memory": str(limits["memory"])}}}
    if part.volumes:
        found["placement"] = {"constraints": [PLACE]}
    if part.once:
        return {
            "mode": "replicated-job",
            "restart_policy": {"condition": "on-failure", "delay": "5s"},
        } | found
    # The new one comes before the old one goes, unless both would write to the same files.
    first = "start-first" if part.built else "stop-first"
    update = {"order": first, "failure_action": "rollback", "monitor": "60s"}
    found = {
        "replicas": 1,
        "update_config": update,
        "restart_policy": {"condition": "any", "delay": "5s"},
    } | found
    # Callers see every replica, and no connection is forgotten for its silence.
    return found if part.ports else {"endpoint_mode": "dnsrr"} | found


def stack(composition: Composition) -> str:
    """Return the file."""
    kept = {name: part for name, part in composition.parts.items() if not name.endswith("-migrations")}
    document = {
        "version": "3.13",
        "services": {name: service(part, composition.parts) for name, part in kept.items()},
        "networks": {
            name: {
                "driver": "overlay",
                # Machines of a swarm talk over networks that others may read.
                "driver_opts": {"encrypted": "true"},
                **({"internal": True} if inside else {}),
            }
            for name, inside in composition.networks.items()
        },
        "volumes": {name: {} for name in composition.volumes},
        "secrets": {
            secret_key(name): {"external": True, "name": secret_key(name)} for name in composition.secrets
        },
    }
    return as_yaml(document)
