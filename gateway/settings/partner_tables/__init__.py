"""Tables inside [[partner]], and values that a partner's file shares with them."""
