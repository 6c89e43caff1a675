{% if service.needs_certificate %}
const fs = require("node:fs");
const https = require("node:https");
{% endif %}
const soap = require("soap");

async function main() {
{% if service.needs_certificate %}
  const keys = {
    cert: fs.readFileSync("client.pem"),
    key: fs.readFileSync("client.key"),
    ca: fs.readFileSync("ca.pem"),
  };
  const client = await soap.createClientAsync("{{ address }}?wsdl", {
    wsdl_options: { httpsAgent: new https.Agent(keys) },
  });
  client.setSecurity(new soap.ClientSSLSecurity(keys.key, keys.cert, keys.ca));
{% else %}
  const client = await soap.createClientAsync("{{ address }}?wsdl");
{% endif %}
  const [answer] = await client.{{ operation.name }}Async({
{% if request.names_permit %}
    CertificateNumber: "{{ permit.number }}",
    TokenId: "{{ permit.token }}",
{% endif %}
    IsoCountryCode: "{{ permit.country }}",
{% if request.confirms %}
    ConfirmedQuantities: {
      CitesPosition: [
{% for line, quantity in request.counted %}
        { ID: "{{ line }}", InspectedUnitQuantity: "{{ quantity }}" },
{% endfor %}
      ],
    },
{% endif %}
  });
{% if operation.gives_permit %}
  const permit = answer.{{ version.root }};
  console.log(permit.HeaderExchangedDocument.ID);
  for (const line of permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem) {
    const quantity = line.TransportLogisticsPackage[0].ItemQuantity;
    console.log(line.ID[0], quantity.$value, quantity.attributes.unitCode);
  }
{% elif request.confirms %}
  console.log(answer.State, answer.ConfirmationId);
{% else %}
  console.log(answer.State);
{% endif %}
}

main();
