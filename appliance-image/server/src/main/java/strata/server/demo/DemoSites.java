package strata.server.demo;

import strata.server.Appliance;
import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The two sites of the demonstration: HOSPITAL, and DR that receives its replicas. */
final class DemoSites implements Closeable {
    /** What HOSPITAL calls the other site. */
    static final String REPLICA = "dr";

    /** The AE title that C-MOVE sends to. */
    static final String WORKSTATION = "WORKSTATION";

    private static final String POLICY = """
            version: 1
            rules:
              - name: replicate-at-once
                when: "true"
                do: { replicate: all }
              - name: old-studies-to-long-term
                when: has(study.date) && now - study.date > days(365)
                do: { place: longterm }
              - name: old-studies-leave-hot
                when: has(study.date) && now - study.date > days(365)
                do: { release: hot, requires: { tiers: 1, sites: 1 } }
            """;

    private final Appliance hospital;
    private final Appliance replica;

    private DemoSites(Appliance hospital, Appliance replica) {
        this.hospital = hospital;
        this.replica = replica;
    }

    /** Starts both below the directory; C-MOVE may send to the given port. */
    static DemoSites start(Path below, int workstationPort) throws IOException {
        Appliance replica = Appliance.start(configuration(below.resolve("dr"), "DR", """
                replication:
                  listen: { bind: 127.0.0.1, port: 0 }
                """));
        try {
            Path data = below.resolve("hospital");
            Files.createDirectories(data);
            Files.writeString(data.resolve("policy.yaml"), POLICY);
            Appliance hospital = Appliance.start(configuration(
                    data,
                    "HOSPITAL",
                    """
                    replication:
                      sites:
                        %s: { host: 127.0.0.1, port: %d }
                    """.formatted(
                                    REPLICA,
                                    replica.replicationAddress().orElseThrow().getPort())
                            .concat("# C-MOVE\n"),
                    workstationPort));
            return new DemoSites(hospital, replica);
        } catch (IOException | RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    private static Configuration configuration(
            Path data, String title, String more, int... workstation) throws IOException {
        Files.createDirectories(data);
        String destinations = workstation.length == 0
                ? ""
                : "  destinations:%n    %s: { host: 127.0.0.1, port: %d }%n"
                        .formatted(WORKSTATION, workstation[0]);
        Path file = data.resolve("strata.yaml");
        Files.writeString(file, """
                aet: %s
                data: %s
                dicom:
                  port: 0
                %shttp:
                  port: 0
                tiers:
                  hot: { path: hot, keepBelow: 80%%, segmentSize: 32 MiB }
                %slog: { format: plain, level: error }
                """.formatted(title, data, destinations, more));
        return Configuration.load(Optional.of(file), Overrides.NONE);
    }

    Appliance hospital() {
        return hospital;
    }

    Appliance replica() {
        return replica;
    }

    @Override
    public void close() throws IOException {
        try {
            hospital.close();
        } finally {
            replica.close();
        }
    }
}
