"""Who may do what in the cloud: each service as itself, by the service accounts that the chart makes."""

from typing import Any

import pytest
import yaml

from .planning import Installation
from .sources import ROOT, Folder

WORKLOADS = yaml.safe_load(
    (ROOT / "charts" / "open-webui" / "files" / "workloads.yaml").read_text(encoding="utf-8")
)
AUDIO = {"audio", "audioWorker"}  # not built yet
WITH_DATABASE = {key for key, one in WORKLOADS.items() if one.get("schema")} - AUDIO
ACCOUNTS = {f"open-webui-{WORKLOADS[key]['name']}" for key in WITH_DATABASE}
SUBJECTS = {f"system:serviceaccount:open-webui:{account}" for account in ACCOUNTS}
ADMINISTRATOR = "azurerm_postgresql_flexible_server_active_directory_administrator"


class TestAzure:
    def test_each_service_account_that_signs_in_to_a_store_is_trusted(
        self, aks: dict[str, Installation]
    ) -> None:
        credentials = [
            one
            for one in aks["defaults"].of("azurerm_federated_identity_credential")
            if one.address.startswith("module.identity[")
        ]
        assert {one.values["subject"] for one in credentials} == SUBJECTS
        assert len(credentials) == len(SUBJECTS)

    def test_tokens_are_meant_for_entra(self, aks: dict[str, Installation]) -> None:
        for one in aks["defaults"].of("azurerm_federated_identity_credential"):
            assert one.values["audience"] == ["api://AzureADTokenExchange"]
            assert one.values["issuer"] == "https://westeurope.oic.example.com/"

    def test_model_proxy_alone_may_call_models(self, aks: dict[str, Installation]) -> None:
        given = [
            (one.address, one.values["scope"].rsplit("/", 1)[-1])
            for one in aks["example"].of("azurerm_role_assignment")
            if one.values["role_definition_name"] == "Cognitive Services OpenAI User"
        ]
        assert given == [
            ('module.identity["model-proxy"].azurerm_role_assignment.this["openai-main"]', "models")
        ]

    def test_rag_alone_may_read_and_write_files_and_only_those(self, aks: dict[str, Installation]) -> None:
        given = [
            (one.address, one.values["scope"])
            for one in aks["defaults"].of("azurerm_role_assignment")
            if one.values["role_definition_name"] == "Storage Blob Data Contributor"
        ]
        assert given == [
            ('module.identity["rag"].azurerm_role_assignment.this["files"]', "/containers/files")
        ]

    def test_each_service_is_a_role_in_postgres(self, aks: dict[str, Installation]) -> None:
        schemas = {WORKLOADS[key]["schema"] for key in WITH_DATABASE}
        roles = {f"owui-{schema.replace('_', '-')}" for schema in schemas}
        assert set(aks["defaults"].outputs["postgres_roles"]["value"]) == roles
        assert aks["passwords"].outputs["postgres_roles"]["value"] == []

    def test_no_service_administers_postgres(self, aks: dict[str, Installation]) -> None:
        for run in ("defaults", "example"):
            services = {
                one.values["principal_id"]
                for one in aks[run].of("azurerm_user_assigned_identity")
                if one.address.startswith("module.identity[")
            }
            administrators = {one.values["object_id"] for one in aks[run].of(ADMINISTRATOR)}
            assert len(services) == 4
            assert not services & administrators

    def test_the_job_that_prepares_it_does_with_those_who_are_named(
        self, aks: dict[str, Installation]
    ) -> None:
        (identity,) = (
            one
            for one in aks["example"].of("azurerm_user_assigned_identity")
            if one.address.startswith("module.provision_identity")
        )
        found = {one.values["principal_name"]: one.values for one in aks["example"].of(ADMINISTRATOR)}
        assert found.keys() == {"owui-prod-provision", "Database Team"}
        assert found["owui-prod-provision"]["object_id"] == identity.values["principal_id"]
        assert found["owui-prod-provision"]["principal_type"] == "ServicePrincipal"
        assert found["Database Team"]["principal_type"] == "Group"

    def test_only_that_job_is_trusted_with_its_identity(self, aks: dict[str, Installation]) -> None:
        credentials = [
            one
            for one in aks["defaults"].of("azurerm_federated_identity_credential")
            if not one.address.startswith("module.identity[")
        ]
        assert [one.values["subject"] for one in credentials] == [
            "system:serviceaccount:open-webui:open-webui-provision"
        ]
        assert not [
            one
            for one in aks["defaults"].of("azurerm_role_assignment")
            if one.address.startswith("module.provision_identity")
        ]

    def test_with_passwords_nobody_administers_it_with_tokens(self, aks: dict[str, Installation]) -> None:
        assert not aks["passwords"].of(ADMINISTRATOR)
        assert not [one for one in aks["passwords"].resources if "provision_identity" in one.address]

    def test_the_database_belongs_to_who_makes_it(self, aks: dict[str, Installation]) -> None:
        # Azure would give one that Terraform makes to any of the administrators.
        assert not aks["defaults"].of("azurerm_postgresql_flexible_server_database")

    def test_nodes_may_call_an_api_server_that_only_some_addresses_may_call(
        self, aks: dict[str, Installation]
    ) -> None:
        (cluster,) = aks["defaults"].of("azurerm_kubernetes_cluster")
        allowed = cluster.values["api_server_access_profile"][0]["authorized_ip_ranges"]
        assert allowed == ["203.0.113.0/24", "203.0.113.9/32"]
        (private,) = aks["example"].of("azurerm_kubernetes_cluster")
        assert private.values["private_cluster_enabled"]
        assert private.values["api_server_access_profile"] == []

    def test_the_cluster_signs_the_tokens_and_has_no_accounts(self, aks: dict[str, Installation]) -> None:
        (cluster,) = aks["defaults"].of("azurerm_kubernetes_cluster")
        assert cluster.values["oidc_issuer_enabled"]
        assert cluster.values["workload_identity_enabled"]
        assert cluster.values["local_account_disabled"]


