package strata.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import strata.base.Uid;
import strata.catalog.StudySearch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists studies. */
@CommandLine.Command(
        name = "find",
        description = "Lists the studies that match every filter given; all without one.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  strata find",
            "  strata find --patient-name 'Miller*' --modality CT",
            "  strata find --date 20260101-20260331 --json",
            "  strata find --data ./data        (of a stopped server)",
            "",
            "Filters match as in C-FIND: * and ? stand for any characters and any one character."
        })
final class FindCommand extends Command {
    private static final int PAGE = 1000;

    @Mixin
    private SiteOptions site;

    @Option(names = "--patient-id", paramLabel = "ID", description = "Patient ID.")
    private String patientId;

    @Option(names = "--patient-name", paramLabel = "NAME", description = "Patient's name.")
    private String patientName;

    @Option(names = "--accession", paramLabel = "NUMBER", description = "Accession number.")
    private String accession;

    @Option(
            names = "--date",
            paramLabel = "DATE",
            description =
                    "Study date: YYYYMMDD, or a range YYYYMMDD-YYYYMMDD, -YYYYMMDD, YYYYMMDD-.")
    private String date;

    @Option(names = "--modality", paramLabel = "CODE", description = "A modality of the study.")
    private String modality;

    @Option(names = "--study", paramLabel = "UID", description = "Study instance UID.")
    private String study;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Most studies to list (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "Print a JSON array instead of a table.")
    private boolean json;

    FindCommand(Surroundings around) {
        super(around);
    }

    private interface Sink {
        void study(StudyRow row) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > 999_999_999) {
            throw usage("--limit is a number from 1 to 999999999");
        }
        StudySearch search = search();
        long listed = json ? asJson(search) : asTable(search);
        out().flush();
        if (listed == limit) {
            err().println("the first " + limit + " are listed; there may be more, see --limit");
        } else if (listed == 0) {
            err().println("no study matches");
        }
        return OK;
    }

    private StudySearch search() {
        Optional<Uid> uid = Optional.ofNullable(study).map(this::study);
        try {
            return new StudySearch(
                    uid,
                    Optional.ofNullable(patientId),
                    Optional.ofNullable(patientName),
                    Optional.ofNullable(accession),
                    Optional.ofNullable(date),
                    Optional.ofNullable(modality));
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private long asJson(StudySearch search) throws IOException {
        try (JsonGenerator generator = new JsonFactory()
                .createGenerator(out())
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)) {
            generator.writeStartArray();
            long listed = forEach(search, row -> {
                generator.writeRaw("\n");
                row.writeTo(generator);
            });
            generator.writeRaw("\n");
            generator.writeEndArray();
            generator.writeRaw("\n");
            return listed;
        }
    }

    private long asTable(StudySearch search) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean[] headed = {false};
        long listed = forEach(search, row -> {
            rows.add(row.cells());
            if (rows.size() == PAGE) {
                print(rows, headed);
            }
        });
        if (!rows.isEmpty()) {
            print(rows, headed);
        }
        return listed;
    }

    /** Prints and forgets what was gathered: a list of any length takes constant memory. */
    private void print(List<List<String>> rows, boolean[] headed) {
        List<String> lines = Text.table(StudyRow.HEADINGS, rows);
        lines.subList(headed[0] ? 1 : 0, lines.size()).forEach(out()::println);
        headed[0] = true;
        rows.clear();
    }

    private long forEach(StudySearch search, Sink sink) throws IOException {
        long[] listed = {0};
        if (site.isOffline()) {
            try (OfflineSite open = site.open(opener())) {
                search.forEach(open.store().catalog(), summary -> {
                    sink.study(StudyRow.of(summary));
                    return ++listed[0] < limit;
                });
            }
        } else {
            site.api().list("/studies", query(search), value -> {
                sink.study(StudyRow.of(value));
                listed[0]++;
            });
        }
        return listed[0];
    }

    private Map<String, String> query(StudySearch search) {
        Map<String, String> query = new LinkedHashMap<>();
        search.study().ifPresent(v -> query.put("study", v.value()));
        search.patientId().ifPresent(v -> query.put("patientId", v));
        search.patientName().ifPresent(v -> query.put("patientName", v));
        search.accession().ifPresent(v -> query.put("accession", v));
        search.date().ifPresent(v -> query.put("date", v));
        search.modality().ifPresent(v -> query.put("modality", v));
        query.put("limit", Integer.toString(limit));
        return query;
    }
}
