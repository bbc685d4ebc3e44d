package strata.server.configuration;

import strata.network.http.CorsPolicy;

/**
 * The HTTP door.
 *
 * @param connections open at a time
 * @param workers requests handled at a time
 * @param cors which pages of other origins may use it
 */
public record HttpSettings(Endpoint listen, int connections, int workers, CorsPolicy cors) {}
