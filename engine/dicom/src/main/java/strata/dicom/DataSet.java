package strata.dicom;

import strata.base.Uid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A data set in memory: elements in tag order, PS3.5 7.1. Text is decoded by the Specific Character
 * Set of the data set or, in an item without its own, of the one around it.
 *
 * <p>Readers of a value never throw for odd content: what cannot be read as asked is empty. Not
 * safe for several threads while it is being changed.
 */
public final class DataSet {
    private static final int[] NO_TAGS = {};
    private static final Element[] NO_ELEMENTS = {};

    private int[] tags = NO_TAGS;
    private Element[] elements = NO_ELEMENTS;
    private int size;
    private DataSet enclosing;
    private CharacterSet characterSet;

    // ---- reading

    public boolean contains(int tag) {
        return indexOf(tag) >= 0;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    /** The elements in tag order; a view that is valid until the next change. */
    public Iterable<Element> elements() {
        return Elements::new;
    }

    /** Plain, since every instance that is indexed is gone through several times. */
    private final class Elements implements Iterator<Element> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public Element next() {
            if (next >= size) {
                throw new NoSuchElementException();
            }
            return elements[next++];
        }
    }

    public Optional<Element> element(int tag) {
        int at = indexOf(tag);
        return at < 0 ? Optional.empty() : Optional.of(elements[at]);
    }

    /** The VR of the element, or the dictionary's when it is absent. */
    public Vr vr(int tag) {
        int at = indexOf(tag);
        return at < 0 ? Dictionary.vr(tag) : elements[at].vr();
    }

    /** The value bytes in little endian, shared; empty when absent or not a plain value. */
    public byte[] bytes(int tag) {
        int at = indexOf(tag);
        return at >= 0 && elements[at] instanceof Element.Value value ? value.bytes() : new byte[0];
    }

    /** The items of a sequence; empty when absent or not a sequence. */
    public List<DataSet> items(int tag) {
        int at = indexOf(tag);
        return at >= 0 && elements[at] instanceof Element.Items items ? items.items() : List.of();
    }

