package strata.dicom;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads the committed tables: tab-separated lines, comments start with a hash. */
final class TableFile {
    private TableFile() {}

    static void forEachLine(String name, int fields, Consumer<String[]> line) {
        try (InputStream in = TableFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                if (!text.startsWith("#")) {
                    String[] parts = text.split("\t", -1);
                    String[] padded = new String[fields];
                    for (int i = 0; i < fields; i++) {
                        padded[i] = i < parts.length ? parts[i] : "";
                    }
                    line.accept(padded);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
