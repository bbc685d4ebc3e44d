package strata.console;

import strata.base.AeTitle;

import java.time.Instant;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What does not change while the server runs.
 *
 * @param dicomHost address that DICOM peers connect to
 * @param dicomTlsPort for DICOM over TLS, where it is configured
 */
public record ServerFacts(
        AeTitle aet,
        String dicomHost,
        int dicomPort,
        OptionalInt dicomTlsPort,
        String version,
        Instant startedAt) {
    /** Without TLS. */
    public ServerFacts(
            AeTitle aet, String dicomHost, int dicomPort, String version, Instant startedAt) {
        this(aet, dicomHost, dicomPort, OptionalInt.empty(), version, startedAt);
    }

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
