package strata.server.configuration;

import strata.base.tls.CertificateBinding;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * The HL7 door.
 *
 * @param tls whether senders show certificates and are encrypted; else plain TCP
 * @param senders from where messages are taken; empty: from this machine only
 * @param certificates of which a sender shows one; empty: any that is trusted
 * @param domain the assigning authority of this site's patient identifiers; may be empty
 * @param zone of times that name none
 * @param connections most at a time
 * @param idle a connection without a message for so long is closed
 */
public record Hl7Settings(
        Endpoint listen,
        boolean tls,
        List<HostPattern> senders,
        Set<CertificateBinding> certificates,
        String domain,
        ZoneId zone,
        int connections,
        Duration idle) {
    public Hl7Settings {
        senders = List.copyOf(senders);
        certificates = Set.copyOf(certificates);
    }
}
