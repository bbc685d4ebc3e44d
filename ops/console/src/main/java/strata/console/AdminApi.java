package strata.console;

import strata.base.Uid;
import strata.mover.MoveProgress;
import strata.mover.RepairQueue;
import strata.mover.Scrub;
import strata.mover.Tiers;
import strata.mover.recall.RecallQueue;
import strata.network.http.Caller;
import strata.network.http.Handler;
import strata.network.http.HttpException;
import strata.network.http.Request;
import strata.network.http.Response;
import strata.network.http.Router;
import strata.policy.language.TierFacts;
import strata.policy.lifecycle.Keeping;
import strata.policy.lifecycle.Lifecycle;
import strata.policy.lifecycle.patients.PatientBook;
import strata.replication.SiteSender;
import strata.store.Store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The routes of the admin API; see the package. Thread-safe. */
public final class AdminApi {
    /** What every path begins with. */
    public static final String PATH = "/api/v1";

    private static final String GUARD = "X-Strata";

    private final Store store;
    private final RecallPages recalls;
    private final SiteComparisons comparisons;
    private final StatusPage status;
    private final StudyPages studies;
    private final VersionPages versions;
    private final KeepingPages keeping;
    private final HoldPages holds;
    private final PatientPages patients;
    private final ScrubRun scrubs;
    private final LifecyclePages lifecycle;

    /**
     * @param fill how full the tiers are, as the lifecycle sees it
     * @param kept what may not be deleted
     */
    public AdminApi(
            ServerFacts facts,
            Store store,
            Tiers tiers,
            Scrub scrub,
            RepairQueue repairs,
            RecallQueue recalls,
            MoveProgress moves,
            Lifecycle lifecycle,
            List<SiteSender> senders,
            SiteComparisons comparisons,
            Supplier<TierFacts> fill,
            Keeping kept,
            PatientBook patients) {
        this.store = store;
        this.comparisons = comparisons;
        this.recalls = new RecallPages(store, recalls, moves);
        this.scrubs = new ScrubRun(store, scrub);
        this.status = new StatusPage(
                facts, store, tiers, repairs, lifecycle, senders, fill, scrubs, this.recalls);
        this.studies = new StudyPages(store.catalog());
        this.versions = new VersionPages(store.catalog());
        this.keeping = new KeepingPages(store, kept);
        this.holds = new HoldPages(store, kept);
        this.patients = new PatientPages(store, patients);
        this.lifecycle = new LifecyclePages(lifecycle);
    }

    /** Who decides, for what is kept of decisions and for the audit trail. */
    public static String actor(Request request) {
        return request.caller().equals(Caller.ANYONE)
                ? "operator"
                : request.caller().name();
    }

    public void addTo(Router.Builder routes) {
        routes.get(PATH + "/status", status::show)
                .get(PATH + "/studies", studies::list)
                .get(PATH + "/studies/{study}", studies::one)
                .get(PATH + "/conflicts", versions::conflicts)
                .post(PATH + "/conflicts/choose", guarded(keeping::choose))
                .get(PATH + "/damaged", versions::damaged)
                .get(PATH + "/manifest", versions::all)
                .get(PATH + "/deleted", keeping::deleted)
                .post(PATH + "/delete", guarded(keeping::delete))
                .post(PATH + "/undelete", guarded(keeping::restore))
                .get(PATH + "/holds", holds::list)
                .post(PATH + "/holds/place", guarded(holds::place))
                .post(PATH + "/holds/lift", guarded(holds::lift))
                .get(PATH + "/patients/merged", patients::list)
                .post(PATH + "/patients/merge", guarded(patients::merge))
                .post(PATH + "/patients/unmerge", guarded(patients::unmerge))
                .post(PATH + "/deletions/release", guarded(holds::release))
                .get(PATH + "/segments", keeping::segments)
                .post(PATH + "/compact", guarded(keeping::compact))
                .get(PATH + "/replica/compare", comparisons::show)
                .post(PATH + "/replica/compare", guarded(comparisons::start))
                .get(PATH + "/clock", keeping::clock)
                .post(PATH + "/clock/confirm", guarded(keeping::confirmClock))
                .get(PATH + "/lifecycle/explain", lifecycle::explain)
                .post(PATH + "/lifecycle/run", guarded(lifecycle::run))
                .post(PATH + "/verify", guarded(this::verify))
                .get(PATH + "/recalls", recalls::list)
                .post(PATH + "/recall", guarded(recalls::ask))
                .post(PATH + "/recall/cancel", guarded(recalls::cancel));
    }

    /** Notes a scrub of everything that was run elsewhere, so that the status shows it. */
    public void scrubbed(long copies, long damaged) throws IOException {
        scrubs.note(copies, damaged);
    }

    /** Only for requests with the guarding header field, which no page of another site can send. */
    public static Handler guarded(Handler handler) {
        return request -> {
            if (!request.header(GUARD).filter("1"::equals).isPresent()) {
                throw new HttpException(403, "this needs the header field " + GUARD + ": 1");
            }
            return handler.handle(request);
        };
    }

    private Response verify(Request request) throws IOException {
        Optional<Uid> study = optionalStudy(request);
        if (study.isPresent()) {
            requireKnown(study.get());
        }
        return scrubs.start(study);
    }

    private void requireKnown(Uid study) throws IOException {
        if (store.catalog().summary(study).isEmpty()) {
            throw unknown(study);
        }
    }

    static HttpException unknown(Uid study) {
        return new HttpException(404, "no study " + study + " is here");
    }

    static Optional<Uid> optionalStudy(Request request) throws HttpException {
        Optional<String> text = request.query("study").filter(t -> !t.isEmpty());
        try {
            return text.map(Uid::new);
        } catch (IllegalArgumentException e) {
            throw new HttpException(400, e.getMessage(), e);
        }
    }

    static Uid study(Request request) throws HttpException {
        return optionalStudy(request)
                .orElseThrow(() -> new HttpException(400, "the parameter study is missing"));
    }

    /** The parameter limit. */
    static long limit(Request request, long otherwise) throws HttpException {
        String text = request.query("limit").orElse(Long.toString(otherwise));
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new HttpException(400, "limit is a number from 1 to 999999999");
        }
        return Long.parseLong(text);
    }
}
