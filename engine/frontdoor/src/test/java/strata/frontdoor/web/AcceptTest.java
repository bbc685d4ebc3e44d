package strata.frontdoor.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import strata.network.http.HttpException;

import java.util.List;
import java.util.Optional;

class AcceptTest {
    private static final MediaType PARTS = MediaType.multipart(MediaType.DICOM);
    private static final List<MediaType> OFFERED = List.of(PARTS, MediaType.DICOM, MediaType.ZIP);

    private static Optional<MediaType> chosen(String... fields) throws HttpException {
        return Accept.of(List.of(fields)).find(OFFERED).map(Accept.Choice::offered);
    }

    @Test
    void withoutAFieldTheServersFirstIsChosen() throws Exception {
        assertEquals(Optional.of(PARTS), chosen());
        assertEquals(Optional.of(PARTS), chosen("*/*"));
        assertEquals(Optional.of(PARTS), chosen(""));
    }

    @Test
    void theHighestWeightWinsThenTheMoreExactRangeThenTheFirstNamed() throws Exception {
        assertEquals(
                Optional.of(MediaType.ZIP), chosen("application/dicom;q=0.5, application/zip"));
        assertEquals(Optional.of(MediaType.ZIP), chosen("*/*, application/zip"));
        assertEquals(Optional.of(MediaType.DICOM), chosen("application/dicom", "application/zip"));
        assertEquals(Optional.of(MediaType.DICOM), chosen("application/*"));
    }

    @Test
    void aWeightOfZeroTakesOut() throws Exception {
        assertEquals(Optional.empty(), chosen("application/zip;q=0"));
        assertEquals(Optional.of(PARTS), chosen("*/*, application/dicom;q=0"));
        assertEquals(Optional.of(MediaType.ZIP), chosen("application/*, application/dicom;q=0.0"));
        assertEquals(
                Optional.of(MediaType.DICOM), chosen("application/*;q=0, application/dicom;q=0.1"));
    }

    @Test
    void theTypeOfThePartsCounts() throws Exception {
        assertEquals(Optional.of(PARTS), chosen("multipart/related; type=\"application/dicom\""));
        assertEquals(Optional.of(PARTS), chosen("multipart/related;type=application/dicom"));
        assertEquals(Optional.of(PARTS), chosen("Multipart/Related; TYPE=\"Application/DICOM\""));
        assertEquals(Optional.of(PARTS), chosen("multipart/related"));
        assertEquals(Optional.empty(), chosen("multipart/related; type=\"image/jpeg\""));
        assertEquals(Optional.empty(), chosen("multipart/mixed"));
    }

    @Test
    void theAskedTransferSyntaxIsHandedOn() throws Exception {
        Accept accept = Accept.of(List.of("multipart/related; type=\"application/dicom\";"
                + " transfer-syntax=1.2.840.10008.1.2.4.80, application/dicom;"
                + "transfer-syntax=*;q=0.3"));
        List<Accept.Choice> choices = accept.choices(OFFERED);
        assertEquals(2, choices.size());
        assertEquals(Optional.of("1.2.840.10008.1.2.4.80"), choices.get(0).transferSyntax());
        assertEquals(Optional.of("*"), choices.get(1).transferSyntax());
    }

    @Test
    void whatIsNoListOfRangesIsRefused() {
        for (String wrong : List.of(
                "application",
                "application/",
                "*/json",
                "application/zip;q=2",
                "application/zip;q=-1",
                "application/zip;q=x",
                "application/zip;q=NaN",
                "multipart/related; type=\"unfinished",
                "multipart/related; type=",
                "a/b c/d",
                "a/b;x=1;x=2",
                "a/b,".repeat(65))) {
            HttpException refused =
                    assertThrows(HttpException.class, () -> Accept.of(List.of(wrong)), wrong);
            assertEquals(400, refused.status(), wrong);
        }
    }

    @Test
    void whatCannotBeHadIsToldWith406() throws Exception {
        HttpException refused = assertThrows(
                HttpException.class, () -> Accept.of(List.of("text/html")).choose(OFFERED));
        assertEquals(406, refused.status());
        assertTrue(refused.getMessage().contains("type=\"application/dicom\""));
    }

    @Test
    void aTypeIsWrittenSoThatItCanBeReadAgain() {
        MediaType type = PARTS.with("boundary", "a \"b\" \\");
        assertEquals(Optional.of(type), MediaType.parse(type.toString()));
    }
}
