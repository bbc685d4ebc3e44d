package strata.frontdoor.web;

import strata.base.Uid;
import strata.catalog.InstanceKey;
import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.web.StoreOutcome.Failed;
import strata.frontdoor.web.StoreOutcome.Stored;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The Store Instances Response Module, PS3.18 I.2.1. */
final class StoreResponse {
    private final String studies;

    /** @param baseUrl of the service, without a slash at its end */
    StoreResponse(String baseUrl) {
        this.studies = baseUrl + "/studies/";
    }

    DataSet module(StoreInstances request) {
        DataSet module = new DataSet();
        List<Stored> stored = request.stored();
        Set<Uid> all = stored.stream().map(s -> s.key().study()).collect(Collectors.toSet());
        if (all.size() == 1) {
            url(module, studies + all.iterator().next());
        } else {
            module.putEmpty(Tag.RetrieveURL, Vr.UR);
        }
        List<DataSet> failed = new ArrayList<>();
        List<DataSet> others = new ArrayList<>();
        for (Failed each : request.failed()) {
            (each.of().isPresent() ? failed : others).add(item(each));
        }
        put(module, Tag.FailedSOPSequence, failed);
        put(module, Tag.ReferencedSOPSequence, stored.stream().map(this::item).toList());
        put(module, Tag.OtherFailuresSequence, others);
        return module;
    }

    private static void put(DataSet module, int tag, List<DataSet> items) {
        if (!items.isEmpty()) {
            module.putItems(tag, items);
        }
    }

    private static void url(DataSet to, String url) {
        to.putString(Tag.RetrieveURL, Vr.UR, url);
    }

    private static DataSet item(Failed failed) {
        DataSet item = new DataSet();
        failed.of()
                .ifPresent(named -> item.putUid(Tag.ReferencedSOPClassUID, named.sopClass())
                        .putUid(Tag.ReferencedSOPInstanceUID, named.sopInstance()));
        return item.putInt(Tag.FailureReason, Vr.US, failed.reason());
    }

    private DataSet item(Stored stored) {
        InstanceKey key = stored.key();
        DataSet item = new DataSet()
                .putUid(Tag.ReferencedSOPClassUID, stored.sopClass())
                .putUid(Tag.ReferencedSOPInstanceUID, key.instance());
        url(
                item,
                studies + key.study() + "/series/" + key.series() + "/instances/" + key.instance());
        if (stored.warning().isPresent()) {
            item.putInt(Tag.WarningReason, Vr.US, stored.warning().getAsInt());
        }
        return item;
    }
}
