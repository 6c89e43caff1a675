"""Developer portal: pages for the engineers of other systems who call this service."""
