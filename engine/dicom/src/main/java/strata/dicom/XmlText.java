package strata.dicom;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The characters of an XML document: by its byte order mark or its declaration (XML 1.0, appendix
 * F), else UTF-8. The JDK's reader, given bytes that are no text, writes to standard error before
 * it fails; given characters it does not.
 */
final class XmlText {
    private static final int DECLARATION_BYTES = 256;
    private static final Pattern ENCODING =
            Pattern.compile("^<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]{1,40})[\"']");

    private XmlText() {}

    /**
     * Bytes that are no text raise {@link CharacterCodingException} when they are read.
     *
     * @throws CharacterCodingException when the declared encoding is not known
     */
    static Reader of(InputStream bytes) throws IOException {
        BufferedInputStream in = new BufferedInputStream(bytes);
        in.mark(DECLARATION_BYTES);
        byte[] first = in.readNBytes(DECLARATION_BYTES);
        in.reset();
        int mark = startsWith(first, 0xef, 0xbb, 0xbf) ? 3 : 0;
        in.skipNBytes(mark);
        return new InputStreamReader(
                in,
                charset(first, mark)
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static Charset charset(byte[] first, int mark) throws CharacterCodingException {
        if (startsWith(first, 0xfe, 0xff) || startsWith(first, 0xff, 0xfe)) {
            return StandardCharsets.UTF_16;
        }
        if (startsWith(first, 0, '<')) {
            return StandardCharsets.UTF_16BE;
        }
        if (startsWith(first, '<', 0)) {
            return StandardCharsets.UTF_16LE;
        }
        Matcher declared = ENCODING.matcher(
                new String(first, mark, first.length - mark, StandardCharsets.ISO_8859_1));
        if (!declared.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(declared.group(1));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            CharacterCodingException unknown = new CharacterCodingException();
            unknown.initCause(e);
            throw unknown;
        }
    }

    private static boolean startsWith(byte[] bytes, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (i >= bytes.length || Byte.toUnsignedInt(bytes[i]) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
