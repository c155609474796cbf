"""What the pages of the platform show and offer, in the words of a person."""
