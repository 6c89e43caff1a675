{% if request.confirms %}
from decimal import Decimal

{% endif %}
{% if service.needs_certificate %}
import requests
{% endif %}
import zeep

{% if service.needs_certificate %}
session = requests.Session()
session.cert = ("client.pem", "client.key")
session.verify = "ca.pem"
client = zeep.Client("{{ address }}?wsdl", transport=zeep.Transport(session=session))
{% else %}
client = zeep.Client("{{ address }}?wsdl")
{% endif %}
answer = client.service.{{ operation.name }}(
{% if request.names_permit %}
    CertificateNumber="{{ permit.number }}",
    TokenId="{{ permit.token }}",
{% endif %}
    IsoCountryCode="{{ permit.country }}",
{% if request.confirms %}
    ConfirmedQuantities={
        "CitesPosition": [
{% for line, quantity in request.counted %}
            {"ID": "{{ line }}", "InspectedUnitQuantity": Decimal("{{ quantity }}")},
{% endfor %}
        ]
    },
{% endif %}
)
{% if operation.gives_permit %}
permit = answer.{{ version.root }}
print(permit.HeaderExchangedDocument.ID{{ "._value_1" if with_attributes }})
for line in permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem:
    quantity = line.TransportLogisticsPackage[0].ItemQuantity
    print(line.ID[0]{{ "._value_1" if with_attributes }}, quantity._value_1, quantity.unitCode)
{% elif request.confirms %}
print(answer.State, answer.ConfirmationId)
{% else %}
print(answer.State)
{% endif %}
