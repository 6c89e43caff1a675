// A service of Apache CXF, made from the WSDL by `wsdl2java`, as a first attempt looks: typed, and without what the
// schema does not say. `java Service ADDRESS FOLDER`; FOLDER holds permit.xml (with NUMBER in place of the number)
// and permits.txt (number, state, token or -).
import epix.AttachmentType;
import epix.CITESEPermitType;
import epix.CertificateRequestType;
import epix.CertificateResponseType;
import epix.CitesPositionType;
import epix.ConfirmQuantitiesRequestType;
import epix.ConfirmQuantitiesResponseType;
import epix.ConfirmationStateType;
import epix.Epix;
import epix.Fault;
import epix.FaultType;
import epix.OperatingStateType;
import epix.QuantityType;
import epix.RetryType;
import epix.ServiceStateRequestType;
import epix.ServiceStateResponseType;
import epix.TransportEventType;
import jakarta.jws.WebService;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBElement;
import jakarta.xml.ws.Endpoint;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.xml.transform.stream.StreamSource;

@WebService(
        endpointInterface = "epix.Epix",
        targetNamespace = "urn:CitesDataExchange/v2/",
        serviceName = "EpixService",
        portName = "EpixSoap11",
        wsdlLocation = "WSDL")
public class Service implements Epix {
    static class Permit {
        String state;
        String token;
        Map<String, BigDecimal> box14 = new HashMap<>();
        String confirmation;
    }

    final Map<String, Permit> permits = new HashMap<>();
    final String document;

    Service(Path folder) throws Exception {
        document = Files.readString(folder.resolve("permit.xml"));
        for (String line : Files.readAllLines(folder.resolve("permits.txt"))) {
            String[] words = line.split(" ");
            Permit permit = new Permit();
            permit.state = words[1];
            permit.token = words[2].equals("-") ? "" : words[2];
            if (permit.state.equals("final")) {
                permit.box14.put("A", new BigDecimal("12.5"));
            }
            permits.put(words[0], permit);
        }
    }

    public static void main(String[] words) throws Exception {
        Endpoint.publish(words[0], new Service(Path.of(words[1])));
        System.out.println("ready");
        Thread.currentThread().join();
    }

    @Override
    public ServiceStateResponseType serviceState(ServiceStateRequestType request) {
        ServiceStateResponseType answer = new ServiceStateResponseType();
        answer.setState(OperatingStateType.OK);
        return answer;
    }

    @Override
    public CertificateResponseType getNonFinalCitesCertificate(CertificateRequestType request) throws Fault {
        return answer(request.getCertificateNumber(), found(request.getCertificateNumber(), request.getTokenId()), false);
    }

    @Override
    public CertificateResponseType getFinalCitesCertificate(CertificateRequestType request) throws Fault {
        Permit permit = found(request.getCertificateNumber(), request.getTokenId());
        if (!permit.state.equals("final")) {
            throw fault("CertificateNotFinal", RetryType.LATER);
        }
        return answer(request.getCertificateNumber(), permit, true);
    }

    @Override
    public CertificateResponseType getFinalCertificate(CertificateRequestType request) throws Fault {
        return getFinalCitesCertificate(request);
    }

    @Override
    public ConfirmQuantitiesResponseType confirmQuantities(ConfirmQuantitiesRequestType request) throws Fault {
        Permit permit = found(request.getCertificateNumber(), request.getTokenId());
        Map<String, BigDecimal> seen = new HashMap<>();
        for (CitesPositionType position : request.getConfirmedQuantities().getCitesPosition()) {
            if (!position.getID().equals("A")) {
                throw fault("PositionUnknown", RetryType.AFTER_CHANGE);
            }
            if (position.getInspectedUnitQuantity().compareTo(new BigDecimal("12.5")) > 0) {
                throw fault("QuantityExceeded", RetryType.AFTER_CHANGE);
            }
            seen.put(position.getID(), position.getInspectedUnitQuantity());
        }
        ConfirmQuantitiesResponseType answer = new ConfirmQuantitiesResponseType();
        answer.setState(permit.confirmation == null
                ? ConfirmationStateType.CONFIRMED : ConfirmationStateType.ALREADY_CONFIRMED);
        permit.confirmation = permit.confirmation == null ? UUID.randomUUID().toString() : permit.confirmation;
        permit.box14 = seen;
        permit.state = "final";
        answer.setConfirmationId(permit.confirmation);
        return answer;
    }

    Permit found(String number, JAXBElement<String> token) throws Fault {
        Permit permit = permits.get(number);
        String given = token == null || token.getValue() == null ? "" : token.getValue();
        if (permit == null || !permit.token.equals(given)) {
            throw fault("CertificateNotFound", RetryType.AFTER_CHANGE);
        }
        return permit;
    }

    CertificateResponseType answer(String number, Permit permit, boolean endorsed) {
        CertificateResponseType answer = new CertificateResponseType();
        answer.setCITESEPermit(read(document.replace("NUMBER", number)));
        answer.setComposite(false);
        if (endorsed) {
            answer.getCITESEPermit().getSpecifiedSupplyChainConsignment().getIncludedSupplyChainConsignmentItem()
                    .forEach(line -> {
                        QuantityType quantity = new QuantityType();
                        quantity.setValue(permit.box14.get(line.getID().get(0).getValue()));
                        quantity.setUnitCode("KGM");
                        TransportEventType event = new TransportEventType();
                        event.setUnitQuantity(quantity);
                        line.getExaminationTransportEvent().add(event);
                    });
        }
        AttachmentType file = new AttachmentType();
        file.setAttachmentName("note.txt");
        file.setAttachmentContent("A note.".getBytes());
        answer.getAttachments().add(file);
        return answer;
    }

    CITESEPermitType read(String xml) {
        try {
            return JAXBContext.newInstance("epix").createUnmarshaller()
                    .unmarshal(new StreamSource(new StringReader(xml)), CITESEPermitType.class).getValue();
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    Fault fault(String code, RetryType retry) {
        FaultType said = new FaultType();
        said.setCode(code);
        said.setText("See the list of codes.");
        said.setRetry(retry);
        said.setIncident(UUID.randomUUID().toString());
        return new Fault(code, said);
    }
}
