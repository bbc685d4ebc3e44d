package strata.catalog;

import strata.base.Uid;
import strata.dicom.DataSet;
import strata.dicom.PersonName;
import strata.dicom.Tag;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The secondary index: kind, value, study. Entries narrow a search down; whether a study matches is
 * always decided on its row, so a value cut at {@value #MAX_VALUE_BYTES} bytes does no harm.
 */
final class StudyIndex {
    static final int MAX_VALUE_BYTES = 600;

    /** Between the parts of a patient's value: sorts before all text. */
    static final char PART = '\u0001';

    /** What an entry is about; the code is the first byte of its key. */
    enum Kind {
        PATIENT('P'),
        NAME('N'),
        ACCESSION('A'),
        DATE('D'),
        MODALITY('M'),
        REFERRING('R'),
        DESCRIPTION('T'),
        STUDY_ID('I'),
        SERIES('S');

        private final char code;

        Kind(char code) {
            this.code = code;
        }
    }

    private StudyIndex() {}

    /** The entries of a study, without those for its series. */
    static Set<byte[]> entries(StudyRow row) {
        Set<byte[]> entries = new TreeSet<>(Arrays::compareUnsigned);
        for (Kind kind : Kind.values()) {
            for (String value : values(kind, row)) {
                entries.add(entry(kind, value, row.study));
            }
        }
        return entries;
    }

    /**
     * The values of one kind that a study is found by; those of SERIES are kept with the series.
     */
    static Set<String> values(Kind kind, StudyRow row) {
        DataSet data = row.data();
        Set<String> values = new TreeSet<>();
        switch (kind) {
            case PATIENT -> values.add(patient(data));
            case NAME -> addName(data, Tag.PatientName, values);
            case ACCESSION -> data.string(Tag.AccessionNumber).ifPresent(values::add);
            case DATE ->
                data.string(Tag.StudyDate)
                        .ifPresent(date -> values.add(DateTimeText.date(date)
                                + DateTimeText.time(data.string(Tag.StudyTime).orElse(""))));
            case MODALITY -> values.addAll(row.sums.modalities());
            case REFERRING -> addName(data, Tag.ReferringPhysicianName, values);
            case DESCRIPTION -> data.string(Tag.StudyDescription).ifPresent(values::add);
            case STUDY_ID -> data.string(Tag.StudyID).ifPresent(values::add);
            case SERIES -> values.clear();
        }
        if (kind != Kind.PATIENT) {
            values.remove("");
        }
        return values;
    }

    /**
     * Who the patient is: id and issuer; without an id also the name, so that unknown patients are
     * not taken for one.
     */
    static String patient(DataSet data) {
        String id = data.string(Tag.PatientID).orElse("");
        String issuer = data.string(Tag.IssuerOfPatientID).orElse("");
        String name = id.isEmpty() ? data.string(Tag.PatientName).orElse("") : "";
        return id + PART + issuer + PART + PersonName.normalised(name);
    }

    private static void addName(DataSet data, int tag, Set<String> values) {
        data.personName(tag).ifPresent(name -> {
            values.add(PersonName.normalised(name.alphabetic()));
            values.add(PersonName.normalised(name.ideographic()));
            values.add(PersonName.normalised(name.phonetic()));
        });
    }

    static byte[] entry(Kind kind, String value, Uid study) {
        return new RowWriter().raw(exact(kind, value)).keyPart(study).toBytes();
    }

    /** The prefix of all entries with exactly this value. */
    static byte[] exact(Kind kind, String value) {
        return new RowWriter().raw(prefix(kind, value)).u8(0).toBytes();
    }

    /** The prefix of all entries whose value starts so. */
    static byte[] prefix(Kind kind, String start) {
        byte[] bytes = start.replace('\0', ' ').getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_VALUE_BYTES);
        return new RowWriter().u8(kind.code).raw(Arrays.copyOf(bytes, length)).toBytes();
    }

    /** The value of an entry; empty when it was cut, so that nothing can be said about the rest. */
    static Optional<String> value(byte[] entry) throws CatalogDamagedException {
        int length = valueEnd(entry) - 1;
        return length >= MAX_VALUE_BYTES
                ? Optional.empty()
                : Optional.of(new String(entry, 1, length, StandardCharsets.UTF_8));
    }

    /** The study that an entry is for. */
    static Uid study(byte[] entry) throws CatalogDamagedException {
        int start = valueEnd(entry) + 1;
        byte[] rest = Arrays.copyOfRange(entry, Math.min(start, entry.length), entry.length);
        return RowReader.decode(RowFamily.INDEX, rest, RowReader::keyPart);
    }

    /** Kind and value of an entry, without the study. */
    static byte[] group(byte[] entry) throws CatalogDamagedException {
        return Arrays.copyOf(entry, valueEnd(entry) + 1);
    }

    private static int valueEnd(byte[] entry) throws CatalogDamagedException {
        for (int i = 1; i < entry.length; i++) {
            if (entry[i] == 0) {
                return i;
            }
        }
        throw new CatalogDamagedException("an index key has no end of its value");
    }
}
