package strata.base.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM text (RFC 7468); what stands between them is ignored. */
final class PemFile {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String KEY = "PRIVATE KEY";
    static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");

    /** @param label such as CERTIFICATE */
    record Block(String label, byte[] content) {}

    private PemFile() {}

    static boolean isPem(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    /** @throws IllegalArgumentException when a block is not base 64 */
    static List<Block> blocks(byte[] file) {
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
        while (found.find()) {
            String body = found.group(2);
            // A header, as of keys that OpenSSL encrypted in its own way, is no base 64.
            byte[] content = body.indexOf(':') >= 0
                    ? new byte[0]
                    : Base64.getDecoder().decode(body.replaceAll("\\s", ""));
            blocks.add(new Block(found.group(1), content));
        }
        return blocks;
    }
}
