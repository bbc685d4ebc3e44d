package strata.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes text in a Specific Character Set that somebody asked for, the counterpart of
 * {@link CharacterSet}: single sets, ISO 2022 code extensions (PS3.5 6.1.2.5), ISO_IR 192, GB18030
 * and GBK. What does not fit is not written. Immutable.
 */
public final class TextEncoding {
    private static final int ESCAPE = 0x1B;

    private final List<String> terms;
    private final Charset whole;
    private final CodedSet lower;
    private final CodedSet upper;
    private final List<CodedSet> extensions;

    private TextEncoding(
            List<String> terms,
            Charset whole,
            CodedSet lower,
            CodedSet upper,
            List<CodedSet> extensions) {
        this.terms = List.copyOf(terms);
        this.whole = whole;
        this.lower = lower;
        this.upper = upper;
        this.extensions = List.copyOf(extensions);
    }

    /** The encoding for the values of (0008,0005); empty when one of them is not known. */
    public static Optional<TextEncoding> of(List<String> terms) {
        if (terms.isEmpty() || !CharacterSet.of(terms).isKnown()) {
            return Optional.empty();
        }
        String first = plain(terms.get(0));
        if (CharacterSet.of(terms.subList(0, 1)).isUtf8()) {
            return Optional.of(ofWhole(terms, StandardCharsets.UTF_8));
        }
        if (first.equals("GB18030") || first.equals("GBK")) {
            return Optional.of(ofWhole(terms, Charset.forName(first)));
        }
        CodedSet set = first.isEmpty() ? CodedSet.ASCII : registered(first);
        boolean kana = set == CodedSet.KATAKANA || set == CodedSet.ROMAJI;
        List<CodedSet> extensions = new ArrayList<>();
        for (String term : terms) {
            String text = plain(term);
            if (text.startsWith("ISO 2022 IR ") && registered(text) != CodedSet.ASCII) {
                extensions.add(registered(text));
            }
        }
        return Optional.of(new TextEncoding(
                terms,
                null,
                kana ? CodedSet.ROMAJI : CodedSet.ASCII,
                set == CodedSet.KATAKANA || set.upper() && !set.twoByte() ? set : null,
                extensions));
    }

    private static TextEncoding ofWhole(List<String> terms, Charset charset) {
        return new TextEncoding(terms.subList(0, 1), charset, null, null, List.of());
    }

    private static String plain(String term) {
        return term.strip().toUpperCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
    }

    /** The set of a term that is known to be one of the standard's. */
    private static CodedSet registered(String term) {
        return CodedSet.registered(Integer.parseInt(term.substring(term.lastIndexOf(' ') + 1)));
    }

    /**
     * A copy of a data set whose text, items included, is in this encoding and which says so; empty
     * when some text does not fit.
     */
    public Optional<DataSet> encode(DataSet from) {
        DataSet to = new DataSet();
        if (!encode(from, to)) {
            return Optional.empty();
        }
        return Optional.of(
                to.putString(Tag.SpecificCharacterSet, Vr.CS, terms.toArray(new String[0])));
    }

    private boolean encode(DataSet from, DataSet to) {
        for (Element element : from.elements()) {
            if (element instanceof Element.Items items) {
                List<DataSet> copies = new ArrayList<>();
                for (DataSet item : items.items()) {
                    DataSet copy = new DataSet();
                    copies.add(copy);
                    if (!encode(item, copy)) {
                        return false;
                    }
                }
                to.putItems(items.tag(), copies);
            } else if (element instanceof Element.Value value && value.vr().usesCharacterSet()) {
                String text = from.characterSet().decode(value.bytes(), value.vr());
                Optional<byte[]> bytes = encode(withoutPadding(text), value.vr());
                if (bytes.isEmpty()) {
                    return false;
                }
                to.putBytes(value.tag(), value.vr(), bytes.get());
            } else if (element.tag() != Tag.SpecificCharacterSet) {
                to.put(element);
            }
        }
        return true;
    }

    /** Spaces at the end are padding wherever a character set counts, PS3.5 6.2. */
    private static String withoutPadding(String text) {
        return text.stripTrailing();
    }

    /** The bytes of a text, several values separated by backslashes; empty when it does not fit. */
    public Optional<byte[]> encode(String text, Vr vr) {
        if (whole != null) {
            return Optional.ofNullable(bytes(whole, text));
        }
        Run run = new Run(vr);
        boolean fits = text.codePoints().allMatch(run::add);
        return fits ? Optional.of(run.end()) : Optional.empty();
    }

    private static byte[] bytes(Charset charset, String text) {
        try {
            ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException expected) {
            return null;
        }
    }

    /** One value field on its way, with the sets that are designated at its end. */
    private final class Run {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Vr vr;
        private CodedSet g0 = lower;
        private CodedSet g1 = upper;

        Run(Vr vr) {
            this.vr = vr;
        }

        /** False when the character does not fit. */
        boolean add(int character) {
            if (character < 0x80 && (lower == CodedSet.ASCII || !isYenOrOverline(character))) {
                resetG0();
                out.write(character);
                if (isReset(character)) {
                    g1 = upper;
                }
                return true;
            }
            return addWith(g1, character) || addWith(g0, character) || addExtended(character);
        }

        private boolean isYenOrOverline(int character) {
            return character == '~' || character == '\\' && !vr.backslashSeparated();
        }

        /** Where a reader returns to the initial sets, PS3.5 6.1.2.5.3. */
        private boolean isReset(int c) {
            return c == '\r'
                    || c == '\n'
                    || c == '\f'
                    || c == '\t'
                    || c == '\\' && vr.backslashSeparated()
                    || vr == Vr.PN && (c == '^' || c == '=');
        }

        private boolean addWith(CodedSet set, int character) {
            if (set == null) {
                return false;
            }
            byte[] bytes = bytes(set.charset(), Character.toString(character));
            boolean right = bytes != null && bytes.length == (set.twoByte() ? 2 : 1);
            for (int i = 0; right && i < bytes.length; i++) {
                right = bytes[i] < 0 == set.upper();
            }
            if (right) {
                out.writeBytes(bytes);
            }
            return right;
        }

        private boolean addExtended(int character) {
            for (CodedSet set : extensions) {
                int before = out.size();
                CodedSet oldG0 = g0;
                CodedSet oldG1 = g1;
                designate(set);
                if (addWith(set, character)) {
                    return true;
                }
                byte[] kept = Arrays.copyOf(out.toByteArray(), before);
                out.reset();
                out.writeBytes(kept);
                g0 = oldG0;
                g1 = oldG1;
            }
            return false;
        }

        private void designate(CodedSet set) {
            out.write(ESCAPE);
            out.writeBytes(set.escape());
            if (set.upper()) {
                g1 = set;
            } else {
                g0 = set;
            }
        }

        private void resetG0() {
            if (g0 != lower) {
                designate(lower);
            }
        }

        byte[] end() {
            resetG0();
            return out.toByteArray();
        }
    }
}
