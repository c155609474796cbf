"""Workloads sign in to clouds by their service account, without a key."""

from typing import Any

import pytest
from owui_chassis.provision import ProvisionSettings, roles_of

from .helm import CASES, Helm
from .manifests import Manifest, Rendered, Workload
from .starting import filled

CLIENT = "azure.workload.identity/client-id"
USE = "azure.workload.identity/use"
TENANT = "azure.workload.identity/tenant-id"
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
        assert signed_in >= {"auth", "chat", "model-proxy", "rag", "rag-worker"}  # Postgres
        assert "gateway" not in signed_in
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


def provisioning(rendered: Rendered) -> Workload:
    """Return the Job that makes the database ready."""
    (job,) = (one for one in rendered.workloads if one.component == "provision")
    return job


def administrator(**values: Any) -> dict[str, Any]:
    """Return values for the Job."""
    return {"external": {"provision": values}}


class TestAdministratorOfPostgres:
    def test_signs_in_by_an_account_that_no_service_has(self, helm: Helm) -> None:
        rendered = helm.render("aks")
        job = provisioning(rendered)
        account = account_of(rendered, job)
        assert account.name not in {one.pod["serviceAccountName"] for one in rendered.ours}
        clients = {account_of(rendered, one).annotations.get(CLIENT) for one in rendered.ours}
        assert account.annotations[CLIENT] not in clients
        assert account.annotations[TENANT] == "00000000-0000-0000-0000-000000000002"
        assert account.body["automountServiceAccountToken"] is False
        assert job.labels[USE] == "true"
        assert filled(job.main)["AZURE_TOKEN_CREDENTIALS"] == "WorkloadIdentityCredential"

    def test_makes_roles_of_the_identities_that_services_sign_in_with(self, helm: Helm) -> None:
        rendered = helm.render("aks")
        given = filled(provisioning(rendered).main)
        settings = ProvisionSettings.read(given)
        assert settings.entra == {}
        assert settings.database_auth == "azure"
        assert settings.database.url.username == "id-open-webui-provision"
        assert {one.role for one in roles_of(settings.schemas, given)} == {"id-open-webui"}

    def test_is_told_the_ids_of_identities(self, helm: Helm) -> None:
        ids = {"id-open-webui": "11111111-2222-3333-4444-555555555555"}
        job = provisioning(helm.render("aks", postgresql=administrator(principals=ids)))
        assert ProvisionSettings.read(filled(job.main)).entra == ids

    def test_may_have_an_account_that_others_have_made(self, helm: Helm) -> None:
        own = {"create": False, "name": "made-by-terraform", "annotations": {}}
        rendered = helm.render("aks", postgresql=administrator(serviceAccount=own))
        assert provisioning(rendered).pod["serviceAccountName"] == "made-by-terraform"
        assert rendered.named("ServiceAccount", "made-by-terraform") is None

    def test_takes_a_role_of_its_own_in_aws_too(self, helm: Helm) -> None:
        own = {"create": True, "annotations": {ROLE: "arn:aws:iam::1:role/provision"}}
        rendered = helm.render("eks", postgresql=administrator(auth="aws", serviceAccount=own))
        job = provisioning(rendered)
        assert account_of(rendered, job).annotations == {ROLE: "arn:aws:iam::1:role/provision"}
        assert filled(job.main)["AWS_REGION"] == "eu-central-1"
        assert USE not in job.labels

    def test_shares_the_account_of_auth_only_where_it_has_none(self, helm: Helm) -> None:
        rendered = helm.render("eks", postgresql=administrator(auth="aws"))
        assert account_of(rendered, provisioning(rendered)).component == "auth"

    @pytest.mark.parametrize("case", [path.stem for path in CASES if path.stem != "aks"])
    def test_with_a_password_needs_no_account(self, helm: Helm, case: str) -> None:
        rendered = helm.render(case)
        for job in [one for one in rendered.workloads if one.component == "provision"]:
            assert "serviceAccountName" not in job.pod
            assert USE not in job.labels
            assert not {"PROVISION_ROLES", "AZURE_TOKEN_CREDENTIALS"} & job.main.variables.keys()
        assert rendered.all("ServiceAccount", "provision") == []


@pytest.mark.parametrize("case", ["aks", "eks"])
def test_a_service_account_of_others_can_be_used(helm: Helm, case: str) -> None:
    rendered = helm.render(
        case, modelProxy={"serviceAccount": {"create": False, "name": "made-by-terraform"}}
    )
    assert rendered.workload("model-proxy").pod["serviceAccountName"] == "made-by-terraform"
    assert rendered.named("ServiceAccount", "made-by-terraform") is None
