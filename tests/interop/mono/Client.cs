// Client on Mono: every operation once, by the proxy of `wsdl` or over WCF; what it read, as JSON.
//
//     client.exe asmx|wcf ENDPOINT 1.1|1.2 FIRST TOKEN SECOND TOKEN
//
// WCF takes the types that `wsdl` made: Mono's own `svcutil` reads the contract and writes an empty
// file, as it does for every contract whose types are not those of its DataContractSerializer.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using System.Web.Services.Protocols;
using System.Xml.Schema;
using System.Xml.Serialization;
using Epix;

interface IOperations {
    CITESEPermitType NonFinal(string number, string token);
    CITESEPermitType Final(string number, string token, bool ofHub);
    string Confirm(string number, string token, CitesPositionType[] lines);
    string State();
    EpixFault FaultOf(Exception error);
}

static class Program {
    static int Main(string[] words) {
        IOperations service = words[0] == "wcf"
            ? (IOperations) new OverWcf(words[1], words[2]) : new ByProxy(words[1], words[2]);
        string first = words[3], token = words[4], second = words[5], other = words[6];
        var permit = service.NonFinal(first, token);
        var facts = new SortedDictionary<string, string> {
            ["number"] = Quoted(permit.HeaderExchangedDocument.ID.Value),
            ["lines"] = Lines(permit, line => line.TransportLogisticsPackage[0].ItemQuantity),
            ["not_final"] = Refused(service, () => service.Final(first, token, false)),
            ["too_much"] = Refused(service, () => service.Confirm(first, token, Seen("B", 12.500001m))),
            ["confirmation"] = Quoted(service.Confirm(
                second, other, Seen("A", 5m).Concat(Seen("B", 12.5m)).Concat(Seen("C", 3m)).ToArray())),
            ["final"] = Endorsed(service.Final(second, other, false)),
            ["final_of_hub"] = Endorsed(service.Final(second, other, true)),
            ["state"] = Quoted(service.State()),
        };
        Console.WriteLine(Written(facts));
        return 0;
    }

    static CitesPositionType[] Seen(string line, decimal quantity) {
        return new[] { new CitesPositionType { ID = line, InspectedUnitQuantity = quantity } };
    }

    static string Endorsed(CITESEPermitType permit) {
        return Lines(permit, line => line.ExaminationTransportEvent[0].UnitQuantity);
    }

    static string Lines(
        CITESEPermitType permit, Func<SupplyChainConsignmentItemType, QuantityType> quantity) {
        var lines = permit.SpecifiedSupplyChainConsignment.IncludedSupplyChainConsignmentItem;
        var found = new SortedDictionary<string, string>();
        foreach (var line in lines)
            found[line.ID[0].Value] = Quoted(string.Format(
                CultureInfo.InvariantCulture, "{0} {1}", quantity(line).Value, quantity(line).unitCode));
        return Written(found);
    }

    static string Refused(IOperations service, Action call) {
        try {
            call();
        } catch (Exception error) when (error is SoapException || error is FaultException) {
            var fault = service.FaultOf(error);
            var found = new SortedDictionary<string, string> {
                ["Code"] = Quoted(fault.Code), ["Retry"] = Quoted(fault.Retry), ["Box"] = Quoted(fault.Box),
            };
            if (fault.Position != null)
                found["Position"] = Quoted(fault.Position);
            return Written(found);
        }
        return "null";
    }

    // Words, numbers and identifiers: none holds a quotation mark.
    static string Quoted(string text) {
        return "\"" + text + "\"";
    }

    static string Written(SortedDictionary<string, string> facts) {
        return "{" + string.Join(", ", facts.Select(each => Quoted(each.Key) + ": " + each.Value)) + "}";
    }
}

class ByProxy : IOperations {
    readonly EpixService service = new EpixService();

    public ByProxy(string endpoint, string soap) {
        service.Url = endpoint;
        if (soap == "1.2")
            service.SoapVersion = SoapProtocolVersion.Soap12;
    }

    public CITESEPermitType NonFinal(string number, string token) {
        AttachmentType[] attachments;
        bool composite;
        return service.GetNonFinalCitesCertificate(number, token, "MZ", out attachments, out composite);
    }

