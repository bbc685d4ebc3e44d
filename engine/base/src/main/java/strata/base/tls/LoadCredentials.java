package strata.base.tls;

import strata.base.OperatorException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads the files of one {@link TlsFiles} and checks that they belong together. */
final class LoadCredentials {
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");
    private static final String PRIVATE_KEY = "private key";
    private static final String TRUST = "trust";

    /**
     * @param chain our certificate first
     * @param anchors authorities that are trusted
     */
    record Credentials(
            PrivateKey key, List<X509Certificate> chain, List<X509Certificate> anchors) {}

    private record Identity(PrivateKey key, List<X509Certificate> chain) {}

    private final TlsFiles files;

    LoadCredentials(TlsFiles files) {
        this.files = files;
    }

    /** @throws OperatorException which file, and why */
    Credentials load() throws OperatorException {
        Optional<char[]> password = Optional.empty();
        if (files.password().isPresent()) {
            password = Optional.of(SecretFile.readLine(files.password().get(), "password file"));
        }
        byte[] content = SecretFile.read(files.key(), PRIVATE_KEY);
        Identity identity =
                PemFile.isPem(content) ? pem(content, password) : pkcs12(content, password);
        List<X509Certificate> chain = ordered(identity.chain());
        Path where = files.certificates().orElse(files.key());
        CheckKey.strength(where, chain.get(0).getPublicKey());
        CheckKey.match(where, identity.key(), chain.get(0).getPublicKey());
        List<X509Certificate> anchors =
                files.trust().isPresent() ? anchors(files.trust().get()) : List.of();
        return new Credentials(identity.key(), chain, anchors);
    }

    private OperatorException wrong(Path file, String what, String why, Exception cause) {
        return new OperatorException(what + " " + file + ": " + why, cause);
    }

    private Identity pem(byte[] content, Optional<char[]> password) throws OperatorException {
        List<PemFile.Block> blocks = blocks(files.key(), content, PRIVATE_KEY);
        PrivateKey key = null;
        for (PemFile.Block block : blocks) {
            if (block.label().endsWith(PemFile.KEY)) {
                key = key(block, password);
                break;
            }
        }
        if (key == null) {
            throw wrong(files.key(), PRIVATE_KEY, "there is no key in it", null);
        }
        return new Identity(key, chain(blocks));
    }

    private List<X509Certificate> chain(List<PemFile.Block> ofKey) throws OperatorException {
        if (files.certificates().isPresent()) {
            return pemCertificates(files.certificates().get(), "certificate");
        }
        return certificates(files.key(), "certificate", ofKey);
    }

    private PrivateKey key(PemFile.Block block, Optional<char[]> password)
            throws OperatorException {
        return switch (block.label()) {
            case PemFile.KEY -> plain(block.content());
            case PemFile.ENCRYPTED_KEY -> decrypt(block.content(), password);
            default ->
                throw wrong(
                        files.key(),
                        PRIVATE_KEY,
                        "is in the form " + block.label()
                                + ", not PKCS#8; openssl pkcs8 -topk8 converts it",
                        null);
        };
    }

