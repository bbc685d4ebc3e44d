package strata.server.configuration;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/**
 * The HL7 door.
 *
 * @param tls whether senders show certificates and are encrypted; else plain TCP
 * @param senders from where messages are taken; empty: from this machine only
 * @param domain the assigning authority of this site's patient identifiers; may be empty
 * @param zone of times that name none
 * @param connections most at a time
 * @param idle a connection without a message for so long is closed
 */
public record Hl7Settings(
        Endpoint listen,
        boolean tls,
        List<HostPattern> senders,
        String domain,
        ZoneId zone,
        int connections,
        Duration idle) {
    public Hl7Settings {
        senders = List.copyOf(senders);
    }
}
