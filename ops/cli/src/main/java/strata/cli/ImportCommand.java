package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.OperatorException;
import strata.network.DimseClient;
import strata.network.RequestOptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sends files to the server. */
@CommandLine.Command(
        name = "import",
        description = {
            "Sends DICOM files and folders of them to the server, by C-STORE.",
            "Files are taken with and without the Part 10 header; DICOMDIR and what is no DICOM is"
                    + " left out."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata import /media/cdrom",
            "  strata import study1 study2/image.dcm --associations 8",
            "",
            "Exit code 1 when a file was refused."
        })
final class ImportCommand extends Command {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files and folders.")
    private List<Path> paths;

    @Mixin
    private ServerOption server;

    @Option(
            names = "--associations",
            paramLabel = "N",
            defaultValue = "4",
            description = "Associations to send by at a time, 1 to 32 (default: ${DEFAULT-VALUE}).")
    private int associations;

    @Option(
            names = "--calling-aet",
            paramLabel = "AET",
            defaultValue = "STRATA_CLI",
            description = "Our own AE title (default: ${DEFAULT-VALUE}).")
    private String calling;

    ImportCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        if (associations < 1 || associations > 32) {
            throw usage("--associations is a number from 1 to 32");
        }
        AeTitle own = callingTitle();
        List<Path> roots = roots();
        ServerApi.DicomAddress to = server.api().dicom();
        RequestOptions options = to.request(own);
        ImportReport report;
        try (Progress progress = progress("import", ImportScan.count(roots));
                DimseClient client = DimseClient.start(Metrics.none())) {
            report = new ImportReport(progress);
            ImportSender sender = new ImportSender(client, options, associations, report);
            try (sender) {
                ImportScan.run(roots, sender, report);
            }
            sender.throwFailure();
        }
        return end(report);
    }

    /** Links that were named are followed, those found in folders are not. */
    private List<Path> roots() throws IOException {
        List<Path> roots = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isReadable(path)) {
                throw new OperatorException("no file or folder can be read at " + path);
            }
            roots.add(Files.isSymbolicLink(path) ? path.toRealPath() : path);
        }
        return roots;
    }

    private AeTitle callingTitle() {
        try {
            return new AeTitle(calling);
        } catch (IllegalArgumentException e) {
            throw usage("--calling-aet: " + e.getMessage());
        }
    }

    private int end(ImportReport report) {
        report.skipped().print(err(), "skipped");
        report.refused().print(err(), "refused");
        err().flush();
        out().println(String.format(
                Locale.ROOT,
                "sent %,d (%s), of these kept as conflict %,d; refused %,d; skipped %,d",
                report.sent(),
                Text.bytes(report.sentBytes()),
                report.conflicts(),
                report.refused().count(),
                report.skipped().count()));
        out().flush();
        return report.refused().count() == 0 ? OK : FAILED;
    }
}
