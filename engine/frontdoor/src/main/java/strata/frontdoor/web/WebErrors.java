package strata.frontdoor.web;

import strata.base.StorageException;
import strata.codec.image.MalformedImageException;
import strata.dicom.MalformedDicomException;
import strata.network.dimse.DimseException;
import strata.network.dimse.Status;
import strata.network.http.Handler;
import strata.network.http.HttpException;
import strata.network.http.Method;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Turns what the archive throws into what the HTTP kernel answers: a refusal in DIMSE's words into
 * a status of PS3.18 8.5, a catalog cursor's error into the error that it wraps. Everything else
 * the kernel answers by who is at fault.
 */
final class WebErrors {
    private static final String AGAIN_SECONDS = "300";

    private WebErrors() {}

    /** The handler, its errors told in the web's words. */
    static Handler mapped(Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (UncheckedIOException e) {
                throw of(e.getCause());
            } catch (StorageException e) {
                throw e.kind() == StorageException.Kind.ON_ITS_WAY ? later(e) : e;
            } catch (DimseException e) {
                throw of(e);
            } catch (MalformedImageException | MalformedDicomException e) {
                // Of what a client sends it is the client's own fault.
                throw request.method() == Method.GET ? of(e) : e;
            }
        };
    }

    private static HttpException later(StorageException e) {
        return new HttpException(503, "it is being recalled; ask again", e)
                .withHeader("retry-after", AGAIN_SECONDS);
    }

    static IOException of(IOException failure) {
        if (failure instanceof MalformedImageException
                || failure instanceof MalformedDicomException) {
            // What is stored is at fault, not who asks for it.
            return new HttpException(500, failure.getMessage(), failure);
        }
        if (!(failure instanceof DimseException refused)) {
            return failure;
        }
        int status = 500;
        if (refused.status().equals(Status.SOP_CLASS_NOT_SUPPORTED)) {
            status = 406;
        } else if (refused.status().equals(Status.RESOURCE_LIMITATION)) {
            status = 413;
        } else if (refused.status().equals(Status.DOES_NOT_MATCH_SOP_CLASS)) {
            status = 400;
        }
        return new HttpException(status, refused.getMessage(), refused);
    }
}
