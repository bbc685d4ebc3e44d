package strata.server.fuzz;

import strata.base.Digest;
import strata.base.Metrics;
import strata.base.ObjectId;
import strata.base.SiteId;
import strata.base.StrataException;
import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.codec.EncodedLayout;
import strata.codec.EncodedSource;
import strata.codec.EncodingProfile;
import strata.codec.ObjectDecoder;
import strata.codec.ObjectEncoder;
import strata.codec.SeriesContext;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.tier.PackEntry;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSealing;
import strata.tier.PackSource;
import strata.tier.PackWriter;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.KeyMedium;
import strata.tier.crypto.SiteKey;
import strata.tier.crypto.SiteKeys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

import javax.crypto.spec.SecretKeySpec;

/**
 * Packs and encoded objects. Their checksums are put right on the way in unless the first byte is
 * odd, so that what they guard is reached.
 */
final class StorageFuzz {
    private static final int MAX_ORIGINAL_BYTES = 32 << 20;
    private static final int PACK_HEADER = 64;
    private static final int PACK_TRAILER = 48;
    private static final int CHUNK_HEADER = 24;
    private static final int OBJECT_HEADER = 8;
    private static final byte END_OF_OBJECT = 127;
    private static final int INDEX_ROW = 12;
    private static final KeyMedium NO_MEDIUM = new NoKeys();
    private static final KeyLedger SHARED = keys();

    private StorageFuzz() {}

    private static byte[] image(int side) {
        byte[] pixels = new byte[side * side * 2];
        for (int i = 0; i < pixels.length; i += 2) {
            pixels[i] = (byte) (i / 2 % side * 3 + i * 31 % 7);
            pixels[i + 1] = 2;
        }
        DataSet image = new DataSet()
                .putString(Tag.SOPClassUID, Vr.UI, "1.2.840.10008.5.1.4.1.1.2")
                .putString(Tag.SOPInstanceUID, Vr.UI, "1.2.3.4")
                .putInt(Tag.SamplesPerPixel, Vr.US, 1)
                .putInt(Tag.Rows, Vr.US, side)
                .putInt(Tag.Columns, Vr.US, side)
                .putInt(Tag.BitsAllocated, Vr.US, 16)
                .putInt(Tag.BitsStored, Vr.US, 12)
                .putInt(Tag.HighBit, Vr.US, 11)
                .putInt(Tag.PixelRepresentation, Vr.US, 0)
                .putBytes(Tag.PixelData, Vr.OW, pixels);
        return Part10.file(image, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
    }

    /** Three objects, in one study or in several. */
    private static List<PackObject> objects(int studies) {
        List<PackObject> objects = new ArrayList<>();
        for (int i = 1; i < 4; i++) {
            byte[] bytes = i < 3 ? DicomFuzzFile.bytes(i) : image(24);
            InstanceKey key = new InstanceKey(
                    new Uid(studies == 1 ? "1.2.3" : "1.2.3." + i % studies),
                    new Uid("1.2.3." + (1 + i / 3)),
                    new Uid("1.2.3.1." + i));
            objects.add(new PackObject(
                    new ObjectId(new SiteId(9), i),
                    key,
                    Digest.ofBytes(bytes),
                    bytes.length,
                    new byte[] {1, 2},
                    () -> new ByteArrayInputStream(bytes)));
        }
        return objects;
    }

    static List<byte[]> packs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        PackWriter.write(objects(1), Instant.EPOCH, out);
        return List.of(out.toByteArray());
    }

