// Client of Apache CXF, made from the WSDL by `wsdl2java`: every operation once over each version of SOAP; what it
// read, as a line of JSON for each.
//
//     java Client WSDL FIRST TOKEN SECOND TOKEN [PROPERTIES]
//
// PROPERTIES: a file that names endpoint, TLS and WS-Security. Then requests are signed by the defaults of WSS4J, and
// the signature of each answer, a fault too, is verified before it is read.
import epix.CITESEPermitType;
import epix.CertificateRequestType;
import epix.CitesPositionType;
import epix.ConfirmQuantitiesRequestType;
import epix.ConfirmedQuantitiesType;
import epix.Epix;
import epix.EpixService;
import epix.Fault;
import epix.ObjectFactory;
import epix.QuantityType;
import epix.ServiceStateRequestType;
import epix.SupplyChainConsignmentItemType;
import jakarta.xml.ws.BindingProvider;
import java.io.FileInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URL;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.callback.CallbackHandler;
import org.apache.cxf.configuration.jsse.TLSClientParameters;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.transport.http.HTTPConduitConfigurer;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.ext.WSPasswordCallback;

public class Client {
    static final String TIMESTAMP =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    static final ObjectFactory TYPES = new ObjectFactory();

    interface Call {
        void make() throws Fault;
    }

    public static void main(String[] words) throws Exception {
        EpixService service = new EpixService(new URL(words[0]));
        for (Epix epix : List.of(service.getEpixSoap11(), service.getEpixSoap12())) {
            if (words.length > 5) {
                secure(epix, words[5]);
            }
            System.out.println(read(epix, asked(words[1], words[2]), asked(words[3], words[4])));
        }
    }

    static String read(Epix epix, CertificateRequestType first, CertificateRequestType second) throws Fault {
        CITESEPermitType permit = epix.getNonFinalCitesCertificate(first).getCITESEPermit();
        Map<String, String> facts = new TreeMap<>();
        facts.put("number", quoted(permit.getHeaderExchangedDocument().getID().getValue()));
        facts.put("lines", lines(permit, line -> line.getTransportLogisticsPackage().get(0).getItemQuantity()));
        facts.put("not_final", refused(() -> epix.getFinalCertificate(first)));
        facts.put("too_much", refused(() -> epix.confirmQuantities(seen(first, Map.of("B", "12.500001")))));
        facts.put("confirmation", quoted(epix.confirmQuantities(
                seen(second, Map.of("A", "5", "B", "12.5", "C", "3"))).getConfirmationId()));
        facts.put("final", endorsed(epix.getFinalCertificate(second).getCITESEPermit()));
        facts.put("final_of_hub", endorsed(epix.getFinalCitesCertificate(second).getCITESEPermit()));
        facts.put("state", quoted(epix.serviceState(new ServiceStateRequestType()).getState().value()));
        return written(facts);
    }

    static CertificateRequestType asked(String number, String token) {
        CertificateRequestType request = new CertificateRequestType();
        request.setCertificateNumber(number);
        request.setTokenId(TYPES.createCertificateRequestTypeTokenId(token));
        request.setIsoCountryCode("MZ");
        return request;
    }

    static ConfirmQuantitiesRequestType seen(CertificateRequestType permit, Map<String, String> quantities) {
        ConfirmQuantitiesRequestType request = new ConfirmQuantitiesRequestType();
        request.setCertificateNumber(permit.getCertificateNumber());
        request.setTokenId(TYPES.createConfirmQuantitiesRequestTypeTokenId(permit.getTokenId().getValue()));
        request.setIsoCountryCode("MZ");
        request.setConfirmedQuantities(new ConfirmedQuantitiesType());
        new TreeMap<>(quantities).forEach((line, quantity) -> {
            CitesPositionType position = new CitesPositionType();
            position.setID(line);
            position.setInspectedUnitQuantity(new BigDecimal(quantity));
            request.getConfirmedQuantities().getCitesPosition().add(position);
        });
        return request;
    }

