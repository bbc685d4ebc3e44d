/** To be described. */
package strata.network;
