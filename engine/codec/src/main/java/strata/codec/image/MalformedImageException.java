package strata.codec.image;

import strata.base.Fault;
import strata.base.StrataException;

/**
 * Pixel data that cannot be decoded or does not fit its description, or is beyond a limit. Says
 * what, and where in the encoded frame; never a value of the data set.
 */
public final class MalformedImageException extends StrataException {
    public MalformedImageException(String what) {
        super(Fault.PEER, what, null);
    }
}
