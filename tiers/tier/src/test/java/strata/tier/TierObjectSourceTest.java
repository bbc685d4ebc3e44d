package strata.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.base.CorruptDataException;
import strata.base.FaultyDisk;
import strata.base.Metrics;
import strata.base.StorageException;
import strata.catalog.Location;
import strata.catalog.PackLocation;
import strata.catalog.VersionEntry;
import strata.catalog.VersionState;
import strata.dicom.SopClasses;
import strata.dicom.TransferSyntax;
import strata.store.ObjectReader;
import strata.tier.TestPacks.Sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class TierObjectSourceTest {
    private static final Path ROOT = Path.of("/tier");

    private final FaultyDisk disk = new FaultyDisk();
    private Tier tier;
    private TierObjectSource source;

    @BeforeEach
    void open() throws IOException {
        tier = LocalTier.open(
                disk, ROOT, LocalTierOptions.of("longterm"), Metrics.none(), Clock.systemUTC());
        source = new TierObjectSource(tier);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        tier.close();
    }

    @Test
    void itIsTheHolderOfItsPlacements() {
        assertEquals("tier:longterm", source.holder());
    }

    @Test
    void everyObjectComesBackFromMorePacksThanStayOpen() throws IOException {
        for (int seed = 0; seed < 12; seed++) {
            List<Sample> samples = TestPacks.mixed(seed, 2);
            String pack = tier.write(TestPacks.objects(samples)).pack();
            for (int i = 0; i < samples.size(); i++) {
                Sample sample = samples.get(i);
                assertArrayEquals(sample.bytes(), read(version(sample), at(pack, i)));
            }
        }
    }

    @Test
    void whoReadsWhatLiesInAnArchiveAsksForItAndItIsTold() throws IOException {
        Sample sample = TestPacks.mixed(41, 1).get(0);
        String pack = tier.write(List.of(sample.object())).pack();
        List<String> requested = new ArrayList<>();
        Tier archive = (Tier) Proxy.newProxyInstance(
                Tier.class.getClassLoader(),
                new Class<?>[] {Tier.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> tier.name();
                    case "open" ->
                        throw new ArchivedPackException(
                                tier.name(), pack, !requested.isEmpty(), Duration.ofHours(5));
                    case "request" -> requested.add((String) arguments[0]) ? null : null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        List<VersionEntry> told = new ArrayList<>();
        try (TierObjectSource archived = new TierObjectSource(archive)) {
            archived.onArchived(told::add);
            VersionEntry version = version(sample);
            for (int time = 1; time <= 2; time++) {
                ArchivedPackException waits = assertThrows(
                        ArchivedPackException.class, () -> archived.open(version, at(pack, 0)));
                assertEquals(StorageException.Kind.ON_ITS_WAY, waits.kind());
            }
            assertEquals(List.of(version, version), told);
        }
        assertEquals(List.of(pack), requested);
    }

    @Test
    void readingGoesOnFromAPosition() throws IOException {
        Sample sample = TestPacks.mixed(40, 1).get(0);
        String pack = tier.write(List.of(sample.object())).pack();
        ByteBuffer rest = ByteBuffer.allocate(sample.bytes().length - 999);
        try (ObjectReader reader = source.open(version(sample), at(pack, 0))) {
            reader.skipTo(999);
            while (rest.hasRemaining()) {
                reader.read(rest);
            }
        }
        assertEquals(ByteBuffer.wrap(sample.bytes(), 999, rest.capacity()), rest.flip());
    }

    @Test
    void aWrongPlaceIsDamage() throws IOException {
        List<Sample> samples = TestPacks.mixed(41, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        VersionEntry first = version(samples.get(0));
        for (Location wrong :
                List.of(at(pack, 1), at(pack, 99), at("0".repeat(32), 0), at("no pack", 0))) {
            assertThrows(
                    CorruptDataException.class,
                    () -> source.open(first, wrong),
                    () -> wrong.toString());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> source.open(first, new PackLocation("other", pack, 0)));
    }

    @Test
    void aRepairedPackIsReadAnew() throws IOException {
        List<Sample> samples = TestPacks.mixed(42, 1);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        VersionEntry first = version(samples.get(0));
        read(first, at(pack, 0));
        Path file = ROOT.resolve("packs").resolve(pack.substring(0, 2)).resolve(pack + ".pack");
        disk.flipBit(file, 64 + 72 + 8 + 24 + 3, 1);
        assertThrows(CorruptDataException.class, () -> read(first, at(pack, 0)));
        tier.quarantine(pack);
        tier.write(TestPacks.objects(samples));
        assertArrayEquals(samples.get(0).bytes(), read(first, at(pack, 0)));
    }

    @Test
    void aRebuildSeesEveryEntryAndPassesOverDamagedPacks() throws IOException {
        List<Sample> samples = TestPacks.mixed(43, 2);
        String pack = tier.write(TestPacks.objects(samples)).pack();
        String damaged = tier.write(TestPacks.objects(TestPacks.mixed(44, 1))).pack();
        Path file =
                ROOT.resolve("packs").resolve(damaged.substring(0, 2)).resolve(damaged + ".pack");
        disk.flipBit(file, disk.content(file).length - 60, 0);
        List<byte[]> seen = new ArrayList<>();
        List<Location> locations = new ArrayList<>();
        source.forEach((id, digest, length, attributes, placement, content) -> {
            locations.add(placement.location());
            try (ObjectReader reader = content.open()) {
                seen.add(readAll(reader));
            }
        });
        assertEquals(samples.size(), seen.size());
        for (int i = 0; i < samples.size(); i++) {
            assertArrayEquals(samples.get(i).bytes(), seen.get(i));
            assertEquals(at(pack, i), locations.get(i));
        }
    }

    private static PackLocation at(String pack, int entry) {
        return new PackLocation("longterm", pack, entry);
    }

    private static VersionEntry version(Sample sample) {
        PackObject object = sample.object();
        return new VersionEntry(
                object.id(),
                object.key(),
                SopClasses.CT_IMAGE,
                TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid(),
                object.digest(),
                object.lengthBytes(),
                Instant.EPOCH,
                Optional.empty(),
                VersionState.CURRENT,
                List.of());
    }

    private byte[] read(VersionEntry version, Location location) throws IOException {
        try (ObjectReader reader = source.open(version, location)) {
            return readAll(reader);
        }
    }

    private static byte[] readAll(ObjectReader reader) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(3001);
        while (reader.read(buffer.clear()) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
        }
        return out.toByteArray();
    }
}
