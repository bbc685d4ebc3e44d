package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.catalog.Catalog;
import strata.catalog.Placement;
import strata.catalog.VersionCursor;
import strata.catalog.VersionEntry;
import strata.network.http.Request;
import strata.network.http.Response;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The lists of versions that somebody has to look at. */
final class VersionPages {
    private static final long DEFAULT_LIMIT = 1000;

    private final Catalog catalog;

    VersionPages(Catalog catalog) {
        this.catalog = catalog;
    }

    Response conflicts(Request request) throws IOException {
        return list(request, catalog::conflicts);
    }

    Response damaged(Request request) throws IOException {
        return list(request, catalog::damaged);
    }

    /** Everything that is kept, with the digests of receipt. */
    Response all(Request request) throws IOException {
        return list(request, catalog::all);
    }

    private static Response list(Request request, Supplier<VersionCursor> cursor)
            throws IOException {
        long limit = AdminApi.limit(request, DEFAULT_LIMIT);
        return JsonBody.streamed(json -> {
            json.writeStartArray();
            try (VersionCursor versions = cursor.get()) {
                for (long left = limit; left > 0 && versions.hasNext(); left--) {
                    version(json, versions.next());
                }
            }
            json.writeEndArray();
        });
    }

    private static void version(JsonGenerator json, VersionEntry version) throws IOException {
        json.writeStartObject();
        json.writeStringField("object", version.id().toString());
        json.writeStringField("studyInstanceUid", version.key().study().value());
        json.writeStringField("seriesInstanceUid", version.key().series().value());
        json.writeStringField("sopInstanceUid", version.key().instance().value());
        json.writeStringField("sopClass", version.sopClass().value());
        json.writeStringField("transferSyntax", version.transferSyntax().value());
        json.writeStringField("sha256", version.digest().toString());
        json.writeNumberField("bytes", version.lengthBytes());
        json.writeStringField("receivedAt", version.receivedAt().toString());
        JsonBody.text(json, "source", version.source());
        json.writeStringField("state", version.state().name());
        json.writeArrayFieldStart("copies");
        for (Placement copy : version.placements()) {
            json.writeStartObject();
            json.writeStringField("holder", copy.location().holder());
            json.writeStringField("location", copy.location().toString());
            json.writeStringField("state", copy.state().name());
            JsonBody.text(
                    json,
                    "verifiedAt",
                    Optional.of(copy.verifiedAt()).filter(at -> !at.equals(Instant.EPOCH)));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
