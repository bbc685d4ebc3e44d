package strata.tier.crypto;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import javax.crypto.spec.SecretKeySpec;

/**
 * A text file of site keys that its owner alone may read: a line each, {@code id base64}, oldest
 * first; lines that begin with # are comments. Whoever has it and a copy of the packs has the
 * images: keep a copy of it in a safe, and none beside the packs.
 */
public final class SiteKeyFile {
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));

    private SiteKeyFile() {}

    /** @throws OperatorException when it is missing, open to others, or not what it should be */
    public static SiteKeys read(Path file) throws IOException {
        List<SiteKey> keys = new ArrayList<>();
        try {
            if (!Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                    .isRegularFile()) {
                throw new OperatorException("the key file " + file + " is no file");
            }
            Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
            mode.addAll(Files.getPosixFilePermissions(file));
            if (mode.removeAll(OTHERS)) {
                throw new OperatorException("the key file " + file
                        + " is open to others than its owner: chmod 600 it, and rotate the key");
            }
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    keys.add(parse(line.strip(), file));
                }
            }
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    "no key file " + file + "; `strata keys create FILE` makes one", e);
        }
        try {
            return new SiteKeys(keys);
        } catch (IllegalArgumentException e) {
            throw new OperatorException("the key file " + file + " needs " + e.getMessage(), e);
        }
    }

    private static SiteKey parse(String line, Path file) throws OperatorException {
        String[] parts = line.split(" +");
        try {
            byte[] secret = Base64.getDecoder().decode(parts[parts.length - 1]);
            if (parts.length == 2 && secret.length == KEY_BYTES) {
                return new SiteKey(parts[0], new SecretKeySpec(secret, "AES"));
            }
        } catch (IllegalArgumentException e) {
            throw new OperatorException("the key file " + file + " has a line that is no key", e);
        }
        throw new OperatorException("the key file " + file + " has a line that is no key");
    }

    /**
     * Makes a key file with one key.
     *
     * @throws OperatorException when the name is taken
     */
    public static SiteKeys create(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new OperatorException(file + " exists already", e);
        }
        Files.writeString(
                file,
                "# Site keys of Strata. Without them sealed packs cannot be read by anybody.\n"
                        + newLine(),
                StandardOpenOption.SYNC);
        return read(file);
    }

    /** Adds a key, which wraps from the next start on; the others stay to unwrap. */
    public static SiteKeys add(Path file) throws IOException {
        String before = Files.readString(file, StandardCharsets.US_ASCII);
        replace(file, before + (before.endsWith("\n") ? "" : "\n") + newLine());
        return read(file);
    }

    /** Leaves only the current key; nothing may be wrapped by another any more. */
    public static SiteKeys retire(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        SiteKeys keys = read(file);
        lines.removeIf(line -> !line.isBlank()
                && !line.startsWith("#")
                && !line.strip().startsWith(keys.current().id() + " "));
        replace(file, String.join("\n", lines) + "\n");
        return read(file);
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text, StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String newLine() {
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        return SiteKey.idOf(random.nextLong()) + " " + Base64.getEncoder().encodeToString(secret)
                + "\n";
    }
}
