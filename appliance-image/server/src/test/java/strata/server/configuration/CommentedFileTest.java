package strata.server.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The commented file documents every key with its default, and nothing else. */
class CommentedFileTest {
    private static final Pattern SWITCHED_OFF = Pattern.compile("#(\\w|  ).*");

    @Test
    void itParsesToTheDefaults() throws Exception {
        ConfigurationReader reader = new ConfigurationReader(Optional.empty(), Overrides.NONE);
        assertEquals(
                Configuration.load(Optional.empty(), Overrides.NONE),
                reader.read("strata.yaml", Configuration.commentedFile()));
    }

    @Test
    void whatIsSwitchedOffIsRightToo() throws Exception {
        StringBuilder on = new StringBuilder();
        for (String line : Configuration.commentedFile().split("\n")) {
            boolean off = SWITCHED_OFF.matcher(line).matches();
            boolean replaced =
                    line.strip().matches("peers: any-on-loopback|enabled: .*|clients: .*");
            on.append(off ? line.substring(1) : replaced ? insteadOf(line) : line)
                    .append('\n');
        }
        Configuration read = new ConfigurationReader(Optional.empty(), Overrides.NONE)
                .read("strata.yaml", on.toString());
        assertEquals(3, read.dicom().destinations().size());
        assertEquals(2, ((Peers.Listed) read.dicom().peers()).peers().size());
        assertTrue(read.replication().listen().isPresent());
        assertEquals(1, read.replication().sites().size());
    }

    private static String insteadOf(String line) {
        return switch (line.strip()) {
            case "enabled: false" -> "    enabled: true";
            case "clients: none" -> "    clients: wanted";
            default -> "";
        };
    }

    @Test
    void everyKeyIsDocumented() throws Exception {
        ConfigurationReader reader = new ConfigurationReader(Optional.empty(), Overrides.NONE);
        reader.read("none", "");
        List<String> missing = new ArrayList<>();
        for (String key : reader.known()) {
            String last = key.substring(key.lastIndexOf('.') + 1);
            Pattern asKey = Pattern.compile("(?m)^#? *(\\w+: \\{ .*)?\\b" + last + ":");
            if (!asKey.matcher(Configuration.commentedFile()).find()) {
                missing.add(key);
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(reader.known().size() > 30, () -> reader.known().toString());
    }

    @Test
    void linesFitATerminal() {
        Configuration.commentedFile()
                .lines()
                .forEach(line -> assertTrue(line.length() <= 90, line));
    }
}
