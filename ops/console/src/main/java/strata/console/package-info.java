/** To be described. */
package strata.console;
