package strata.frontdoor.web;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import strata.base.Uid;
import strata.catalog.VersionEntry;
import strata.codec.image.MalformedImageException;
import strata.dicom.Part10;
import strata.frontdoor.InstanceSource;
import strata.frontdoor.ReadAhead;
import strata.frontdoor.Selection;
import strata.frontdoor.identity.Coercion;
import strata.network.http.HttpException;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Sends all instances of a selection, each read ahead while those before it are on the wire. One
 * that cannot be read ends the response before it is whole: its status was already sent, and the
 * client must not take what it has for everything. One whose pixels turn out not to go into the
 * transfer syntax that the client insists on is left out alone. For the thread of the request.
 */
final class SendInstances {
    private static final Logger LOG = LoggerFactory.getLogger(SendInstances.class);

    private final Store store;
    private final Coercion coercion;
    private final SyntaxWishes wishes;
    private final Package to;
    private int sent;
    private int leftOut;

    SendInstances(Store store, Coercion coercion, SyntaxWishes wishes, Package to) {
        this.store = store;
        this.coercion = coercion;
        this.wishes = wishes;
        this.to = to;
    }

    /** How many instances were sent. */
    int run(Selection selection, ReadAhead.Readers readers) throws IOException {
        try (ReadAhead ahead = new ReadAhead(store, readers, coercion)) {
            selection.forEach(version -> {
                Optional<Uid> syntax = wishes.choose(version);
                if (syntax.isPresent()) {
                    ahead.add(version, List.of(syntax.get()));
                }
                if (ahead.isFull()) {
                    sendFirst(ahead);
                }
                return true;
            });
            while (!ahead.isEmpty()) {
                sendFirst(ahead);
            }
        }
        if (sent == 0 && leftOut > 0) {
            throw new HttpException(
                    406, "the pixels of no instance go into an accepted transfer syntax");
        }
        to.end();
        return sent;
    }

    /** How many instances could not be sent as the client wants them. */
    int leftOut() {
        return leftOut;
    }

    private void sendFirst(ReadAhead ahead) throws IOException {
        try (ReadAhead.Entry entry = ahead.take()) {
            InstanceSource source;
            try {
                source = entry.source(() -> {});
            } catch (MalformedImageException e) {
                sendStored(entry.version(), e);
                return;
            }
            add(entry.version(), source);
        }
    }

    /** Pixels that cannot be decoded are better than none, where the client has not said so. */
    private void sendStored(VersionEntry version, MalformedImageException e) throws IOException {
        if (!wishes.takeAnything()) {
            LOG.warn(
                    "instance {} is left out of a response: {}",
                    version.key().instance(),
                    e.getMessage());
            leftOut++;
            return;
        }
        List<Uid> stored = List.of(version.transferSyntax());
        try (InstanceSource source = InstanceSource.open(store, version, stored, coercion)) {
            add(version, source);
        }
    }

    private void add(VersionEntry version, InstanceSource source) throws IOException {
        to.add(version, header(version, source.transferSyntax()), source);
        sent++;
    }

    static byte[] header(VersionEntry version, Uid syntax) {
        return Part10.header(version.sopClass(), version.key().instance(), syntax);
    }
}
