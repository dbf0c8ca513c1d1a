package dev.heddle.samples.store;

import dev.heddle.core.FailureText;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that does something with a store: results go to standard output, everything else to standard error. */
abstract class StoreVerb implements Callable<Integer> {

    @Mixin
    private StoreOption store = new StoreOption();

    StoreVerb() {}

    /** The store that was named. */
    final StoreOption store() {
        return store;
    }

    /**
     * Does it.
     *
     * @return the exit code
     */
    abstract int run() throws IOException, InterruptedException;

    @Override
    public final Integer call() throws IOException {
        try {
            return run();
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw told(ExitCode.FAILED, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    /** A failure of the store in one line for people. */
    static UserError told(int exitCode, IOException e) {
        String what = e instanceof StoreException ? String.valueOf(e.getMessage()) : FailureText.located(e);
        return new UserError(exitCode, "", Printable.oneLine(what), null);
    }

    /** Says something on standard error that is no result. */
    static void say(String text) {
        System.err.println("heddle: " + Printable.oneLine(text));
    }
}
