package strata.replication;

import strata.base.Digest;
import strata.base.OperatorException;
import strata.base.Uid;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an archive held at some moment, to check a restored one against: a line for each version
 * that is in sight, {@code INSTANCE SHA256 BYTES RECEIVED}, in UTF-8; lines that begin with # are
 * comments.
 */
public record Manifest(List<Line> lines) {
    public Manifest {
        lines = List.copyOf(lines);
    }

    /** @param digest of the whole Part 10 file */
    public record Line(Uid instance, Digest digest, long lengthBytes, Instant receivedAt) {
        @Override
        public String toString() {
            return instance + " " + digest + " " + lengthBytes + " " + receivedAt;
        }
    }

    /**
     * @param name for the error
     * @throws OperatorException with the number of the line that is none
     */
    public static Manifest read(String name, BufferedReader in) throws IOException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        try {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                number++;
                if (!text.isBlank() && !text.startsWith("#")) {
                    lines.add(line(text));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new OperatorException(
                    name + " line " + number + " is no line of a manifest: " + e.getMessage(), e);
        }
        return new Manifest(lines);
    }

    private static Line line(String text) {
        String[] words = text.split(" ");
        if (words.length != 4) {
            throw new IllegalArgumentException("expected INSTANCE SHA256 BYTES RECEIVED");
        }
        return new Line(
                new Uid(words[0]),
                Digest.parse(words[1]),
                Long.parseLong(words[2]),
                Instant.parse(words[3]));
    }
}
