# What would be made up.

mock_resource "random_string" {
  defaults = { result = "x1y2z3" }
}

mock_resource "random_password" {
  defaults = { result = "a-password-that-nobody-knows" }
}
