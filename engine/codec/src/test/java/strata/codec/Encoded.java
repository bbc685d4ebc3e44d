package strata.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An object encoded in memory, as the tests of this package use it. */
record Encoded(byte[] bytes, EncodedLayout layout, Optional<SeriesTemplate> template) {
    static Encoded of(byte[] original, EncodingProfile profile) throws IOException {
        try (SeriesContext series = new SeriesContext()) {
            return of(original, profile, series);
        }
    }

    static Encoded of(byte[] original, EncodingProfile profile, SeriesContext series)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectEncoder encoder = new ObjectEncoder(profile)) {
            EncodedLayout layout = encoder.encode(new ByteArrayInputStream(original), series, out);
            return new Encoded(out.toByteArray(), layout, series.template());
        }
    }

    ObjectDecoder decoder() {
        return new ObjectDecoder("test", EncodedSource.of(bytes), layout, template);
    }

    byte[] decode() throws IOException {
        return decode(decoder());
    }

    static byte[] decode(ObjectDecoder decoder) throws IOException {
        try (decoder) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(70_001);
            while (decoder.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
            return out.toByteArray();
        }
    }
}
