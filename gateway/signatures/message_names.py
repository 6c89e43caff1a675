"""Which names does WS-Security use?

Source: SOAP Message Security 1.1, UsernameToken Profile 1.1, X.509 Certificate Token Profile 1.1 (OASIS).
"""

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

_OASIS = "http://docs.oasis-open.org/wss"
_2004 = f"{_OASIS}/2004/01/oasis-200401-wss"
WSSE_NAMESPACE = f"{_2004}-wssecurity-secext-1.0.xsd"
WSU_NAMESPACE = f"{_2004}-wssecurity-utility-1.0.xsd"
WSSE = f"{{{WSSE_NAMESPACE}}}"
WSU = f"{{{WSU_NAMESPACE}}}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXCLUSIVE = "{http://www.w3.org/2001/10/xml-exc-c14n#}"
ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#"
ENCRYPTION_11 = "http://www.w3.org/2009/xmlenc11#"

BASE64 = f"{_2004}-soap-message-security-1.0#Base64Binary"
X509_V3 = f"{_2004}-x509-token-profile-1.0#X509v3"
SUBJECT_KEY_IDENTIFIER = f"{_2004}-x509-token-profile-1.0#X509SubjectKeyIdentifier"
THUMBPRINT = f"{_OASIS}/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"
PASSWORD_TEXT = f"{_2004}-username-token-profile-1.0#PasswordText"
PASSWORD_DIGEST = f"{_2004}-username-token-profile-1.0#PasswordDigest"
