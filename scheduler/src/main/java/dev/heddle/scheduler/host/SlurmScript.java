package dev.heddle.scheduler.host;

import dev.heddle.core.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The text of a batch job: plain POSIX shell language, with {@code stat -c} as GNU and busybox have it. Immutable.
 *
 * <p>It runs in a directory's files: {@code job} is the text itself, {@code go} says {@code go} as long as it may run, {@code
 * began} appears when the command does, {@code out} and {@code err} are what the command writes, {@code refused} is why it
 * could not be executed, {@code told} appears when the job is told to end, and {@code status} appears last, with the exit code, whether the shell told a signal, and the sizes of
 * the two outputs. The sign of life is the file {@code lease} of the directory above, in which a number changes.
 *
 * <p>Of two jobs that were submitted with the same directory only one runs the command, whichever makes {@code claim} first.
 */
final class SlurmScript {

    /** What Slurm is given: all that is peculiar to a job is in the job's directory, read there byte for byte. */
    static final String STUB = "#!/bin/sh\nexec /bin/sh \"$1/job\" \"$1\"\n";

    /** Content of {@code go} as long as the job may run. */
    static final String GO = "go\n";

    @SuppressWarnings("InlineFormatString") // the script reads better in one piece
    private static final String HEAD = """
            exec </dev/null >/dev/null 2>/dev/null
            trap : HUP INT QUIT USR1 USR2 ALRM PIPE
            _d=$1
            _e=$(command -v env)
            _l=${_d%%/*}/lease
            trap 'echo >"$_d/told"' TERM
            _up() { if read -r _u _x </proc/uptime; then _u=${_u%%.*}; else _u=$(date +%%s); fi; }
            _may() { _x=; read -r _x <"$_d/go"; [ "$_x" = go ]; }
            _watch() {
              trap '' HUP INT QUIT USR1 USR2 ALRM PIPE
              trap 'echo >"$_d/told"' TERM
              _was=
              _up
              _last=$_u
              while :; do
                _now=
                read -r _now <"$_l"
                _up
                [ "$_now" = "$_was" ] || _last=$_u
                _was=$_now
                _may && [ $((_u - _last)) -lt %1$d ] || kill -KILL 0
                sleep 1
              done
            }
            _no() { printf '%%s (on %%s)' "$1" "$(uname -n)" >"$_d/refused"; exit 126; }
            _size() { [ ! -e "$1" ] || wc -c <"$1"; }
            read -r _x <"$_l" && _may && mkdir "$_d/claim" || exit 0
            [ $(($(stat -c %%Y "$_d/claim") - $(stat -c %%Y "$_l"))) -lt %1$d ] || exit 0
            _watch &
            exec 2>"$_d/said"
            : >"$_d/began"
            """;

    private static final String TAIL = """
            _c=$?
            exec 2>/dev/null
            _w=0
            [ ! -s "$_d/said" ] || [ $_c -le 128 ] || _w=1
            echo $_c $_w $(_size "$_d/out") $(_size "$_d/err") . >"$_d/status.new"
            mv "$_d/status.new" "$_d/status"
            """;

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that some shell gives a meaning of its own, refuses to change, or sets by itself. */
    private static final Pattern SHELLS_OWN = Pattern.compile("PPID|E?UID|GROUPS|BASH.*|SHELLOPTS|SHLVL|_.*|IFS|OPTIND|"
            + "LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|DIRSTACK|FUNCNAME|HIST.*|PIPESTATUS|PS[0-4]|POSIXLY_CORRECT");

    /** What Slurm tells a job; what an allocation around this process was told is of no use there. */
    private static final Pattern SLURMS_OWN = Pattern.compile("SLURMD?_.*");

    /** What Slurm and the shell leave in the environment, and nobody asked for. */
    private static final List<String> STRAY = List.of("HOSTNAME", "ENVIRONMENT", "OLDPWD");

    private final Map<String, String> inherited;
    private final Path here;
    private final String head;

    /**
     * Makes the texts for commands of this process.
     *
     * @param inherited environment of a command that says nothing of it
     * @param here directory of a command that names none
     * @param lease after so long without a sign of life a job ends itself
     */
    SlurmScript(Map<String, String> inherited, Path here, Duration lease) {
        this.inherited = new TreeMap<>(inherited);
        this.here = here;
        this.head = String.format(HEAD, lease.toSeconds());
        this.inherited.keySet().removeIf(name -> SLURMS_OWN.matcher(name).matches() && !name.equals("SLURM_CONF"));
    }