    static void pack(byte[] input) throws IOException {
        if (input.length < 1 + PACK_HEADER + PACK_TRAILER) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) == 0) {
            mendPack(ByteBuffer.wrap(bytes));
        }
        try (PackReader reader = PackReader.open("fuzz", new InMemory(bytes))) {
            for (PackEntry entry : reader.entries()) {
                if (entry.layout().originalBytes() < MAX_ORIGINAL_BYTES) {
                    verify(reader, entry);
                }
            }
        } catch (StrataException expected) {
            Expected.answer(expected);
        }
    }

    private static KeyLedger keys() {
        try {
            SiteKey site = new SiteKey("00000000000000f5", new SecretKeySpec(new byte[32], "AES"));
            KeyLedger keys = KeyLedger.open(
                    new SiteKeys(List.of(site)), NO_MEDIUM, Metrics.none(), Clock.systemUTC());
            keys.attach("fuzz", NO_MEDIUM);
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of three studies: what stands around the sealed parts, which nothing wrong gets through. */
    static List<byte[]> sharedPacks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        new PackSealing(SHARED, "fuzz").write(objects(3), EncodingProfile.FAST, Instant.EPOCH, out);
        return List.of(out.toByteArray());
    }

    static void sharedPack(byte[] input) throws IOException {
        if (input.length < 1 + PACK_HEADER + PACK_TRAILER) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) == 0) {
            mendShared(ByteBuffer.wrap(bytes));
        }
        try (PackReader reader =
                PackReader.open("fuzz", new InMemory(bytes), Optional.of(SHARED))) {
            List<PackEntry> entries =
                    reader.entries((first, count, cause) -> Expected.answer(cause));
            for (PackEntry entry : entries) {
                verify(reader, entry);
            }
        } catch (StrataException expected) {
            Expected.answer(expected);
        }
    }

    /** Header, index and trailer; the sealed parts have no checksum that could be made right. */
    private static void mendShared(ByteBuffer pack) {
        int trailer = pack.limit() - PACK_TRAILER;
        mend(pack, 0, PACK_HEADER - 4);
        int count = pack.getInt(12);
        if (count > 0 && count < trailer / INDEX_ROW) {
            int index = trailer - count * INDEX_ROW - 4;
            pack.putLong(trailer + 8, index);
            pack.putLong(trailer + 16, count * INDEX_ROW + 4);
            if (index >= PACK_HEADER) {
                mend(pack, index, count * INDEX_ROW);
                pack.putInt(trailer + 40, pack.getInt(trailer - 4));
            }
        }
        mend(pack, trailer, PACK_TRAILER - 4);
    }

    private static void verify(PackReader reader, PackEntry entry) throws IOException {
        try {
            reader.verify(entry.number());
        } catch (StrataException expected) {
            Expected.answer(expected);
        }
    }

    /** Header, footer and trailer, entry headers, templates and chunks, wherever they begin. */
    private static void mendPack(ByteBuffer pack) {
        int trailer = pack.limit() - PACK_TRAILER;
        long footer = pack.getLong(trailer + 8);
        mend(pack, 0, PACK_HEADER - 4);
        for (int at = PACK_HEADER; at < trailer - PACK_HEADER; at++) {
            switch (pack.getInt(at)) {
                case 0x50454e54 -> mend(pack, at, 68);
                case 0x5450544c -> mend(pack, at, 20);
                case 0x5354524f -> mendObject(pack, at);
                default -> {}
            }
        }
        if (footer >= PACK_HEADER && footer < trailer - 4) {
            pack.putLong(trailer + 16, trailer - footer);
            mend(pack, (int) footer, trailer - (int) footer - 4);
            pack.putInt(trailer + 40, pack.getInt(trailer - 4));
        }
        mend(pack, trailer, PACK_TRAILER - 4);
    }

    static List<byte[]> objects() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        byte[] text = "abcdefgh".repeat(40).getBytes(StandardCharsets.US_ASCII);
        for (EncodingProfile profile : EncodingProfile.values()) {
            for (byte[] original : List.of(image(32), text, new byte[] {1, 2, 3})) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.write(0);
                try (ObjectEncoder encoder = new ObjectEncoder(profile);
                        SeriesContext series = new SeriesContext()) {
                    encoder.encode(new ByteArrayInputStream(original), series, out);
                }
                seeds.add(out.toByteArray());
            }
        }
        return seeds;
    }

    static void object(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) == 0) {
            mendObject(ByteBuffer.wrap(bytes), 0);
        }
        try {
            EncodedSource source = EncodedSource.of(bytes);
            EncodedLayout layout = EncodedLayout.scan(source, bytes.length, "fuzz");
            if (layout.originalBytes() > MAX_ORIGINAL_BYTES) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(10_000);
            try (ObjectDecoder decoder =
                    new ObjectDecoder("fuzz", source, layout, Optional.empty())) {
                while (decoder.read(buffer.clear()) >= 0) {
                    // What is given out has passed its checksums.
                }
            }
        } catch (StrataException expected) {
            Expected.answer(expected);
        }
    }

    /**
     * Header and payload checksum of each chunk; that of the original has to be right by itself.
     */
    private static void mendObject(ByteBuffer bytes, int start) {
        int at = start + OBJECT_HEADER;
        for (int number = 0; at + CHUNK_HEADER <= bytes.limit(); number++) {
            int payload = bytes.getInt(at + 8);
            if (payload < 0 || payload > bytes.limit() - at - CHUNK_HEADER) {
                return;
            }
            bytes.putInt(at, bytes.getInt(at) & 0xff000000 | number);
            bytes.putInt(at + 16, crc(bytes, at + CHUNK_HEADER, payload));
            mend(bytes, at, CHUNK_HEADER - 4);
            if (bytes.get(at) == END_OF_OBJECT) {
                return;
            }
            at += CHUNK_HEADER + payload;
        }
    }

    private static void mend(ByteBuffer bytes, int from, int length) {
        if (from + length + 4 <= bytes.limit()) {
            bytes.putInt(from + length, crc(bytes, from, length));
        }
    }

    private static int crc(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), from, length);
        return (int) crc.getValue();
    }

    /** Small files that share a template. */
    private static final class DicomFuzzFile {
        static byte[] bytes(int number) {
            DataSet report = DicomFuzz.sample().putString(Tag.InstanceNumber, Vr.IS, "" + number);
            return Part10.file(report, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN);
        }
    }

    /** Nothing is kept. */
    private static final class NoKeys implements KeyMedium {
        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public byte[] read(String name, int maxBytes) {
            throw new IllegalStateException("there is no " + name);
        }

        @Override
        public void write(String name, byte[] bytes) {}
    }

    private record InMemory(byte[] bytes) implements PackSource {
        @Override
        public long lengthBytes() {
            return bytes.length;
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            if (position < 0 || position + to.remaining() > bytes.length) {
                throw new EOFException("at " + position);
            }
            to.put(bytes, (int) position, to.remaining());
        }

        @Override
        public void dropCache() {}

        @Override
        public void close() {}
    }
}
