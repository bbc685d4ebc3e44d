package strata.benchmarks;

import strata.base.CorruptDataException;
import strata.codec.EncodedLayout;
import strata.codec.EncodedSource;
import strata.codec.EncodingProfile;
import strata.codec.ObjectDecoder;
import strata.codec.ObjectEncoder;
import strata.codec.PixelTally;
import strata.codec.SeriesContext;
import strata.dicom.DataSet;
import strata.dicom.Part10;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The archive codec beside other coders, over the native pixel data of series: bytes in over bytes
 * out. Ours in this process, the others as programs over the same samples. Arguments: a work
 * directory, take every n-th file, then folders of Part 10 files of one component. Prints the rows
 * of a Markdown table.
 */
public final class ArchiveComparison {
    private static final long WARM_UP_NANOS = 6_000_000_000L;
    private static final String MISSING = "| - | - | - |";

    private final Path work;
    private final List<byte[]> files = new ArrayList<>();
    private final List<byte[]> pixels = new ArrayList<>();
    private final List<byte[]> pictures = new ArrayList<>();
    private long bytes;

    private ArchiveComparison(Path work) {
        this.work = work;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int step = Integer.parseInt(args[1]);
        for (int i = 2; i < args.length; i++) {
            ArchiveComparison run = new ArchiveComparison(Path.of(args[0]));
            run.load(Path.of(args[i]), step);
            String name = Path.of(args[i]).getFileName() + ", " + run.files.size() + " files";
            for (EncodingProfile profile : EncodingProfile.values()) {
                row(name, "Strata " + profile.name().toLowerCase(Locale.ROOT), run.ours(profile));
            }
            row(
                    name,
                    "zstd -19",
                    run.peer("raw", "zst", "zstd -q -19 IN -o OUT", "zstd -q -d IN -o OUT"));
            row(name, "JPEG-LS (CharLS by dcmcjpls)", run.jpegLs());
            row(
                    name,
                    "JPEG 2000 (OpenJPEG)",
                    run.peer(
                            "pgm",
                            "j2k",
                            "opj_compress -i IN -o OUT",
                            "opj_decompress -i IN -o OUT"));
            for (int effort : new int[] {7, 9}) {
                row(
                        name,
                        "JPEG XL effort " + effort,
                        run.peer(
                                "pgm",
                                "jxl",
                                "cjxl --quiet -d 0 -e " + effort + " --num_threads=0 IN OUT",
                                "djxl --quiet --num_threads=0 IN OUT"));
            }
        }
    }

    private static void row(String series, String coder, String cells) {
        System.out.println("| " + series + " | " + coder + " " + cells);
    }

    private void load(Path folder, int step) throws IOException {
        List<Path> paths;
        try (Stream<Path> list = Files.list(folder)) {
            paths = list.sorted().toList();
        }
        for (int i = 0; i < paths.size(); i += step) {
            Part10.Content content = Part10.read(paths.get(i));
            DataSet image = content.dataSet();
            boolean plain = !content.header().syntax().isBigEndian()
                    && !content.header().syntax().isEncapsulated()
                    && image.intValue(Tag.SamplesPerPixel).orElse(1) == 1;
            if (!plain) {
                continue;
            }
            byte[] samples = image.bytes(Tag.PixelData);
            files.add(Part10.file(image, TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN));
            pixels.add(samples);
            pictures.add(picture(image, samples));
            bytes += samples.length;
        }
    }

    /** A PGM, all its range in use: JPEG XL's programs are not lossless with a smaller one. */
    private static byte[] picture(DataSet image, byte[] samples) {
        boolean wide = image.intValue(Tag.BitsAllocated).orElseThrow() == 16;
        int flip = image.intValue(Tag.PixelRepresentation).orElse(0) == 1 ? 0x80 : 0;
        int columns = image.intValue(Tag.Columns).orElseThrow();
        int rows = samples.length / columns / (wide ? 2 : 1);
        String head = "P5\n" + columns + " " + rows + "\n" + (wide ? 65535 : 255) + "\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] picture = Arrays.copyOf(start, start.length + samples.length);
        for (int i = 0; i < samples.length; i++) {
            boolean high = !wide || i % 2 == 1;
            int place = wide ? i ^ 1 : i;
            picture[start.length + place] = (byte) (samples[i] ^ (high ? flip : 0));
        }
        return picture;
    }

