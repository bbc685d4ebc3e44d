package strata.server.configuration;

/** What a DICOM peer may ask for; every peer may ask for an echo. */
public enum PeerService {
    STORE,
    FIND,
    MOVE,
    GET,
    COMMIT
}
