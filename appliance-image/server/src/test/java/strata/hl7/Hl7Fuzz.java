package strata.hl7;

import strata.base.Metrics;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** HL7 messages in their frames, as a sender's bytes come: each ends in an answer, or a cut. */
public final class Hl7Fuzz {
    private static final Hl7Limits LIMITS = Hl7Limits.DEFAULT;
    private static final String HEAD = "MSH|^~\\&|A|B|C|D|20260101||";

    private Hl7Fuzz() {}

    public static List<byte[]> seeds() {
        List<byte[]> all = new ArrayList<>();
        for (String message : List.of(
                HEAD
                        + "ADT^A40|1|P|2.5.1||||||8859/1\rPID|||1^^^H&1.2&ISO^MR~2||D^J||1970|F\rMRG|3^^^H\r",
                HEAD + "ADT^A37|2|P|2.3\rPID|||1\rPID|||2\r",
                HEAD + "ORM^O01|3|P|2.3\rPID||9\rORC|NW|1|2|||||^^^20260101\rOBR|1|||X^Y\\T\\^Z\r",
                HEAD
                        + "OMI^O23|4|P|2.5\rPID|||1\rORC|CA|1\rTQ1|1||||||20260101+0100\rIPC|1|2|3|4|MR\r",
                HEAD
                        + "SIU^S12|5|P|2.4||||||~ISO IR87\rSCH||7\rPID|||1\\X41\\\rAIS|1||C|20260101\r")) {
            all.add(("\u000b" + message + "\u001c\r").getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    public static void run(byte[] input) {
        AnswerMessages answers = new AnswerMessages(
                new Hl7Options("STRATA", "H", ZoneOffset.UTC, LIMITS),
                (event, sender) -> {},
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                Metrics.none());
        MllpFramer framer = new MllpFramer(LIMITS.messageBytes());
        for (byte each : input) {
            Optional<byte[]> message = framer.take(each);
            if (message.isPresent()) {
                check(answers.answer(message.get(), "fuzz"));
            }
        }
    }

    private static void check(byte[] answer) {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("MSH") || !text.contains("\rMSA") || answer.length > 8192) {
            throw new IllegalStateException("not an answer");
        }
    }
}
