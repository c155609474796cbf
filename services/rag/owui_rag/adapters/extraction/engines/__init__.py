"""Engines that read documents for us, one file each; `..choose` has the table of them."""
