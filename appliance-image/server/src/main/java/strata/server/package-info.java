/** To be described. */
package strata.server;