    /** The text of a command whose directory is handed to it as its first argument. */
    String job(Command command) {
        Path directory = command.directory().map(here::resolve).orElse(here);
        StringBuilder text = new StringBuilder(2048).append(head).append("(\n");
        text.append("exec >\"$_d/out\" ");
        text.append(command.capture() == Command.Capture.LABELLED ? "2>\"$_d/err\"" : "2>&1")
                .append('\n');
        String quoted = quote(directory.toString());
        text.append("cd -P ").append(quoted).append(" 2>/dev/null || _no ");
        text.append(quote("its directory " + directory + " does not exist, or cannot be entered"))
                .append('\n');
        input(text, command, directory);
        List<String> words = new ArrayList<>();
        variables(text, words, command);
        program(text, command);
        text.append("exec ").append(String.join(" ", words)).append("\n)\n");
        return text.append(TAIL).toString();
    }

    private static void input(StringBuilder text, Command command, Path directory) {
        if (command.stdin() instanceof Command.Stdin.Text) {
            text.append("exec <\"$_d/in\"\n");
        } else if (command.stdin() instanceof Command.Stdin.File file) {
            String path = directory.resolve(file.path()).toString();
            text.append("[ -r ").append(quote(path)).append(" ] && [ ! -d ").append(quote(path));
            text.append(" ] || _no ").append(quote("its input " + path + " does not exist, or cannot be read"));
            text.append("\nexec <").append(quote(path)).append('\n');
        }
    }

    /** Sets what the shell can, and leaves the rest, in {@code words}, to {@code env} together with the program. */
    private void variables(StringBuilder text, List<String> words, Command command) {
        Map<String, String> wanted = command.isCleanEnvironment() ? new TreeMap<>() : new TreeMap<>(inherited);
        wanted.remove("PWD");
        command.environment().forEach((name, value) -> {
            if (value != null) {
                wanted.put(name, value);
            } else {
                wanted.remove(name);
            }
        });
        words.add("\"$_e\"");
        if (command.isCleanEnvironment()) {
            words.add("-i");
        } else {
            STRAY.stream().filter(name -> !wanted.containsKey(name)).forEach(name -> unset(words, name));
            command.environment().forEach((name, value) -> {
                if (value == null) {
                    unset(words, name);
                }
            });
        }
        wanted.forEach((name, value) -> {
            boolean plain = SHELL_NAME.matcher(name).matches()
                    && !SHELLS_OWN.matcher(name).matches();
            if (plain && !command.isCleanEnvironment()) {
                text.append("export ")
                        .append(name)
                        .append('=')
                        .append(quote(value))
                        .append('\n');
            } else {
                words.add(quote(name + '=' + value));
            }
        });
        List<String> argv =
                command.isShell() ? List.of("/bin/sh", "-c", command.argv().get(0)) : command.argv();
        if (argv.get(0).indexOf('=') >= 0 || argv.get(0).startsWith("-")) {
            // env would take it for a variable or an option.
            words.addAll(List.of("/bin/sh", "-c", quote("exec \"$@\""), "sh"));
        }
        argv.forEach(word -> words.add(quote(word)));
    }

    private static void unset(List<String> words, String name) {
        words.add("-u");
        words.add(quote(name));
    }

    private static void program(StringBuilder text, Command command) {
        if (command.isShell()) {
            return;
        }
        String name = command.argv().get(0);
        String quoted = quote(name);
        if (name.indexOf('/') >= 0) {
            text.append("[ -e ").append(quoted).append(" ] || _no ");
            text.append(quote("its program " + name + " does not exist")).append('\n');
            text.append("[ -x ")
                    .append(quoted)
                    .append(" ] && [ ! -d ")
                    .append(quoted)
                    .append(" ] || _no ");
            text.append(quote("its program " + name + " is not executable")).append('\n');
        } else if (!command.isCleanEnvironment()) {
            text.append("command -v -- ").append(quoted).append(" >/dev/null || _no ");
            text.append(quote("there is no program '" + name + "' in PATH")).append('\n');
        }
    }

    /** A word in single quotes, in which a POSIX shell takes every byte as it is. */
    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