def statements(installation: Installation, address: str) -> list[dict[str, Any]]:
    """Return the statements of a policy."""
    return next(one.values["statement"] for one in installation.resources if one.address == address)


class TestAws:
    def test_pod_identity_is_associated_with_each_service_account(self, eks: dict[str, Installation]) -> None:
        associations = eks["defaults"].of("aws_eks_pod_identity_association")
        ours = {
            one.values["service_account"] for one in associations if one.values["namespace"] == "open-webui"
        }
        assert ours == ACCOUNTS
        assert not [
            one
            for one in eks["irsa"].of("aws_eks_pod_identity_association")
            if "identity" in one.address.split(".")[1]
        ]

    def test_a_role_of_pod_identity_trusts_its_own_service_accounts_alone(
        self, eks: dict[str, Installation]
    ) -> None:
        address = 'module.identity["rag"].data.aws_iam_policy_document.trust'
        (statement,) = statements(eks["defaults"], address)
        assert {one["variable"]: one["values"] for one in statement["condition"]} == {
            "aws:RequestTag/eks-cluster-name": ["owui"],
            "aws:RequestTag/kubernetes-namespace": ["open-webui"],
            "aws:RequestTag/kubernetes-service-account": [
                "open-webui-rag",
                "open-webui-rag-beat",
                "open-webui-rag-worker",
            ],
        }

    def test_irsa_trusts_each_service_account(self, eks: dict[str, Installation]) -> None:
        trusted = set[str]()
        for name in ("auth", "chat", "model-proxy", "rag"):
            address = f'module.identity["{name}"].data.aws_iam_policy_document.trust'
            (statement,) = statements(eks["irsa"], address)
            assert statement["actions"] == ["sts:AssumeRoleWithWebIdentity"]
            conditions = {one["variable"]: one["values"] for one in statement["condition"]}
            issuer = "oidc.eks.eu-central-1.amazonaws.com/id/E"
            assert conditions[f"{issuer}:aud"] == ["sts.amazonaws.com"]
            trusted |= set(conditions[f"{issuer}:sub"])
        assert trusted == SUBJECTS

    def test_a_service_signs_in_to_postgres_as_its_own_role_alone(self, eks: dict[str, Installation]) -> None:
        for key in WITH_DATABASE:
            schema = WORKLOADS[key]["schema"]
            address = f'data.aws_iam_policy_document.database["{schema.replace("_", "-")}"]'
            (statement,) = statements(eks["defaults"], address)
            assert statement["actions"] == ["rds-db:connect"]
            assert statement["resources"] == [
                f"arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABC/{schema}_app"
            ]

    def test_rag_alone_may_read_and_write_files_and_only_those(self, eks: dict[str, Installation]) -> None:
        policies = {
            one.address for one in eks["defaults"].of("aws_iam_role_policy") if '["files"]' in one.address
        }
        assert policies == {'module.identity["rag"].aws_iam_role_policy.this["files"]'}
        found = statements(eks["defaults"], "data.aws_iam_policy_document.files")
        assert all("*" not in str(one["actions"]) for one in found)
        assert all("owui-files" in str(one["resources"]) or ":key/" in str(one["resources"]) for one in found)


