# Only the nodes' way out has a public address: stores are reached inside the network, by delegation or private endpoints.

locals {
  # Zones that a private endpoint's address is found in, by what is behind the endpoint.
  endpoint_zones = {
    blob  = "privatelink.blob.core.windows.net"
    redis = "privatelink.redis.azure.net"
  }
}

resource "azurerm_virtual_network" "this" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  address_space       = [var.address_space]
  tags                = var.tags
}

resource "azurerm_subnet" "nodes" {
  name                            = "nodes"
  resource_group_name             = var.resource_group_name
  virtual_network_name            = azurerm_virtual_network.this.name
  address_prefixes                = [cidrsubnet(var.address_space, 4, 0)]
  default_outbound_access_enabled = false
}

resource "azurerm_subnet" "endpoints" {
  name                              = "endpoints"
  resource_group_name               = var.resource_group_name
  virtual_network_name              = azurerm_virtual_network.this.name
  address_prefixes                  = [cidrsubnet(var.address_space, 8, 16)]
  default_outbound_access_enabled   = false
  private_endpoint_network_policies = "NetworkSecurityGroupEnabled"
}

resource "azurerm_subnet" "postgres" {
  name                 = "postgres"
  resource_group_name  = var.resource_group_name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = [cidrsubnet(var.address_space, 8, 17)]
  # The server asks Entra about tokens.
  default_outbound_access_enabled = true

  delegation {
    name = "postgres"

    service_delegation {
      name    = "Microsoft.DBforPostgreSQL/flexibleServers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_network_security_group" "nodes" {
  name                = "${var.name}-nodes"
  resource_group_name = var.resource_group_name
  location            = var.location
  tags                = var.tags
}

resource "azurerm_network_security_rule" "web" {
  #checkov:skip=CKV_AZURE_160:The ingress controller answers port 80 with a redirect to HTTPS and ACME challenges; who may call is ingress_source_addresses.
  count = length(var.ingress_source_addresses) > 0 ? 1 : 0

  name                        = "web"
  resource_group_name         = var.resource_group_name
  network_security_group_name = azurerm_network_security_group.nodes.name
  description                 = "Who may reach the ingress controller's load balancer."
  priority                    = 200
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_address_prefixes     = var.ingress_source_addresses
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_ranges     = ["80", "443"]
}

# No rules of its own: the ones Azure has by default let the virtual network in and nobody else.
resource "azurerm_network_security_group" "stores" {
  name                = "${var.name}-stores"
  resource_group_name = var.resource_group_name
  location            = var.location
  tags                = var.tags
}

resource "azurerm_subnet_network_security_group_association" "nodes" {
  subnet_id                 = azurerm_subnet.nodes.id
  network_security_group_id = azurerm_network_security_group.nodes.id
}

resource "azurerm_subnet_network_security_group_association" "stores" {
  for_each = {
    endpoints = azurerm_subnet.endpoints.id
    postgres  = azurerm_subnet.postgres.id
  }

  subnet_id                 = each.value
  network_security_group_id = azurerm_network_security_group.stores.id
}

resource "azurerm_public_ip" "outbound" {
  name                = "${var.name}-outbound"
  resource_group_name = var.resource_group_name
  location            = var.location
  allocation_method   = "Static"
  sku                 = "Standard"
  tags                = var.tags
}

resource "azurerm_nat_gateway" "this" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  sku_name            = "Standard"
  tags                = var.tags
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  nat_gateway_id       = azurerm_nat_gateway.this.id
  public_ip_address_id = azurerm_public_ip.outbound.id
}

resource "azurerm_subnet_nat_gateway_association" "nodes" {
  subnet_id      = azurerm_subnet.nodes.id
  nat_gateway_id = azurerm_nat_gateway.this.id
}

resource "azurerm_private_dns_zone" "endpoints" {
  for_each = local.endpoint_zones

  name                = each.value
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_private_dns_zone" "postgres" {
  name                = "${var.name}.private.postgres.database.azure.com"
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "this" {
  for_each = merge(
    { postgres = azurerm_private_dns_zone.postgres.id },
    { for key, zone in azurerm_private_dns_zone.endpoints : key => zone.id },
  )

  name                = "${var.name}-${each.key}"
  private_dns_zone_id = each.value
  virtual_network_id  = azurerm_virtual_network.this.id
  tags                = var.tags
}
