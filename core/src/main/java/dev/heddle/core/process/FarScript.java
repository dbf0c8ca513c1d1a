package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts that an agent on another machine is fed: plain POSIX shell language, the same for dash, bash and the ash of
 * busybox. Besides a shell, only {@code mkfifo}, {@code cat}, {@code env}, {@code rm}, and what {@link KeeperScript} names
 * are needed there.
 *
 * <p><b>An agent</b> runs one job after the other. A job writes to a FIFO; a relay, one {@code cat} a job and stream, carries
 * what comes out of it to the line, and ends with the last process that holds the FIFO. So the job itself never has a
 * descriptor of the line. What the agent itself says is a {@linkplain FarStream frame} in the same line, known by a nonce
 * that came on its standard input.
 *
 * <p>Immutable.
 */
final class FarScript {

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that some shell gives a meaning of its own, refuses to change, or sets by itself. */
    private static final Pattern SHELLS_OWN = Pattern.compile("PPID|E?UID|GROUPS|BASH.*|SHELLOPTS|SHLVL|_.*|IFS|OPTIND|"
            + "LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|DIRSTACK|FUNCNAME|HIST.*|PIPESTATUS|PS[0-4]|POSIXLY_CORRECT");

    private static final Pattern LOCALE = Pattern.compile("LANG|LC_.*");

    private static final String AGENT = """
            trap : HUP INT QUIT TERM USR1 USR2 ALRM PIPE
            exec 4>&2 2>>"$_d/c$$"
            : >"$_d/a.$$"
            mkfifo -m 600 "$_d/o$$" "$_d/e$$" || exit
            _o=$_d/o$$
            _e=$_d/e$$
            _i=$_d/i$$
            _c=$_d/c$$
            _r=$_d/r$$
            _was=${OLDPWD+1}
            _old=${OLDPWD-}
            _deaf() { trap '' HUP INT QUIT TERM USR1 USR2 ALRM; }
            _wait() { until wait $1 2>/dev/null; do kill -0 $1 2>/dev/null || break; done; }
            _no() { printf '%s: %s' "$0" "$1"; exit 126; }
            _dir() {
              [ -e "$1" ] || _no "its directory $1 does not exist; create it before the command runs"
              [ -d "$1" ] || _no "its directory $1 is not a directory"
              _no "its directory $1 cannot be entered"
            }
            _in() {
              [ -e "$1" ] || _no "its input $1 does not exist"
              [ -r "$1" ] && [ ! -d "$1" ] || _no "its input $1 cannot be read"
            }
            _prog() {
              [ -e "$1" ] || _no "its program $1 does not exist"
              [ ! -d "$1" ] || _no "its program $1 is a directory"
              _no "its program $1 is not executable; chmod +x may be missing"
            }
            _interpreter() {
              read -r _x <"$2" || return
              case $_x in '#!'*) ;; *) return;; esac
              _x=${_x#??}
              _x=${_x#${_x%%[! ]*}}
              [ -x "${_x%% *}" ] || echo "$_n w $1 ${_x%% *}"
            } 2>/dev/null
            _done() {
              _w=0
              if [ -s "$_c" ]; then
                [ $1 -le 128 ] || _w=1
                : >"$_c"
              fi
              echo "$_n x $2 $1 $_w"
              [ -z "$4" ] || case $1 in 12[67]) _interpreter "$2" "$4";; esac
              for _x in $_k; do _wait $_x; done
              echo "$_n e $2"
              [ -z "$3" ] || echo "$_n e $2" >&4
            }
            echo "$_n b $$"
            """;

    private final String nonce;
    private final Path here;

    /**
     * Makes the texts for one connection.
     *
     * @param nonce what frames begin with
     * @param here where commands run that name no directory
     */
    FarScript(String nonce, Path here) {
        this.nonce = nonce;
        this.here = here;
    }

    /** The program that becomes an agent: the leader of a session, and under a name by which its messages are known. */
    static List<String> agentProgram(String directory) {
        String shell = directory + "/sh";
        return List.of("sh", "-c", "kill -0 -$$ 2>/dev/null && exec " + shell + "; exec setsid " + shell);
    }

    /** What an agent is fed first; it then says its process id. */
    String agent(String directory) {
        return "_n='" + nonce + "'\n_d=" + directory + '\n' + AGENT;
    }

    /** What the output of a job begins with that could not be started. */
    static String mark(String directory) {
        return directory + "/";
    }

    /** A job's text. Redirections come first, so that what the shell says of a failed start is in the job's own FIFO. */
    String job(Command command, long number, String directory) {
        boolean apart = command.capture() == Command.Capture.LABELLED;
        StringBuilder text = new StringBuilder(512);
        if (command.stdin() instanceof Command.Stdin.Text input) {
            text.append("printf ").append(format(input.content())).append(" >\"$_i\"\n");
        }
        text.append("(_deaf; exec cat <\"$_o\") &\n_k=$!\n");
        if (apart) {
            text.append("(_deaf; exec cat <\"$_e\" >&4) &\n_k=\"$_k $!\"\n");
        }
        text.append("echo $_k >\"$_r\"\n(");
        boolean throughEnv = needsEnv(command);
        if (!throughEnv) {
            variables(text, command);
        }
        text.append("exec </dev/null >\"$_o\" ")
                .append(apart ? "2>\"$_e\"" : "2>&1")
                .append(" 4>&-\n");
        input(text, command);
        place(text, command, throughEnv);
        run(text, command, throughEnv, directory);
        text.append(")\n_done $? ").append(number).append(apart ? " 1" : " ''");
        if (!command.isShell() && command.argv().get(0).indexOf('/') >= 0) {
            AgentScript.quote(
                    text.append(' '),
                    resolve(command).resolve(command.argv().get(0)).toString());
        }
        return text.append('\n').toString();
    }

