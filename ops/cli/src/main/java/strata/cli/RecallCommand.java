package strata.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import strata.base.Fault;
import strata.base.Uid;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What comes back to the hot tier. */
@CommandLine.Command(
        name = "recall",
        description = {
            "Brings a study or a series back to the hot tier. It waits in a queue with what retrieves,",
            "rules and prefetches want; the command ends as soon as it is in the queue, or with --wait",
            "as soon as it is back. Without a study the queue is shown."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata recall 1.2.840.113619.2.55.3 --wait",
            "  strata recall --list",
            "  strata recall --cancel 1.2.840.113619.2.55.3"
        })
final class RecallCommand extends Command {
    private static final long LOOK_MILLIS = 200;
    private static final String STUDY = "studyInstanceUid";
    private static final String STATE = "state";

    @Mixin
    private ServerOption server;

    @Parameters(arity = "0..1", paramLabel = "STUDY", description = "Study instance UID.")
    private String study;

    @Option(names = "--series", paramLabel = "UID", description = "This series only.")
    private String series;

    @Option(names = "--list", description = "Show the queue; with STUDY, of that study.")
    private boolean list;

    @Option(names = "--cancel", description = "Take it out of the queue, whoever asked for it.")
    private boolean cancel;

    @Option(names = "--wait", description = "End when it is back, parked or cancelled.")
    private boolean wait;

    RecallCommand(Surroundings around) {
        super(around);
    }

    @Override
    public Integer call() throws IOException {
        for (String uid : List.of(study == null ? "1" : study, series == null ? "1" : series)) {
            if (!Uid.isValid(uid)) {
                throw usage("this is no UID: " + Text.safe(uid));
            }
        }
        if (list || study == null) {
            if (cancel || wait) {
                throw usage("--cancel and --wait need a study");
            }
            return show();
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("study", study);
        if (series != null) {
            query.put("series", series);
        }
        JsonNode now = server.api().post(cancel ? "/recall/cancel" : "/recall", query);
        if (wait && !cancel) {
            now = await(now);
        }
        out().println(line(now));
        out().flush();
        return wait && !cancel && !now.path(STATE).asText().equals("done") ? FAILED : OK;
    }

    private JsonNode await(JsonNode asked) throws IOException {
        JsonNode[] now = {asked};
        while (!List.of("done", "parked", "cancelled")
                .contains(now[0].path(STATE).asText())) {
            pause();
            server.api().list("/recalls", Map.of("study", study), each -> {
                boolean same = series == null
                        ? each.path("seriesInstanceUid").isNull()
                        : each.path("seriesInstanceUid").asText().equals(series);
                if (same) {
                    now[0] = each;
                }
            });
        }
        return now[0];
    }

    private static void pause() throws IOException {
        try {
            new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(Fault.STRATA, "interrupted", e);
        }
    }

    private Integer show() throws IOException {
        Table table = new Table()
                .text("STUDY", STUDY)
                .column("SERIES", each -> each.path("seriesInstanceUid").isNull() ? "all" : "one")
                .text("CAUSE", "cause")
                .text("STATE", STATE)
                .column(">DONE", RecallCommand::done)
                .bytes(">SIZE", "bytes")
                .column(">LEFT", RecallCommand::left)
                .count(">TRIES", "tries")
                .optional("TROUBLE", "trouble");
        Map<String, String> query = study == null ? Map.of() : Map.of("study", study);
        return print(table, server.api(), "/recalls", query);
    }

    private static String done(JsonNode each) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d",
                each.path("objectsDone").asLong(),
                each.path("objects").asLong());
    }

    private static String left(JsonNode each) {
        return each.hasNonNull("leftSeconds")
                ? Text.seconds(each.path("leftSeconds").asDouble())
                : "-";
    }

    private static String line(JsonNode each) {
        String what = each.path("objects").asLong() == 0
                ? "nothing is missing in hot"
                : done(each) + " objects, " + Text.bytes(each.path("bytes").asLong());
        String rest = each.hasNonNull("leftSeconds") ? ", left " + left(each) : "";
        String trouble = each.hasNonNull("trouble")
                ? ": " + Text.safe(each.path("trouble").asText())
                : "";
        return each.path(STATE).asText() + ", " + what + rest + trouble;
    }
}
