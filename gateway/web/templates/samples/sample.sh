curl -sS {{ address }} \
{% if service.needs_certificate %}
  --cert client.pem --key client.key --cacert ca.pem \
{% endif %}
  -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:{{ request.operation }}"' \
  --data-binary @- <<'XML'
{{ message }}
XML