    /**
     * The first value as text, without padding; numbers in decimal, tags as eight digits. Empty
     * when absent, empty, or not text.
     */
    public Optional<String> string(int tag) {
        List<String> all = strings(tag);
        return all.isEmpty() || all.get(0).isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    /** All values as text, without padding; an empty value among others is an empty string. */
    public List<String> strings(int tag) {
        int at = indexOf(tag);
        return at >= 0 && elements[at] instanceof Element.Value value
                ? ValueText.strings(value, characterSet())
                : List.of();
    }

    /** The first value as a UID; empty when absent or not a UID. */
    public Optional<Uid> uid(int tag) {
        return string(tag).filter(Uid::isValid).map(Uid::new);
    }

    /** The first value as a person name. */
    public Optional<PersonName> personName(int tag) {
        return string(tag).map(PersonName::parse);
    }

    /** The first value of a number element (binary, IS, or a whole DS) that fits an int. */
    public OptionalInt intValue(int tag) {
        OptionalLong value = longValue(tag);
        return value.isPresent() && value.getAsLong() == (int) value.getAsLong()
                ? OptionalInt.of((int) value.getAsLong())
                : OptionalInt.empty();
    }

    /** The first value of a number element (binary, IS, or a whole DS). */
    public OptionalLong longValue(int tag) {
        int at = indexOf(tag);
        return at >= 0 && elements[at] instanceof Element.Value value
                ? ValueText.longValue(value)
                : OptionalLong.empty();
    }

    /** The first value of a number element as a double. */
    public OptionalDouble doubleValue(int tag) {
        try {
            Optional<String> text = string(tag);
            return text.isPresent()
                    ? OptionalDouble.of(Double.parseDouble(text.get().strip()))
                    : OptionalDouble.empty();
        } catch (NumberFormatException expected) {
            return OptionalDouble.empty();
        }
    }

    /** The character set in effect: its own, else that of the data set around it. */
    public CharacterSet characterSet() {
        if (characterSet == null) {
            int at = indexOf(Tag.SpecificCharacterSet);
            if (at >= 0 && elements[at] instanceof Element.Value value) {
                characterSet = CharacterSet.of(ValueText.strings(value, CharacterSet.DEFAULT));
            } else {
                return enclosing == null ? CharacterSet.DEFAULT : enclosing.characterSet();
            }
        }
        return characterSet;
    }

    /** The data set whose item this is, or null at the top. */
    DataSet enclosing() {
        return enclosing;
    }

    // ---- changing

    /**
     * Puts text. Characters beyond the character set in effect turn the whole data set to ISO_IR
     * 192, see {@link #toUtf8}.
     */
    public DataSet putString(int tag, Vr vr, String... values) {
        if (!vr.isText()) {
            throw new IllegalArgumentException(vr + " is not text");
        }
        String text = String.join("\\", values);
        if (vr.usesCharacterSet() && !isAscii(text) && !characterSet().isUtf8()) {
            toUtf8();
        }
        return putBytes(tag, vr, text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    public DataSet putUid(int tag, Uid uid) {
        return putString(tag, Vr.UI, uid.value());
    }

    /** Puts numbers as binary (US, SS, UL, SL, UV, SV, FL, FD), as text (IS, DS), or tags (AT). */
    public DataSet putInt(int tag, Vr vr, int... values) {
        return putBytes(tag, vr, ValueText.numbers(vr, values));
    }

    /**
     * Puts a value given in little endian; an odd one is padded. The array is not copied if even.
     */
    public DataSet putBytes(int tag, Vr vr, byte[] value) {
        byte[] even = value;
        if ((value.length & 1) != 0) {
            even = Arrays.copyOf(value, value.length + 1);
            even[value.length] = vr.paddingByte();
        }
        return put(new Element.Value(tag, vr, even));
    }

    public DataSet putEmpty(int tag, Vr vr) {
        return vr == Vr.SQ ? putItems(tag, List.of()) : putBytes(tag, vr, new byte[0]);
    }

    /** Puts a sequence; the items become part of this data set. */
    public DataSet putItems(int tag, List<DataSet> items) {
        return put(new Element.Items(tag, items));
    }

    public DataSet put(Element element) {
        if (element instanceof Element.Items items) {
            items.items().forEach(item -> item.enclosing = this);
        }
        int at = size > 0 && Integer.compareUnsigned(element.tag(), tags[size - 1]) > 0
                ? ~size
                : indexOf(element.tag());
        if (at >= 0) {
            elements[at] = element;
        } else {
            insert(~at, element);
        }
        if (element.tag() == Tag.SpecificCharacterSet) {
            characterSet = null;
        }
        return this;
    }

    public DataSet remove(int tag) {
        int at = indexOf(tag);
        if (at >= 0) {
            System.arraycopy(tags, at + 1, tags, at, size - at - 1);
            System.arraycopy(elements, at + 1, elements, at, size - at - 1);
            elements[--size] = null;
            characterSet = null;
        }
        return this;
    }

    /** Puts every element of the other data set, replacing those with the same tag. */
    public DataSet putAll(DataSet other) {
        other.elements().forEach(this::put);
        return this;
    }

    /**
     * Re-encodes all text, items included, to ISO_IR 192 and sets Specific Character Set so. What
     * could not be decoded becomes replacement characters.
     */
    public DataSet toUtf8() {
        CharacterSet from = characterSet();
        for (int i = 0; i < size; i++) {
            Element element = elements[i];
            if (element instanceof Element.Items items) {
                items.items().forEach(DataSet::recode);
            } else if (element instanceof Element.Value value && value.vr().usesCharacterSet()) {
                byte[] text =
                        from.decode(value.bytes(), value.vr()).getBytes(StandardCharsets.UTF_8);
                putBytes(value.tag(), value.vr(), text);
            }
        }
        return putString(Tag.SpecificCharacterSet, Vr.CS, CharacterSet.UTF_8_TERM);
    }

    /** Re-encodes an item; the term is kept at the outermost data set only. */
    private void recode() {
        toUtf8();
        remove(Tag.SpecificCharacterSet);
    }

    private int indexOf(int tag) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(tags[middle], tag);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ~low;
    }

    private void insert(int at, Element element) {
        if (size == tags.length) {
            int larger = Math.max(8, size * 2);
            tags = Arrays.copyOf(tags, larger);
            elements = Arrays.copyOf(elements, larger);
        }
        System.arraycopy(tags, at, tags, at + 1, size - at);
        System.arraycopy(elements, at, elements, at + 1, size - at);
        tags[at] = element.tag();
        elements[at] = element;
        size++;
    }

    /** Same elements with the same bytes, items included. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof DataSet that) || that.size != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!sameElement(elements[i], that.elements[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameElement(Element a, Element b) {
        if (a.tag() != b.tag() || a.vr() != b.vr()) {
            return false;
        }
        if (a instanceof Element.Value x && b instanceof Element.Value y) {
            return Arrays.equals(x.bytes(), y.bytes());
        }
        if (a instanceof Element.Fragments x && b instanceof Element.Fragments y) {
            return Arrays.deepEquals(x.fragments().toArray(), y.fragments().toArray());
        }
        return a instanceof Element.Items x && b instanceof Element.Items y
                ? x.items().equals(y.items())
                : a.equals(b);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(Arrays.copyOf(tags, size));
    }

    /** Tags and VRs only: values may be patient data. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Element element : elements()) {
            parts.add(Tag.toString(element.tag()) + element.vr());
        }
        return parts.toString();
    }
}
