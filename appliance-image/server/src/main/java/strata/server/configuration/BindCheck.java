package strata.server.configuration;

import strata.base.OperatorException;
import strata.base.tls.TlsContext.ClientCertificates;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Refuses what would listen beyond loopback unprotected. */
final class BindCheck {
    private BindCheck() {}

    static boolean isLoopback(Setting bind, String host) throws OperatorException {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw bind.wrong("no such host: " + YamlFile.quoted(host));
        }
    }

    /** For what has neither TLS nor authentication yet. */
    static void loopbackOnly(Setting bind, String host, String what) throws OperatorException {
        if (!isLoopback(bind, host)) {
            throw bind.wrong(what + " cannot listen beyond loopback yet (" + host
                    + "): it has neither TLS nor authentication; bind it to 127.0.0.1");
        }
    }

    /** HTTP may with TLS and authentication. */
    static void http(Setting bind, HttpSettings http) throws OperatorException {
        boolean certificates =
                http.authentication().filter(by -> !by.certificates().isEmpty()).isPresent();
        if (certificates && http.tls().filter(c -> c != ClientCertificates.NONE).isEmpty()) {
            throw bind.wrong("users by certificate need 'http.tls' with 'clients: wanted'");
        }
        String host = http.listen().host();
        if (!isLoopback(bind, host)
                && (http.tls().isEmpty() || http.authentication().isEmpty())) {
            throw bind.wrong("HTTP cannot listen beyond loopback (" + host
                    + ") without 'http.tls' and 'http.authentication'");
        }
    }

    /** Whoever is beyond loopback is listed, since certificates alone do not say what he may. */
    static void dicomOverTls(Setting bind, DicomSettings dicom) throws OperatorException {
        if (dicom.tls().isPresent()
                && !isLoopback(bind, dicom.tls().get().host())
                && !(dicom.peers() instanceof Peers.Listed)) {
            throw bind.wrong("DICOM over TLS beyond loopback needs 'dicom.peers'");
        }
    }

    /** DICOM may, but only on purpose and to peers that are listed with their hosts. */
    static void dicom(Setting bind, DicomSettings dicom) throws OperatorException {
        String host = dicom.listen().host();
        if (isLoopback(bind, host)) {
            return;
        }
        boolean listed =
                dicom.peers() instanceof Peers.Listed all && !all.peers().isEmpty();
        if (!listed || !dicom.plainBeyondLoopback()) {
            throw bind.wrong("DICOM cannot listen beyond loopback (" + host
                    + ") without TLS; set 'dicom.tls', or, "
                    + "to accept plain connections all the same, list 'dicom.peers' with their hosts "
                    + "and set 'dicom.plainBeyondLoopback: true'");
        }
    }
}
