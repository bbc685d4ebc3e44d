package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.codec.image.Transcoding;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.dicom.UidRegistry;
import strata.frontdoor.ServedClasses;
import strata.network.dimse.Status;
import strata.network.pdu.RejectReason;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tables of the conformance statement are what the code's own registries say. With
 * {@code -Dstrata.conformance.write=true} they are written anew.
 */
class ConformanceTest {
    private static final Pattern SERVICE_UID = Pattern.compile("1\\.2\\.840\\.10008(\\.\\d+)+");
    private static final Pattern STATUS = Pattern.compile("\\b([0-9A-F]{4})H\\b");
    private static final Path STATEMENT =
            Path.of(System.getProperty("strata.home"), "ops/docs/CONFORMANCE.md");

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("services", services());
        tables.put("transfer syntaxes", transferSyntaxes());
        tables.put("storage classes", storageClasses());
        tables.put("rejects", rejects());
        return tables;
    }

    private static String services() {
        return "| SOP class | UID | SCP | SCU |\n|---|---|---|---|\n"
                + ServedClasses.table().stream()
                        .map(each -> row(
                                each.name(),
                                each.uid().value(),
                                yes(each.provider()),
                                yes(each.user())))
                        .collect(Collectors.joining());
    }

    private static String transferSyntaxes() {
        TransferSyntax plain = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
        return "| transfer syntax | UID | pixels | stored | sent in others | made from others |\n"
                + "|---|---|---|---|---|---|\n"
                + TransferSyntax.all().stream()
                        .sorted(Comparator.comparing(each -> each.uid().value()))
                        .map(each -> row(
                                each.name(),
                                each.uid().value(),
                                each.pixels().name().toLowerCase().replace('_', ' '),
                                yes(each.isStorable()),
                                yes(Transcoding.isPossible(each, plain)),
                                yes(Transcoding.isPossible(plain, each))))
                        .collect(Collectors.joining());
    }

    private static String storageClasses() {
        return "| SOP class | UID |\n|---|---|\n"
                + SopClasses.knownStorageClasses().stream()
                        .map(uid -> row(UidRegistry.name(uid), uid.value()))
                        .collect(Collectors.joining());
    }

    private static String rejects() {
        return "| reason | result/source/reason |\n|---|---|\n"
                + Arrays.stream(RejectReason.values())
                        .map(each -> row(
                                each.name().toLowerCase().replace('_', ' '),
                                each.pdu().result() + "/" + each.pdu().source() + "/"
                                        + each.pdu().reason()))
                        .collect(Collectors.joining());
    }

    private static String yes(boolean is) {
        return is ? "yes" : "";
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String begin(String table) {
        return "<!-- made by ConformanceTest: " + table + " -->\n";
    }

    private static final String END = "<!-- end -->\n";

    @Test
    void theTablesAreThoseOfTheRegistries() throws Exception {
        String text = Files.readString(STATEMENT);
        for (Map.Entry<String, String> table : tables().entrySet()) {
            int from = text.indexOf(begin(table.getKey()));
            assertTrue(from >= 0, "no place for the table " + table.getKey());
            from += begin(table.getKey()).length();
            int to = text.indexOf(END, from);
            if (Boolean.getBoolean("strata.conformance.write")) {
                text = text.substring(0, from) + table.getValue() + text.substring(to);
            } else {
                assertEquals(table.getValue(), text.substring(from, to), table.getKey());
            }
        }
        if (Boolean.getBoolean("strata.conformance.write")) {
            Files.writeString(STATEMENT, text);
        }
    }

    /** Outside of the tables no SOP class is named that is not served. */
    @Test
    void theStatementNamesWhatIsServed() throws Exception {
        Set<String> named = new TreeSet<>();
        Matcher uids = SERVICE_UID.matcher(withoutLists());
        while (uids.find()) {
            if (TransferSyntax.known(new Uid(uids.group())).isEmpty()) {
                named.add(uids.group());
            }
        }
        Set<String> served = ServedClasses.all().stream()
                .map(Uid::value)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(served, named);
    }

    private static String withoutLists() throws IOException {
        String text = Files.readString(STATEMENT);
        for (String list : new String[] {"transfer syntaxes", "storage classes"}) {
            int from = text.indexOf(begin(list));
            text = text.substring(0, from) + text.substring(text.indexOf(END, from));
        }
        return text;
    }

    /** Every status that is named has a constant in the code, but for the details of Cxxx. */
    @Test
    void theStatusesAreThoseOfTheCode() throws Exception {
        Set<String> named = new TreeSet<>();
        Matcher statuses = STATUS.matcher(Files.readString(STATEMENT));
        while (statuses.find()) {
            named.add(statuses.group(1));
        }
        Set<String> known = new TreeSet<>();
        for (Field field : Status.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == Status.class) {
                known.add(String.format("%04X", ((Status) field.get(null)).code()));
            }
        }
        named.removeAll(known);
        named.removeIf(code -> code.startsWith("C"));
        assertEquals(Set.of(), named);
    }
}
