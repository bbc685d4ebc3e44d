package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.CorruptDataException;
import strata.base.LocalDisk;
import strata.base.Metrics;
import strata.tier.PackEntry;
import strata.tier.PackEntryReader;
import strata.tier.PackReader;
import strata.tier.PackSource;
import strata.tier.crypto.DirectoryKeys;
import strata.tier.crypto.KeyLedger;
import strata.tier.crypto.KeyMedium;
import strata.tier.crypto.ReadOnlyKeys;
import strata.tier.crypto.SiteKeyFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Gives back the files of a pack, from the pack alone. */
@CommandLine.Command(
        name = "unpack",
        description = {
            "Writes what a pack holds as files, each checked against its SHA-256.",
            "Names are those that were packed, or, of a pack of an appliance, DIGEST.dcm.",
            "Nothing is overwritten. A sealed pack needs the site key, and the key ledger that",
            "lies in the folder keys of its tier; what was shredded cannot be had any more."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata unpack series.pack --out ./back",
            "  strata unpack /nas/strata/packs/7a/7a31....pack --keys site.keys --out ./back",
            "",
            "Exit code 1 when an entry is damaged or cannot be written; the others are written."
        })
final class UnpackCommand extends Command {
    private static final int PIECE_BYTES = 1 << 20;

    @Parameters(paramLabel = "FILE", description = "The pack.")
    private Path file;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where to write (default: the current folder).")
    private Path out;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "The file of the site key, for a sealed pack.")
    private Optional<Path> keys = Optional.empty();

    @Option(
            names = "--ledger",
            paramLabel = "DIR",
            description = "The key ledger (default: the folder keys of the pack's tier).")
    private Optional<Path> ledger = Optional.empty();

    UnpackCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        int failed = 0;
        long bytes = 0;
        PackSource source = PackSource.of(new LocalDisk().openForReading(file));
        try (PackReader pack = PackReader.open(file.toString(), source, ledger());
                Progress progress = progress("unpack", pack.size())) {
            int[] left = new int[1];
            List<PackEntry> entries = pack.entries((first, count, cause) -> {
                left[0] += count;
                progress.line(count + " not written: " + Text.safe(cause.getMessage()));
                progress.add(count, 0);
            });
            failed = left[0];
            for (PackEntry entry : entries) {
                try {
                    write(pack, entry);
                    bytes += entry.lengthBytes();
                } catch (CorruptDataException | FileAlreadyExistsException e) {
                    failed++;
                    progress.line("not written: " + Text.safe(reason(e)));
                }
                progress.add(1, entry.lengthBytes());
            }
            out().printf(
                            "%,d of %,d files written, %,d bytes, each as it was packed%n",
                            pack.size() - failed, pack.size(), bytes);
        }
        out().flush();
        return failed == 0 ? OK : FAILED;
    }

    private Optional<KeyLedger> ledger() throws IOException {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        // packs/ab/abcd....pack stands beside keys/.
        Path tier = file.toAbsolutePath().normalize().resolve("../../..").normalize();
        KeyMedium medium = new DirectoryKeys(new LocalDisk(), ledger.orElse(tier.resolve("keys")));
        return Optional.of(KeyLedger.open(
                SiteKeyFile.read(keys.get()),
                new ReadOnlyKeys(medium),
                Metrics.none(),
                Clock.systemUTC()));
    }

    private static String reason(IOException e) {
        return e instanceof FileAlreadyExistsException
                ? e.getMessage() + " exists"
                : e.getMessage();
    }

    private void write(PackReader pack, PackEntry entry) throws IOException {
        Path target = target(entry);
        Files.createDirectories(target.getParent());
        boolean whole = false;
        try (FileChannel to = FileChannel.open(
                        target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                PackEntryReader from = pack.read(entry.number())) {
            try {
                ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
                while (from.read(buffer.clear()) >= 0) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        to.write(buffer);
                    }
                }
                whole = true;
            } finally {
                if (!whole) {
                    Files.delete(target);
                }
            }
        }
    }

    /** The name in the pack, if it stays below the folder; else the digest, which always does. */
    private Path target(PackEntry entry) {
        Path root = out.toAbsolutePath().normalize();
        try {
            String name = PackedFile.name(entry).orElse("");
            Path wanted = root.resolve(name).normalize();
            if (!name.isEmpty() && wanted.startsWith(root) && !wanted.equals(root)) {
                return wanted;
            }
        } catch (InvalidPathException e) {
            err().println("a name that is none here is replaced: entry " + entry.number());
        }
        return root.resolve(entry.digest() + ".dcm");
    }
}