class TestStores:
    @pytest.mark.parametrize("run", ["defaults", "passwords", "example"])
    def test_of_azure_are_private_and_encrypted_on_the_way(
        self, run: str, aks: dict[str, Installation]
    ) -> None:
        (postgres,) = aks[run].of("azurerm_postgresql_flexible_server")
        assert postgres.values["public_network_access_enabled"] is False
        (redis,) = aks[run].of("azurerm_managed_redis")
        assert redis.values["public_network_access"] == "Disabled"
        assert redis.values["default_database"][0]["client_protocol"] == "Encrypted"
        (files,) = aks[run].of("azurerm_storage_account")
        assert files.values["public_network_access_enabled"] is False
        assert files.values["shared_access_key_enabled"] is False

    def test_of_azure_know_pgvector(self, aks: dict[str, Installation]) -> None:
        configurations = aks["defaults"].of("azurerm_postgresql_flexible_server_configuration")
        values = {one.values["name"]: one.values["value"] for one in configurations}
        assert values["azure.extensions"] == "VECTOR,PG_TRGM,UNACCENT"

    @pytest.mark.parametrize("run", ["defaults", "passwords", "example"])
    def test_of_aws_are_private_and_encrypted_on_the_way_and_at_rest(
        self, run: str, eks: dict[str, Installation]
    ) -> None:
        (postgres,) = eks[run].of("aws_db_instance")
        assert postgres.values["publicly_accessible"] is False
        assert postgres.values["storage_encrypted"]
        assert postgres.values["iam_database_authentication_enabled"]
        (redis,) = eks[run].of("aws_elasticache_replication_group")
        assert redis.values["engine"] == "valkey"
        assert redis.values["transit_encryption_enabled"]
        (block,) = eks[run].of("aws_s3_bucket_public_access_block")
        assert all(
            block.values[key]
            for key in ("block_public_acls", "block_public_policy", "restrict_public_buckets")
        )

    def test_never_evict_what_waits_in_queues(
        self, aks: dict[str, Installation], eks: dict[str, Installation]
    ) -> None:
        (azure,) = aks["defaults"].of("azurerm_managed_redis")
        assert azure.values["default_database"][0]["eviction_policy"] == "NoEviction"
        (aws,) = eks["defaults"].of("aws_elasticache_parameter_group")
        assert aws.values["parameter"] == [{"name": "maxmemory-policy", "value": "noeviction"}]


class TestGpuPools:
    def test_are_empty_until_needed_and_kept_for_those_who_need_them(
        self, aks: dict[str, Installation], eks: dict[str, Installation]
    ) -> None:
        azure = next(
            one for one in aks["example"].of("azurerm_kubernetes_cluster_node_pool") if "gpu" in one.address
        )
        assert azure.values["min_count"] == 0
        assert azure.values["node_taints"] == ["nvidia.com/gpu=present:NoSchedule"]
        aws = next(one for one in eks["example"].of("aws_eks_node_group") if "gpu" in one.address)
        assert aws.values["scaling_config"][0]["min_size"] == 0
        assert aws.values["taint"] == [{"effect": "NO_SCHEDULE", "key": "nvidia.com/gpu", "value": "present"}]

    def test_are_seen_by_the_autoscaler_while_they_are_empty(self, eks: dict[str, Installation]) -> None:
        hints = {one.values["tag"][0]["key"] for one in eks["example"].of("aws_autoscaling_group_tag")}
        prefix = "k8s.io/cluster-autoscaler/node-template"
        assert hints == {
            f"{prefix}/label/nvidia.com/gpu.present",
            f"{prefix}/taint/nvidia.com/gpu",
            f"{prefix}/resources/nvidia.com/gpu",
        }

    def test_are_there_only_when_asked_for(
        self, all_folders: dict[str, Folder], aks: dict[str, Installation]
    ) -> None:
        assert all(
            all_folders[f"environments/{one}"].blocks("variable")["gpu_pool"]["default"] is None
            for one in ("aks", "eks")
        )
        assert not [one for one in aks["defaults"].resources if "gpu" in one.address]
