package strata.hl7;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The data type TS or DTM, HL7 2.5.1 2.A.22: {@code YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]}. */
final class Timestamps {
    private static final Pattern FORM = Pattern.compile(
            "(\\d{4})(\\d{2})(\\d{2})(?:(\\d{2})(\\d{2})(?:(\\d{2})(?:\\.\\d{1,4})?)?)?"
                    + "([+-]\\d{4})?");

    private Timestamps() {}

    /** Empty for what names no day. A day without an hour begins at midnight. */
    static Optional<Instant> of(String text, ZoneId zone) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(parts, 1),
                    number(parts, 2),
                    number(parts, 3),
                    number(parts, 4),
                    number(parts, 5),
                    number(parts, 6));
            ZoneId in = parts.group(7) == null ? zone : ZoneOffset.of(parts.group(7));
            return Optional.of(local.atZone(in).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Integer.parseInt(parts.group(group));
    }
}
