# What would be created, without an account: terraform test

mock_provider "azurerm" {
  source = "./tests/mocks"
}

mock_provider "helm" {
  source = "./tests/mocks"
}

mock_provider "random" {
  source = "./tests/mocks"
}

variables {
  subscription_id       = "00000000-0000-0000-0000-000000000000"
  location              = "westeurope"
  api_authorized_ranges = ["203.0.113.0/24"]
}

run "defaults" {
  state_key = "defaults"

  assert {
    condition = toset(output.subjects) == toset([
      for account in ["auth", "chat", "model-proxy", "provision", "rag", "rag-beat", "rag-worker"] :
      "system:serviceaccount:open-webui:open-webui-${account}"
    ])
    error_message = "Entra has to accept the tokens of each service account that signs in, and no others."
  }

  assert {
    condition     = length(random_password.postgres) == 0
    error_message = "Where services sign in with tokens, no password is made."
  }

  assert {
    condition     = toset(output.postgres_roles) == toset(["owui-auth", "owui-chat", "owui-model-proxy", "owui-rag"])
    error_message = "Each service has a role of its own in Postgres."
  }

  assert {
    condition     = output.postgres_administrators == ["owui-provision"]
    error_message = "No service administers Postgres."
  }
}

run "passwords" {
  state_key = "passwords"

  variables {
    database_auth = "password"
    secrets       = { OPENAI_API_KEYS = "a,b\\c;d" }
  }

  assert {
    condition     = length(output.postgres_roles) == 0 && length(output.postgres_administrators) == 0
    error_message = "With passwords, no identity is a role in Postgres."
  }

  assert {
    condition     = length(random_password.postgres) == 1
    error_message = "With passwords, the administrator has one."
  }
}

run "infrastructure_alone" {
  state_key = "infrastructure_alone"

  variables {
    deploy_release = false
  }

  assert {
    condition     = output.release_status == null
    error_message = "No release was asked for."
  }
}

run "a_public_api_server_for_everybody_is_refused" {
  command   = plan
  state_key = "refused"

  module {
    source = "../../modules/azure/cluster"
  }

  variables {
    name                     = "owui"
    resource_group_name      = "owui"
    tenant_id                = "11111111-1111-1111-1111-111111111111"
    virtual_network_id       = "network"
    subnet_id                = "subnet"
    outbound_address         = "203.0.113.9"
    kubernetes_version       = "1.34"
    private_cluster          = false
    api_authorized_ranges    = []
    administrator_object_ids = {}
  }

  expect_failures = [var.api_authorized_ranges]
}

run "a_way_to_sign_in_that_does_not_exist_is_refused" {
  command   = plan
  state_key = "refused"

  variables {
    database_auth = "trust"
  }

  expect_failures = [var.database_auth]
}
