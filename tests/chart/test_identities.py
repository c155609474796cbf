"""Workloads sign in to clouds by their service account, without a key."""

import pytest

from .helm import Helm
from .manifests import Manifest, Rendered, Workload

CLIENT = "azure.workload.identity/client-id"
USE = "azure.workload.identity/use"
ROLE = "eks.amazonaws.com/role-arn"


def account_of(rendered: Rendered, one: Workload) -> Manifest:
    """Return the service account of a workload."""
    found = rendered.named("ServiceAccount", one.pod["serviceAccountName"])
    assert found is not None, one
    return found


class TestAzure:
    def test_account_label_and_variable_belong_together(self, helm: Helm) -> None:
        rendered = helm.render("aks")
        signed_in = {one.component for one in rendered.ours if USE in one.labels}
        assert "model-proxy" in signed_in  # Azure OpenAI
        for one in rendered.ours:
            annotations = account_of(rendered, one).annotations
            assert (one.labels.get(USE) == "true") == (one.component in signed_in)
            assert (CLIENT in annotations) == (one.component in signed_in), one
            wanted = "WorkloadIdentityCredential" if one.component in signed_in else None
            assert one.main.variables.get("AZURE_TOKEN_CREDENTIALS") == wanted, one

    def test_migrations_sign_in_like_their_service(self, helm: Helm) -> None:
        rendered = helm.render("aks", postgresql={"external": {"auth": "azure"}})
        for one in rendered.ours:
            for container in one.containers:
                if container.program.endswith(".migrate"):
                    assert USE in one.labels, one
                    assert container.variables["DATABASE_AUTH"] == "azure"
                    assert container.variables["AZURE_TOKEN_CREDENTIALS"] == "WorkloadIdentityCredential"

    def test_without_it_nothing_of_azure_is_there(self, helm: Helm) -> None:
        assert "azure.workload.identity" not in helm.render("minimal").text


class TestAws:
    def test_roles_are_assumed_by_service_accounts(self, helm: Helm) -> None:
        rendered = helm.render("eks")
        with_role = {one.component for one in rendered.ours if ROLE in account_of(rendered, one).annotations}
        assert with_role >= {"rag", "rag-worker"}  # S3
        assert "gateway" not in with_role
        for one in rendered.ours:
            if one.component in with_role:
                assert account_of(rendered, one).annotations[ROLE].startswith("arn:aws:iam::")

    def test_files_in_s3_need_no_key_then(self, helm: Helm) -> None:
        variables = helm.render("eks").workload("rag").main.variables
        assert variables["STORAGE_PROVIDER"] == "s3"
        assert "S3_SECRET_ACCESS_KEY" not in variables

    def test_pod_identity_needs_no_annotation(self, helm: Helm) -> None:
        rendered = helm.render("eks", awsIdentity={"mode": "podIdentity"})
        assert ROLE not in rendered.text


@pytest.mark.parametrize("case", ["aks", "eks"])
def test_a_service_account_of_others_can_be_used(helm: Helm, case: str) -> None:
    rendered = helm.render(
        case, modelProxy={"serviceAccount": {"create": False, "name": "made-by-terraform"}}
    )
    assert rendered.workload("model-proxy").pod["serviceAccountName"] == "made-by-terraform"
    assert rendered.named("ServiceAccount", "made-by-terraform") is None
