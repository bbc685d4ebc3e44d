package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import strata.base.Uid;
import strata.frontdoor.ServedClasses;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The conformance statement names the SOP classes that the door serves, no more and no fewer. */
class ConformanceTest {
    private static final Pattern SERVICE_UID = Pattern.compile("1\\.2\\.840\\.10008(\\.\\d+)+");

    @Test
    void theStatementNamesWhatIsServed() throws Exception {
        Path statement = Path.of(System.getProperty("strata.home"), "ops/docs/CONFORMANCE.md");
        Set<String> named = new TreeSet<>();
        Matcher uids = SERVICE_UID.matcher(Files.readString(statement));
        while (uids.find()) {
            named.add(uids.group());
        }
        Set<String> served = ServedClasses.all().stream()
                .map(Uid::value)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(served, named);
    }
}
