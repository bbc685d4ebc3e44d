package strata.frontdoor.web;

import strata.base.Uid;
import strata.codec.image.FrameCodecs;
import strata.dicom.TransferSyntax;
import strata.network.http.HttpException;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which form frames are sent, PS3.18 8.7.3: encoded as they are stored, or decoded.
 *
 * @param part the type of each frame, with its transfer syntax
 * @param multipart whether each frame is a part; else there is one frame
 */
record FrameForm(MediaType part, boolean multipart, boolean decoded) {
    private static final String ROOT = "1.2.840.10008.1.2";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry(".4.50", "image/jpeg"),
            Map.entry(".4.51", "image/jpeg"),
            Map.entry(".4.57", "image/jpeg"),
            Map.entry(".4.70", "image/jpeg"),
            Map.entry(".4.80", "image/jls"),
            Map.entry(".4.81", "image/jls"),
            Map.entry(".4.90", "image/jp2"),
            Map.entry(".4.91", "image/jp2"),
            Map.entry(".4.92", "image/jpx"),
            Map.entry(".4.93", "image/jpx"),
            Map.entry(".4.110", "image/jxl"),
            Map.entry(".4.111", "image/jxl"),
            Map.entry(".4.112", "image/jxl"),
            Map.entry(".4.201", "image/jphc"),
            Map.entry(".4.202", "image/jphc"),
            Map.entry(".4.203", "image/jphc"),
            Map.entry(".5", "image/dicom-rle"));
    private static final String STORED = "*";

    /** The media type of encoded frames; octet-stream where there is none of its own. */
    static MediaType typeOf(Uid syntax) {
        String uid = syntax.value();
        String suffix = uid.startsWith(ROOT) ? uid.substring(ROOT.length()) : "";
        return Optional.ofNullable(TYPES.get(suffix))
                .flatMap(MediaType::parse)
                .orElse(MediaType.OCTET_STREAM);
    }

    /**
     * The best form that a client takes.
     *
     * @param single whether there is one frame, which then need not be a part
     * @throws HttpException 406 when there is none
     */
    static FrameForm choose(
            Accept accept, TransferSyntax stored, boolean encapsulated, boolean single)
            throws HttpException {
        MediaType encoded = encapsulated ? typeOf(stored.uid()) : MediaType.OCTET_STREAM;
        List<MediaType> offered = single
                ? List.of(
                        MediaType.multipart(encoded),
                        MediaType.multipart(MediaType.OCTET_STREAM),
                        encoded,
                        MediaType.OCTET_STREAM)
                : List.of(
                        MediaType.multipart(encoded), MediaType.multipart(MediaType.OCTET_STREAM));
        for (Accept.Choice choice : accept.choices(offered)) {
            Optional<FrameForm> form = of(choice, stored, encapsulated, encoded);
            if (form.isPresent()) {
                return form.get();
            }
        }
        throw Accept.notAcceptable(offered.stream().distinct().toList());
    }

    private static Optional<FrameForm> of(
            Accept.Choice choice, TransferSyntax stored, boolean encapsulated, MediaType encoded) {
        boolean multipart = choice.offered().isMultipart();
        MediaType type = multipart ? choice.offered().partType().orElseThrow() : choice.offered();
        String wanted = choice.transferSyntax().orElse("");
        boolean plain = type.equals(MediaType.OCTET_STREAM);
        if (!encapsulated) {
            String explicit = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid().value();
            boolean possible = wanted.isEmpty() || wanted.equals(STORED) || wanted.equals(explicit);
            return possible
                    ? Optional.of(new FrameForm(syntaxed(type, explicit), multipart, true))
                    : Optional.empty();
        }
        boolean any = choice.asked().equals(MediaType.ANY);
        boolean asStored = wanted.equals(STORED)
                || wanted.equals(stored.uid().value())
                || wanted.isEmpty() && (!plain || any && encoded.equals(type));
        if (asStored) {
            return Optional.of(
                    new FrameForm(syntaxed(encoded, stored.uid().value()), multipart, false));
        }
        String explicit = TransferSyntax.EXPLICIT_VR_LITTLE_ENDIAN.uid().value();
        boolean decodable = plain
                && (wanted.isEmpty() || wanted.equals(explicit))
                && FrameCodecs.decoder(stored).isPresent();
        return decodable
                ? Optional.of(new FrameForm(syntaxed(type, explicit), multipart, true))
                : Optional.empty();
    }

    private static MediaType syntaxed(MediaType type, String syntax) {
        return type.with(MediaType.TRANSFER_SYNTAX, syntax);
    }
}
