import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.io.InputStream;
{% if service.needs_certificate %}
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
{% endif %}
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

public class Sample {
    static final String MESSAGE = """
        {{ message | indent(8) }}
        """;

    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newBuilder(){{ ".sslContext(keys())" if service.needs_certificate }}.build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("{{ address }}"))
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", "\"urn:{{ operation.name }}\"")
            .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
            .build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        DocumentBuilderFactory parser = DocumentBuilderFactory.newInstance();
        parser.setNamespaceAware(true);
        parser.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = parser.newDocumentBuilder().parse(answer.body());
        if (answer.statusCode() != 200) {
            throw new Exception(text(document.getDocumentElement(), "faultstring"));
        }
{% if operation.gives_permit %}
        System.out.println(text(first(document.getDocumentElement(), "HeaderExchangedDocument"), "ID"));
        var lines = document.getElementsByTagNameNS("*", "IncludedSupplyChainConsignmentItem");
        for (int each = 0; each < lines.getLength(); each++) {
            Element line = (Element) lines.item(each);
            Element quantity = first(line, "ItemQuantity");
            System.out.println(
                text(line, "ID") + " " + quantity.getTextContent() + " " + quantity.getAttribute("unitCode"));
        }
{% elif request.confirms %}
        Element answered = document.getDocumentElement();
        System.out.println(text(answered, "State") + " " + text(answered, "ConfirmationId"));
{% else %}
        System.out.println(text(document.getDocumentElement(), "State"));
{% endif %}
    }

    static Element first(Element parent, String name) {
        return (Element) parent.getElementsByTagNameNS("*", name).item(0);
    }

    static String text(Element parent, String name) {
        return first(parent, name).getTextContent();
    }
{% if service.needs_certificate %}

    /** client.p12: our key and certificate. ca.p12: the CA of the service. */
    static SSLContext keys() throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store("client.p12"), PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store("ca.p12"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    static KeyStore store(String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(Path.of(file))) {
            store.load(input, PASSWORD);
        }
        return store;
    }

    static final char[] PASSWORD = System.getenv("KEYSTORE_PASSWORD").toCharArray();
{% endif %}
}
