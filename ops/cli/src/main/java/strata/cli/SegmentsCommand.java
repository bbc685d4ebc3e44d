package strata.cli;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.Fault;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Shows the segments of the hot tier, or compacts them. */
@CommandLine.Command(
        name = "segments",
        description = "Shows the segments of the hot tier and how much of each is needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata segments",
            "  strata segments --compact     (all dead bytes, at once)",
            "",
            "Dead bytes that stay after that lie in a segment with an unreadable part: the server's",
            "log names it."
        })
final class SegmentsCommand extends Command {
    private static final long SHOWN_EVERY_NANOS = 3_000_000_000L;

    @Mixin
    private ServerOption server;

    @Option(
            names = "--compact",
            description = "First win back the space of everything dead, at full speed.")
    private boolean compact;

    SegmentsCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        if (compact) {
            compact();
        }
        Table table = new Table()
                .text(">SEGMENT", "segment")
                .column("STATE", each -> each.path("state").asText().toLowerCase(Locale.ROOT))
                .bytes(">SIZE", "fileBytes")
                .text(">RECORDS", "records")
                .bytes(">DEAD", "deadBytes")
                .column(
                        ">LIVE SHARE",
                        each -> String.format(
                                Locale.ROOT,
                                "%.1f %%",
                                100 * each.path("liveShare").asDouble()));
        return print(table, server.api(), "/segments", Map.of());
    }

    private void compact() throws IOException {
        boolean[] ended = {false};
        long[] shownAtNanos = {System.nanoTime()};
        server.api().postLines("/compact", Map.of(), line -> {
            if (line.path("type").asText().equals("summary")) {
                ended[0] = true;
                out().printf(
                                "%d segments given back, %s; %s moved%n",
                                line.path("segments").asLong(),
                                Text.bytes(line.path("reclaimedBytes").asLong()),
                                Text.bytes(line.path("copiedBytes").asLong()));
            } else if (System.nanoTime() - shownAtNanos[0] > SHOWN_EVERY_NANOS) {
                shownAtNanos[0] = System.nanoTime();
                err().printf(
                                "%d of %d segments, %s moved%n",
                                line.path("done").asLong(),
                                line.path("of").asLong(),
                                Text.bytes(line.path("copiedBytes").asLong()));
                err().flush();
            }
        });
        if (!ended[0]) {
            throw new CommandFailedException(
                    Fault.PEER, "the server stopped before the end; a repeat goes on");
        }
    }
}
