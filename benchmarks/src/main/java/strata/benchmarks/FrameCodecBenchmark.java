package strata.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import strata.base.Uid;
import strata.codec.image.FrameCodecs;
import strata.codec.image.FrameDecoder;
import strata.codec.image.FrameEncoder;
import strata.codec.image.PixelLayout;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import javax.imageio.ImageIO;

/**
 * The codecs of transfer syntaxes over the pixels of one CT slice, 512 kB; of JPEG, which has 8
 * bits, over as many bytes of a grey image that the JDK has encoded.
 */
public class FrameCodecBenchmark {
    static final Sample SAMPLE = Sample.CT;

    /** What {@link #encode} is measured with. */
    @State(Scope.Thread)
    public static class Encoding {
        @Param({"1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"})
        public String syntax;

        private PixelLayout layout;
        private byte[] frame;
        private FrameEncoder encoder;

        @Setup
        public void make() throws IOException {
            layout = PixelLayout.of(SAMPLE.make());
            frame = SAMPLE.make().bytes(Tag.PixelData);
            encoder = FrameCodecs.encoder(TransferSyntax.of(new Uid(syntax))).orElseThrow();
        }

        /** The size of the encoded slice stands beside the speed in the log of the run. */
        @TearDown
        public void close() {
            System.out.printf(
                    "%d -> %d bytes%n", frame.length, encoder.encode(frame, layout).length);
        }
    }

    /** What {@link #decode} is measured with. */
    @State(Scope.Thread)
    public static class Decoding {
        @Param({
            "1.2.840.10008.1.2.5",
            "1.2.840.10008.1.2.4.50",
            "1.2.840.10008.1.2.4.70",
            "1.2.840.10008.1.2.4.80"
        })
        public String syntax;

        private PixelLayout layout;
        private byte[] encoded;
        private FrameDecoder decoder;

        @Setup
        public void make() throws IOException {
            TransferSyntax of = TransferSyntax.of(new Uid(syntax));
            decoder = FrameCodecs.decoder(of).orElseThrow();
            layout = PixelLayout.of(SAMPLE.make());
            byte[] frame = SAMPLE.make().bytes(Tag.PixelData);
            if (of.equals(TransferSyntax.JPEG_BASELINE)) {
                layout = PixelLayout.grey(layout.rows(), 2 * layout.columns(), 8, 8);
                encoded = jpeg(frame, layout);
            } else {
                encoded = FrameCodecs.encoder(of).orElseThrow().encode(frame, layout);
            }
        }

        private static byte[] jpeg(byte[] frame, PixelLayout layout) throws IOException {
            int columns = layout.columns();
            BufferedImage image =
                    new BufferedImage(columns, layout.rows(), BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < frame.length; i++) {
                int sample = frame[i & ~1] >> 4 & 0xF | frame[i | 1] << 4;
                image.getRaster().setSample(i % columns, i / columns, 0, sample & 0xFF);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpeg", out);
            return out.toByteArray();
        }
    }

    @Benchmark
    public byte[] encode(Encoding of) {
        return of.encoder.encode(of.frame, of.layout);
    }

    @Benchmark
    public byte[] decode(Decoding of) throws IOException {
        return of.decoder.decode(of.encoded, of.layout);
    }
}