    static String refused(Call call) {
        try {
            call.make();
            return "null";
        } catch (Fault fault) {
            Map<String, String> found = new TreeMap<>();
            found.put("Code", quoted(fault.getFaultInfo().getCode()));
            found.put("Retry", quoted(fault.getFaultInfo().getRetry().value()));
            found.put("Box", quoted(fault.getFaultInfo().getBox()));
            if (fault.getFaultInfo().getPosition() != null) {
                found.put("Position", quoted(fault.getFaultInfo().getPosition()));
            }
            return written(found);
        }
    }

    static String endorsed(CITESEPermitType permit) {
        return lines(permit, line -> line.getExaminationTransportEvent().get(0).getUnitQuantity());
    }

    static String lines(CITESEPermitType permit, Function<SupplyChainConsignmentItemType, QuantityType> quantity) {
        Map<String, String> found = new TreeMap<>();
        for (SupplyChainConsignmentItemType line
                : permit.getSpecifiedSupplyChainConsignment().getIncludedSupplyChainConsignmentItem()) {
            QuantityType seen = quantity.apply(line);
            found.put(line.getID().get(0).getValue(),
                    quoted(seen.getValue().toPlainString() + " " + seen.getUnitCode()));
        }
        return written(found);
    }

    /** Mutual TLS by the keystores that the file names, and the actions of WSS4J with its defaults. */
    static void secure(Epix epix, String file) throws Exception {
        Properties named = new Properties();
        try (InputStream input = new FileInputStream(file)) {
            named.load(input);
        }
        char[] password = named.getProperty("password").toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(named.getProperty("tls"), password), password);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store(named.getProperty("ca"), password));
        TLSClientParameters tls = new TLSClientParameters();
        tls.setKeyManagers(keys.getKeyManagers());
        tls.setTrustManagers(trusted.getTrustManagers());
        // The conduit for this address is made with the first call: the WSDL has another address.
        org.apache.cxf.endpoint.Client client = ClientProxy.getClient(epix);
        client.getBus().setExtension(
                (name, address, conduit) -> conduit.setTlsClientParameters(tls), HTTPConduitConfigurer.class);
        ((BindingProvider) epix).getRequestContext().put(
                BindingProvider.ENDPOINT_ADDRESS_PROPERTY, named.getProperty("endpoint"));

        CallbackHandler passwords = callbacks -> ((WSPasswordCallback) callbacks[0]).setPassword(new String(password));
        // WSS4J left to itself signs the Body alone, and with SHA-1.
        client.getOutInterceptors().add(new WSS4JOutInterceptor(Map.of(
                "action", "Timestamp Signature",
                "user", "signer",
                "signatureParts", "{}{" + TIMESTAMP + "}Timestamp;{}{}Body",
                "signatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "signatureDigestAlgorithm", "http://www.w3.org/2001/04/xmlenc#sha256",
                "signatureKeyIdentifier", "DirectReference",
                "passwordCallbackRef", passwords,
                "signaturePropRefId", "signing",
                "signing", crypto(named, "signer"))));
        Map<String, Object> verifies = Map.of(
                "action", "Timestamp Signature",
                "signatureVerificationPropRefId", "verifying",
                "verifying", crypto(named, "answers"));
        client.getInInterceptors().add(new WSS4JInInterceptor(verifies));
        client.getInFaultInterceptors().add(new WSS4JInInterceptor(verifies));
    }

    static KeyStore store(String file, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = new FileInputStream(file)) {
            store.load(input, password);
        }
        return store;
    }

    static Properties crypto(Properties named, String store) {
        Properties crypto = new Properties();
        crypto.put("org.apache.wss4j.crypto.provider", "org.apache.wss4j.common.crypto.Merlin");
        crypto.put("org.apache.wss4j.crypto.merlin.keystore.type", "pkcs12");
        crypto.put("org.apache.wss4j.crypto.merlin.keystore.file", named.getProperty(store));
        crypto.put("org.apache.wss4j.crypto.merlin.keystore.password", named.getProperty("password"));
        return crypto;
    }

    // Words, numbers and identifiers: none holds a quotation mark.
    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    static String written(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(fact -> quoted(fact.getKey()) + ": " + fact.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
