package strata.hl7;

import java.time.ZoneId;
import java.util.Objects;

/**
 * How messages are understood and answered.
 *
 * @param application our name, MSH-3 of answers
 * @param domain the assigning authority of this site's patient identifiers: which of several is
 *     taken, and what one without an authority has; empty: the first is taken as it is
 * @param zone of times that name none
 */
public record Hl7Options(String application, String domain, ZoneId zone, Hl7Limits limits) {
    public Hl7Options {
        Objects.requireNonNull(zone);
        Objects.requireNonNull(limits);
        if (!application.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException("an application has letters, digits, _ . and -");
        }
    }
}
