package strata.frontdoor.web.render;

import strata.dicom.DataSet;
import strata.dicom.Tag;

import java.util.List;

/**
 * What is said of one frame: in its own functional groups, in the shared ones, or in the data set,
 * PS3.3 C.7.6.16.
 */
final class FrameAttributes {
    private FrameAttributes() {}

    /**
     * Where an attribute of a frame is to be looked for.
     *
     * @param group the sequence of the functional group that holds it in enhanced objects
     * @param frame from 0
     */
    static DataSet holder(DataSet header, int frame, int group) {
        List<DataSet> each = header.items(Tag.PerFrameFunctionalGroupsSequence);
        if (frame < each.size() && !each.get(frame).items(group).isEmpty()) {
            return each.get(frame).items(group).get(0);
        }
        List<DataSet> shared = header.items(Tag.SharedFunctionalGroupsSequence);
        if (!shared.isEmpty() && !shared.get(0).items(group).isEmpty()) {
            return shared.get(0).items(group).get(0);
        }
        return header;
    }
}
