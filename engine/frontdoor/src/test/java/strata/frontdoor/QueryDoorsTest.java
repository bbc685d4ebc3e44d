package strata.frontdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.base.Audit;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.Archive;
import strata.catalog.Catalog;
import strata.catalog.IndexedVersion;
import strata.catalog.MatchOptions;
import strata.catalog.NaiveQuery;
import strata.catalog.QueryLevel;
import strata.catalog.QueryLines;
import strata.catalog.QueryRoot;
import strata.catalog.QuerySamples;
import strata.catalog.QuerySpec;
import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.ParseLimits;
import strata.dicom.Tag;
import strata.dicom.TextEncoding;
import strata.dicom.Vr;
import strata.frontdoor.web.WebDoor;
import strata.network.FindRequest;
import strata.network.FindResponder;
import strata.network.dimse.Priority;
import strata.network.dimse.Status;

import java.io.IOException;
import java.io.StringReader;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** C-FIND, QIDO-RS and a plain evaluation in memory give the same answers to any question. */
class QueryDoorsTest {
    private static final long SEED = Long.getLong("strata.seed", 20261122L);
    private static final int QUERIES = Integer.getInteger("strata.queries", 300);
    private static final String FIND_OF_PATIENT_ROOT = "1.2.840.10008.5.1.4.1.2.1.1";
    private static final String FIND_OF_STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

    @TempDir
    Path path;

    private final Random random = new Random(SEED);
    private final Archive archive = new Archive(SEED, 50);
    private final QuerySamples samples = new QuerySamples(archive, random);
    private WebDoor web;
    private FindDoor dimse;

    @BeforeEach
    void open() throws IOException {
        web = WebDoor.open(path);
        Catalog catalog = web.store().catalog();
        for (IndexedVersion version : archive.versions) {
            catalog.apply(catalog.batch().putVersion(version.entry(), version.keys()));
        }
        dimse = new FindDoor(catalog, Requester.OWN, Metrics.none(), Audit.none());
    }

    @AfterEach
    void close() throws IOException {
        web.close();
    }

    private static List<String> sorted(List<String> lines) {
        lines.sort(null);
        return lines;
    }

    @Test
    void overDimse() throws Exception {
        int answered = 0;
        for (int i = 0; i < QUERIES; i++) {
            QuerySpec spec = samples.next();
            List<String> expected = new NaiveQuery(archive.versions, spec).answers();
            assertEquals(expected, find(spec), () -> "seed " + SEED + ", " + QueryLines.show(spec));
            answered += expected.isEmpty() ? 0 : 1;
        }
        assertTrue(answered > QUERIES / 4, "too few queries found anything: " + answered);
    }

    private List<String> find(QuerySpec spec) throws IOException {
        String level = spec.level().name();
        DataSet asked = new DataSet().putAll(spec.identifier());
        asked.putString(Tag.QueryRetrieveLevel, Vr.CS, level);
        List<String> lines = new ArrayList<>();
        Status status = dimse.find(
                Requester.association(),
                new FindRequest(
                        new Uid(
                                spec.root() == QueryRoot.PATIENT
                                        ? FIND_OF_PATIENT_ROOT
                                        : FIND_OF_STUDY_ROOT),
                        Requester.EXPLICIT,
                        encoded(asked),
                        Priority.MEDIUM,
                        Optional.of(agreed(spec.options()))),
                new FindResponder() {
                    @Override
                    public void pending(DataSet match) {
                        lines.add(QueryLines.of(spec, match));
                    }

                    @Override
                    public void pendingWithWarning(DataSet match) {
                        pending(match);
                    }

                    @Override
                    public boolean cancelled() {
                        return false;
                    }
                });
        assertEquals(Status.SUCCESS, status);
        return sorted(lines);
    }

