package strata.dicom;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds a {@link DataSet} from parser events: values turned to little endian, the first of two
 * equal tags kept, US turned to SS where Pixel Representation says so.
 */
class TreeBuilder implements DataSetHandler {
    /** An item or the top level, with the sequence that is open in it. */
    private static final class Level {
        final DataSet dataSet = new DataSet();
        int sequenceTag;
        List<DataSet> items;
    }

    private final boolean bigEndian;
    private long itemsLeft;
    private final List<Level> levels = new ArrayList<>();
    private List<byte[]> fragments;
    private int fragmentsTag;
    private Vr fragmentsVr;
    private final OddityCounts oddities = new OddityCounts();

    TreeBuilder(boolean bigEndian, ParseLimits limits) {
        this.bigEndian = bigEndian;
        this.itemsLeft = limits.maxCapturedBytes() / ParseLimits.ITEM_OVERHEAD_BYTES;
        levels.add(new Level());
    }

    final DataSet root() {
        return levels.get(0).dataSet;
    }

    /**
     * Takes the elements of the top level that are whole, and begins anew.
     *
     * @param signed what Pixel Representation said of those that were taken before
     */
    final DataSet takeRoot(boolean implicit, boolean signed) {
        DataSet taken = root();
        levels.set(0, new Level());
        if (implicit) {
            resolveSigned(taken, signed);
        }
        return taken;
    }

    final OddityCounts oddities() {
        return oddities;
    }

    private Level level() {
        return levels.get(levels.size() - 1);
    }

    @Override
    public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset)
            throws MalformedDicomException {
        return Disposition.CAPTURE;
    }

    @Override
    public void value(int tag, Vr vr, byte[] value) throws MalformedDicomException {
        if (fragments != null) {
            fragments.add(value);
            return;
        }
        if (bigEndian) {
            ValueText.swap(value, vr);
        }
        put(new Element.Value(tag, vr, value));
    }

    /** Adds an element to the data set that is open; the first of two with one tag stays. */
    final void put(Element element) {
        DataSet dataSet = level().dataSet;
        if (dataSet.contains(element.tag())) {
            oddities.count(Oddity.DUPLICATE_TAG);
        } else {
            dataSet.put(element);
        }
    }

    @Override
    public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset)
            throws MalformedDicomException {
        level().sequenceTag = tag;
        level().items = new ArrayList<>();
    }

    @Override
    public void itemStart(long lengthBytes, long offset) throws MalformedDicomException {
        if (--itemsLeft < 0) {
            throw new MalformedDicomException(
                    "too many items to hold", level().sequenceTag, offset);
        }
        levels.add(new Level());
    }

    @Override
    public void itemEnd(long offset) throws MalformedDicomException {
        Level item = levels.remove(levels.size() - 1);
        level().items.add(item.dataSet);
    }

    @Override
    public void sequenceEnd(long offset) throws MalformedDicomException {
        Level level = level();
        put(new Element.Items(level.sequenceTag, level.items));
        level.items = null;
    }

    @Override
    public void fragmentsStart(int tag, Vr vr, long offset) throws MalformedDicomException {
        fragments = new ArrayList<>();
        fragmentsTag = tag;
        fragmentsVr = vr;
    }

    @Override
    public Disposition fragment(int index, long lengthBytes, long valueOffset)
            throws MalformedDicomException {
        return Disposition.CAPTURE;
    }

    @Override
    public void fragmentsEnd(long offset) throws MalformedDicomException {
        put(new Element.Fragments(fragmentsTag, fragmentsVr, fragments));
        fragments = null;
    }

    @Override
    public void oddity(Oddity oddity, int tag, long offset) throws MalformedDicomException {
        oddities.count(oddity);
    }

    /**
     * Ends the tree: flags text that does not fit its character set, and chooses SS for US where
     * Pixel Representation asks for it, PS3.5 A.1.
     */
    final DataSet finish(boolean implicit) {
        checkText(root());
        if (implicit) {
            resolveSigned(root(), false);
        }
        return root();
    }

    private void checkText(DataSet dataSet) {
        CharacterSet set = dataSet.characterSet();
        if (!set.isKnown() && dataSet.contains(Tag.SpecificCharacterSet)) {
            oddities.count(Oddity.UNDECODABLE_TEXT);
        }
        for (Element element : dataSet.elements()) {
            if (element instanceof Element.Items items) {
                items.items().forEach(this::checkText);
            } else if (element instanceof Element.Value value
                    && value.vr().usesCharacterSet()
                    && !set.fits(value.bytes(), value.vr())) {
                oddities.count(Oddity.UNDECODABLE_TEXT);
            }
        }
    }

    private static void resolveSigned(DataSet dataSet, boolean signedAround) {
        boolean signed = dataSet.contains(Tag.PixelRepresentation)
                ? dataSet.intValue(Tag.PixelRepresentation).orElse(0) == 1
                : signedAround;
        for (Element element : dataSet.elements()) {
            if (element instanceof Element.Items items) {
                items.items().forEach(item -> resolveSigned(item, signed));
            } else if (signed
                    && element instanceof Element.Value value
                    && value.vr() == Vr.US
                    && Dictionary.signedAlternative(value.tag())) {
                dataSet.put(new Element.Value(value.tag(), Vr.SS, value.bytes()));
            }
        }
    }
}
