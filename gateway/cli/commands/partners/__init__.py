"""Commands towards partners: permits are asked for, quantities confirmed, the outbox sent."""
