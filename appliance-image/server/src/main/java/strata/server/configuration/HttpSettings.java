package strata.server.configuration;

/**
 * The HTTP door.
 *
 * @param connections open at a time
 * @param workers requests handled at a time
 */
public record HttpSettings(Endpoint listen, int connections, int workers) {}
