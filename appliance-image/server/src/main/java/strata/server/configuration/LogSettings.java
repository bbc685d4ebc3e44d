package strata.server.configuration;

import strata.telemetry.LogFormat;

/**
 * The log on standard error.
 *
 * @param level DEBUG, INFO, WARN or ERROR
 */
public record LogSettings(LogFormat format, String level) {}
