package strata.server.configuration;

import strata.base.OperatorException;
import strata.base.tls.CertificateBinding;
import strata.base.tls.TlsContext.ClientCertificates;
import strata.base.tls.TlsFiles;
import strata.frontdoor.identity.PatientIdentity;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The keys of TLS and of who may do what. */
final class SecurityReader {
    private final Path data;

    SecurityReader(Path data) {
        this.data = data;
    }

    /** Empty without a key. */
    Optional<TlsFiles> tls(Section tls) throws OperatorException {
        Optional<Path> key = file(tls.value("key"));
        Optional<Path> certificates = file(tls.value("certificates"));
        Optional<Path> password = file(tls.value("password"));
        Setting trust = tls.value("trust");
        if (key.isEmpty() && (certificates.isPresent() || file(trust).isPresent())) {
            throw trust.wrong("'tls' needs a 'key' too");
        }
        return key.isEmpty()
                ? Optional.empty()
                : Optional.of(new TlsFiles(key.get(), certificates, password, file(trust)));
    }

    private Optional<Path> file(Setting setting) throws OperatorException {
        return setting.as(ConfigurationReader::path).map(data::resolve).map(Path::normalize);
    }

    /** Where DICOM over TLS listens; empty where the section is not there. */
    Optional<Endpoint> dicomListener(Section dicom, Optional<TlsFiles> tls)
            throws OperatorException {
        boolean listens = dicom.has("tls");
        Section at = dicom.section("tls");
        Setting bind = at.value("bind");
        Endpoint endpoint = new Endpoint(
                bind.as(Endpoint::checkedHost, "127.0.0.1"),
                at.value("port").as(Endpoint::parsePort, 2762));
        if (!listens) {
            return Optional.empty();
        }
        if (tls.flatMap(TlsFiles::trust).isEmpty()) {
            throw bind.wrong("DICOM over TLS needs 'tls.key' and 'tls.trust', since both sides"
                    + " show certificates");
        }
        return Optional.of(endpoint);
    }

    /** Empty: plain HTTP. */
    static Optional<ClientCertificates> https(Section http, Optional<TlsFiles> tls)
            throws OperatorException {
        Section section = http.section("tls");
        Setting enabled = section.value("enabled");
        ClientCertificates clients =
                section.value("clients").as(SecurityReader::clients, ClientCertificates.NONE);
        if (!enabled.as(ConfigurationReader::flag, false)) {
            return Optional.empty();
        }
        if (tls.isEmpty()) {
            throw enabled.wrong("HTTPS needs 'tls.key'");
        }
        if (clients != ClientCertificates.NONE && tls.get().trust().isEmpty()) {
            throw enabled.wrong("certificates of clients need 'tls.trust'");
        }
        return Optional.of(clients);
    }

    private static ClientCertificates clients(String text) {
        for (ClientCertificates each : ClientCertificates.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("expected none, wanted or needed");
    }

    static Set<CertificateBinding> bindings(Section peer) throws OperatorException {
        return new LinkedHashSet<>(peer.value("certificates").listOf(CertificateBinding::parse));
    }

    /** TLS to a destination, the certificate that it must show, and what it is sent. */
    static DestinationSettings destination(
            Section one, Endpoint at, int associations, boolean notified, Optional<TlsFiles> tls)
            throws OperatorException {
        Setting encrypted = one.value("tls");
        Optional<CertificateBinding> certificate =
                one.value("certificate").as(CertificateBinding::parse);
        boolean on = encrypted.as(ConfigurationReader::flag, certificate.isPresent());
        if (on && tls.flatMap(TlsFiles::trust).isEmpty()) {
            throw encrypted.wrong("a destination over TLS needs 'tls.key' and 'tls.trust'");
        }
        if (!on && certificate.isPresent()) {
            throw encrypted.wrong("without TLS it shows no certificate");
        }
        PatientIdentity identity = ConfigurationReader.identity(one);
        return new DestinationSettings(at, associations, notified, on, certificate, identity);
    }
}