    /** In one of several character sets that it fits. */
    private DataSet encoded(DataSet asked) {
        List<String> terms = switch (random.nextInt(4)) {
            case 0 -> List.of("ISO_IR 100");
            case 1 -> List.of("", "ISO 2022 IR 87");
            case 2 -> List.of("GB18030");
            default -> List.of("ISO_IR 192");
        };
        return TextEncoding.of(terms).orElseThrow().encode(asked).orElse(asked);
    }

    private static byte[] agreed(MatchOptions options) {
        return new byte[] {
            1,
            (byte) (options.combinedDateTime() ? 1 : 0),
            (byte) (options.fuzzyNames() ? 1 : 0),
            (byte) (options.timezone() ? 1 : 0),
            0,
            (byte) (options.emptyValues() ? 1 : 0),
            1
        };
    }

    @Test
    void overTheWeb() throws Exception {
        int answered = 0;
        for (int i = 0; i < QUERIES; i++) {
            QuerySpec drawn = samples.next();
            // What the web always grants, and the one root that it has.
            QueryLevel level =
                    drawn.level() == QueryLevel.PATIENT ? QueryLevel.STUDY : drawn.level();
            QuerySpec spec = new QuerySpec(QueryRoot.STUDY, level, drawn.identifier(), true)
                    .with(drawn.options().withCombinedDateTime().withTimezone());
            List<String> expected = new NaiveQuery(archive.versions, spec)
                    .answers().stream().map(QueryDoorsTest::asJsonTells).toList();
            assertEquals(
                    expected.stream().sorted().toList(),
                    search(spec),
                    () -> "seed " + SEED + ", " + QueryLines.show(spec));
            answered += expected.isEmpty() ? 0 : 1;
        }
        assertTrue(answered > QUERIES / 4, "too few queries found anything: " + answered);
    }

    /** Carets at the end of a name are not told, PS3.18 F.2.2; nothing but carets is nothing. */
    private static String asJsonTells(String line) {
        return line.replaceAll("\\^+(?=[,\\]])", "");
    }

    private List<String> search(QuerySpec spec) throws Exception {
        String resource = switch (spec.level()) {
            case PATIENT, STUDY -> "/studies";
            case SERIES -> "/series";
            case IMAGE -> "/instances";
        };
        StringBuilder url = new StringBuilder(resource).append("?multiplevaluematching=true");
        url.append("&fuzzymatching=").append(spec.options().fuzzyNames());
        url.append("&emptyvaluematching=").append(spec.options().emptyValues());
        for (Element key : spec.identifier().elements()) {
            append(url, spec.identifier(), key);
        }
        HttpResponse<byte[]> response = web.get(url.toString());
        if (response.statusCode() == 204) {
            return List.of();
        }
        assertEquals(200, response.statusCode());
        String text = new String(response.body(), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (DataSet result : DicomJson.readAll(new StringReader(text), ParseLimits.IN_MEMORY)) {
            lines.add(asJsonTells(QueryLines.of(spec, result)));
        }
        return sorted(lines);
    }

    private void append(StringBuilder url, DataSet identifier, Element key) {
        int tag = key.tag();
        if (tag == Tag.SpecificCharacterSet) {
            return;
        }
        String name = random.nextBoolean() ? Dictionary.keyword(tag) : String.format("%08X", tag);
        if (key instanceof Element.Items items) {
            if (items.items().isEmpty()) {
                url.append('&').append(name).append('=');
            }
            for (DataSet item : items.items()) {
                for (Element inner : item.elements()) {
                    append(url.append('&').append(name).append('.'), inner.tag(), item);
                }
            }
        } else {
            url.append('&').append(name);
            append(url, identifier.strings(tag), Dictionary.vr(tag));
        }
    }

    private static void append(StringBuilder url, int tag, DataSet item) {
        url.append(Dictionary.keyword(tag));
        append(url, item.strings(tag), Dictionary.vr(tag));
    }

    private static void append(StringBuilder url, List<String> values, Vr vr) {
        String text = String.join(vr == Vr.UI ? "," : "\\", values);
        url.append('=').append(URLEncoder.encode(text, StandardCharsets.UTF_8));
    }
}