    private String ours(EncodingProfile profile) throws IOException {
        long start = System.nanoTime();
        PixelTally tally = new PixelTally();
        do {
            tally = new PixelTally();
            once(profile, tally);
        } while (System.nanoTime() - start < WARM_UP_NANOS);
        return cells(
                tally.originalBytes(),
                tally.storedBytes(),
                tally.encodedPerSecond() / 1e6,
                tally.decodedPerSecond() / 1e6);
    }

    private void once(EncodingProfile profile, PixelTally tally) throws IOException {
        try (SeriesContext series = new SeriesContext();
                ObjectEncoder encoder = new ObjectEncoder(profile, tally)) {
            for (byte[] file : files) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                EncodedLayout layout = encoder.encode(new ByteArrayInputStream(file), series, out);
                EncodedSource source = EncodedSource.of(out.toByteArray());
                ByteBuffer back = ByteBuffer.allocate(file.length);
                try (ObjectDecoder decoder =
                        new ObjectDecoder("sample", source, layout, series.template(), tally)) {
                    decoder.readFully(back);
                }
                if (!Arrays.equals(file, back.array())) {
                    throw new CorruptDataException("sample", 0, "the same bytes", "others");
                }
            }
        }
    }

    private String peer(String from, String to, String encode, String decode)
            throws IOException, InterruptedException {
        if (!isThere(encode) || !isThere(decode)) {
            return MISSING;
        }
        List<byte[]> inputs = from.equals("raw") ? pixels : pictures;
        Path in = work.resolve("in." + from);
        Path coded = work.resolve("coded." + to);
        Path back = work.resolve("back." + from);
        long stored = 0;
        double encodeSeconds = 0;
        double decodeSeconds = 0;
        for (byte[] input : inputs) {
            Files.write(in, input);
            Files.deleteIfExists(coded);
            Files.deleteIfExists(back);
            encodeSeconds += run(encode, in, coded);
            decodeSeconds += run(decode, coded, back);
            stored += Files.size(coded);
            if (!Arrays.equals(input, Files.readAllBytes(back))) {
                return "| not lossless | - | - |";
            }
        }
        return cells(bytes, stored, bytes / encodeSeconds / 1e6, bytes / decodeSeconds / 1e6);
    }

    private String jpegLs() throws IOException, InterruptedException {
        if (!isThere("dcmcjpls") || !isThere("dcmdjpls")) {
            return MISSING;
        }
        Path in = work.resolve("in.dcm");
        Path coded = work.resolve("coded.dcm");
        Path back = work.resolve("back.dcm");
        long stored = 0;
        double encodeSeconds = 0;
        double decodeSeconds = 0;
        for (int i = 0; i < files.size(); i++) {
            Files.write(in, files.get(i));
            encodeSeconds += run("dcmcjpls +un IN OUT", in, coded);
            decodeSeconds += run("dcmdjpls IN OUT", coded, back);
            byte[] again = Part10.read(back).dataSet().bytes(Tag.PixelData);
            if (!Arrays.equals(pixels.get(i), again)) {
                return "| not lossless | - | - |";
            }
            // What is around the pixels is the same in both files, but for a hundred bytes or so.
            stored += Files.size(coded) - (Files.size(back) - pixels.get(i).length);
        }
        return cells(bytes, stored, bytes / encodeSeconds / 1e6, bytes / decodeSeconds / 1e6);
    }

    private static boolean isThere(String command) {
        String program = command.split(" ")[0];
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Seconds that the program took, its start among them. */
    private double run(String command, Path in, Path out) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.replaceAll(word -> switch (word) {
            case "IN" -> in.toString();
            case "OUT" -> out.toString();
            default -> word;
        });
        long start = System.nanoTime();
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("log").toFile())
                .start();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(words.get(0) + " ended with " + exit);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static String cells(long before, long after, double encode, double decode) {
        return String.format(
                Locale.ROOT, "| %.3f | %.1f | %.1f |", (double) before / after, encode, decode);
    }
}
