package strata.dicom;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Records parser events as text, so that two parses can be compared. */
final class EventLog implements DataSetHandler {
    final List<String> events = new ArrayList<>();
    private final CRC32C streamed = new CRC32C();

    @Override
    public Disposition element(int tag, Vr vr, long lengthBytes, long valueOffset) {
        events.add(Tag.toString(tag) + vr + " " + lengthBytes + " @" + valueOffset);
        return switch (tag & 3) {
            case 0 -> Disposition.STREAM;
            case 1 -> Disposition.SKIP;
            default -> lengthBytes > 10_000 ? Disposition.STREAM : Disposition.CAPTURE;
        };
    }

    @Override
    public void value(int tag, Vr vr, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value);
        events.add("value " + Tag.toString(tag) + vr + value.length + " " + crc.getValue());
    }

    @Override
    public void chunk(int tag, ByteBuffer part, boolean last) {
        streamed.update(part);
        if (last) {
            events.add("streamed " + Tag.toString(tag) + " " + streamed.getValue());
            streamed.reset();
        }
    }

    @Override
    public void sequenceStart(int tag, Vr vr, long lengthBytes, long offset) {
        events.add("sequence " + Tag.toString(tag) + vr + " " + lengthBytes + " @" + offset);
    }

    @Override
    public void itemStart(long lengthBytes, long offset) {
        events.add("item " + lengthBytes + " @" + offset);
    }

    @Override
    public void itemEnd(long offset) {
        events.add("item end @" + offset);
    }

    @Override
    public void sequenceEnd(long offset) {
        events.add("sequence end @" + offset);
    }

    @Override
    public void fragmentsStart(int tag, Vr vr, long offset) {
        events.add("fragments " + Tag.toString(tag) + vr + " @" + offset);
    }

    @Override
    public Disposition fragment(int index, long lengthBytes, long valueOffset) {
        events.add("fragment " + index + " " + lengthBytes + " @" + valueOffset);
        return Disposition.STREAM;
    }

    @Override
    public void fragmentsEnd(long offset) {
        events.add("fragments end @" + offset);
    }

    @Override
    public void oddity(Oddity oddity, int tag, long offset) {
        events.add(oddity + " " + Tag.toString(tag) + " @" + offset);
    }
}
