/**
 * DICOMweb, PS3.18, under {@link strata.frontdoor.web.DicomWeb#BASE}: the services mapped onto
 * store and catalog, on the kernel {@code strata.network.http}.
 *
 * <p>Reading order: {@link strata.frontdoor.web.DicomWeb} (which services there are),
 * {@link strata.frontdoor.web.MediaType} and {@link strata.frontdoor.web.Accept} (what a client
 * takes, and what it gets of that), {@link strata.frontdoor.web.WebErrors} (what an error of the
 * archive is on the web); then one class of routes for each service. Retrieval:
 * {@link strata.frontdoor.web.WadoRoutes} with {@code Target} and {@code SyntaxWishes},
 * {@code SendInstances} into a {@code Package}, which {@code MultipartWriter} and {@code ZipWriter}
 * are; {@code MetadataRoutes} with {@code Descriptions} and {@code ReadHead}; {@code PixelRoutes}
 * over a {@code StoredDataSet}; {@code RenderRoutes}; {@code WadoUriRoutes}; {@code Capabilities}.
 *
 * <p>Storing: {@code StowRoutes} (what a request may be and what it is answered),
 * {@code MultipartReader}, {@code StoreInstances} (all of a request) and {@code StoreInstance} (one
 * file into the store), {@code StoreMetadata} with {@code Spool} (metadata and bulk data as a
 * file), {@code StoreOutcome} and {@code StoreResponse}.
 *
 * <p>Invariants: a response that is not whole is never taken for a whole one: it is cut, without
 * the last boundary and the last chunk; no byte goes out before its block was verified; memory is
 * bounded whatever the study's size; a UID of a path is only ever looked up, never opened; a URI
 * that a request holds is never fetched; an instance is listed as stored after its durable write.
 */
package strata.frontdoor.web;
