package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import strata.dicom.DataSet;
import strata.dicom.DataSetWriter;
import strata.dicom.Element;
import strata.dicom.Tag;
import strata.dicom.TransferSyntax;
import strata.dicom.Vr;
import strata.frontdoor.Studies;
import strata.store.Ingest;
import strata.store.IngestRequest;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An instance whose pixels cannot be decoded goes out as it is, and its study with it. */
class BrokenPixelsTest {
    @TempDir
    Path path;

    @Test
    void theStoredBytesAreSentWhereTheClientHasNotAskedForASyntax() throws Exception {
        try (WebDoor door = WebDoor.open(path)) {
            Studies.put(door.store(), Studies.STUDY, 1, 2, 10);
            DataSet broken = Studies.image(Studies.STUDY, 1, 3, 10)
                    .put(new Element.Fragments(
                            Tag.PixelData, Vr.OB, List.of(new byte[0], new byte[64])));
            IngestRequest request = new IngestRequest(
                    broken.uid(Tag.SOPClassUID).orElseThrow(),
                    broken.uid(Tag.SOPInstanceUID).orElseThrow(),
                    TransferSyntax.RLE_LOSSLESS.uid(),
                    Optional.empty());
            try (Ingest ingest = door.store().store().begin(request)) {
                ingest.write(ByteBuffer.wrap(
                        DataSetWriter.toBytes(broken, TransferSyntax.RLE_LOSSLESS)));
                ingest.commit();
            }
            Set<String> types = WebDoor.parts(door.get("/studies/2.25.1")).stream()
                    .map(part -> part.headers().get("content-type"))
                    .collect(Collectors.toSet());
            assertEquals(
                    Set.of(
                            "application/dicom;transfer-syntax=1.2.840.10008.1.2.1",
                            "application/dicom;transfer-syntax=1.2.840.10008.1.2.5"),
                    types);
            String instance = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.3";
            assertEquals(200, door.get(instance, "Accept", "application/dicom").statusCode());
            assertEquals(
                    500,
                    door.get(
                                    instance,
                                    "Accept",
                                    "application/dicom;transfer-syntax=1.2.840.10008.1.2.1")
                            .statusCode());
            assertEquals(500, door.get(instance + "/rendered").statusCode());
        }
    }
}
