package strata.console;

import com.fasterxml.jackson.core.JsonGenerator;

import strata.catalog.CatalogStatistics;
import strata.catalog.CopyCount;
import strata.catalog.Location;
import strata.mover.RepairQueue;
import strata.mover.Tiers;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.policy.language.Policy;
import strata.policy.language.TierFacts;
import strata.policy.language.TierFill;
import strata.policy.lifecycle.CycleReport;
import strata.policy.lifecycle.Lifecycle;
import strata.replication.SenderStatus;
import strata.replication.SiteSender;
import strata.store.Store;
import strata.tier.Tier;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The state of the whole on one page. */
final class StatusPage {
    private final ServerFacts facts;
    private final Store store;
    private final Tiers tiers;
    private final RepairQueue repairs;
    private final Lifecycle lifecycle;
    private final List<SiteSender> senders;
    private final Supplier<TierFacts> fill;
    private final ScrubRun scrubs;
    private final RecallPages recalls;

    StatusPage(
            ServerFacts facts,
            Store store,
            Tiers tiers,
            RepairQueue repairs,
            Lifecycle lifecycle,
            List<SiteSender> senders,
            Supplier<TierFacts> fill,
            ScrubRun scrubs,
            RecallPages recalls) {
        this.facts = facts;
        this.store = store;
        this.tiers = tiers;
        this.repairs = repairs;
        this.lifecycle = lifecycle;
        this.senders = List.copyOf(senders);
        this.fill = fill;
        this.scrubs = scrubs;
        this.recalls = recalls;
    }