    private PrivateKey plain(byte[] pkcs8) throws OperatorException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                continue; // a key of another algorithm
            } catch (GeneralSecurityException e) {
                throw wrong(files.key(), PRIVATE_KEY, "not understood", e);
            }
        }
        throw wrong(files.key(), PRIVATE_KEY, "not an RSA, EC or EdDSA key in PKCS#8", null);
    }

    private PrivateKey decrypt(byte[] encrypted, Optional<char[]> password)
            throws OperatorException {
        if (password.isEmpty()) {
            throw wrong(
                    files.key(), PRIVATE_KEY, "is encrypted, and no password file is set", null);
        }
        PBEKeySpec secret = new PBEKeySpec(password.get());
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
            // Of PBES2 the parameters know the real name, on every version of the JDK.
            String algorithm = info.getAlgParameters() == null
                    ? info.getAlgName()
                    : info.getAlgParameters().toString();
            if (!algorithm.startsWith("PBEWith")) {
                algorithm = info.getAlgName();
            }
            SecretKey unlock = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, unlock, info.getAlgParameters());
            return plain(info.getKeySpec(cipher).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            if (e instanceof OperatorException known) {
                throw known;
            }
            throw wrong(files.key(), PRIVATE_KEY, "the password does not open it", null);
        } finally {
            secret.clearPassword();
        }
    }

    private Identity pkcs12(byte[] content, Optional<char[]> password) throws OperatorException {
        char[] open = password.orElse(new char[0]);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), open);
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.isKeyEntry(alias) ? store.getKey(alias, open) : null;
                if (key instanceof PrivateKey mine) {
                    List<X509Certificate> chain = new ArrayList<>();
                    for (Certificate each : store.getCertificateChain(alias)) {
                        chain.add((X509Certificate) each);
                    }
                    return new Identity(mine, chain);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw wrong(
                    files.key(),
                    PRIVATE_KEY,
                    "neither PEM nor a PKCS#12 that the password opens",
                    null);
        }
        throw wrong(files.key(), PRIVATE_KEY, "there is no key in it", null);
    }

    private List<X509Certificate> anchors(Path file) throws OperatorException {
        byte[] content = SecretFile.readOpen(file, TRUST);
        if (PemFile.isPem(content)) {
            return certificates(file, TRUST, blocks(file, content, TRUST));
        }
        List<X509Certificate> anchors = new ArrayList<>();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), null);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificate(alias) instanceof X509Certificate each) {
                    anchors.add(each);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw wrong(file, TRUST, "neither PEM nor PKCS#12", null);
        }
        if (anchors.isEmpty()) {
            throw wrong(file, TRUST, "there is no certificate in it that no password hides", null);
        }
        return anchors;
    }

    private List<X509Certificate> pemCertificates(Path file, String what) throws OperatorException {
        return certificates(file, what, blocks(file, SecretFile.readOpen(file, what), what));
    }

    private List<PemFile.Block> blocks(Path file, byte[] content, String what)
            throws OperatorException {
        try {
            return PemFile.blocks(content);
        } catch (IllegalArgumentException e) {
            throw wrong(file, what, "broken PEM", null);
        }
    }

    private List<X509Certificate> certificates(Path file, String what, List<PemFile.Block> blocks)
            throws OperatorException {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (PemFile.Block block : blocks) {
                if (block.label().equals(PemFile.CERTIFICATE)) {
                    all.add((X509Certificate)
                            x509.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong(file, what, "broken certificate", e);
        }
        if (all.isEmpty()) {
            throw wrong(file, what, "there is no certificate in it", null);
        }
        return all;
    }

    /** Each certificate must be issued by the next one, as TLS 1.2 asks (RFC 5246 7.4.2). */
    private List<X509Certificate> ordered(List<X509Certificate> chain) throws OperatorException {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate next = chain.get(i + 1);
            if (!chain.get(i).getIssuerX500Principal().equals(next.getSubjectX500Principal())) {
                throw wrong(
                        files.certificates().orElse(files.key()),
                        "certificate",
                        "number " + (i + 2) + " did not issue the one before; our own comes first",
                        null);
            }
        }
        return chain;
    }

    /** Whether a key pair belongs together and is strong enough. */
    private static final class CheckKey {
        static void strength(Path file, PublicKey key) throws OperatorException {
            int bits = Integer.MAX_VALUE;
            int least = 0;
            if (key instanceof RSAKey rsa) {
                bits = rsa.getModulus().bitLength();
                least = TlsProfile.RSA_BITS;
            } else if (key instanceof ECKey ec) {
                bits = ec.getParams().getOrder().bitLength();
                least = TlsProfile.EC_BITS;
            }
            if (bits < least) {
                throw new OperatorException("certificate " + file + ": its " + key.getAlgorithm()
                        + " key has " + bits + " bits, at least " + least + " are needed");
            }
        }

        static void match(Path file, PrivateKey mine, PublicKey certified)
                throws OperatorException {
            if (!KeyPairs.belong(mine, certified)) {
                throw new OperatorException(
                        "certificate " + file + ": it is not of the private key");
            }
        }
    }
}
