/** To be described. */
package strata.cli;
