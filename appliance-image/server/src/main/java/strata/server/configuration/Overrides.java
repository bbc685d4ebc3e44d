package strata.server.configuration;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says about configuration, not yet checked; null where an option was not
 * given.
 *
 * @param bind for both doors; what other sites connect to stays as the file says
 */
public record Overrides(String data, String bind, String dicomPort, String httpPort, String aet) {
    public static final Overrides NONE = new Overrides(null, null, null, null, null);

    /** One option as it was given. */
    record Given(String option, String value) {}

    /** The option that sets the key, if one was given. */
    Optional<Given> of(String key) {
        Map<String, Given> given = new HashMap<>();
        put(given, "data", "--data", data);
        put(given, "aet", "--aet", aet);
        put(given, "dicom.bind", "--bind", bind);
        put(given, "http.bind", "--bind", bind);
        put(given, "dicom.port", "--dicom-port", dicomPort);
        put(given, "http.port", "--http-port", httpPort);
        return Optional.ofNullable(given.get(key));
    }

    private static void put(Map<String, Given> to, String key, String option, String value) {
        if (value != null) {
            to.put(key, new Given(option, value));
        }
    }
}
