package strata.frontdoor.identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.AeTitle;
import strata.base.Metrics;
import strata.base.Uid;
import strata.catalog.PatientLinks;
import strata.catalog.Person;
import strata.dicom.CharacterSet;
import strata.dicom.DataSet;
import strata.dicom.DataSetHandler;
import strata.dicom.DataSetWriter;
import strata.dicom.Dictionary;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What changes in instances whose patient was merged into another: identifier and issuer, and name,
 * birth date and sex where the merge said them, as queries answer them. The values before go into
 * an item of Original Attributes Sequence, PS3.3 C.12.1.1.9, behind those that are there, dated
 * with the merge, so that an instance comes out the same each time. Thread-safe.
 */
public final class Coercion {
    /** Instances go out as they were received. */
    public static final Coercion NONE =
            new Coercion(() -> PatientLinks.NONE, new AeTitle("NONE"), Metrics.none());

    private static final Logger LOG = LoggerFactory.getLogger(Coercion.class);
    private static final int[] RETIRED_LENGTHS = {
        0x00080000, Tag.LengthToEnd, 0x00100000, 0x04000000
    };
    private static final int ESCAPE = 0x1B;
    private static final int DELIMITER_BYTES = 8;
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern(
                    "yyyyMMddHHmmss.SSSZ", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Supplier<PatientLinks> links;
    private final AeTitle system;
    private final Metrics.Counter counted;

    private enum Result {
        /** The whole identity. */
        CURRENT,
        /** Not the name, which the character set of the object does not have. */
        WITHOUT_NAME,
        /** As received: the character set of the object lacks the identifier. */
        NOT_ENCODABLE,
        /** As received: the beginning of the data set is not to be understood. */
        NOT_READABLE
    }

    /** @param system who changes, as Modifying System says it */
    public Coercion(Supplier<PatientLinks> links, AeTitle system, Metrics metrics) {
        this.links = links;
        this.system = system;
        this.counted = metrics.counter(
                "strata_coercion_instances_total",
                "Instances of merged patients for peers that ask for the current identity, by what"
                        + " became of it",
                "result");
    }

    /** Whether anybody was merged. */
    public boolean isActive() {
        return !links.get().isEmpty();
    }

    /** Whether instances under this identifier may change. */
    public boolean concerns(String patientId, String issuer) {
        return PatientLinks.idOf(patientId, issuer)
                .flatMap(links.get()::survival)
                .isPresent();
    }

    /**
     * What changes in a data set, in its order; nothing when its patient was not merged, or when it
     * is not to be understood, which is logged.
     *
     * @param scan that is done
     * @param instance for the log
     */
    public List<Splice> splices(HeadScan scan, Uid instance) {
        if (!scan.knowsPatient()) {
            return asReceived(instance, Result.NOT_READABLE);
        }
        DataSet head = scan.head();
        Optional<PatientLinks.Survivor> survivor = survivor(head);
        if (survivor.isEmpty()) {
            return List.of();
        }
        if (!isUnderstood(scan, head)) {
            return asReceived(instance, Result.NOT_READABLE);
        }
        boolean ascii = isDefault(head) && !scan.hasOtherThanAscii();
        Optional<Changed> changed = changed(head, ascii, survivor.get(), instance);
        return changed.isEmpty()
                ? List.of()
                : splices(scan, changed.get(), item(head, changed.get(), survivor.get()));
    }

    /** The same for a data set in memory, whole or without its bulk data: it is changed. */
    public void apply(DataSet dataSet, Uid instance) {
        Optional<PatientLinks.Survivor> survivor = survivor(dataSet);
        if (survivor.isEmpty()) {
            return;
        }
        boolean ascii = isDefault(dataSet) && isAscii(dataSet);
        Optional<Changed> changed = changed(dataSet, ascii, survivor.get(), instance);
        if (changed.isEmpty()) {
            return;
        }
        List<DataSet> items = new ArrayList<>(dataSet.items(Tag.OriginalAttributesSequence));
        items.add(item(dataSet, changed.get(), survivor.get()));
        changed.get()
                .values()
                .forEach((tag, value) -> value.ifPresentOrElse(
                        bytes -> dataSet.putBytes(tag, Dictionary.vr(tag), bytes),
                        () -> dataSet.remove(tag)));
        dataSet.putItems(Tag.OriginalAttributesSequence, items);
    }

    private Optional<PatientLinks.Survivor> survivor(DataSet head) {
        return PatientLinks.idOf(
                        head.string(Tag.PatientID).orElse(""),
                        head.string(Tag.IssuerOfPatientID).orElse(""))
                .flatMap(links.get()::survival);
    }

    private List<Splice> asReceived(Uid instance, Result why) {
        LOG.warn(
                "instance {} goes out under the identity that it was received with: {}",
                instance,
                why == Result.NOT_READABLE
                        ? "the beginning of its data set is not to be understood"
                        : "its character set lacks what the identifier has");
        counted.increment(why.name());
        return List.of();
    }

    /** The positions and the values must tell the same. */
    private static boolean isUnderstood(HeadScan scan, DataSet head) {
        if (scan.isBroken()) {
            return false;
        }
        for (int tag : HeadScan.PLACES) {
            HeadScan.Place place = scan.place(tag);
            boolean captured = !Tag.isGroupLength(tag)
                    && tag != Tag.LengthToEnd
                    && tag != Tag.OriginalAttributesSequence;
            if (captured && place.isThere() != head.contains(tag)) {
                return false;
            }
        }
        HeadScan.Place original = scan.place(Tag.OriginalAttributesSequence);
        return !original.isThere() || original.isSequence();
    }

    /**
     * New values, unpadded; empty for what goes.
     *
     * @param withName false when there is a name that cannot be written
     */
    private record Changed(TreeMap<Integer, Optional<byte[]>> values, boolean withName) {}

    /** Counted; empty, and logged, when it cannot be written. */
    private Optional<Changed> changed(
            DataSet head, boolean ascii, PatientLinks.Survivor survivor, Uid instance) {
        Person person = survivor.person();
        Optional<Changed> changed = changed(head, person, head.characterSet());
        if (ascii && changed.filter(Changed::withName).isEmpty()) {
            // Its text stays what it is: ASCII is a part of ISO_IR 192.
            changed = changed(head, person, CharacterSet.UTF_8);
            changed.ifPresent(wider -> wider.values()
                    .put(
                            Tag.SpecificCharacterSet,
                            CharacterSet.DEFAULT.encode(CharacterSet.UTF_8_TERM)));
        }
        if (changed.isEmpty()) {
            asReceived(instance, Result.NOT_ENCODABLE);
        } else {
            counted.increment(
                    (changed.get().withName() ? Result.CURRENT : Result.WITHOUT_NAME).name());
        }
        return changed;
    }

    /** Whether a data set says that it has the default repertoire only. */
    private static boolean isDefault(DataSet head) {
        List<String> terms = head.strings(Tag.SpecificCharacterSet);
        return terms.size() <= 1
                && terms.stream().allMatch(term -> term.isBlank() || term.equals("ISO_IR 6"));
    }

    private static boolean isAscii(DataSet dataSet) {
        for (Element element : dataSet.elements()) {
            boolean other = element instanceof Element.Items items
                            && !items.items().stream().allMatch(Coercion::isAscii)
                    || element instanceof Element.Value value
                            && value.vr().usesCharacterSet()
                            && !isAscii(value.bytes());
            if (other) {
                return false;
            }
        }
        return true;
    }

    /** Escape sequences are of other sets. */
    static boolean isAscii(byte[] text) {
        for (byte each : text) {
            if (each < 0 || each == ESCAPE) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Changed> changed(DataSet head, Person person, CharacterSet set) {
        TreeMap<Integer, Optional<byte[]>> values = new TreeMap<>();
        boolean identified = put(values, head, Tag.PatientID, person.id().id(), set)
                && put(values, head, Tag.IssuerOfPatientID, person.id().issuer(), set);
        if (!identified) {
            return Optional.empty();
        }
        if (values.containsKey(Tag.IssuerOfPatientID)
                && head.contains(Tag.IssuerOfPatientIDQualifiersSequence)) {
            values.put(Tag.IssuerOfPatientIDQualifiersSequence, Optional.empty());
        }
        put(values, head, Tag.PatientBirthDate, person.birthDate(), set);
        put(values, head, Tag.PatientSex, person.sex(), set);
        // Of a name its groups in other scripts may go, PS3.5 6.2.1.2.
        boolean named = put(values, head, Tag.PatientName, person.name(), set);
        if (!named && person.name().indexOf('=') > 0) {
            String alphabetic = person.name().substring(0, person.name().indexOf('='));
            named = put(values, head, Tag.PatientName, alphabetic, set);
        }
        return Optional.of(new Changed(values, named));
    }

    /** Puts what is said and differs; false when the character set lacks it. */
    private static boolean put(
            TreeMap<Integer, Optional<byte[]>> values,
            DataSet head,
            int tag,
            String value,
            CharacterSet set) {
        if (value.isEmpty() || head.string(tag).orElse("").equals(value)) {
            return true;
        }
        Optional<byte[]> encoded = set.encode(value);
        if (encoded.isPresent()) {
            values.put(tag, encoded);
        }
        return encoded.isPresent();
    }

    private static List<Splice> splices(HeadScan scan, Changed changed, DataSet item) {
        TreeMap<Integer, Splice> splices = new TreeMap<>();
        changed.values().forEach((tag, value) -> {
            Vr vr = Dictionary.vr(tag);
            HeadScan.Place place = scan.place(tag);
            byte[] bytes = value.map(v -> encode(new DataSet().putBytes(tag, vr, v), scan.syntax()))
                    .orElse(new byte[0]);
            splices.put(tag, new Splice(place.at(), place.endsAt() - place.at(), bytes));
        });
        for (int tag : RETIRED_LENGTHS) {
            HeadScan.Place place = scan.place(tag);
            if (place.isThere()) {
                long length = place.endsAt() - place.at();
                splices.put(tag, new Splice(place.at(), length, new byte[0]));
            }
        }
        List<Splice> all = new ArrayList<>(splices.values());
        all.addAll(original(scan, item));
        return all;
    }

    private static void keep(DataSet before, DataSet head, int tag, Vr vr) {
        head.element(tag).ifPresentOrElse(before::put, () -> before.putEmpty(tag, vr));
    }

    private DataSet item(DataSet head, Changed changed, PatientLinks.Survivor survivor) {
        DataSet before = new DataSet();
        // An identifier means little without its issuer, also where that stays.
        keep(before, head, Tag.IssuerOfPatientID, Vr.LO);
        changed.values().keySet().forEach(tag -> keep(before, head, tag, Dictionary.vr(tag)));
        String since = DATE_TIME.format(survivor.since());
        return new DataSet()
                .putItems(Tag.ModifiedAttributesSequence, List.of(before))
                .putString(Tag.AttributeModificationDateTime, Vr.DT, since)
                .putString(Tag.ModifyingSystem, Vr.LO, system.value())
                .putEmpty(Tag.SourceOfPreviousValues, Vr.LO)
                .putString(Tag.ReasonForTheAttributeModification, Vr.CS, "COERCE");
    }

    /** A new sequence, or one more item of that which is there. */
    private static List<Splice> original(HeadScan scan, DataSet item) {
        int tag = Tag.OriginalAttributesSequence;
        HeadScan.Place place = scan.place(tag);
        TransferSyntax syntax = scan.syntax();
        if (!place.isThere()) {
            byte[] whole = encode(new DataSet().putItems(tag, List.of(item)), syntax);
            return List.of(new Splice(place.at(), 0, whole));
        }
        byte[] content = encode(item, syntax);
        byte[] more = written(out -> {
            DataSetWriter.writeItemHeader(Tag.Item, content.length, syntax, out);
            out.write(content);
        });
        if (place.itemsBytes() == DataSetHandler.UNDEFINED_LENGTH) {
            return List.of(new Splice(place.endsAt() - DELIMITER_BYTES, 0, more));
        }
        byte[] header = written(out -> DataSetWriter.writeHeader(
                tag, Vr.SQ, place.itemsBytes() + more.length, syntax, out));
        return List.of(
                new Splice(place.at(), header.length, header), new Splice(place.endsAt(), 0, more));
    }

    /** Something that is written into memory. */
    private interface Writing {
        void to(ByteArrayOutputStream out) throws IOException;
    }

    private static byte[] encode(DataSet dataSet, TransferSyntax syntax) {
        return DataSetWriter.toBytes(dataSet, syntax);
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
