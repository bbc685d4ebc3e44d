package strata.cli;

import strata.base.Digest;
import strata.base.OperatorException;
import strata.base.Uid;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A list of SHA-256 and SOP Instance UID from elsewhere, held against what is here. A UID with
 * several versions agrees when one of them does.
 */
final class Manifest {
    private enum Found {
        NOTHING,
        ANOTHER,
        DAMAGED,
        RIGHT
    }

    private final Map<String, String> wanted = new HashMap<>();
    private final Map<String, Found> found = new HashMap<>();

    /** @throws OperatorException naming the line that is none */
    static Manifest read(Path file) throws IOException {
        Manifest out = new Manifest();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String[] words = line.strip().split(" +");
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            boolean valid = words.length == 2
                    && words[0].toLowerCase(Locale.ROOT).matches("[0-9a-f]{64}")
                    && Uid.isValid(words[1]);
            if (!valid) {
                throw new OperatorException(file + " line " + number
                        + ": expected the 64 hex digits of a SHA-256 and a SOP Instance UID");
            }
            out.wanted.put(words[1], words[0].toLowerCase(Locale.ROOT));
            out.found.put(words[1], Found.NOTHING);
        }
        return out;
    }

    /** A version that is here. */
    void here(String instance, String sha256, boolean damaged) {
        String expected = wanted.get(instance);
        if (expected == null) {
            return;
        }
        Found now =
                !expected.equals(sha256) ? Found.ANOTHER : damaged ? Found.DAMAGED : Found.RIGHT;
        found.merge(instance, now, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    void here(Uid instance, Digest digest, boolean damaged) {
        here(instance.value(), digest.toString(), damaged);
    }

    /** Prints what does not agree; the number of such. */
    long report(PrintWriter out) {
        long wrong = 0;
        for (Map.Entry<String, Found> each : found.entrySet()) {
            String what = switch (each.getValue()) {
                case NOTHING -> "MISSING";
                case ANOTHER -> "DIFFERENT";
                case DAMAGED -> "DAMAGED";
                case RIGHT -> "";
            };
            if (!what.isEmpty()) {
                wrong++;
                out.println(what + " instance " + each.getKey());
            }
        }
        out.printf(
                Locale.ROOT,
                "manifest: %,d listed, %,d as listed, %,d not%n",
                found.size(),
                found.size() - wrong,
                wrong);
        return wrong;
    }
}
