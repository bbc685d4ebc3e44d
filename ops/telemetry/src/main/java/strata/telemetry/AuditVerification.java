package strata.telemetry;

import strata.base.Digest;
import strata.base.Disk;
import strata.base.DiskFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Follows the chain through the files of a trail, in constant memory. */
final class AuditVerification {
    static final Pattern FILE_NAME = Pattern.compile("audit-(\\d{8})\\.jsonl");

    private static final int PIECE_BYTES = 1 << 16;

    private final Disk disk;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private long lineNumber;
    private final List<AuditReport.Damage> damages = new ArrayList<>();
    private int files;
    private long lines;
    private long sequence;
    private Digest head = AuditLine.NO_PREVIOUS;
    private boolean tornEnd;
    private long intactBytes;

    private final Consumer<AuditEvent> events;

    AuditVerification(Disk disk) {
        this(disk, null);
    }

    /** @param events told of each line that can be read; null for nobody */
    AuditVerification(Disk disk, Consumer<AuditEvent> events) {
        this.disk = disk;
        this.events = events;
    }

    AuditReport run(Path path) throws IOException {
        for (Path file : files(disk, path)) {
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

    /** The files of a directory in their order; a file is itself. */
    static List<Path> files(Disk disk, Path path) throws IOException {
        try {
            return disk.list(path).stream()
                    .filter(p -> FILE_NAME.matcher(p.getFileName().toString()).matches())
                    .toList();
        } catch (NotDirectoryException e) {
            return List.of(path);
        }
    }

    void readFile(Path file) throws IOException {
        if (tornEnd) {
            damage(file, 1, "the file before it ends within a line");
        }
        files++;
        tornEnd = false;
        intactBytes = 0;
        lineNumber = 0;
        line.reset();
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (DiskFile open = disk.openForReading(file)) {
            long length = open.lengthBytes();
            for (long at = 0; at < length; at += piece.limit()) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, length - at));
                open.read(piece, at);
                take(file, piece.flip());
            }
        }
        tornEnd = line.size() > 0;
    }

    private void take(Path file, ByteBuffer piece) {
        while (piece.hasRemaining()) {
            byte next = piece.get();
            if (next == '\n') {
                lineNumber++;
                byte[] content = line.toByteArray();
                readLine(file, lineNumber, content);
                intactBytes += content.length + 1L;
                line.reset();
            } else if (line.size() < AuditLine.MAX_LINE_BYTES) {
                line.write(next);
            }
        }
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
            if (events != null) {
                events.accept(AuditLine.event(content));
            }
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
