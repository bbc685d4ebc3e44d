package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.CorruptDataException;
import strata.base.Fault;
import strata.base.LocalDisk;
import strata.codec.EncodingProfile;
import strata.codec.PixelTally;
import strata.tier.PackEntryReader;
import strata.tier.PackFormat;
import strata.tier.PackObject;
import strata.tier.PackReader;
import strata.tier.PackSource;
import strata.tier.PackSummary;
import strata.tier.PackWriter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Makes a pack of files, checks it and says how small it got and how fast. */
@CommandLine.Command(
        name = "pack",
        description = {
            "Packs files as the long-term tier does, reads the pack again and compares every byte.",
            "Any file will do, DICOM or not; a folder is taken with all that is below it.",
            "Speeds are those of one core over native pixel data, after a short warm-up."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata pack --profile fast ./series --out series.pack",
            "  strata pack --profile dense ./a.dcm ./more --out deep.pack",
            "",
            "Exit code 1 when something could not be read or the pack does not give it back."
        })
final class PackCommand extends Command {
    private static final long WARM_UP_BYTES = 48L << 20;
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    /** Fewer are packed sooner than a warm-up would take, and measure nothing. */
    private static final long WARM_UP_FROM_BYTES = 2L << 20;

    @Option(
            names = "--profile",
            defaultValue = "fast",
            paramLabel = "NAME",
            description = "fast, for everyday migration, or dense (default: ${DEFAULT-VALUE}).")
    private EncodingProfile profile;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where to write; must not exist.")
    private Path out;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths;

    PackCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        if (Files.exists(out)) {
            throw usage("--out: the file is there already: " + out);
        }
        List<PackObject> objects = objects();
        Path draft = out.resolveSibling(out.getFileName() + ".part");
        PixelTally tally = new PixelTally();
        try {
            warmUp(objects);
            PackSummary summary;
            try (FileChannel channel = FileChannel.open(
                    draft,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                OutputStream to = Channels.newOutputStream(channel);
                summary = PackWriter.write(objects, profile, Instant.now(), to, tally);
                channel.force(true);
            }
            check(draft, tally);
            Files.move(draft, out, StandardCopyOption.ATOMIC_MOVE);
            report(summary, tally);
            return OK;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private List<PackObject> objects() throws IOException {
        List<PackedFile> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (Progress progress = progress("read", Progress.UNKNOWN)) {
            for (Path path : paths) {
                Path root = path.toAbsolutePath().normalize();
                try (Stream<Path> walk = Files.walk(path.toRealPath())) {
                    Path real = path.toRealPath();
                    for (Path file :
                            (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
                        String name = unique(name(root, real.relativize(file)), names);
                        PackedFile read = PackedFile.read(file, name);
                        files.add(read);
                        progress.add(1, read.lengthBytes());
                    }
                }
            }
        }
        if (files.isEmpty() || files.size() > PackFormat.MAX_ENTRIES) {
            throw new CommandFailedException(
                    Fault.OPERATOR,
                    "a pack holds 1 to " + PackFormat.MAX_ENTRIES + " files, not " + files.size());
        }
        // A series shares what its instances have in common as long as they follow each other.
        files.sort(Comparator.comparing((PackedFile file) -> file.key().study())
                .thenComparing(file -> file.key().series()));
        List<PackObject> objects = new ArrayList<>();
        for (PackedFile file : files) {
            objects.add(file.object(objects.size() + 1));
        }
        return objects;
    }

    private static String name(Path root, Path below) {
        List<String> parts = new ArrayList<>();
        if (root.getFileName() != null) {
            parts.add(root.getFileName().toString());
        }
        below.forEach(part -> parts.add(part.toString()));
        parts.removeIf(String::isEmpty);
        return String.join("/", parts);
    }

    private static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + "~" + i;
        }
        return unique;
    }

    /** So that what is measured is not the compiler of the machine below. */
    private void warmUp(List<PackObject> objects) throws IOException {
        List<PackObject> some = new ArrayList<>();
        long bytes = 0;
        for (PackObject object : objects) {
            if (bytes + object.lengthBytes() <= WARM_UP_BYTES) {
                some.add(object);
                bytes += object.lengthBytes();
            }
        }
        if (bytes < WARM_UP_FROM_BYTES) {
            return;
        }
        Path draft = Files.createTempFile("warm-up", ".pack");
        long start = System.nanoTime();
        try {
            while (System.nanoTime() - start < WARM_UP_NANOS) {
                try (OutputStream to = Files.newOutputStream(draft)) {
                    PackWriter.write(some, profile, Instant.EPOCH, to, new PixelTally());
                }
                check(draft, new PixelTally());
                some = some.subList(0, (some.size() + 1) / 2);
            }
        } finally {
            Files.delete(draft);
        }
    }

    /** Reads every entry to its end, where its digest is compared. */
    private static void check(Path file, PixelTally tally) throws IOException {
        PackSource source = PackSource.of(new LocalDisk().openForReading(file));
        try (PackReader pack = PackReader.open(file.toString(), source)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            for (int number = 0; number < pack.entries().size(); number++) {
                try (PackEntryReader entry = pack.read(number, tally)) {
                    while (entry.read(buffer.clear()) >= 0) {
                        // Only the digest is wanted.
                    }
                }
            }
        } catch (CorruptDataException e) {
            throw new CommandFailedException(
                    Fault.STRATA,
                    "the pack does not give back what was packed: " + e.getMessage(),
                    e);
        }
    }

    private void report(PackSummary summary, PixelTally tally) {
        long before = summary.originalBytes();
        out().printf(
                        "%,d files, %,d bytes in %,d: ratio %s%n",
                        summary.entries().size(),
                        before,
                        summary.lengthBytes(),
                        ratio(before, summary.lengthBytes()));
        if (tally.originalBytes() > 0) {
            out().printf(
                            "native pixels, %,d bytes in %,d: ratio %s%n",
                            tally.originalBytes(),
                            tally.storedBytes(),
                            ratio(tally.originalBytes(), tally.storedBytes()));
            out().printf(
                            Locale.ROOT,
                            "encode %.1f MB/s, decode %.1f MB/s of native pixels, one core%n",
                            tally.encodedPerSecond() / 1e6,
                            tally.decodedPerSecond() / 1e6);
        } else {
            out().println("no native pixels");
        }
        out().println("read again and equal; " + Text.safe(out.toString()));
        out().flush();
    }

    private static String ratio(long before, long after) {
        return String.format(Locale.ROOT, "%.3f", (double) before / after);
    }
}