    Response show(Request request) throws IOException {
        Optional<ScrubRun.Last> scrub = scrubs.last();
        Optional<CycleReport> cycle = lifecycle.lastReport();
        return JsonBody.whole(json -> {
            json.writeStartObject();
            server(json, request);
            CatalogStatistics statistics = store.catalog().statistics();
            counts(json, statistics);
            tiers(json, statistics);
            json.writeObjectFieldStart("queues");
            json.writeNumberField("repairs", repairs.size());
            json.writeEndObject();
            json.writeArrayFieldStart("replicas");
            for (SiteSender sender : senders) {
                replica(json, sender.status(), statistics);
            }
            json.writeEndArray();
            scrub(json, scrub);
            cycle(json, cycle);
            recalls.sums(json);
            Policy policy = lifecycle.policy();
            json.writeObjectFieldStart("policy");
            json.writeStringField("file", policy.file());
            json.writeNumberField("rules", policy.rules().size());
            json.writeStringField("digest", policy.digest().toString());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void server(JsonGenerator json, Request request) throws IOException {
        json.writeStringField("aet", facts.aet().value());
        json.writeStringField("site", store.site().toString());
        json.writeStringField("version", facts.version());
        json.writeObjectFieldStart("dicom");
        json.writeStringField("host", facts.dicomHost());
        json.writeNumberField("port", facts.dicomPort());
        if (facts.dicomTlsPort().isPresent()) {
            json.writeNumberField("tlsPort", facts.dicomTlsPort().getAsInt());
        }
        json.writeEndObject();
        json.writeStringField("http", request.baseUrl());
        json.writeStringField("startedAt", facts.startedAt().toString());
        json.writeNumberField(
                "uptimeSeconds",
                Math.max(0, Duration.between(facts.startedAt(), store.now()).toSeconds()));
    }

    private static void counts(JsonGenerator json, CatalogStatistics counts) throws IOException {
        json.writeObjectFieldStart("counts");
        json.writeNumberField("studies", counts.studies());
        json.writeNumberField("series", counts.series());
        json.writeNumberField("instances", counts.instances());
        json.writeNumberField("bytes", counts.bytes());
        json.writeNumberField("versions", counts.versions());
        json.writeNumberField("conflicts", counts.conflicts());
        json.writeNumberField("damaged", counts.damaged());
        json.writeEndObject();
    }

    private void tiers(JsonGenerator json, CatalogStatistics statistics) throws IOException {
        TierFacts filled = fill.get();
        Map<String, Optional<Tier>> all = new LinkedHashMap<>();
        all.put(Location.HOT, Optional.empty());
        tiers.all().forEach(t -> all.put(t.name(), Optional.of(t)));
        new TreeSet<>(filled.tiers().keySet())
                .forEach(name -> all.putIfAbsent(name, Optional.empty()));
        json.writeArrayFieldStart("tiers");
        for (Map.Entry<String, Optional<Tier>> tier : all.entrySet()) {
            tier(json, tier.getKey(), tier.getValue(), filled.tier(tier.getKey()), statistics);
        }
        json.writeEndArray();
    }

    private static void tier(
            JsonGenerator json,
            String name,
            Optional<Tier> tier,
            TierFill fill,
            CatalogStatistics statistics)
            throws IOException {
        String holder = name.equals(Location.HOT) ? name : Location.tier(name);
        CopyCount copies = statistics.copies().getOrDefault(holder, CopyCount.NONE);
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeNumberField("usedBytes", fill.usedBytes());
        if (fill.capacityBytes().isPresent()) {
            json.writeNumberField("capacityBytes", fill.capacityBytes().getAsLong());
        } else {
            json.writeNullField("capacityBytes");
        }
        share(json, "fill", fill.fill());
        share(json, "keepBelow", fill.keepBelow());
        json.writeNumberField("objects", copies.count());
        json.writeNumberField("bytes", copies.bytes());
        json.writeStringField(
                "state",
                tier.map(t -> t.health().name().toLowerCase(Locale.ROOT)).orElse("available"));
        json.writeEndObject();
    }

    private static void share(JsonGenerator json, String name, OptionalDouble share)
            throws IOException {
        if (share.isPresent()) {
            json.writeNumberField(name, Math.round(share.getAsDouble() * 1e6) / 1e6);
        } else {
            json.writeNullField(name);
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void replica(
            JsonGenerator json, SenderStatus status, CatalogStatistics statistics)
            throws IOException {
        CopyCount copies = statistics
                .verifiedCopies()
                .getOrDefault(Location.site(status.site()), CopyCount.NONE);
        json.writeStartObject();
        json.writeStringField("site", status.site());
        json.writeStringField("state", status.state().name().toLowerCase(Locale.ROOT));
        json.writeBooleanField("caughtUp", status.caughtUp());
        json.writeNumberField("backlogRecords", status.backlogRecords());
        json.writeNumberField("backlogBytes", status.backlogBytes());
        json.writeNumberField("inFlightObjects", status.inFlightObjects());
        json.writeNumberField("recoveryPointSeconds", status.recoveryPoint().toMillis() / 1e3);
        SenderStatus.Progress progress = status.progress();
        json.writeObjectFieldStart("sinceStart");
        json.writeNumberField("sent", progress.sent());
        json.writeNumberField("received", progress.received());
        json.writeNumberField("durable", progress.durable());
        json.writeNumberField("verified", progress.verified());
        json.writeNumberField("present", progress.present());
        json.writeNumberField("decisions", progress.decided());
        json.writeNumberField("failed", progress.failed());
        json.writeNumberField("sentBytes", progress.sentBytes());
        json.writeEndObject();
        json.writeNumberField("parked", status.parked().size());
        json.writeNumberField("objects", copies.count());
        json.writeNumberField("bytes", copies.bytes());
        JsonBody.text(json, "trouble", status.trouble());
        json.writeEndObject();
    }

    private static void scrub(JsonGenerator json, Optional<ScrubRun.Last> last) throws IOException {
        if (last.isEmpty()) {
            json.writeNullField("lastScrub");
            return;
        }
        json.writeObjectFieldStart("lastScrub");
        json.writeStringField("endedAt", last.get().endedAt().toString());
        json.writeNumberField("copies", last.get().copies());
        json.writeNumberField("damaged", last.get().damaged());
        json.writeEndObject();
    }

    private static void cycle(JsonGenerator json, Optional<CycleReport> last) throws IOException {
        if (last.isEmpty()) {
            json.writeNullField("lastCycle");
            return;
        }
        json.writeObjectFieldStart("lastCycle");
        LifecyclePages.cycle(json, last.get());
        json.writeEndObject();
    }
}