    public CITESEPermitType Final(string number, string token, bool ofHub) {
        AttachmentType[] attachments;
        bool composite;
        return ofHub
            ? service.GetFinalCitesCertificate(number, token, "MZ", out attachments, out composite)
            : service.GetFinalCertificate(number, token, "MZ", out attachments, out composite);
    }

    public string Confirm(string number, string token, CitesPositionType[] lines) {
        ConfirmationStateType state;
        bool stated;
        string id;
        service.ConfirmQuantities(number, token, "MZ", lines, out state, out stated, out id);
        return id;
    }

    public string State() {
        OperatingStateType state;
        bool stated, timed;
        string version;
        DateTime time;
        service.ServiceState("MZ", out state, out stated, out version, out time, out timed);
        return state.ToString();
    }

    public EpixFault FaultOf(Exception error) {
        var detail = ((SoapException) error).Detail;
        Func<string, string> text = name => {
            var found = detail.SelectSingleNode(
                "*/*[local-name() = '" + name + "' and namespace-uri() = '" + Names.Fault + "']");
            return found == null ? null : found.InnerText;
        };
        return new EpixFault {
            Code = text("Code"), Retry = text("Retry"), Position = text("Position"), Box = text("Box"),
        };
    }
}

class OverWcf : IOperations {
    readonly IEpix channel;

    public OverWcf(string endpoint, string soap) {
        var version = soap == "1.2" ? MessageVersion.Soap12 : MessageVersion.Soap11;
        var binding = new CustomBinding(
            new TextMessageEncodingBindingElement(version, Encoding.UTF8),
            new HttpTransportBindingElement { MaxReceivedMessageSize = 1 << 24 });
        channel = new ChannelFactory<IEpix>(binding, new EndpointAddress(endpoint)).CreateChannel();
    }

    public CITESEPermitType NonFinal(string number, string token) {
        var request = new NonFinalRequest { Body = Asked(number, token) };
        return channel.GetNonFinalCitesCertificate(request).Body.CITESEPermit;
    }

    public CITESEPermitType Final(string number, string token, bool ofHub) {
        var body = Asked(number, token);
        return ofHub
            ? channel.GetFinalCitesCertificate(new FinalOfHubRequest { Body = body }).Body.CITESEPermit
            : channel.GetFinalCertificate(new FinalRequest { Body = body }).Body.CITESEPermit;
    }

    public string Confirm(string number, string token, CitesPositionType[] lines) {
        var body = new QuantitiesRequest {
            CertificateNumber = number, TokenId = token, ConfirmedQuantities = lines,
        };
        return channel.ConfirmQuantities(new ConfirmRequest { Body = body }).Body.ConfirmationId;
    }

    public string State() {
        return channel.ServiceState(new StateRequest { Body = new CountryRequest() }).Body.State.ToString();
    }

    static PermitRequest Asked(string number, string token) {
        return new PermitRequest { CertificateNumber = number, TokenId = token };
    }

    public EpixFault FaultOf(Exception error) {
        return ((FaultException<EpixFault>) error).Detail;
    }
}

[ServiceContract(Namespace = Names.Service)]
interface IEpix {
    [OperationContract(Action = "urn:GetNonFinalCitesCertificate", ReplyAction = "*"), XmlSerializerFormat, FaultContract(typeof(EpixFault), Name = "Fault", Namespace = Names.Fault)]
    NonFinalResponse GetNonFinalCitesCertificate(NonFinalRequest request);

    [OperationContract(Action = "urn:GetFinalCertificate", ReplyAction = "*"), XmlSerializerFormat, FaultContract(typeof(EpixFault), Name = "Fault", Namespace = Names.Fault)]
    FinalResponse GetFinalCertificate(FinalRequest request);

    [OperationContract(Action = "urn:GetFinalCitesCertificate", ReplyAction = "*"), XmlSerializerFormat, FaultContract(typeof(EpixFault), Name = "Fault", Namespace = Names.Fault)]
    FinalOfHubResponse GetFinalCitesCertificate(FinalOfHubRequest request);

    [OperationContract(Action = "urn:ConfirmQuantities", ReplyAction = "*"), XmlSerializerFormat, FaultContract(typeof(EpixFault), Name = "Fault", Namespace = Names.Fault)]
    ConfirmResponse ConfirmQuantities(ConfirmRequest request);

    [OperationContract(Action = "urn:ServiceState", ReplyAction = "*"), XmlSerializerFormat, FaultContract(typeof(EpixFault), Name = "Fault", Namespace = Names.Fault)]
    StateResponse ServiceState(StateRequest request);
}

