resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.location
  tags     = var.tags
}

module "network" {
  source = "../../modules/azure/network"

  name                     = var.name
  resource_group_name      = azurerm_resource_group.this.name
  location                 = azurerm_resource_group.this.location
  address_space            = var.address_space
  ingress_source_addresses = var.ingress_source_addresses
  tags                     = var.tags
}
