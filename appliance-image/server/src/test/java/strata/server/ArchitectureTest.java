package strata.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who may use whom: the permission list of ops/docs/ARCHITECTURE.md, held against the classes. */
class ArchitectureTest {
    private static final Map<String, List<String>> MAY_USE = permissions("""
            strata.base             :
            strata.dicom            : base
            strata.codec            : base dicom
            strata.segment          : base
            strata.catalog          : base dicom
            strata.store            : base dicom codec segment catalog
            strata.network.http     : base
            strata.network          : base dicom network.http
            strata.hl7              : base
            strata.access           : base network.http
            strata.frontdoor        : base dicom codec catalog store network network.http
            strata.tier             : base dicom codec segment catalog store
            strata.s3               : base tier codec
            strata.mover            : base catalog codec store tier
            strata.replication      : base dicom segment catalog store
            strata.policy.language  : base
            strata.policy.lifecycle : base codec dicom policy.language catalog store mover replication
            strata.policy.prefetch  : base dicom catalog mover network hl7 policy.language \
            policy.lifecycle
            strata.telemetry        : base
            strata.console          : base network.http store catalog tier mover replication \
            policy.language policy.lifecycle
            strata.cli              : base dicom codec network segment catalog store tier mover \
            access policy.language policy.lifecycle
            """);

    /** Libraries that must stay in the one room that hides them. */
    private static final Map<String, Set<String>> LIBRARY_ROOMS = Map.of(
            "org.rocksdb", Set.of("strata.catalog"),
            "net.openhft", Set.of("strata.catalog"),
            "com.github.luben", Set.of("strata.codec", "strata.tier", "strata.replication"),
            "dev.cel", Set.of("strata.policy.language"),
            "software.amazon", Set.of("strata.s3"),
            "io.prometheus", Set.of("strata.telemetry"),
            "com.nimbusds", Set.of("strata.access"),
            "ca.uhn", Set.of("strata.hl7"),
            "io.netty",
                    Set.of(
                            "strata.network",
                            "strata.network.http",
                            "strata.replication",
                            "strata.hl7"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("strata");

    @Test
    void everyRoomUsesOnlyWhatTheListAllows() {
        List<String> faults = new ArrayList<>();
        for (JavaClass from : CLASSES) {
            String room = roomOf(from.getPackageName());
            List<String> allowed = MAY_USE.get(room);
            if (allowed == null) {
                continue; // the server wires everything; benchmarks may look anywhere
            }
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String target =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                String targetRoom = roomOf(target);
                if (target.startsWith("strata.")
                        && !targetRoom.equals(room)
                        && !allowed.contains(targetRoom)) {
                    faults.add(room + " must not use " + targetRoom + ": "
                            + dependency.getDescription());
                }
            }
        }
        assertEquals(List.of(), faults);
    }

    @Test
    void librariesStayInTheirRooms() {
        Set<String> faults = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            String room = roomOf(from.getPackageName());
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String target = dependency.getTargetClass().getPackageName();
                LIBRARY_ROOMS.forEach((library, rooms) -> {
                    if (target.startsWith(library)
                            && !rooms.contains(room)
                            && MAY_USE.containsKey(room)) {
                        faults.add(room + " must not use " + library + " (" + from.getName() + ")");
                    }
                });
            }
        }
        assertEquals(Set.of(), faults);
    }

    /** Where what is kept is truth, or leads to it. */
    private static final Set<String> ROOMS_OF_THE_FILE_PORT = Set.of(
            "strata.segment",
            "strata.catalog",
            "strata.store",
            "strata.tier",
            "strata.s3",
            "strata.mover",
            "strata.replication",
            "strata.telemetry",
            "strata.policy.lifecycle",
            "strata.policy.prefetch",
            "strata.console",
            "strata.frontdoor");

    private static final Set<String> WAYS_PAST_THE_FILE_PORT = Set.of(
            "java.nio.file.Files",
            "java.nio.channels.FileChannel",
            "java.nio.channels.AsynchronousFileChannel",
            "java.io.RandomAccessFile",
            "java.io.FileOutputStream",
            "java.io.FileInputStream",
            "java.io.FileWriter",
            "java.io.FileReader",
            "java.io.File");

    /** Each with its reason. */
    private static final Map<String, String> MAY_GO_PAST_THE_FILE_PORT = Map.of(
            "strata.catalog.CatalogFiles",
            "looks at and removes the directory that RocksDB writes past the port",
            "strata.tier.crypto.SiteKeyFile",
            "its mode is what protects it, and the port knows no modes",
            "strata.tier.crypto.SigningKey",
            "its mode is what protects it, and the port knows no modes",
            "strata.catalog.DescriptionCache",
            "removes the directory of a cache that RocksDB writes past the port",
            "strata.catalog.NativeLibrary",
            "code in the temporary directory, removed as soon as it is loaded",
            "strata.frontdoor.web.Spool",
            "a temporary file without a name, whose loss is the loss of the request");

    /** So that the model disk stands for every file whose loss or damage would matter. */
    @Test
    void theFilePortIsTheOnlyWayToTheDisk() {
        Set<String> faults = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            boolean free = !ROOMS_OF_THE_FILE_PORT.contains(roomOf(from.getPackageName()))
                    || MAY_GO_PAST_THE_FILE_PORT.keySet().stream()
                            .anyMatch(name -> from.getName().equals(name)
                                    || from.getName().startsWith(name + "$"));
            if (free) {
                continue;
            }
            from.getDirectDependenciesFromSelf().stream()
                    .map(d -> d.getTargetClass().getName())
                    .filter(WAYS_PAST_THE_FILE_PORT::contains)
                    .forEach(target -> faults.add(
                            from.getName() + " uses " + target + ", not strata.base.Disk"));
        }
        assertEquals(Set.of(), faults);
    }

    @Test
    void everyRoomOfTheListIsThere() {
        Set<String> seen = new TreeSet<>();
        CLASSES.forEach(c -> seen.add(roomOf(c.getPackageName())));
        assertTrue(
                seen.containsAll(MAY_USE.keySet()),
                () -> "rooms without a class: "
                        + MAY_USE.keySet().stream()
                                .filter(r -> !seen.contains(r))
                                .toList());
    }

    /** The longest room name that the package begins with. */
    private static String roomOf(String packageName) {
        Optional<String> room = MAY_USE.keySet().stream()
                .filter(r -> packageName.equals(r) || packageName.startsWith(r + "."))
                .max((a, b) -> Integer.compare(a.length(), b.length()));
        return room.orElse(packageName);
    }

    private static Map<String, List<String>> permissions(String table) {
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (String line : table.strip().split("\n")) {
            String[] sides = line.split(":", 2);
            List<String> allowed = sides[1].isBlank()
                    ? List.of()
                    : Arrays.stream(sides[1].strip().split(" +"))
                            .map(r -> "strata." + r)
                            .toList();
            out.put(sides[0].strip(), allowed);
        }
        return out;
    }
}