    /** A format for {@code printf} that gives the text, in single quotes; the only way for a NUL. */
    private static String format(String content) {
        StringBuilder text = new StringBuilder(content.length() + 16);
        String escaped = content.replace("\\", "\\\\").replace("%", "%%").replace("\0", "\\000");
        return AgentScript.quote(text, escaped).toString();
    }

    private static void input(StringBuilder text, Command command) {
        if (command.stdin() instanceof Command.Stdin.Text) {
            text.append("exec <\"$_i\"\nrm -f \"$_i\"\n");
        }
    }

    private Path resolve(Command command) {
        return command.directory().map(here::resolve).orElse(here);
    }

    private void place(StringBuilder text, Command command, boolean throughEnv) {
        Path directory = resolve(command);
        String quoted =
                AgentScript.quote(new StringBuilder(), directory.toString()).toString();
        text.append("cd -P ")
                .append(quoted)
                .append(" 2>/dev/null || _dir ")
                .append(quoted)
                .append('\n');
        if (command.stdin() instanceof Command.Stdin.File file) {
            String input = AgentScript.quote(
                            new StringBuilder(), directory.resolve(file.path()).toString())
                    .toString();
            text.append("_in ").append(input).append("\nexec <").append(input).append('\n');
        }
        if (throughEnv) {
            return;
        }
        for (String name : List.of("OLDPWD", "PWD")) {
            if (command.environment().containsKey(name)) {
                variable(text, name, command.environment().get(name));
            } else if (name.equals("OLDPWD")) {
                // The shell's own past is no business of the job.
                text.append("OLDPWD=$_old; [ \"$_was\" ] || unset OLDPWD\n");
            }
        }
    }

    private static boolean needsEnv(Command command) {
        return command.isCleanEnvironment()
                || lacksPath(command)
                || command.environment().keySet().stream()
                        .anyMatch(name -> !SHELL_NAME.matcher(name).matches()
                                || SHELLS_OWN.matcher(name).matches());
    }

    private static void variables(StringBuilder text, Command command) {
        command.environment().forEach((name, value) -> variable(text, name, value));
    }

    private static void variable(StringBuilder text, String name, @Nullable String value) {
        if (value == null) {
            text.append("unset ").append(name).append('\n');
            return;
        }
        AgentScript.quote(text.append("export ").append(name).append('='), value);
        // bash speaks up about a locale that is not installed.
        text.append(LOCALE.matcher(name).matches() ? " 2>/dev/null\n" : "\n");
    }

    private static void run(StringBuilder text, Command command, boolean throughEnv, String directory) {
        List<String> argv = command.argv();
        if (command.isShell()) {
            String line = argv.get(0);
            argv = List.of("/bin/sh", "-c", line);
            Optional<List<String>> words = ShellLine.words(line);
            if (words.isPresent() && !ShellLine.isBuiltIn(words.get().get(0)) && !throughEnv) {
                // A program that is missing is the shell's to report.
                AgentScript.quote(text.append("if command -v "), words.get().get(0));
                text.append(" >/dev/null; then exec");
                words(text, words.get());
                text.append("; fi\n");
            }
        }
        check(text, command, argv.get(0), throughEnv);
        text.append("exec");
        if (throughEnv) {
            environment(text, command, directory);
            if (argv.get(0).indexOf('=') >= 0) {
                // env would take it for a variable.
                text.append(" /bin/sh -c 'exec \"$@\"' sh");
            } else if (argv.get(0).indexOf('/') < 0 && lacksPath(command)) {
                text.append(" \"$_p\"");
                argv = argv.subList(1, argv.size());
            }
        } else if (argv.get(0).startsWith("-")) {
            // No option of exec: POSIX gives it none, but bash takes some.
            text.append(" \"$_p\"");
            argv = argv.subList(1, argv.size());
        }
        words(text, argv);
    }

    private static boolean lacksPath(Command command) {
        return (command.isCleanEnvironment() || command.environment().containsKey("PATH"))
                && command.environment().get("PATH") == null;
    }

    private static void check(StringBuilder text, Command command, String program, boolean throughEnv) {
        String quoted = AgentScript.quote(new StringBuilder(), program).toString();
        if (program.indexOf('/') >= 0) {
            text.append("[ -x ")
                    .append(quoted)
                    .append(" ] && [ ! -d ")
                    .append(quoted)
                    .append(" ] || _prog ")
                    .append(quoted)
                    .append('\n');
        } else if (!throughEnv || lacksPath(command)) {
            // A substitution costs a process.
            boolean whole = throughEnv || program.startsWith("-");
            text.append(whole ? "_p=$(command -v -- " : "command -v -- ")
                    .append(quoted)
                    .append(whole ? ")" : " >/dev/null")
                    .append(" || _no \"there is no program '\"")
                    .append(quoted)
                    .append("\"' in PATH ($PATH)\"\n");
        }
    }

    private static void environment(StringBuilder text, Command command, String directory) {
        text.append(' ').append(directory).append("/env");
        if (command.isCleanEnvironment()) {
            text.append(" -i");
        } else {
            command.environment().forEach((name, value) -> {
                if (value == null) {
                    AgentScript.quote(text.append(" -u "), name);
                }
            });
        }
        for (Map.Entry<String, @Nullable String> variable :
                command.environment().entrySet()) {
            if (variable.getValue() != null) {
                AgentScript.quote(text.append(' '), variable.getKey() + '=' + variable.getValue());
            }
        }
    }

    private static void words(StringBuilder text, List<String> words) {
        for (String word : words) {
            AgentScript.quote(text.append(' '), word);
        }
    }
}
