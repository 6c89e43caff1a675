"""Parts of a gateway by subject, each made of the rooms and of the settings that it needs."""
