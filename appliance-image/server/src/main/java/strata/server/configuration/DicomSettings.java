package strata.server.configuration;

import strata.base.AeTitle;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The DICOM door.
 *
 * @param tls where associations over TLS are accepted; empty: nowhere
 * @param plainBeyondLoopback DICOM without TLS may listen beyond loopback, to listed peers
 * @param destinations where C-MOVE may send, and reports and notifications go
 * @param associations most at a time
 * @param maxPduBytes longest PDU that is offered to be received, 16 KiB to 1 MiB
 * @param idle an association on which nothing happens for so long is aborted
 * @param recallWait how long a C-MOVE or C-GET waits for what has to be brought back first
 */
public record DicomSettings(
        Endpoint listen,
        Optional<Endpoint> tls,
        boolean plainBeyondLoopback,
        Map<AeTitle, DestinationSettings> destinations,
        Peers peers,
        int associations,
        int maxPduBytes,
        Duration idle,
        CommitmentSettings commitment,
        Duration recallWait) {
    public DicomSettings {
        destinations = Map.copyOf(destinations);
    }
}
