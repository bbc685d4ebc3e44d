package strata.tier.crypto;

import strata.base.CorruptDataException;
import strata.base.FormatException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text whose last line is an Ed25519 signature over all bytes before that line. The public key is
 * in the text, as {@code ed25519:} and the base64 of its X.509 form; what stands around the
 * signature in its line depends on the form of the text:
 *
 * <pre>
 * plain   signature BASE64
 * JSON    "signature":"BASE64"}
 * HTML    &lt;!-- signature BASE64 --&gt;
 * </pre>
 *
 * <p>A sound signature says that nothing was changed since whoever has the key signed it; whose key
 * it is, its fingerprint says to those who know that from elsewhere.
 */
public final class SignedText {
    static final String ALGORITHM = "Ed25519";
    private static final String KEY_PREFIX = "ed25519:";
    private static final Pattern KEY =
            Pattern.compile(KEY_PREFIX + "([A-Za-z0-9+/]{59}=)(?![A-Za-z0-9+/=])");
    private static final String VALUE = "([A-Za-z0-9+/]{86}==)";

    /** What the text is written in. */
    public enum Form {
        TEXT("signature ", ""),
        /** The body ends with the comma before its last member. */
        JSON("\"signature\":\"", "\"}"),
        HTML("<!-- signature ", " -->");

        private final String before;
        private final String after;
        private final Pattern line;

        Form(String before, String after) {
            this.before = before;
            this.after = after;
            this.line = Pattern.compile(Pattern.quote(before) + VALUE + Pattern.quote(after));
        }
    }

    private SignedText() {}

    /** How a key is written into the text that it signs. */
    public static String keyText(PublicKey key) {
        return KEY_PREFIX + Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** The SHA-256 of a key's X.509 form, {@code sha256:} and hex: what people compare. */
    public static String fingerprint(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Signs a text.
     *
     * @param body names the key by {@link #keyText} and ends with a line feed
     */
    public static String sign(SigningKey key, Form form, String body) {
        if (!body.endsWith("\n") || !body.contains(keyText(key.publicKey()))) {
            throw new IllegalArgumentException("a body ends with its line and names its key");
        }
        byte[] signature = key.sign(body.getBytes(StandardCharsets.UTF_8));
        return body + form.before + Base64.getEncoder().encodeToString(signature) + form.after
                + "\n";
    }

    /**
     * Checks a text, whatever its form.
     *
     * @param where names it in errors
     * @return the key that signed it
     * @throws FormatException when it is no signed text
     * @throws CorruptDataException when it is not what was signed
     */
    public static PublicKey check(String where, byte[] text)
            throws FormatException, CorruptDataException {
        int end = text.length;
        int start = end - 1;
        while (start > 0 && text[start - 1] != '\n') {
            start--;
        }
        String line = end == 0 || text[end - 1] != '\n'
                ? ""
                : new String(text, start, end - 1 - start, StandardCharsets.UTF_8);
        byte[] signature = signature(where, line);
        String body = new String(text, 0, start, StandardCharsets.UTF_8);
        Matcher named = KEY.matcher(body);
        if (!named.find()) {
            throw new FormatException(
                    FormatException.Kind.WRONG_FILE, where, "the key of its signature", "none");
        }
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(named.group(1))));
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(text, 0, start);
            if (verifier.verify(signature)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            CorruptDataException wrong =
                    new CorruptDataException(where, start, "a signature", e.getMessage());
            wrong.addSuppressed(e);
            throw wrong;
        }
        throw new CorruptDataException(
                where, start, "what was signed", "another text or another signature");
    }

    private static byte[] signature(String where, String line) throws FormatException {
        for (Form form : Form.values()) {
            Matcher found = form.line.matcher(line);
            if (found.matches()) {
                byte[] signature = Base64.getDecoder().decode(found.group(1));
                // The last character has bits to spare, in which nothing else may stand.
                if (Base64.getEncoder().encodeToString(signature).equals(found.group(1))) {
                    return signature;
                }
            }
        }
        throw new FormatException(
                FormatException.Kind.WRONG_FILE, where, "a signature in the last line", "none");
    }
}
