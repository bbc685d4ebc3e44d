package strata.catalog;

import strata.dicom.DataSet;
import strata.dicom.Tag;

/** What an instance adds to the sets that its study keeps. */
record Traits(String modality, String bodyPart) {
    static Traits of(DataSet keys) {
        return new Traits(
                keys.string(Tag.Modality).orElse(""),
                keys.string(Tag.BodyPartExamined).orElse(""));
    }
}
