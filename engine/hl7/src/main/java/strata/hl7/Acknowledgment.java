package strata.hl7;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers, HL7 2.5.1 2.9.2 and 2.15: MSH, MSA and, for what was not taken, ERR. They have the
 * separators, character set and version of the message. Thread-safe.
 */
final class Acknowledgment {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private final String application;
    private final Clock clock;
    private final AtomicLong next = new AtomicLong();

    Acknowledgment(String application, Clock clock) {
        this.application = application;
        this.clock = clock;
    }

    byte[] taken(Header of) {
        return write(of, AckCode.AA, Optional.empty());
    }

    byte[] refused(Header of, Hl7Exception why) {
        return write(of, why.code().answer(), Optional.of(why));
    }

    private byte[] write(Header of, AckCode code, Optional<Hl7Exception> why) {
        char f = of.separator();
        char c = of.componentSeparator();
        String version =
                of.component(12, 1).matches("2\\.[0-9](\\.[0-9])?") ? of.component(12, 1) : "2.5.1";
        String trigger = of.trigger().isEmpty() ? "" : c + of.trigger();
        String id = clock.millis() + "-" + next.incrementAndGet();
        StringBuilder out = new StringBuilder("MSH").append(f).append(of.encoding());
        String[] head = {
            application,
            of.field(6),
            of.field(3),
            of.field(4),
            TIME.format(clock.instant()) + "+0000",
            "",
            "ACK" + trigger,
            id,
            of.field(11).isEmpty() ? "P" : of.field(11),
            version,
            "",
            "",
            "",
            "",
            "",
            of.field(18)
        };
        for (String each : head) {
            out.append(f).append(each);
        }
        out.append('\r').append("MSA").append(f).append(code).append(f).append(of.controlId());
        if (why.isPresent()) {
            // Before 2.5 ERR has another form; MSA-3 is read by all.
            out.append(f).append(plain(why.get().getMessage(), of));
            out.append('\r').append("ERR").append(f).append(f).append(f);
            ErrorCode error = why.get().code();
            out.append(error.code()).append(c).append(error.text()).append(c).append("HL70357");
            out.append(f).append('E').append(f).append(f).append(f).append(f);
            out.append(plain(why.get().getMessage(), of));
        }
        return out.append('\r').toString().getBytes(of.charset());
    }

    /** Our own texts have no use for separators. */
    private static String plain(String text, Header of) {
        StringBuilder plain = new StringBuilder();
        for (char each : text.toCharArray()) {
            boolean separates = each == of.separator() || of.encoding().indexOf(each) >= 0;
            plain.append(separates || each < 0x20 || each > 0x7e ? ' ' : each);
        }
        return plain.toString();
    }
}
