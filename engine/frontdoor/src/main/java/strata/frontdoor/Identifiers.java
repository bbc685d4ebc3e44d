package strata.frontdoor;

import strata.base.Uid;
import strata.catalog.QueryLevel;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads what every query and retrieve identifier holds, PS3.4 C.4. */
final class Identifiers {
    private Identifiers() {}

    static QueryLevel level(DataSet identifier) throws DimseException {
        String text = identifier.string(Tag.QueryRetrieveLevel).orElse("");
        return Arrays.stream(QueryLevel.values())
                .filter(l -> l.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new DimseException(
                        Status.DOES_NOT_MATCH_SOP_CLASS,
                        "Query/Retrieve Level must be one of "
                                + Arrays.stream(QueryLevel.values())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(" "))));
    }

    /** The values of a unique key, as a list of UIDs. */
    static List<Uid> uids(DataSet identifier, int tag) throws DimseException {
        List<String> values = identifier.strings(tag);
        for (String value : values) {
            if (!Uid.isValid(value)) {
                throw new DimseException(
                        Status.DOES_NOT_MATCH_SOP_CLASS,
                        Tag.toString(tag) + " holds a value that is no UID");
            }
        }
        return values.stream().map(Uid::new).toList();
    }
}
