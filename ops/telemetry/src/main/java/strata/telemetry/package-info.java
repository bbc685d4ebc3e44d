/** To be described. */
package strata.telemetry;