static class Names {
    public const string Service = "urn:CitesDataExchange/v2/";
    public const string Fault = "urn:CitesDataExchange/fault/";
}

// Mono's WCF reads the detail of a fault by its DataContractSerializer alone, in the order of the contract.
[DataContract(Name = "Fault", Namespace = Names.Fault)]
public class EpixFault {
    [DataMember(Order = 0)] public string Code;
    [DataMember(Order = 1)] public string Text;
    [DataMember(Order = 2)] public string Retry;
    [DataMember(Order = 3)] public string Incident;
    [DataMember(Order = 4)] public string Position;
    [DataMember(Order = 5)] public string Box;
}

// The messages: WCF sends what stands in Body as it is, and XmlSerializer writes it.
[MessageContract(IsWrapped = false)]
public class NonFinalRequest {
    [MessageBodyMember, XmlElement("GetNonFinalCitesCertificateRequest", Namespace = Names.Service)]
    public PermitRequest Body;
}

[MessageContract(IsWrapped = false)]
public class FinalRequest {
    [MessageBodyMember, XmlElement("GetFinalCertificateRequest", Namespace = Names.Service)]
    public PermitRequest Body;
}

[MessageContract(IsWrapped = false)]
public class FinalOfHubRequest {
    [MessageBodyMember, XmlElement("GetFinalCitesCertificateRequest", Namespace = Names.Service)]
    public PermitRequest Body;
}

[MessageContract(IsWrapped = false)]
public class NonFinalResponse {
    [MessageBodyMember, XmlElement("GetNonFinalCitesCertificateResponse", Namespace = Names.Service)]
    public PermitResponse Body;
}

[MessageContract(IsWrapped = false)]
public class FinalResponse {
    [MessageBodyMember, XmlElement("GetFinalCertificateResponse", Namespace = Names.Service)]
    public PermitResponse Body;
}

[MessageContract(IsWrapped = false)]
public class FinalOfHubResponse {
    [MessageBodyMember, XmlElement("GetFinalCitesCertificateResponse", Namespace = Names.Service)]
    public PermitResponse Body;
}

[MessageContract(IsWrapped = false)]
public class ConfirmRequest {
    [MessageBodyMember, XmlElement("ConfirmQuantitiesRequest", Namespace = Names.Service)]
    public QuantitiesRequest Body;
}

[MessageContract(IsWrapped = false)]
public class ConfirmResponse {
    [MessageBodyMember, XmlElement("ConfirmQuantitiesResponse", Namespace = Names.Service)]
    public QuantitiesResponse Body;
}

[MessageContract(IsWrapped = false)]
public class StateRequest {
    [MessageBodyMember, XmlElement("ServiceStateRequest", Namespace = Names.Service)]
    public CountryRequest Body;
}

[MessageContract(IsWrapped = false)]
public class StateResponse {
    [MessageBodyMember, XmlElement("ServiceStateResponse", Namespace = Names.Service)]
    public OperatingState Body;
}

public class PermitRequest {
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 0)] public string CertificateNumber;
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 1)] public string TokenId;
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 2)] public string IsoCountryCode = "MZ";
}

public class PermitResponse {
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 0)] public CITESEPermitType CITESEPermit;
    [XmlElement("Attachments", Form = XmlSchemaForm.Unqualified, Order = 1)] public AttachmentType[] Attachments;
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 2)] public bool Composite;
}

public class QuantitiesRequest {
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 0)] public string CertificateNumber;
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 1)] public string TokenId;
    [XmlElement(Form = XmlSchemaForm.Unqualified, Order = 2)] public string IsoCountryCode = "MZ";
    [XmlArray(Form = XmlSchemaForm.Unqualified, Order = 3)]
    [XmlArrayItem("CitesPosition", Form = XmlSchemaForm.Unqualified)]
    public CitesPositionType[] ConfirmedQuantities;
}

public class QuantitiesResponse {
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public ConfirmationStateType State;
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public string ConfirmationId;
}

public class CountryRequest {
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public string IsoCountryCode = "MZ";
}

public class OperatingState {
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public OperatingStateType State;
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public string Version;
    [XmlElement(Form = XmlSchemaForm.Unqualified)] public DateTime Time;
}
