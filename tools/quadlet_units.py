"""Units for Podman's Quadlet: systemd starts the containers of the platform and keeps them running."""

import json

from compose_parts import Composition, Part, one_line

# What this release of the images is called where podman has built it.
LOCAL = "localhost/"
START_SECONDS = 300


def exact(text: str) -> str:
    """Return a text in which systemd finds nothing to replace."""
    return text.replace("%", "%%").replace("$", "$$")


def quoted(text: str) -> str:
    """Return a word as systemd splits it off."""
    plain = all(sign.isalnum() or sign in "-_./:=@,+" for sign in text)
    return exact(text) if plain else '"' + exact(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def image_of(part: Part) -> str:
    """Return the whole name: podman asks back where a short one is meant to come from."""
    return (LOCAL if part.built else "docker.io/") + part.image


def container(part: Part) -> str:
    """Return the unit of a container."""
    lines = ["[Unit]", f"Description=Open WebUI, as microservices: {part.name}"]
    for other, ended in part.after.items():
        lines += [f"{'Requires' if ended else 'Wants'}=owui-{other}.service", f"After=owui-{other}.service"]
    lines += ["", "[Container]", f"ContainerName=owui-{part.name}", f"Image={image_of(part)}"]
    if part.command:
        lines.append("Exec=" + " ".join(quoted(one_line(word)) for word in part.command))
    lines += [f"Network=owui-{network}.network:alias={part.name}" for network in part.networks]
    lines += [f"PublishPort={port}" for port in part.ports]
    if part.own_settings:
        lines.append("EnvironmentFile=%E/owui/settings.env")
    lines += [f"Environment={quoted(f'{name}={value}')}" for name, value in part.environment.items()]
    lines += [f"Secret={secret_name(secret)},type=env,target={name}" for name, secret in part.secrets.items()]
    lines += [f"Volume=owui-{name}.volume:{folder}" for name, folder in part.volumes.items()]
    lines += [f"Tmpfs={folder}:mode=1777,size={size}" for folder, size in part.tmpfs.items()]
    if part.shared_memory:
        lines.append(f"ShmSize={part.shared_memory}")
    if part.user:
        user, group = part.user.split(":")
        lines += [f"User={user}", f"Group={group}"]
    lines += ["ReadOnly=true", "DropCapability=all", "NoNewPrivileges=true", f"PidsLimit={part.pids}"]
    lines += [f"StopTimeout={part.stop_seconds}", *health(part), "", *service(part)]
    if not part.once:
        lines += ["", "[Install]", "WantedBy=default.target"]
    return "\n".join(lines) + "\n"


def health(part: Part) -> list[str]:
    """Return how podman asks; the unit counts as started when the answer is good."""
    check = part.check
    if check is None:
        return []
    command = exact(check.shell or json.dumps(check.command))
    return [
        f"HealthCmd={command}",
        f"HealthInterval={check.interval}",
        f"HealthTimeout={check.timeout}",
        f"HealthRetries={check.retries}",
        f"HealthStartPeriod={check.start_period}",
        f"HealthStartupCmd={command}",
        f"HealthStartupInterval={check.start_interval}",
        f"HealthStartupTimeout={check.timeout}",
        "Notify=healthy",
    ]


def service(part: Part) -> list[str]:
    """Return what systemd has to know."""
    lines = ["[Service]"]
    if part.once:
        lines += ["Type=oneshot", "RemainAfterExit=yes", "Restart=on-failure", "RestartSec=5"]
    else:
        lines += ["Restart=always", "RestartSec=2"]
    lines += [f"TimeoutStartSec={START_SECONDS}", f"TimeoutStopSec={part.stop_seconds + 15}"]
    return [*lines, f"MemoryMax={part.memory.upper()}", f"CPUQuota={int(float(part.cpus) * 100)}%"]


def secret_name(secret: str) -> str:
    """Return what podman calls a secret."""
    return "owui-" + secret.lower().replace("_", "-")


def units(composition: Composition) -> dict[str, str]:
    """Return all units by the name of their file."""
    found = {f"owui-{name}.container": container(part) for name, part in composition.parts.items()}
    for name, inside in composition.networks.items():
        internal = "Internal=true\n" if inside else ""
        found[f"owui-{name}.network"] = f"[Network]\nNetworkName=owui-{name}\n{internal}"
    for name in composition.volumes:
        found[f"owui-{name}.volume"] = f"[Volume]\nVolumeName=owui-{name}\n"
    return found
