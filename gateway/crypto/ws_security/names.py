"""Namespaces and URIs of WS-Security, as constants.

Source: SOAP Message Security 1.1, UsernameToken Profile 1.1, X.509 Certificate Token Profile 1.1
(OASIS).
"""

from gateway.wire import namespaces

_OASIS = "http://docs.oasis-open.org/wss"
_2004 = f"{_OASIS}/2004/01/oasis-200401-wss"
WSSE_NAMESPACE = namespaces.WSSE
WSU_NAMESPACE = namespaces.WSU
WSSE = f"{{{WSSE_NAMESPACE}}}"
WSU = f"{{{WSU_NAMESPACE}}}"
DS = f"{{{namespaces.XMLDSIG}}}"
EXCLUSIVE = "{http://www.w3.org/2001/10/xml-exc-c14n#}"
ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#"
ENCRYPTION_11 = "http://www.w3.org/2009/xmlenc11#"

BASE64 = f"{_2004}-soap-message-security-1.0#Base64Binary"
X509_V3 = f"{_2004}-x509-token-profile-1.0#X509v3"
SUBJECT_KEY_IDENTIFIER = f"{_2004}-x509-token-profile-1.0#X509SubjectKeyIdentifier"
THUMBPRINT = f"{_OASIS}/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
PASSWORD_TEXT = f"{_2004}-username-token-profile-1.0#PasswordText"
PASSWORD_DIGEST = f"{_2004}-username-token-profile-1.0#PasswordDigest"
