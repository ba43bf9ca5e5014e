"""Acts from the click to the clinic's word: real vault, real client, the portal in the box."""
