"""Who a service is to Entra, as the workload identity webhook of AKS tells it."""

from owui_chassis.azure_identity import AzureIdentity, credentials_of
from owui_chassis.declared_settings import Settings, SettingsError, setting


class AzureSettings(Settings):
    """Who a service is to Entra."""

    azure_tenant_id: str = setting("AZURE_TENANT_ID", "", "Tenant of the workload identity.")
    azure_client_id: str = setting(
        "AZURE_CLIENT_ID", "", "Client of the workload identity or of a user-assigned managed identity."
    )
    azure_federated_token_file: str = setting(
        "AZURE_FEDERATED_TOKEN_FILE", "", "File with the token of the workload identity."
    )
    azure_authority_host: str = setting(
        "AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com", "Where Entra gives tokens."
    )
    azure_identity_host: str = setting(
        "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254", "Where managed identities get tokens."
    )
    azure_credentials: str = setting(
        "AZURE_TOKEN_CREDENTIALS",
        "",
        "WorkloadIdentityCredential, ManagedIdentityCredential, or prod: the first where it is there.",
    )

    @property
    def azure_identity(self) -> AzureIdentity:
        """What asks for tokens of Entra."""
        return AzureIdentity(
            tenant=self.azure_tenant_id,
            client=self.azure_client_id,
            token_file=self.azure_federated_token_file,
            authority=self.azure_authority_host,
            machine=self.azure_identity_host,
            credentials=credentials_of(self.azure_credentials, self.azure_federated_token_file),
        )

    def check(self) -> None:
        """Raise SettingsError for a kind of credentials that is not known."""
        super().check()
        try:
            credentials_of(self.azure_credentials, self.azure_federated_token_file)
        except ValueError as error:
            raise SettingsError(f"AZURE_TOKEN_CREDENTIALS {error}") from None
