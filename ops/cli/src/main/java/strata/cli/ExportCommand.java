package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.AeTitle;
import strata.base.Fault;
import strata.base.Uid;
import strata.catalog.StudySummary;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.store.ObjectReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes a study to files. */
@CommandLine.Command(
        name = "export",
        description = {
            "Fetches a study by C-GET and writes it as Part 10 files: OUT/STUDY/SERIES/INSTANCE.dcm.",
            "The data sets are the bytes that were received."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata export --study 1.2.840.113619.2.55.3 --out ./out",
            "  strata export --study 1.2.840.113619.2.55.3 --out ./out --data ./data",
            "",
            "Exit code 1 when an instance is missing; what was written stays."
        })
final class ExportCommand extends Command {
    private static final int PIECE_BYTES = 256 << 10;

    @Mixin
    private SiteOptions site;

    @Option(
            names = "--study",
            required = true,
            paramLabel = "UID",
            description = "Study instance UID.")
    private String study;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where to write.")
    private Path out;

    @Option(
            names = "--calling-aet",
            paramLabel = "AET",
            defaultValue = "STRATA_CLI",
            description = "Our own AE title (default: ${DEFAULT-VALUE}).")
    private String calling;

    ExportCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        Uid uid = study(study);
        AeTitle own;
        try {
            own = new AeTitle(calling);
        } catch (IllegalArgumentException e) {
            throw usage("--calling-aet: " + e.getMessage());
        }
        Path folder = out.resolve(uid.value());
        Counts counts = site.isOffline() ? offline(uid, folder) : online(uid, folder, own);
        out().println(String.format(
                Locale.ROOT,
                "%,d of %,d instances written to %s",
                counts.written(),
                counts.expected(),
                folder));
        out().flush();
        return counts.written() == counts.expected() ? OK : FAILED;
    }

    /** @param expected instances that the study has, damaged ones included */
    record Counts(long written, long expected) {}

    private Counts online(Uid uid, Path folder, AeTitle own) throws IOException {
        ServerApi api = site.api();
        JsonNode known = api.study(uid);
        long current = known.path("current").asLong();
        long damaged = known.path("damaged").asLong();
        Files.createDirectories(folder);
        try (Progress progress = progress("export", current)) {
            ExportFetch fetch = new ExportFetch(api.dicom(), own, folder, progress);
            long written = fetch.run(uid, known.path("kinds"));
            fetch.failures().forEach(line -> err().println(Text.safe(line)));
            tellDamaged(damaged);
            return new Counts(written, current + damaged);
        }
    }

    private Counts offline(Uid uid, Path folder) throws IOException {
        try (OfflineSite open = site.open(opener())) {
            StudySummary known = open.store()
                    .catalog()
                    .summary(uid)
                    .orElseThrow(() ->
                            new CommandFailedException(Fault.PEER, "no study " + uid + " is here"));
            Files.createDirectories(folder);
            long written = 0;
            long expected = 0;
            long damaged = 0;
            try (Progress progress = progress("export", known.instanceCount());
                    VersionCursor versions = open.store().catalog().study(uid)) {
                ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
                while (versions.hasNext()) {
                    VersionEntry version = versions.next();
                    damaged += version.state() == VersionState.DAMAGED ? 1 : 0;
                    if (version.state() == VersionState.CURRENT) {
                        expected++;
                        written += write(open, version, folder, piece) ? 1 : 0;
                        progress.add(1, version.lengthBytes());
                    }
                }
            }
            tellDamaged(damaged);
            return new Counts(written, expected + damaged);
        }
    }

    private boolean write(OfflineSite open, VersionEntry version, Path folder, ByteBuffer piece) {
        try (ObjectReader reader = open.store().open(version);
                ExportFile file = new ExportFile(folder, version.key().instance())) {
            piece.clear();
            while (reader.read(piece) >= 0) {
                file.write(piece.flip());
                piece.clear();
            }
            file.finish(java.util.Optional.of(version.key().series()));
            return true;
        } catch (IOException e) {
            err().println(Text.safe("failed " + version.key().instance() + ": " + e.getMessage()));
            return false;
        }
    }

    private void tellDamaged(long damaged) {
        if (damaged > 0) {
            err().println(damaged + " instances have no good copy");
        }
        err().flush();
    }
}
