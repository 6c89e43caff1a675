using System;
{% if service.needs_certificate %}
using System.Security.Cryptography.X509Certificates;
{% endif %}
using Epix;

static class Sample {
    static void Main() {
        var epix = new EpixService { Url = "{{ address }}" };
{% if service.needs_certificate %}
        epix.ClientCertificates.Add(new X509Certificate2(
            "client.p12", Environment.GetEnvironmentVariable("KEYSTORE_PASSWORD")));
{% endif %}
{% if operation.gives_permit %}
        AttachmentType[] attachments;
        bool composite;
        var permit = epix.{{ operation.name }}(
            "{{ permit.number }}", "{{ permit.token }}", "{{ permit.country }}", out attachments, out composite);
        Console.WriteLine(permit.HeaderExchangedDocument.ID{{ ".Value" if with_attributes }});
        foreach (var line in permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem) {
            var quantity = line.TransportLogisticsPackage[0].ItemQuantity;
            Console.WriteLine(FormattableString.Invariant(
                $"{line.ID[0]{{ ".Value" if with_attributes }}} {quantity.Value} {quantity.unitCode}"));
        }
{% elif request.confirms %}
        var lines = new[] {
{% for line, quantity in request.counted %}
            new CitesPositionType { ID = "{{ line }}", InspectedUnitQuantity = {{ quantity }}m },
{% endfor %}
        };
        ConfirmationStateType state;
        bool stateGiven;
        string id;
        epix.{{ operation.name }}(
            "{{ permit.number }}", "{{ permit.token }}", "{{ permit.country }}", lines,
            out state, out stateGiven, out id);
        Console.WriteLine($"{state} {id}");
{% else %}
        OperatingStateType state;
        bool stateGiven, timeGiven;
        string version;
        DateTime time;
        epix.{{ operation.name }}(
            "{{ permit.country }}", out state, out stateGiven, out version, out time, out timeGiven);
        Console.WriteLine(state);
{% endif %}
    }
}
