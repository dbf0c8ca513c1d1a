package dev.heddle.bench;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.store.Realise;
import dev.heddle.store.Substituters;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.CollectOptions;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.local.StoreSettings;
import dev.heddle.store.local.VerifyOptions;
import dev.heddle.store.local.VerifyResult;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does what {@code compare store} asks for, in one virtual machine that is warm after the first round: each time it opens the
 * store anew and closes it again, as one call of {@code nix-store} does.
 *
 * <p>A request is a line, {@code WHAT ROOT REST}; the store is what Nix calls {@code local?root=ROOT}, but for {@code build},
 * where it is the directory of a store of its own. The answer is one line. Ends with its standard input.
 */
final class StoreWorker {

    private StoreWorker() {}

    /** Answers requests. */
    public static void main(String[] args) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.split(" ", 3);
            answers.write((answer(words[0], Path.of(words[1]), words[2]) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    private static String answer(String what, Path root, String rest) throws Exception {
        boolean own = what.equals("build") || what.equals("take");
        StoreLayout layout = own ? StoreLayout.in(root) : StoreLayout.below(root);
        StoreSettings settings =
                StoreSettings.DEFAULT.withSandbox(StoreSettings.SandboxMode.OFF).withSync(!what.equals("add-unsynced"));
        try (LocalStore store = LocalStore.builder(layout).settings(settings).open()) {
            return switch (what) {
                case "add", "add-unsynced" -> add(store, Path.of(rest));
                case "export" -> export(store, rest);
                case "verify" -> verify(store);
                case "collect" -> collect(store);
                case "take" -> take(store, Path.of(rest));
                case "build" -> build(store, Integer.parseInt(rest));
                default -> throw new IllegalArgumentException(what);
            };
        }
    }

    /** Every file of a directory, or one file, as a path of its own; the answer is the last path. */
    private static String add(LocalStore store, Path from) throws IOException {
        List<Path> files = new ArrayList<>(List.of(from));
        if (Files.isDirectory(from)) {
            try (Stream<Path> list = Files.list(from)) {
                files = list.sorted().toList();
            }
        }
        String last = "";
        try (AddBatch batch = store.batch()) {
            for (Path file : files) {
                last = batch.addTree(String.valueOf(file.getFileName()), file).toString();
            }
            batch.commit();
        }
        return last;
    }

    private static String export(LocalStore store, String path) throws IOException {
        try (OutputStream out = Files.newOutputStream(Path.of("/dev/null"))) {
            store.exportPaths(List.of(StorePath.parse(path)), out);
        }
        return "exported";
    }

    private static String verify(LocalStore store) throws IOException, InterruptedException {
        VerifyResult result = store.verify(VerifyOptions.CONTENTS, OutputPort.discard());
        return result.isGood() ? "good" : "damaged";
    }

    private static String collect(LocalStore store) throws IOException {
        return "collected " + store.collect(CollectOptions.ALL).paths();
    }

    private static String take(LocalStore store, Path export) throws IOException {
        try (InputStream in = new FileInputStream(export.toFile())) {
            return "took " + store.importPaths(in).size();
        }
    }

    /** Builds every derivation that is there, as the launcher does. */
    private static String build(LocalStore store, int slots) throws Exception {
        List<StorePath> derivations = new ArrayList<>();
        try (Stream<Path> files = Files.list(store.layout().real())) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".drv"))
                    .forEach(name -> derivations.add(StorePath.parse(store.storeDirectory() + "/" + name)));
        }
        Realise realise = new Realise(
                store, store.builds(), new Substituters(List.of(), TrustedKeys.of(List.of()), System.err::println));
        BuildGraph graph = realise.graph(derivations);
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.inProcess(slots))
                .rebuilder(realise.rebuilder())
                .build()) {
            BuildResult result = scheduler.run(graph);
            return (result.succeeded() ? "built " : "failed ") + derivations.size();
        }
    }
}
