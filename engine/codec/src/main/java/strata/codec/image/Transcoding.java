package strata.codec.image;

import strata.base.Uid;
import strata.dicom.TransferSyntax;
import strata.dicom.TransferSyntax.Pixels;

import java.util.ArrayList;
import java.util.List;

/**
 * Which transfer syntaxes a stored data set can be given in without loss: native ones between each
 * other, what has a decoder in native ones, and all of these in those with a lossless encoder. A
 * lossy code stream may be decoded, and its samples encoded losslessly, which loses nothing
 * further.
 */
public final class Transcoding {
    private Transcoding() {}

    /** Whether there are codecs for the way; a single image may still not suit them. */
    public static boolean isPossible(TransferSyntax from, TransferSyntax to) {
        if (from.uid().equals(to.uid())) {
            return true;
        }
        boolean in = from.pixels() == Pixels.NATIVE || FrameCodecs.decoder(from).isPresent();
        boolean out = to.pixels() == Pixels.NATIVE || FrameCodecs.encoder(to).isPresent();
        return in && out;
    }

    /**
     * The syntaxes in which a peer can have the data set, in the order in which to try them: the
     * stored one, then native ones, then others; each in the order of the peer.
     */
    public static List<Uid> candidates(Uid stored, List<Uid> accepted) {
        List<Uid> first = new ArrayList<>();
        List<Uid> others = new ArrayList<>();
        for (Uid each : accepted) {
            TransferSyntax to = TransferSyntax.of(each);
            if (each.equals(stored)) {
                first.add(0, each);
            } else if (isPossible(TransferSyntax.of(stored), to)) {
                (to.pixels() == Pixels.NATIVE ? first : others).add(each);
            }
        }
        first.addAll(others);
        return first;
    }
}
