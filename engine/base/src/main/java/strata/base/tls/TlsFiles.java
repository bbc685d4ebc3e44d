package strata.base.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a side's credentials lie.
 *
 * @param key private key: PEM (PKCS#8, plain or encrypted) or PKCS#12, told apart by content;
 *     readable by its owner and group only
 * @param certificates our certificate and its issuers in PEM, our own first; empty: they are in the
 *     file of the key
 * @param password file with the password of the key as its first line, kept as the key is
 * @param trust certificates of the authorities whose peers are trusted, in PEM or PKCS#12 without a
 *     password; empty: no peer is
 */
public record TlsFiles(
        Path key, Optional<Path> certificates, Optional<Path> password, Optional<Path> trust) {
    /** All files that are read. */
    List<Path> all() {
        List<Path> files = new ArrayList<>();
        files.add(key);
        certificates.ifPresent(files::add);
        password.ifPresent(files::add);
        trust.ifPresent(files::add);
        return files;
    }
}
