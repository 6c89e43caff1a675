"""National sign-on by OpenID Connect: discovery, token request, ID token. The home of joserfc."""
