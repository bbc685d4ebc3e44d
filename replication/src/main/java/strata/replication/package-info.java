/** To be described. */
package strata.replication;
