package strata.tier.crypto;

import strata.base.OperatorException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key pair by which a site signs its reports: a file of two PEM blocks, the private key as
 * PKCS#8 and the public one as X.509, which its owner alone may read. Thread-safe.
 *
 * <p>It protects no data: a lost one is replaced by a new one, and what it signed stays provable by
 * the public key that each report carries.
 */
public final class SigningKey {
    private static final int LINE_CHARS = 64;

    private final PrivateKey secret;
    private final PublicKey open;

    private SigningKey(PrivateKey secret, PublicKey open) {
        this.secret = secret;
        this.open = open;
    }

    /**
     * Reads the file, or makes it with a new key when it is missing.
     *
     * @throws OperatorException when there is a file and it is no such key
     */
    public static SigningKey open(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            KeyFactory keys = KeyFactory.getInstance(SignedText.ALGORITHM);
            SigningKey key = new SigningKey(
                    keys.generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY"))),
                    keys.generatePublic(new X509EncodedKeySpec(block(text, "PUBLIC KEY"))));
            key.requirePair();
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new OperatorException(
                    "the signing key in " + file + " cannot be used: " + e.getMessage()
                            + "; moved away, it is replaced by a new one",
                    e);
        }
    }

    private static byte[] block(String text, String name) {
        Matcher found = Pattern.compile("-----BEGIN " + name + "-----([A-Za-z0-9+/=\\s]+)-----END "
                        + name + "-----")
                .matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return Base64.getMimeDecoder().decode(found.group(1));
    }

    private void requirePair() throws GeneralSecurityException {
        byte[] probe = "strata".getBytes(StandardCharsets.US_ASCII);
        Signature verifier = Signature.getInstance(SignedText.ALGORITHM);
        verifier.initVerify(open);
        verifier.update(probe);
        if (!verifier.verify(sign(probe))) {
            throw new GeneralSecurityException("its two keys are no pair");
        }
    }

    private static void create(Path file) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance(SignedText.ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
        String text = pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try {
            Files.createFile(
                    draft,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, text, StandardOpenOption.SYNC);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw new OperatorException("another process makes " + file, e);
        }
    }

    private static String pem(String name, byte[] bytes) {
        Base64.Encoder lines = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'});
        return "-----BEGIN " + name + "-----\n" + lines.encodeToString(bytes) + "\n-----END " + name
                + "-----\n";
    }

    public PublicKey publicKey() {
        return open;
    }

    /** The public key as a file for other programs. */
    public String publicPem() {
        return pem("PUBLIC KEY", open.getEncoded());
    }

    byte[] sign(byte[] bytes) {
        try {
            Signature signer = Signature.getInstance(SignedText.ALGORITHM);
            signer.initSign(secret);
            signer.update(bytes);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that signed before does not sign", e);
        }
    }
}
