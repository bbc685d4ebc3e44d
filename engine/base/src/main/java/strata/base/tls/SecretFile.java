package strata.base.tls;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Reads small files that an operator wrote; those with a secret only when others cannot. */
public final class SecretFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final Set<PosixFilePermission> FORBIDDEN = EnumSet.of(
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.GROUP_WRITE);

    private SecretFile() {}

    /**
     * The file's bytes.
     *
     * @param what names the file in messages, such as "private key"
     * @throws OperatorException when it cannot be read, is longer than 1 MiB, or others may read it
     */
    public static byte[] read(Path file, String what) throws OperatorException {
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
                if (given.stream().anyMatch(FORBIDDEN::contains)) {
                    throw new OperatorException(what + " " + file
                            + ": may be read by others or changed by its group; chmod 600 it");
                }
            }
        } catch (IOException e) {
            throw unreadable(file, what, e);
        }
        return readOpen(file, what);
    }

    /** As {@link #read}: the first line, without what ends it. */
    public static char[] readLine(Path file, String what) throws OperatorException {
        String text = new String(read(file, what), StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        if (line.endsWith("\r")) {
            line = line.substring(0, line.length() - 1);
        }
        if (line.isEmpty()) {
            throw new OperatorException(what + " " + file + ": the first line is empty");
        }
        return line.toCharArray();
    }

    /** The bytes of a file that is no secret. */
    static byte[] readOpen(Path file, String what) throws OperatorException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new OperatorException(
                        what + " " + file + ": longer than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, what, e);
        }
    }

    private static OperatorException unreadable(Path file, String what, IOException why) {
        if (why instanceof OperatorException known) {
            return known;
        }
        String reason = why instanceof NoSuchFileException
                ? "no such file"
                : "cannot be read: " + why.getClass().getSimpleName();
        return new OperatorException(what + " " + file + ": " + reason, why);
    }
}
