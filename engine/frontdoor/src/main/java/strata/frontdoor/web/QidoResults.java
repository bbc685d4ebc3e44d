package strata.frontdoor.web;

import strata.dicom.DataSet;
import strata.dicom.DicomJson;
import strata.dicom.DicomXml;
import strata.network.http.ResponseStream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the results of a search one by one, PS3.18 10.6.3.2; for one thread. */
sealed interface QidoResults {
    void add(DataSet result) throws IOException;

    /**
     * Closes the array or the multipart body; without it a client sees that the rest is missing.
     */
    void end() throws IOException;

    /** One array of the DICOM JSON model. */
    final class Json implements QidoResults {
        private final ResponseStream out;
        private final StringBuilder text = new StringBuilder("[");
        private boolean several;

        Json(ResponseStream out) {
            this.out = out;
        }

        @Override
        public void add(DataSet result) throws IOException {
            if (several) {
                text.append(",\n");
            }
            several = true;
            DicomJson.write(result, DicomJson.BulkLinks.NONE, text);
            flush();
        }

        @Override
        public void end() throws IOException {
            text.append(']');
            flush();
        }

        private void flush() throws IOException {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            text.setLength(0);
        }
    }

    /** A document of the native DICOM model in each part. */
    final class Xml implements QidoResults {
        private static final Map<String, String> HEADERS =
                Map.of("Content-Type", MediaType.DICOM_XML.toString());

        private final MultipartWriter parts;

        Xml(MultipartWriter parts) {
            this.parts = parts;
        }

        @Override
        public void add(DataSet result) throws IOException {
            StringBuilder text = new StringBuilder();
            DicomXml.write(result, DicomJson.BulkLinks.NONE, text);
            parts.part(HEADERS).write(text.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void end() throws IOException {
            parts.end();
        }
    }
}
