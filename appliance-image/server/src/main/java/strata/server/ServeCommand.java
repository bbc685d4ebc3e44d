package strata.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import strata.server.configuration.Configuration;
import strata.server.configuration.Overrides;
import strata.telemetry.Logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the appliance in the foreground until it is told to stop. */
@Command(
        name = "serve",
        description = {
            "Runs Strata in the foreground; Ctrl-C or SIGTERM stops it.",
            "SIGHUP, or strata reload, reads DICOM peers, destinations, certificates and rules again."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  strata serve",
            "  strata serve --data /var/lib/strata --aet ARCHIVE --dicom-port 11112",
            "  strata serve --config /etc/strata/strata.yaml"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final long STOP_SECONDS = 9;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration file; without it the defaults.")
    private Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory.")
    private String data;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Address for DICOM and HTTP.")
    private String bind;

    @Option(
            names = "--dicom-port",
            paramLabel = "PORT",
            description = "DICOM port, 0 for any free one.")
    private String dicomPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "HTTP port, 0 for any free one.")
    private String httpPort;

    @Option(names = "--aet", paramLabel = "TITLE", description = "AE title of this site.")
    private String aet;

    @Override
    public Integer call() throws Exception {
        Overrides overrides = new Overrides(data, bind, dicomPort, httpPort, aet);
        Configuration configuration = Configuration.load(Optional.ofNullable(config), overrides);
        Logs.configure(configuration.log().format(), configuration.log().level());
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (Appliance appliance = Appliance.start(
                configuration, () -> Configuration.load(Optional.ofNullable(config), overrides))) {
            HangUp.on(() -> reload(appliance));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> awaitStop(stop, stopped), "strata-stop"));
            System.out.println(appliance.readyLine());
            System.out.flush();
            stop.await();
            LOG.info("stopping");
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** What is wrong with the configuration is in the log. */
    private static void reload(Appliance appliance) {
        try {
            appliance.reload();
        } catch (IOException e) {
            LOG.debug("SIGHUP changed nothing", e);
        }
    }

    /** A signal ends the process with its own code; the hook ends it with 0 once all is closed. */
    private static void awaitStop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        boolean clean = false;
        try {
            clean = stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!clean) {
            LOG.error("did not stop within {} s, ending now; the next start replays", STOP_SECONDS);
        }
        Runtime.getRuntime().halt(clean ? 0 : 1);
    }
}
