package strata.frontdoor.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientId;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.dicom.DataSet;
import strata.dicom.DataSetReader;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.MalformedDicomException;
import strata.dicom.Part10;
import strata.dicom.SharedDicom;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What becomes of data sets of a merged patient. */
final class CoercionTest {
    private static final Uid INSTANCE = new Uid("2.25.7");
    private static final Instant SINCE = Instant.parse("2026-03-01T10:20:30.456Z");
    private static final PatientId OLD = new PatientId("OLD", "");
    private static final Person NEW =
            new Person(new PatientId("NEW", "HOSP"), "Doe^Jane", "19700102", "F");
    private static final TransferSyntax EXPLICIT = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN;
    private static final long SEED = 20261122;

    private static Coercion coercion(PatientId from, Person into) {
        PatientLinks links = new PatientLinks(Map.of(from, new PatientLinks.Survivor(into, SINCE)));
        return new Coercion(() -> links, new AeTitle("STRATA"), Metrics.none());
    }

    private static DataSet received() {
        return new DataSet()
                .putUid(Tag.SOPInstanceUID, INSTANCE)
                .putString(Tag.StudyDescription, Vr.LO, "knee")
                .putString(Tag.PatientName, Vr.PN, "Unknown^Trauma")
                .putString(Tag.PatientID, Vr.LO, "OLD")
                .putString(Tag.PatientSex, Vr.CS, "O")
                .putString(0x00091010, Vr.LO, "private")
                .putInt(Tag.Rows, Vr.US, 2)
                .putBytes(Tag.PixelData, Vr.OW, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }

    /** Fed in pieces of random lengths. */
    private static HeadScan scan(byte[] bytes, TransferSyntax syntax, Random random) {
        HeadScan scan = new HeadScan(syntax);
        int at = 0;
        while (at < bytes.length && !scan.isDone()) {
            int piece = Math.min(bytes.length - at, 1 + random.nextInt(300));
            scan.feed(ByteBuffer.wrap(bytes, at, piece));
            at += piece;
        }
        scan.end();
        scan.close();
        return scan;
    }

    private static byte[] coerced(byte[] bytes, TransferSyntax syntax, Coercion coercion)
            throws IOException {
        List<Splice> splices = coercion.splices(scan(bytes, syntax, new Random(SEED)), INSTANCE);
        byte[] out = SplicedBytes.over(new ByteArrayInputStream(bytes), splices).readAllBytes();
        assertEquals(bytes.length + Splice.growth(splices), out.length);
        return out;
    }

    private static DataSet coerced(DataSet received, Person into) throws IOException {
        byte[] out =
                coerced(DataSetWriter.toBytes(received, EXPLICIT), EXPLICIT, coercion(OLD, into));
        return DataSetReader.read(out, EXPLICIT);
    }

    private static DataSet original(DataSet coerced) {
        List<DataSet> items = coerced.items(Tag.OriginalAttributesSequence);
        DataSet last = items.get(items.size() - 1);
        assertEquals(
                "COERCE", last.string(Tag.ReasonForTheAttributeModification).orElse(""));
        assertEquals("STRATA", last.string(Tag.ModifyingSystem).orElse(""));
        assertTrue(last.contains(Tag.SourceOfPreviousValues));
        assertEquals(
                "20260301102030.456+0000",
                last.string(Tag.AttributeModificationDateTime).orElse(""));
        assertEquals(1, last.items(Tag.ModifiedAttributesSequence).size());
        return last.items(Tag.ModifiedAttributesSequence).get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"})
    void theIdentityIsReplacedAndTheOriginalKept(String uid) throws IOException {
        TransferSyntax syntax = TransferSyntax.of(new Uid(uid));
        DataSet received = received();
        byte[] bytes = DataSetWriter.toBytes(received, syntax);
        DataSet now = DataSetReader.read(coerced(bytes, syntax, coercion(OLD, NEW)), syntax);
        assertEquals("NEW", now.string(Tag.PatientID).orElse(""));
        assertEquals("HOSP", now.string(Tag.IssuerOfPatientID).orElse(""));
        assertEquals("Doe^Jane", now.string(Tag.PatientName).orElse(""));
        assertEquals("19700102", now.string(Tag.PatientBirthDate).orElse(""));
        assertEquals("F", now.string(Tag.PatientSex).orElse(""));
        DataSet before = original(now);
        assertEquals("OLD", before.string(Tag.PatientID).orElse(""));
        assertEquals("Unknown^Trauma", before.string(Tag.PatientName).orElse(""));
        assertEquals("O", before.string(Tag.PatientSex).orElse(""));
        assertEquals(0, before.bytes(Tag.IssuerOfPatientID).length);
        assertTrue(before.contains(Tag.IssuerOfPatientID));
        assertEquals(0, before.bytes(Tag.PatientBirthDate).length);
        assertFalse(before.contains(Tag.StudyDescription));
        assertEquals(back(now, before), DataSetReader.read(bytes, syntax));
    }

    /** What a data set was before. */
    private static DataSet back(DataSet now, DataSet before) {
        now.remove(Tag.OriginalAttributesSequence);
        before.elements().forEach(element -> {
            boolean absent = element instanceof Element.Value v && v.bytes().length == 0;
            if (absent) {
                now.remove(element.tag());
            } else {
                now.put(element);
            }
        });
        return now;
    }

    @Test
    void theSameMergeGivesTheSameBytes() throws IOException {
        byte[] bytes = DataSetWriter.toBytes(received(), EXPLICIT);
        assertArrayEquals(
                coerced(bytes, EXPLICIT, coercion(OLD, NEW)),
                coerced(bytes, EXPLICIT, coercion(OLD, NEW)));
    }

    @Test
    void whoWasNotMergedKeepsEveryByte() throws IOException {
        byte[] bytes = DataSetWriter.toBytes(received(), EXPLICIT);
        PatientId other = new PatientId("ANOTHER", "");
        assertArrayEquals(bytes, coerced(bytes, EXPLICIT, coercion(other, NEW)));
        byte[] nobody = DataSetWriter.toBytes(received().remove(Tag.PatientID), EXPLICIT);
        assertArrayEquals(nobody, coerced(nobody, EXPLICIT, coercion(OLD, NEW)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void earlierItemsStayBeforeTheNewOne(boolean undefined) throws IOException {
        DataSet earlier = new DataSet()
                .putItems(
                        Tag.ModifiedAttributesSequence,
                        List.of(new DataSet().putString(Tag.PatientID, Vr.LO, "OLDEST")))
                .putString(Tag.ReasonForTheAttributeModification, Vr.CS, "CORRECT");
        byte[] before =
                DataSetWriter.toBytes(received().remove(Tag.PixelData).remove(Tag.Rows), EXPLICIT);
        byte[] after =
                DataSetWriter.toBytes(new DataSet().putInt(0x52000000 + 1, Vr.US, 5), EXPLICIT);
        byte[] item = DataSetWriter.toBytes(earlier, EXPLICIT);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(before);
        DataSetWriter.writeHeader(
                Tag.OriginalAttributesSequence,
                Vr.SQ,
                undefined ? -1 : item.length + 8,
                EXPLICIT,
                all);
        DataSetWriter.writeItemHeader(Tag.Item, item.length, EXPLICIT, all);
        all.write(item);
        if (undefined) {
            DataSetWriter.writeItemHeader(Tag.SequenceDelimitationItem, 0, EXPLICIT, all);
        }
        all.write(after);
        DataSet now = DataSetReader.read(
                coerced(all.toByteArray(), EXPLICIT, coercion(OLD, NEW)), EXPLICIT);
        List<DataSet> items = now.items(Tag.OriginalAttributesSequence);
        assertEquals(2, items.size());
        assertEquals(earlier, items.get(0));
        assertEquals("OLD", original(now).string(Tag.PatientID).orElse(""));
        assertEquals(5, now.intValue(0x52000001).orElse(0));
    }

    @Test
    void lengthsThatWouldBeWrongGo() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int tag : new int[] {0x00080000, Tag.LengthToEnd, 0x00100000}) {
            DataSetWriter.writeHeader(tag, Vr.UL, 4, EXPLICIT, all);
            all.write(new byte[] {9, 0, 0, 0});
            if (tag == Tag.LengthToEnd) {
                all.write(DataSetWriter.toBytes(
                        new DataSet().putUid(Tag.SOPInstanceUID, INSTANCE), EXPLICIT));
            }
        }
        all.write(DataSetWriter.toBytes(
                received()
                        .remove(Tag.SOPInstanceUID)
                        .remove(Tag.StudyDescription)
                        .remove(0x00091010),
                EXPLICIT));
        DataSet now = DataSetReader.read(
                coerced(all.toByteArray(), EXPLICIT, coercion(OLD, NEW)), EXPLICIT);
        assertFalse(now.contains(0x00080000));
        assertFalse(now.contains(Tag.LengthToEnd));
        assertFalse(now.contains(0x00100000));
        assertEquals("NEW", now.string(Tag.PatientID).orElse(""));
        assertEquals(INSTANCE, now.uid(Tag.SOPInstanceUID).orElseThrow());
    }

    @Test
    void qualifiersOfAnotherIssuerGoWithIt() throws IOException {
        DataSet received = received()
                .putItems(
                        Tag.IssuerOfPatientIDQualifiersSequence,
                        List.of(new DataSet().putString(0x00400032, Vr.UT, "1.2.3")));
        DataSet now = coerced(received, NEW);
        assertFalse(now.contains(Tag.IssuerOfPatientIDQualifiersSequence));
        assertEquals(
                received.items(Tag.IssuerOfPatientIDQualifiersSequence),
                original(now).items(Tag.IssuerOfPatientIDQualifiersSequence));
        DataSet same = coerced(received, Person.of(new PatientId("NEW", "")));
        assertTrue(same.contains(Tag.IssuerOfPatientIDQualifiersSequence));
    }

    private static Person named(String name) {
        return new Person(new PatientId("NEW", ""), name, "", "");
    }

    private static DataSet inSet(String term) {
        return received().putString(Tag.SpecificCharacterSet, Vr.CS, term);
    }

    @Test
    void aNameIsWrittenInTheCharacterSetOfTheObject() throws IOException {
        DataSet latin = coerced(inSet("ISO_IR 100"), named("M\u00fcller^J\u00f6rg"));
        assertEquals("M\u00fcller^J\u00f6rg", latin.string(Tag.PatientName).orElse(""));
        assertEquals("ISO_IR 100", latin.string(Tag.SpecificCharacterSet).orElse(""));
        assertFalse(original(latin).contains(Tag.SpecificCharacterSet));
        DataSet greek = coerced(inSet("ISO_IR 126"), named("\u0391\u03bd\u03b4^X"));
        assertEquals("\u0391\u03bd\u03b4^X", greek.string(Tag.PatientName).orElse(""));
        DataSet chinese = coerced(inSet("GB18030"), named("Wang=\u738b^\u5c0f"));
        assertEquals("Wang=\u738b^\u5c0f", chinese.string(Tag.PatientName).orElse(""));
    }

    @Test
    void anObjectOfPlainAsciiBecomesUnicode() throws IOException {
        DataSet now = coerced(received(), named("M\u00fcller^J\u00f6rg"));
        assertEquals("M\u00fcller^J\u00f6rg", now.string(Tag.PatientName).orElse(""));
        assertEquals("ISO_IR 192", now.string(Tag.SpecificCharacterSet).orElse(""));
        assertEquals("Unknown^Trauma", original(now).string(Tag.PatientName).orElse(""));
        assertTrue(original(now).contains(Tag.SpecificCharacterSet));
        assertEquals("knee", now.string(Tag.StudyDescription).orElse(""));
    }

    @Test
    void anUndeclaredCharacterSetIsNotTurnedIntoAnother() throws IOException {
        byte[] latin = "Sch\u00e4del ".getBytes(StandardCharsets.ISO_8859_1);
        DataSet received = received().putBytes(Tag.StudyDescription, Vr.LO, latin);
        DataSet now = coerced(received, named("M\u00fcller^J\u00f6rg"));
        assertFalse(now.contains(Tag.SpecificCharacterSet));
        assertEquals("NEW", now.string(Tag.PatientID).orElse(""));
        assertEquals("Unknown^Trauma", now.string(Tag.PatientName).orElse(""), "stays");
        assertArrayEquals(latin, now.bytes(Tag.StudyDescription));
    }

    @Test
    void ofANameThatTheSetLacksTheAlphabeticGroupIsWritten() throws IOException {
        DataSet now = coerced(inSet("ISO_IR 100"), named("Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"));
        assertEquals("Yamada^Tarou", now.string(Tag.PatientName).orElse(""));
        DataSet cyrillic = coerced(inSet("ISO_IR 100"), named("\u041b\u044e\u043a^X"));
        assertEquals("Unknown^Trauma", cyrillic.string(Tag.PatientName).orElse(""));
        assertEquals("NEW", cyrillic.string(Tag.PatientID).orElse(""));
    }

    @Test
    void withoutItsIdentifierNothingChanges() throws IOException {
        Person into = new Person(new PatientId("\u041b1", ""), "Doe^J", "", "");
        DataSet received = inSet("ISO_IR 100");
        assertEquals(received, coerced(received, into));
    }

    @Test
    void inMemoryTheSameComesOut() throws IOException {
        for (DataSet each : List.of(received(), inSet("ISO_IR 100"), inSet("ISO_IR 126"))) {
            Person into = named("M\u00fcller^J\u00f6rg");
            DataSet expected = coerced(each, into);
            coercion(OLD, into).apply(each, INSTANCE);
            assertEquals(expected, each);
        }
    }

    @Test
    void hostileBeginningsGoOutAsTheyAre() throws IOException {
        Random random = new Random(SEED);
        byte[] good = DataSetWriter.toBytes(received(), EXPLICIT);
        int changed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length));
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] out = coerced(bytes, EXPLICIT, coercion(OLD, NEW));
            if (Arrays.equals(bytes, out)) {
                continue;
            }
            changed++;
            assertTrue(isReadable(out) || !isReadable(bytes), "seed " + SEED + " round " + round);
        }
        assertTrue(changed > 100, "data sets that were changed: " + changed);
    }

    private static boolean isReadable(byte[] bytes) {
        try {
            DataSetReader.read(bytes, EXPLICIT);
            return true;
        } catch (MalformedDicomException e) {
            return false;
        }
    }

    @Test
    void elementsOutOfOrderGoOutAsTheyAre() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(DataSetWriter.toBytes(received().remove(Tag.PixelData), EXPLICIT));
        all.write(DataSetWriter.toBytes(
                new DataSet().putString(Tag.PatientSex, Vr.CS, "M"), EXPLICIT));
        assertArrayEquals(
                all.toByteArray(), coerced(all.toByteArray(), EXPLICIT, coercion(OLD, NEW)));
    }

    @Test
    void sharedFilesKeepAllElse() throws IOException {
        int count = 0;
        for (SharedDicom.Entry entry : SharedDicom.sample()) {
            byte[] file = Files.readAllBytes(entry.file());
            Part10.Opened opened = Part10.open(new ByteArrayInputStream(file));
            TransferSyntax syntax = opened.header().syntax();
            byte[] bytes = Arrays.copyOfRange(file, opened.header().dataSetOffset(), file.length);
            if (syntax.isDeflated() || bytes.length > 4 << 20) {
                continue;
            }
            DataSet received = DataSetReader.read(bytes, syntax);
            var id = PatientLinks.idOf(
                    received.string(Tag.PatientID).orElse(""),
                    received.string(Tag.IssuerOfPatientID).orElse(""));
            if (id.isEmpty() || id.get().id().equals("NEW")) {
                continue;
            }
            byte[] out = coerced(bytes, syntax, coercion(id.get(), NEW));
            if (Arrays.equals(bytes, out)) {
                continue;
            }
            count++;
            DataSet now = DataSetReader.read(out, syntax);
            assertEquals("NEW", now.string(Tag.PatientID).orElse(""), entry.path());
            assertEquals("Doe^Jane", now.string(Tag.PatientName).orElse(""), entry.path());
            assertOthersAreTheSame(received, now, entry.path());
        }
        assertTrue(count > 150, "files that were changed: " + count);
    }

    private static void assertOthersAreTheSame(DataSet received, DataSet now, String path) {
        for (int tag : HeadScan.PLACES) {
            received.remove(tag);
            now.remove(tag);
        }
        assertEquals(received, now, path);
    }
}
