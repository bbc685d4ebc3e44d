package strata.console;

import strata.base.AeTitle;

import java.time.Instant;
import java.util.Objects;

/**
 * What does not change while the server runs.
 *
 * @param dicomHost address that DICOM peers connect to
 */
public record ServerFacts(
        AeTitle aet, String dicomHost, int dicomPort, String version, Instant startedAt) {
    public ServerFacts {
        Objects.requireNonNull(aet, "aet");
        Objects.requireNonNull(dicomHost, "dicomHost");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(startedAt, "startedAt");
        if (dicomPort < 1 || dicomPort > 65_535) {
            throw new IllegalArgumentException("DICOM port " + dicomPort);
        }
    }
}
