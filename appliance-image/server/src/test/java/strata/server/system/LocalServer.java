package strata.server.system;

import strata.server.Appliance;
import strata.server.Site;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The whole appliance in this process, where a test has to look inside. */
final class LocalServer implements Closeable {
    private final Path folder;
    private final Appliance appliance;

    private LocalServer(Path folder, Appliance appliance) {
        this.folder = folder;
        this.appliance = appliance;
    }

    /** Starts it in the directory {@code data} of the folder, on free ports. */
    static LocalServer start(Path folder, String yaml) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("strata.yaml"), yaml);
        return new LocalServer(folder, Appliance.start(configuration(folder, file)));
    }

    static Configuration configuration(Path folder, Path file) throws IOException {
        return Configuration.load(
                Optional.of(file),
                new Overrides(
                        folder.resolve("data").toString(),
                        null,
                        "0",
                        "0",
                        ServerProcess.TITLE.value()));
    }

    Appliance appliance() {
        return appliance;
    }

    Site site() {
        return appliance.site();
    }

    Path folder() {
        return folder;
    }

    int dicomPort() {
        return appliance.dicomPort();
    }

    @Override
    public void close() throws IOException {
        appliance.close();
    }
}
