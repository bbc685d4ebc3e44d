package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import strata.dicom.Tag;
import strata.frontdoor.Studies;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.imageio.ImageIO;

class WadoUriRoutesTest extends WithWebDoor {
    private static final String INSTANCE = "/studies/2.25.1/series/2.25.1.1/instances/2.25.1.1.1";
    private static final String WADO =
            "/wado?requestType=WADO&studyUID=2.25.1&seriesUID=2.25.1.1&objectUID=2.25.1.1.1";

    @BeforeEach
    void fill() throws IOException {
        Studies.put(door.store(), Studies.STUDY, 1, 1, 40);
    }

    @Test
    void anObjectIsTheFileOfWadoRs() throws Exception {
        HttpResponse<byte[]> file = door.get(WADO + "&contentType=application%2Fdicom");
        assertEquals(200, file.statusCode());
        assertArrayEquals(door.get(INSTANCE, "Accept", "application/dicom").body(), file.body());
        HttpResponse<byte[]> implicit =
                door.get(WADO + "&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2");
        assertTrue(WebDoor.header(implicit, "content-type")
                .endsWith("transfer-syntax=1.2.840.10008.1.2"));
    }

    @Test
    void aPictureIsTheDefaultOfAnImage() throws Exception {
        assertEquals("image/jpeg", WebDoor.header(door.get(WADO), "content-type"));
        HttpResponse<byte[]> png = door.get(WADO
                + "&contentType=image/png&rows=10&columns=20&region=0.5,0,1,0.5"
                + "&windowCenter=30000&windowWidth=60000&imageQuality=50&frameNumber=1");
        assertEquals("image/png", WebDoor.header(png, "content-type"));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png.body()));
        assertEquals(10, image.getWidth());
        assertEquals(10, image.getHeight());
        door.store().put(Studies.image(Studies.STUDY, 1, 2, 1).remove(Tag.PixelData));
        String other = WADO.replaceAll(".$", "2");
        assertTrue(WebDoor.header(door.get(other), "content-type").startsWith("application/dicom"));
        assertEquals(406, door.get(other + "&contentType=image/jpeg").statusCode());
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        for (String wrong : List.of(
                WADO.replace("WADO&", "X&"),
                WADO.replace("requestType=WADO&", ""),
                WADO.replace("studyUID=2.25.1&", ""),
                WADO.replace("2.25.1.1.1", "x"),
                WADO + "&frameNumber=0",
                WADO + "&windowCenter=1",
                WADO + "&imageQuality=101",
                WADO + "&region=0,0,0,0",
                WADO + "&region=0,0,2,2",
                WADO + "&rows=99999",
                WADO + "&contentType=application/dicom&frameNumber=1")) {
            assertEquals(400, door.get(wrong).statusCode(), wrong);
        }
        assertEquals(404, door.get(WADO.replaceAll(".$", "9")).statusCode());
        assertEquals(404, door.get(WADO + "&frameNumber=2").statusCode());
        assertEquals(406, door.get(WADO + "&contentType=text/html").statusCode());
        assertEquals(501, door.get(WADO + "&anonymize=yes").statusCode());
    }

    @Test
    void theCapabilitiesAreTheRoutes() throws Exception {
        String wadl = new String(door.get("/capabilities").body(), StandardCharsets.UTF_8);
        assertTrue(
                wadl.contains("<resource path=\"studies/{study}/metadata\">"
                        + "<method name=\"GET\"/></resource>"),
                wadl);
        HttpResponse<byte[]> json = door.get("/", "Accept", "application/json");
        String text = new String(json.body(), StandardCharsets.UTF_8);
        assertTrue(text.contains("{\"path\":\"/studies\",\"methods\":[\"POST\",\"GET\"]}"), text);
        assertTrue(text.contains("\"/wado\""), text);
    }
}
