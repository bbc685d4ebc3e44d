package strata.frontdoor.web;

import strata.base.AeTitle;
import strata.base.Audit;
import strata.base.Metrics;
import strata.catalog.DescriptionCache;
import strata.catalog.SeriesKey;
import strata.frontdoor.ColdInstances;
import strata.frontdoor.QueryPolicy;
import strata.frontdoor.identity.Coercion;
import strata.frontdoor.identity.PatientIdentity;
import strata.network.http.Handler;
import strata.network.http.Method;
import strata.network.http.Request;
import strata.network.http.Router;
import strata.store.Store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All services of DICOMweb over one store. Thread-safe.
 *
 * <p>Each service is one class with {@code addTo(Routes)}; it is made and added here.
 */
public final class DicomWeb {
    /** Where the services are. */
    public static final String BASE = "/dicom-web";

    private static final long MOST_DESCRIPTION_BYTES = 1L << 30;

    private final Store store;
    private final AeTitle own;
    private final ColdInstances cold;
    private final PatientIdentity identity;
    private final Consumer<Set<SeriesKey>> accessed;
    private final QueryPolicy queries;
    private final DescriptionCache descriptions;
    private final SpoolDirectory spools;
    private final Metrics metrics;
    private final Audit audit;

    /**
     * @param own named as the AE title of retrieval in answers to queries
     * @param queries what a search may ask for
     * @param descriptions opened by {@link #openDescriptions}; stays open as long as the routes are
     *     used
     * @param spools where parts of requests wait
     * @param cold asked for what cannot be read now
     * @param identity under which instances of merged patients are given
     * @param accessed told the series of which a retrieve sent something
     */
    public DicomWeb(
            Store store,
            AeTitle own,
            QueryPolicy queries,
            DescriptionCache descriptions,
            SpoolDirectory spools,
            ColdInstances cold,
            PatientIdentity identity,
            Consumer<Set<SeriesKey>> accessed,
            Metrics metrics,
            Audit audit) {
        this.store = store;
        this.own = own;
        this.queries = queries;
        this.descriptions = descriptions;
        this.spools = spools;
        this.cold = cold;
        this.identity = identity;
        this.accessed = accessed;
        this.metrics = metrics;
        this.audit = audit;
    }

    /** Opens what is kept of the metadata of instances; it may be deleted while it is closed. */
    public static DescriptionCache openDescriptions(Path directory, Metrics metrics)
            throws IOException {
        return DescriptionCache.open(
                directory, Descriptions.FORMAT, MOST_DESCRIPTION_BYTES, metrics);
    }

    /** Where a service adds its routes: templates start behind {@link #BASE}. */
    record Routes(Router.Builder router, Capabilities capabilities) {
        Routes(Router.Builder router) {
            this(router, new Capabilities());
        }

        Routes get(String template, Handler handler) {
            router.add(Method.GET, BASE + template, WebErrors.mapped(handler));
            capabilities.add(Method.GET, template);
            return this;
        }

        Routes post(String template, long bodyBytes, Handler handler) {
            router.add(Method.POST, BASE + template, bodyBytes, WebErrors.mapped(handler));
            capabilities.add(Method.POST, template);
            return this;
        }
    }

    /** Where a client finds the services, as it addressed us; without a slash at the end. */
    static String url(Request request) {
        return request.baseUrl() + BASE;
    }

    /** Adds the routes of all services. */
    public void addTo(Router.Builder router) {
        Capabilities capabilities = new Capabilities();
        Routes routes = new Routes(router, capabilities);
        new StowRoutes(store, spools, metrics, audit).addTo(routes);
        new QidoRoutes(store.catalog(), own, queries, metrics, audit).addTo(routes);
        Coercion coercion = identity == PatientIdentity.CURRENT
                ? new Coercion(store.catalog().patients()::get, own, metrics)
                : Coercion.NONE;
        new WadoRoutes(store, coercion, descriptions, cold, accessed, metrics, audit).addTo(routes);
        capabilities.addTo(routes);
    }
}
