package strata.telemetry;

import strata.base.Digest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Follows the chain through the files of a trail, in constant memory. */
final class AuditVerification {
    static final Pattern FILE_NAME = Pattern.compile("audit-(\\d{8})\\.jsonl");

    private final List<AuditReport.Damage> damages = new ArrayList<>();
    private int files;
    private long lines;
    private long sequence;
    private Digest head = AuditLine.NO_PREVIOUS;
    private boolean tornEnd;
    private long intactBytes;

    AuditReport run(Path path) throws IOException {
        for (Path file : files(path)) {
            readFile(file);
        }
        return report();
    }

    AuditReport report() {
        return new AuditReport(files, lines, head, tornEnd, damages);
    }

    /** The sequence number of the last whole line, 0 before the first. */
    long sequence() {
        return sequence;
    }

    /** How much of the last file is whole lines. */
    long intactBytes() {
        return intactBytes;
    }

    static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(
                            p -> FILE_NAME.matcher(p.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    void readFile(Path file) throws IOException {
        if (tornEnd) {
            damage(file, 1, "the file before it ends within a line");
        }
        files++;
        tornEnd = false;
        intactBytes = 0;
        long lineNumber = 0;
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    if (line.size() < AuditLine.MAX_LINE_BYTES) {
                        line.write(next);
                    }
                    continue;
                }
                lineNumber++;
                byte[] content = line.toByteArray();
                readLine(file, lineNumber, content);
                intactBytes += content.length + 1L;
                line.reset();
            }
        }
        tornEnd = line.size() > 0;
    }

    private void readLine(Path file, long lineNumber, byte[] content) {
        boolean first = lines == 0;
        lines++;
        try {
            AuditLine.Link link = AuditLine.parse(content);
            // What came before the first file at hand was archived: its word is taken.
            if (!first && !link.previous().equals(head)) {
                damage(
                        file,
                        lineNumber,
                        "the line before it was changed, removed or inserted: expected "
                                + link.previous()
                                + ", found "
                                + head);
            } else if (!first && link.sequence() != sequence + 1) {
                damage(file, lineNumber, "seq is " + link.sequence() + " after " + sequence);
            }
            sequence = link.sequence();
        } catch (IOException e) {
            damage(file, lineNumber, "not a line of the audit trail");
            sequence++;
        }
        head = Digest.ofBytes(content);
    }

    private void damage(Path file, long line, String what) {
        if (damages.size() < AuditReport.MAX_DAMAGES) {
            damages.add(new AuditReport.Damage(file, line, what));
        }
    }
}
