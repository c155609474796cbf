"""Starts programs as far as their settings, with the environment that the kubelet and webhooks give."""

import re

from owui_chassis.settings import ServiceSettings

from . import code
from .manifests import Container, Rendered, Workload

_LONG = "a secret of more than sixteen characters"
# A value of the form that a variable wants, for those whose text is in a Secret that the chart does not make.
_FOREIGN = {"REDIS_URL": "redis://host:6379/0", "DATABASE_URL": "postgresql://role:word@host/db"}
# What the webhook of AKS adds to pods that are labelled for it.
_OF_AZURE = {
    "AZURE_CLIENT_ID": "client",
    "AZURE_TENANT_ID": "tenant",
    "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
    "AZURE_FEDERATED_TOKEN_FILE": "/var/run/secrets/azure/tokens/azure-identity-token",
}


def has_code(container: Container) -> bool:
    """Say whether a container runs a program of a service that has been written."""
    return bool(container.program) and code.service_of(container.program) in code.services()


def programs(rendered: Rendered) -> list[Container]:
    """Return the containers that run services, workers and migrations."""
    return [one for one in rendered.containers if has_code(one)]


def startable(rendered: Rendered) -> list[Workload]:
    """Return the workloads whose programs have been written."""
    return [one for one in rendered.ours if has_code(one.main)]


def filled(container: Container) -> dict[str, str]:
    """Return the environment in the pod: $(NAME) put in, texts for foreign secrets, what webhooks add."""
    labelled = container.owner.labels.get("azure.workload.identity/use") == "true"
    found = dict(_OF_AZURE) if labelled else {}
    for name, text in container.variables.items():
        foreign = next((given for end, given in _FOREIGN.items() if name.endswith(end)), _LONG)
        given = foreign if text == "<secret>" else text
        # As Kubernetes documents it: $$ stands for $, and what is not known stays as it is.
        put_in = re.sub(r"(?<!\$)\$\((\w+)\)", lambda match: found.get(match[1], match[0]), given)
        found[name] = put_in if "value" in entry_of(container, name) else given
    return found


def entry_of(container: Container, variable: str) -> dict[str, object]:
    """Return how a variable is given; nothing for one that comes with a whole ConfigMap or Secret."""
    return next((one for one in container.body.get("env", []) if one["name"] == variable), {})


def settings_of(container: Container) -> ServiceSettings:
    """Return the settings with which a program starts; raise SettingsError."""
    kind = code.settings_of(code.service_of(container.program))
    # The file of certificates is in the pod only.
    found = kind.read({**filled(container), "SSL_CERT_FILE": ""})
    assert isinstance(found, ServiceSettings)
    return found
