package strata.access;

import com.nimbusds.jose.util.JSONObjectUtils;

import strata.base.OperatorException;
import strata.base.tls.SecretFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file of accounts; see the package. For one thread. */
public final class AccountFile {
    private static final String KIND = "strata-accounts";
    private static final long VERSION = 1;

    private final Path file;

    public AccountFile(Path file) {
        this.file = file;
    }

    /**
     * All accounts by name, in the order of the file; none where there is no file.
     *
     * @throws OperatorException when the file cannot be read, others may read it, or it is damaged
     */
    public Map<String, Account> read() throws OperatorException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        return parse(new String(SecretFile.read(file, "accounts"), StandardCharsets.UTF_8));
    }

    private Map<String, Account> parse(String text) throws OperatorException {
        try {
            Map<String, Object> root = JSONObjectUtils.parse(text);
            if (!KIND.equals(JSONObjectUtils.getString(root, "kind"))) {
                throw wrong("is no file of accounts", null);
            }
            long version = JSONObjectUtils.getLong(root, "version");
            if (version != VERSION) {
                throw wrong("has version " + version + ", this Strata reads " + VERSION, null);
            }
            Map<String, Account> accounts = new LinkedHashMap<>();
            for (Map<String, Object> each : JSONObjectUtils.getJSONObjectArray(root, "accounts")) {
                Account account = account(each);
                accounts.put(account.name(), account);
            }
            return accounts;
        } catch (ParseException | IllegalArgumentException | NullPointerException e) {
            throw wrong("is damaged", null);
        }
    }

    private OperatorException wrong(String why, Exception cause) {
        return new OperatorException("accounts " + file + ": " + why, cause);
    }

    private static Account account(Map<String, Object> json) throws ParseException {
        Set<Role> roles = new HashSet<>();
        for (String role : JSONObjectUtils.getStringList(json, "roles")) {
            roles.add(Role.parse(role));
        }
        String code = JSONObjectUtils.getString(json, "code");
        boolean limited = json.containsKey("institutions") || json.containsKey("accessions");
        return new Account(
                JSONObjectUtils.getString(json, "name"),
                roles,
                limited
                        ? StudyScope.only(texts(json, "institutions"), texts(json, "accessions"))
                        : StudyScope.ALL,
                PasswordHash.parse(JSONObjectUtils.getString(json, "password")),
                code == null ? Optional.empty() : Optional.of(OneTimeCode.parse(code)));
    }

    private static Set<String> texts(Map<String, Object> json, String key) throws ParseException {
        List<String> texts = JSONObjectUtils.getStringList(json, key);
        return texts == null ? Set.of() : new HashSet<>(texts);
    }

    private static Map<String, Object> json(Account account) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", account.name());
        json.put("roles", account.roles().stream().map(Role::word).sorted().toList());
        json.put("password", account.password().toString());
        account.code().ifPresent(code -> json.put("code", code.base32()));
        if (!account.scope().all()) {
            json.put("institutions", List.copyOf(account.scope().institutions()));
            json.put("accessions", List.copyOf(account.scope().accessions()));
        }
        return json;
    }

    /**
     * Takes the content of such a file apart: each account by its name, as JSON.
     *
     * @throws OperatorException when it is damaged
     */
    public Map<String, byte[]> split(byte[] content) throws OperatorException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parse(new String(content, StandardCharsets.UTF_8))
                .forEach((name, account) -> parts.put(
                        name,
                        JSONObjectUtils.toJSONString(json(account))
                                .getBytes(StandardCharsets.UTF_8)));
        return parts;
    }

    /**
     * Puts together what {@link #split} took apart.
     *
     * @throws OperatorException when a part is no account
     */
    public byte[] join(Map<String, byte[]> parts) throws OperatorException {
        Map<String, Account> accounts = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            try {
                Account account = account(
                        JSONObjectUtils.parse(new String(part.getValue(), StandardCharsets.UTF_8)));
                if (!account.name().equals(part.getKey())) {
                    throw wrong("has an account under another name", null);
                }
                accounts.put(account.name(), account);
            } catch (ParseException | IllegalArgumentException | NullPointerException e) {
                throw wrong("would have a damaged account", null);
            }
        }
        return text(accounts);
    }

    /** Adds an account; one of that name may not be there. */
    public void add(Account account) throws IOException {
        Map<String, Account> accounts = new LinkedHashMap<>(read());
        if (accounts.putIfAbsent(account.name(), account) != null) {
            throw new OperatorException("there is an account " + account.name() + " already");
        }
        write(accounts);
    }

    /** Removes an account; its sessions end at once. */
    public void remove(String name) throws IOException {
        Map<String, Account> accounts = new LinkedHashMap<>(read());
        if (accounts.remove(name) == null) {
            throw new OperatorException("there is no account of that name");
        }
        write(accounts);
    }

    /** Durable on return; a reader sees the old file or the new one. */
    private void write(Map<String, Account> accounts) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        writeSecret(next, text(accounts));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }

    private static byte[] text(Map<String, Account> accounts) {
        List<Object> list = new ArrayList<>();
        accounts.values().forEach(account -> list.add(json(account)));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("kind", KIND);
        root.put("version", VERSION);
        root.put("accounts", list);
        return (JSONObjectUtils.toJSONString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A new file that its owner alone may read, synced; replaces one that was left behind. */
    static void writeSecret(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new OperatorException(file + " is being written by another process", e);
        }
        giveToOwnerOf(file.toAbsolutePath().getParent(), file);
    }

    /** What root writes for the service must be the service's, as the directory is. */
    private static void giveToOwnerOf(Path directory, Path file) throws IOException {
        PosixFileAttributes of = Files.readAttributes(directory, PosixFileAttributes.class);
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (!view.readAttributes().owner().equals(of.owner())) {
            view.setGroup(of.group());
            view.setOwner(of.owner());
        }
    }
}
