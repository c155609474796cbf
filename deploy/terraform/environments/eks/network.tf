module "encryption_key" {
  source = "../../modules/aws/encryption-key"

  name = var.name
}

module "network" {
  source = "../../modules/aws/network"

  name                 = var.name
  address_space        = var.address_space
  zones                = [for letter in var.zones : "${var.region}${letter}"]
  nat_gateway_per_zone = var.nat_gateway_per_zone
  flow_log_days        = var.log_days
  kms_key_arn          = module.encryption_key.arn
}
