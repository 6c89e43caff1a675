"""Views: tables and sentences that commands print for a person."""
