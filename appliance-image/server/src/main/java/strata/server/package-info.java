/**
 * The appliance: configuration, wiring by constructor, and the verbs that need it whole.
 *
 * <p>Reading order: {@link strata.server.Main}, {@link strata.server.configuration.Configuration},
 * {@link strata.server.Site} (what a data directory holds), {@link strata.server.Appliance} (a
 * running server), {@code DicomDoor} and {@code HttpDoor} (what it answers),
 * {@link strata.server.demo.DemoCommand}.
 *
 * <p>Invariant: parts are made here and nowhere else, and closed in the opposite order.
 */
package strata.server;
