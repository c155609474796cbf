# What would be created, without an account: terraform test

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "helm" {
  source = "./tests/mocks"
}

mock_provider "random" {
  source = "./tests/mocks"
}

variables {
  region                = "eu-central-1"
  api_authorized_ranges = ["203.0.113.0/24"]
  rds_ca_file           = "tests/mocks/certificate.pem"
}

run "defaults" {
  state_key = "defaults"

  assert {
    condition = toset(output.subjects) == toset([
      for account in ["auth", "chat", "model-proxy", "rag", "rag-beat", "rag-worker"] :
      "system:serviceaccount:open-webui:open-webui-${account}"
    ])
    error_message = "Each service account that signs in has a role, and no others."
  }
}

run "irsa" {
  state_key = "irsa"

  variables {
    identity_mechanism = "irsa"
  }

  assert {
    condition     = keys(output.role_arns) == ["auth", "chat", "model-proxy", "rag"]
    error_message = "Each service has a role of its own."
  }
}

run "passwords" {
  state_key = "passwords"

  variables {
    database_auth = "password"
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
    source = "../../modules/aws/cluster"
  }

  variables {
    name                  = "owui"
    subnet_ids            = ["a", "b"]
    kms_key_arn           = "arn:aws:kms:eu-central-1:123456789012:key/k"
    kubernetes_version    = "1.34"
    administrator_arns    = { me = "arn:aws:iam::123456789012:role/me" }
    api_authorized_ranges = ["0.0.0.0/0"]
  }

  expect_failures = [var.api_authorized_ranges]
}

run "an_identity_mechanism_that_does_not_exist_is_refused" {
  command   = plan
  state_key = "refused"

  variables {
    identity_mechanism = "keys"
  }

  expect_failures = [var.identity_mechanism]
}
