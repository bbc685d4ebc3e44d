package strata.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * A file of lines to which one is added at a time, and which is written anew from its owner's state
 * when most of its lines are outdated. UTF-8. Each line is the CRC32C of what follows it (8 hex
 * digits), a space, and text; the first line's text is {@code strata-KIND VERSION}.
 *
 * <p>Durability: what {@link #append} was given is durable when it returns; when it throws, the
 * line may be there or not, and the next one writes the whole file anew beside the old one, so that
 * no sync is repeated on a file that failed one. A last line that is torn was never acknowledged
 * and is left out; another damaged line is left out and counted. Not thread-safe.
 */
public final class LineLog implements Closeable {
    /** Longest file that is read. */
    public static final int MAX_BYTES = 256 << 20;

    private static final int VERSION = 1;
    private static final int CRC_DIGITS = 8;

    /** Outdated lines that are never worth writing the file anew. */
    private static final int SLACK_LINES = 1000;

    private final Disk disk;
    private final Path path;
    private final String kind;
    private DiskFile file;
    private long length;
    private long lines;
    private long damaged;

    private LineLog(Disk disk, Path path, String kind) {
        this.disk = disk;
        this.path = path;
        this.kind = kind;
    }

    /**
     * Reads the file, where there is one.
     *
     * @param kind a word
     * @param reader takes the text of every sound line; an IllegalArgumentException counts the line
     *     as damaged
     * @throws FormatException WRONG_FILE or TOO_NEW
     */
    public static LineLog open(Disk disk, Path path, String kind, Consumer<String> reader)
            throws IOException {
        LineLog log = new LineLog(disk, path, kind);
        if (disk.exists(path)) {
            log.read(reader);
        }
        return log;
    }

    /** Lines that were damaged when the file was opened. */
    public long damaged() {
        return damaged;
    }

    private void read(Consumer<String> reader) throws IOException {
        byte[] bytes = bytes();
        int from = 0;
        boolean first = true;
        boolean sound = false;
        while (from < bytes.length) {
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            boolean last = end == bytes.length;
            String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
            boolean whole = !last && isSound(line);
            if (whole && (!first || checkHead(text(line)))) {
                sound |= first || take(line, reader);
            } else if (!last) {
                damaged++;
            }
            lines++;
            first = false;
            from = end + 1;
        }
        if (!sound && bytes.length > CRC_DIGITS) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE, path.toString(), head(), "no such line");
        }
    }

    private byte[] bytes() throws IOException {
        try (DiskFile old = disk.openForReading(path)) {
            long size = old.lengthBytes();
            if (size > MAX_BYTES) {
                throw new CorruptDataException(path.toString(), 0, "at most " + MAX_BYTES, size);
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            old.read(buffer, 0);
            return buffer.array();
        }
    }

    private boolean take(String line, Consumer<String> reader) {
        try {
            reader.accept(text(line));
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            damaged++;
            return false;
        }
    }

    private String head() {
        return "strata-" + kind + " " + VERSION;
    }

    private boolean checkHead(String text) throws FormatException {
        if (text.equals(head())) {
            return true;
        }
        String start = "strata-" + kind + " ";
        boolean newer =
                text.startsWith(start) && text.substring(start.length()).matches("[1-9][0-9]{0,8}");
        throw new FormatException(
                newer ? FormatException.Kind.TOO_NEW : FormatException.Kind.WRONG_FILE,
                path.toString(),
                head(),
                Printable.of(text));
    }

    private static boolean isSound(String line) {
        return line.length() > CRC_DIGITS
                && line.charAt(CRC_DIGITS) == ' '
                && line.substring(0, CRC_DIGITS).equals(crc(text(line)));
    }

    private static String text(String line) {
        return line.substring(CRC_DIGITS + 1);
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    /**
     * Adds a line.
     *
     * @param text without line breaks, see {@link #join}
     * @param whole the lines of the owner's state after the change, for when the file is written
     *     anew
     */
    public void append(String text, Supplier<List<String>> whole) throws IOException {
        if (file == null) {
            rewrite(whole.get());
            return;
        }
        byte[] bytes = line(text);
        boolean done = false;
        try {
            file.write(ByteBuffer.wrap(bytes), length);
            file.sync();
            done = true;
        } finally {
            if (!done) {
                giveUp();
            }
        }
        length += bytes.length;
        lines++;
        if (lines > SLACK_LINES && lines % SLACK_LINES == 0) {
            List<String> state = whole.get();
            if (lines > 2L * state.size()) {
                rewrite(state);
            }
        }
    }

    private static byte[] line(String text) {
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line has no line break");
        }
        return (crc(text) + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Beside it first: a crash leaves the one before or this one. */
    private void rewrite(List<String> state) throws IOException {
        giveUp();
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        disk.delete(draft);
        DiskFile fresh = disk.create(draft);
        boolean done = false;
        try {
            long at = write(fresh, 0, head());
            for (String each : state) {
                at = write(fresh, at, each);
            }
            fresh.sync();
            disk.rename(draft, path);
            disk.syncDirectory(path.toAbsolutePath().getParent());
            length = at;
            lines = state.size();
            done = true;
        } finally {
            if (done) {
                file = fresh;
            } else {
                fresh.close();
            }
        }
    }

    private static long write(DiskFile to, long at, String text) throws IOException {
        byte[] bytes = line(text);
        to.write(ByteBuffer.wrap(bytes), at);
        return at + bytes.length;
    }

    private void giveUp() throws IOException {
        if (file != null) {
            DiskFile old = file;
            file = null;
            old.close();
        }
    }

    /** Fields as one line; tabs, line breaks and backslashes in them are escaped. */
    public static String join(String... fields) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                out.append('\t');
            }
            out.append(fields[i]
                    .replace("\\", "\\\\")
                    .replace("\t", "\\t")
                    .replace("\n", "\\n")
                    .replace("\r", "\\r"));
        }
        return out.toString();
    }

    /** What {@link #join} put together. */
    public static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\t') {
                fields.add(field.toString());
                field.setLength(0);
            } else if (c == '\\' && i + 1 < line.length()) {
                char next = line.charAt(++i);
                field.append(
                        switch (next) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> next;
                        });
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    @Override
    public void close() throws IOException {
        giveUp();
    }
}
