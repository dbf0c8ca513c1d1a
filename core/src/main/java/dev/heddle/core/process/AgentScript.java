package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that a shell agent is fed: plain POSIX shell language (Shell Command Language, Issue 7), the same for dash, bash
 * and the ash of busybox.
 *
 * <p>A job is a subshell that sets up directory, environment and descriptors and then becomes the program by {@code exec}; no
 * word of the job is seen by the shell but inside single quotes. Redirections come before everything that can fail, so that
 * what the shell says about a failed start is in the job's own FIFO, headed by the name under which the shell was started;
 * that name lies in the runner's directory and so marks the message.
 */
final class AgentScript {

    /**
     * Signals that a job may send to its own group, in which the agent lives too. They are caught, not ignored: what is caught
     * is reset for the job, what is ignored would stay ignored.
     */
    static final String GUARD = "trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE\n";

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that some shell gives a meaning of its own, refuses to change, or sets by itself. */
    private static final Pattern SHELLS_OWN = Pattern.compile("PPID|E?UID|GROUPS|BASH.*|SHELLOPTS|SHLVL|_|IFS|OPTIND|"
            + "LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|DIRSTACK|FUNCNAME|HIST.*|PIPESTATUS|PS[0-4]|POSIXLY_CORRECT");

    /** Of those, what bash neither sets nor unsets on demand. */
    private static final Pattern READ_ONLY = Pattern.compile("PPID|E?UID|BASHOPTS|BASH_VERSINFO|SHELLOPTS");

    private static final Pattern LOCALE = Pattern.compile("LANG|LC_.*");

    private final Map<String, String> environment;
    private final Set<String> inherited;
    private final Path env;
    private final String nonce;
    private final boolean oddInherited;
    private final boolean readOnlyInherited;

    /**
     * Makes the texts for a process with the given environment.
     *
     * @param env the program {@code env}, for variables that a shell cannot carry
     * @param nonce what frames begin with
     */
    AgentScript(Map<String, String> environment, Path env, String nonce) {
        this.environment = environment;
        this.inherited = new TreeSet<>(environment.keySet());
        this.env = env;
        this.nonce = nonce;
        this.readOnlyInherited =
                inherited.stream().anyMatch(name -> READ_ONLY.matcher(name).matches());
        this.oddInherited =
                !inherited.stream().allMatch(name -> SHELL_NAME.matcher(name).matches());
    }

    /** A job's text, which ends with the frame that tells its status. */
    String job(Launch launch, JobStreams streams) {
        Command command = launch.command();
        boolean throughEnv = needsEnv(command);
        StringBuilder text = new StringBuilder(256).append('(');
        if (!throughEnv) {
            variables(text, command);
        }
        text.append("exec");
        redirections(text, streams);
        if (launch.directory() != null) {
            directory(text, command, launch.directory());
        }
        if (launch.builtIn()) {
            words(text, launch.argv());
        } else {
            text.append("exec");
            if (throughEnv) {
                throughEnv(text, command);
            }
            program(text, launch, throughEnv);
        }
        text.append(")\necho ").append(nonce).append(' ').append(FrameReader.EXITED);
        return text.append(' ').append(streams.berth()).append(" $?\n").toString();
    }

    private static void redirections(StringBuilder text, JobStreams streams) {
        if (streams.in() == null) {
            text.append(" </dev/null");
        }
        quote(text.append(" >"), streams.out().toString());
        if (streams.err() == null) {
            text.append(" 2>&1\n");
        } else {
            quote(text.append(" 2>"), streams.err().toString()).append('\n');
        }
        if (streams.in() != null) {
            quote(text.append("exec <"), streams.in().toString()).append('\n');
        }
    }

