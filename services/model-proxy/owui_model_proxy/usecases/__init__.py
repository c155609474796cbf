"""What happens when models are listed, asked, described or connected."""
