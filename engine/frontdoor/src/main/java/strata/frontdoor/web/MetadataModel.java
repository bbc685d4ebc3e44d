package strata.frontdoor.web;

import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.dicom.Element;

import java.io.IOException;

/** In which text a data set is described, PS3.18 annex F and PS3.19 annex A. */
enum MetadataModel {
    JSON,
    XML;

    /** Longest binary value that stands in the text itself. */
    private static final int MAX_INLINE_BYTES = 1024;

    /**
     * Describes a data set; long binary values by reference.
     *
     * @param url of the instance, without a slash
     */
    void write(DataSet dataSet, String url, Appendable to) throws IOException {
        DicomJson.BulkLinks links = (path, element) -> link(path, element, url);
        switch (this) {
            case JSON -> DicomJson.write(dataSet, links, to);
            case XML -> DicomXml.write(dataSet, links, to);
        }
    }

    private static String link(String path, Element element, String url) {
        boolean inline =
                element instanceof Element.Value value && value.bytes().length <= MAX_INLINE_BYTES;
        return inline ? null : url + "/bulkdata/" + path;
    }
}