    private void program(StringBuilder text, Launch launch, boolean throughEnv) {
        Command command = launch.command();
        String name = launch.argv().get(0);
        boolean ownPath = command.environment().containsKey("PATH");
        boolean noPath = !ownPath && (command.isCleanEnvironment() || !inherited.contains("PATH"));
        boolean lostPath = ownPath && command.environment().get("PATH") == null;
        String program = noPath || lostPath ? launch.program().toString() : name;
        if (throughEnv && program.indexOf('=') >= 0) {
            // env would take it for a variable.
            text.append(" /bin/sh -c 'exec \"$@\"' sh");
        }
        // A name that begins with a dash is no option of exec: POSIX gives it none, but bash takes some.
        if (!throughEnv && program.startsWith("-")) {
            program = launch.program().toString();
        }
        quote(text.append(' '), program);
        words(text, launch.argv().subList(1, launch.argv().size()));
    }

    private static void words(StringBuilder text, List<String> words) {
        for (String word : words) {
            quote(text.append(' '), word);
        }
    }

    private boolean needsEnv(Command command) {
        if (oddInherited || (command.isCleanEnvironment() && readOnlyInherited)) {
            return true;
        }
        for (String name : command.environment().keySet()) {
            if (!SHELL_NAME.matcher(name).matches() || SHELLS_OWN.matcher(name).matches()) {
                return true;
            }
        }
        return false;
    }

    private void variables(StringBuilder text, Command command) {
        if (command.isCleanEnvironment()) {
            unsetAll(text);
        }
        for (Map.Entry<String, @Nullable String> variable :
                command.environment().entrySet()) {
            String value = variable.getValue();
            if (value == null) {
                text.append("unset ").append(variable.getKey()).append('\n');
            } else {
                quote(text.append("export ").append(variable.getKey()).append('='), value);
                // bash speaks up about a locale that is not installed.
                text.append(LOCALE.matcher(variable.getKey()).matches() ? " 2>/dev/null\n" : "\n");
            }
        }
    }

    private void unsetAll(StringBuilder text) {
        text.append("unset PWD OLDPWD SHLVL _");
        inherited.forEach(name -> text.append(' ').append(name));
        text.append('\n');
    }

    private void throughEnv(StringBuilder text, Command command) {
        quote(text.append(' '), env.toString()).append(" -i");
        if (!command.isCleanEnvironment()) {
            environment.forEach((name, value) -> {
                if (!command.environment().containsKey(name)) {
                    quote(text.append(' '), name + '=' + value);
                }
            });
        }
        command.environment().forEach((name, value) -> {
            if (value != null) {
                quote(text.append(' '), name + '=' + value);
            }
        });
    }

    // Shells set and export PWD and OLDPWD when the directory changes. The new PWD is true and stays, except where the
    // command
    // names its environment itself; OLDPWD is the shell's own past and goes.
    private void directory(StringBuilder text, Command command, Path directory) {
        quote(text.append("cd -P "), directory.toString()).append(" || exit 126\n");
        Map<String, @Nullable String> changes = command.environment();
        restore(text, "OLDPWD", changes, command.isCleanEnvironment());
        if (command.isCleanEnvironment() || changes.containsKey("PWD")) {
            restore(text, "PWD", changes, command.isCleanEnvironment());
        }
    }

    private void restore(StringBuilder text, String name, Map<String, @Nullable String> changes, boolean clean) {
        String value = changes.containsKey(name) ? changes.get(name) : clean ? null : environment.get(name);
        if (value == null) {
            text.append("unset ").append(name).append('\n');
        } else {
            quote(text.append("export ").append(name).append('='), value).append('\n');
        }
    }

    /** Appends a word in single quotes, in which a POSIX shell takes every byte as it is. */
    static StringBuilder quote(StringBuilder text, String word) {
        text.append('\'');
        int from = 0;
        for (int at = word.indexOf('\''); at >= 0; at = word.indexOf('\'', from)) {
            text.append(word, from, at).append("'\\''");
            from = at + 1;
        }
        return text.append(word, from, word.length()).append('\'');
    }
}
