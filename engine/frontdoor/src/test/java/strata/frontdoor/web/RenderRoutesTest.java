package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.dicom.DataSet;
import strata.dicom.Tag;
import strata.dicom.Vr;
import strata.frontdoor.Studies;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;

import javax.imageio.ImageIO;

class RenderRoutesTest extends WithWebDoor {
    private static final String STUDY = "/studies/2.25.1";
    private static final String SERIES = STUDY + "/series/2.25.1.1";
    private static final String INSTANCE = SERIES + "/instances/2.25.1.1.1";

    /** Two frames of 300 x 100; the first gets brighter from left to right, the second is white. */
    private void putSteps() throws IOException {
        byte[] pixels = new byte[2 * 300 * 100];
        for (int i = 0; i < 30_000; i++) {
            pixels[i] = (byte) (i % 300 / 2);
            pixels[30_000 + i] = (byte) 200;
        }
        door.store()
                .put(Studies.image(Studies.STUDY, 1, 1, 2)
                        .putInt(Tag.Rows, Vr.US, 100)
                        .putInt(Tag.Columns, Vr.US, 300)
                        .putInt(Tag.BitsAllocated, Vr.US, 8)
                        .putInt(Tag.BitsStored, Vr.US, 8)
                        .putInt(Tag.HighBit, Vr.US, 7)
                        .putString(Tag.NumberOfFrames, Vr.IS, "2")
                        .putString(Tag.WindowCenter, Vr.DS, "100.5")
                        .putString(Tag.WindowWidth, Vr.DS, "201")
                        .putBytes(Tag.PixelData, Vr.OB, pixels));
    }

    private static BufferedImage image(HttpResponse<byte[]> response, String type)
            throws IOException {
        assertEquals(200, response.statusCode());
        assertEquals(type, WebDoor.header(response, "content-type"));
        return ImageIO.read(new ByteArrayInputStream(response.body()));
    }

    @Test
    void anInstanceIsAPictureWithItsWindowOrTheClients() throws Exception {
        putSteps();
        BufferedImage png =
                image(door.get(INSTANCE + "/rendered", "Accept", "image/png"), "image/png");
        assertEquals(300, png.getWidth());
        assertEquals(100, png.getHeight());
        // 100 of 0 to 200
        assertEquals(128, png.getRaster().getSample(200, 50, 0), 1);
        BufferedImage bright = image(
                door.get(INSTANCE + "/rendered?window=20,20,linear&accept=image/png"), "image/png");
        assertEquals(255, bright.getRaster().getSample(200, 50, 0));
        BufferedImage jpeg = image(door.get(INSTANCE + "/rendered"), "image/jpeg");
        assertEquals(128, jpeg.getRaster().getSample(200, 50, 0), 4);
        int best = door.get(INSTANCE + "/rendered?quality=100").body().length;
        int worst = door.get(INSTANCE + "/rendered?quality=10").body().length;
        assertTrue(worst < best, worst + " < " + best);
        BufferedImage part =
                image(door.get(INSTANCE + "/rendered?viewport=50,50,100,0,100,100"), "image/jpeg");
        assertEquals(50, part.getWidth());
    }

    @Test
    void framesAndThumbnails() throws Exception {
        putSteps();
        BufferedImage second = image(
                door.get(INSTANCE + "/frames/2/rendered", "Accept", "image/png"), "image/png");
        assertEquals(255, second.getRaster().getSample(0, 0, 0));
        List<WebDoor.Part> both = WebDoor.parts(door.get(INSTANCE + "/frames/2,1/rendered"));
        assertEquals(2, both.size());
        assertTrue(both.get(0).headers().get("content-location").endsWith("/frames/2/rendered"));
        for (String target : List.of(STUDY, SERIES, INSTANCE, INSTANCE + "/frames/1")) {
            BufferedImage small = image(door.get(target + "/thumbnail"), "image/jpeg");
            assertEquals(128, small.getWidth(), target);
            assertEquals(43, small.getHeight(), target);
        }
    }

    @Test
    void aSeriesOrStudyIsAPictureOfEachInstanceThatHasOne() throws Exception {
        putSteps();
        door.store().put(Studies.image(Studies.STUDY, 1, 2, 20));
        door.store().put(Studies.image(Studies.STUDY, 1, 3, 1).remove(Tag.PixelData));
        door.store().put(Studies.image(Studies.STUDY, 1, 4, 4).remove(Tag.Rows));
        door.store().put(Studies.image(Studies.STUDY, 2, 1, 30));
        List<WebDoor.Part> parts =
                WebDoor.parts(door.get(SERIES + "/rendered", "Accept", "image/png"));
        assertEquals(2, parts.size());
        assertEquals("image/png", parts.get(0).headers().get("content-type"));
        assertTrue(parts.get(1).headers().get("content-location").endsWith("2.25.1.1.2/rendered"));
        List<WebDoor.Part> study = WebDoor.parts(door.get(STUDY + "/rendered"));
        assertEquals(3, study.size());
        assertEquals(
                30, ImageIO.read(new ByteArrayInputStream(study.get(2).body())).getWidth());
        assertEquals(404, door.get("/studies/2.25.9/rendered").statusCode());
        door.store().put(Studies.image(Studies.OTHER_STUDY, 1, 1, 4).remove(Tag.PixelData));
        assertEquals(406, door.get("/studies/2.25.2/rendered").statusCode());
    }

    @Test
    void whatCannotBeRenderedIsRefused() throws Exception {
        putSteps();
        assertEquals(404, door.get(INSTANCE + "/frames/3/rendered").statusCode());
        assertEquals(404, door.get("/studies/2.25.9/thumbnail").statusCode());
        assertEquals(
                406, door.get(INSTANCE + "/rendered", "Accept", "image/gif").statusCode());
        for (String wrong : List.of(
                "window=1",
                "window=1,0",
                "quality=0",
                "quality=x",
                "viewport=0,0",
                "viewport=9,9,299,0,2,2")) {
            assertEquals(400, door.get(INSTANCE + "/rendered?" + wrong).statusCode(), wrong);
        }
        DataSet report = Studies.image(Studies.STUDY, 1, 2, 1).remove(Tag.PixelData);
        door.store().put(report);
        assertEquals(406, door.get(SERIES + "/instances/2.25.1.1.2/rendered").statusCode());
        assertEquals(200, door.get(STUDY + "/thumbnail").statusCode(), "the other one is shown");
        DataSet broken = Studies.image(Studies.OTHER_STUDY, 1, 1, 4).remove(Tag.Rows);
        door.store().put(broken);
        assertEquals(
                500,
                door.get("/studies/2.25.2/series/2.25.2.1/instances/2.25.2.1.1/rendered")
                        .statusCode());
    }

    @Test
    void theTagChangesWithTheWishes() throws Exception {
        putSteps();
        String tag = WebDoor.header(door.get(INSTANCE + "/rendered"), "etag");
        assertEquals(304, door.get(INSTANCE + "/rendered", "If-None-Match", tag).statusCode());
        assertEquals(
                200,
                door.get(INSTANCE + "/rendered?quality=5", "If-None-Match", tag).statusCode());
    }
}
