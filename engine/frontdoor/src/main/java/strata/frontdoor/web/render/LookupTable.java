package strata.frontdoor.web.render;

import strata.dicom.DataSet;
import strata.dicom.Element;
import strata.dicom.Tag;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A table from PS3.3 C.11.1.1 or C.7.6.3.1.5: values before the first and behind the last entry are
 * those of the first and the last.
 *
 * @param first the value that the first entry stands for
 * @param entries at least one; up to {@code max}
 * @param max the greatest value that an entry can have
 */
record LookupTable(int first, int[] entries, int max) {
    private static final int MAX_ENTRIES = 65_536;

    /** The table of an item of Modality LUT Sequence or VOI LUT Sequence. */
    static Optional<LookupTable> of(DataSet item, boolean signed) {
        return of(item, Tag.LUTDescriptor, Tag.LUTData, signed);
    }

    /**
     * @param signed whether the values that are looked up are
     * @return empty when it is missing or cannot be
     */
    static Optional<LookupTable> of(DataSet from, int descriptorTag, int dataTag, boolean signed) {
        byte[] head = from.bytes(descriptorTag);
        byte[] data = from.bytes(dataTag);
        if (head.length < 6 || data.length == 0) {
            return Optional.empty();
        }
        ByteBuffer descriptor = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int count = descriptor.getShort() & 0xFFFF;
        short start = descriptor.getShort();
        int bits = descriptor.getShort() & 0xFFFF;
        int wanted = count == 0 ? MAX_ENTRIES : count;
        boolean isBytes = bits <= 8 && data.length < 2 * wanted;
        int entries = Math.min(wanted, isBytes ? data.length : data.length / 2);
        if (bits < 1 || bits > 16 || entries == 0) {
            return Optional.empty();
        }
        int max = (1 << bits) - 1;
        ByteBuffer values = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        int[] table = new int[entries];
        for (int i = 0; i < entries; i++) {
            int value = isBytes ? values.get() & 0xFF : values.getShort() & 0xFFFF;
            table[i] = Math.min(value, max);
        }
        return Optional.of(new LookupTable(signed ? start : start & 0xFFFF, table, max));
    }

    /** The first item's table of a sequence. */
    static Optional<LookupTable> firstOf(DataSet from, int sequence, boolean signed) {
        return from.element(sequence)
                .filter(e -> e instanceof Element.Items items && !items.isEmpty())
                .flatMap(e -> of(((Element.Items) e).items().get(0), signed));
    }

    int at(double value) {
        double index = Math.rint(value) - first;
        return entries[(int) Math.max(0, Math.min(entries.length - 1, index))];
    }
}
