package strata.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import strata.base.OperatorException;
import strata.server.configuration.Configuration;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/** Writes the commented configuration, to be changed. */
@Command(
        name = "init",
        description = {
            "Writes a configuration with every key, its default and what it means.",
            "A file that is there already stays as it is."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  strata init strata.yaml",
            "  strata init /etc/strata/strata.yaml --data /srv/strata"
        })
final class InitCommand implements Callable<Integer> {
    private static final String DATA = "\ndata: ./data\n";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file that is made.")
    private Path file;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where this site keeps everything (default: ./data).")
    private String data;

    @Override
    public Integer call() throws IOException {
        String text = Configuration.commentedFile();
        if (data != null) {
            String quoted = '"' + data.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            text = text.replace(DATA, "\ndata: " + quoted + "\n");
        }
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new OperatorException(file + " is there already; it stays as it is", e);
        } catch (NoSuchFileException e) {
            throw new OperatorException("there is no directory for " + file, e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "wrote " + file + "; change what you need, then: strata serve --config " + file);
        out.flush();
        return 0;
    }
}
