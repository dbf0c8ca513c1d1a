package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts that shells on another machine are fed: plain POSIX shell language, the same for dash, bash and the ash of busybox.
 * Nothing but a shell, {@code mkfifo}, {@code mktemp}, {@code cat}, {@code sleep}, {@code mv}, {@code rm} and {@code ln} is
 * needed there, and {@code /proc} or {@code ps}.
 *
 * <p><b>The keeper</b>, one a connection, owns a directory, in which each agent has a file {@code a.PID}. It signals agents' jobs when told, and a
 * clock of its own asks every few seconds whether Heddle is still there. When no question was answered for the length of the
 * lease, or the keeper's input ends, everything that agents run is killed and the directory removed. The directory is renamed
 * first, so that an agent whose birth was delayed cannot come into it.
 *
 * <p><b>An agent</b> runs one job after the other. A job writes to a FIFO; a relay, one {@code cat} a job and stream, carries
 * what comes out of it to the line, and ends with the last process that holds the FIFO. So the job itself never has a
 * descriptor of the line. What the agent itself says is a {@linkplain FarStream frame} in the same line, known by a nonce
 * that came on its standard input.
 *
 * <p>Immutable.
 */
final class FarScript {

    /** Programs that a keeper and an agent are. */
    static final List<String> KEEPER = List.of("sh");

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Variables that some shell gives a meaning of its own, refuses to change, or sets by itself. */
    private static final Pattern SHELLS_OWN = Pattern.compile("PPID|E?UID|GROUPS|BASH.*|SHELLOPTS|SHLVL|_.*|IFS|OPTIND|"
            + "LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|DIRSTACK|FUNCNAME|HIST.*|PIPESTATUS|PS[0-4]|POSIXLY_CORRECT");

    private static final Pattern LOCALE = Pattern.compile("LANG|LC_.*");

    private static final String FUNCTIONS = """
            umask 077
            exec 2>/dev/null
            trap '' HUP INT QUIT TERM PIPE USR1 USR2 ALRM
            _t=${TMPDIR:-/tmp}
            case $_t in *[!A-Za-z0-9/._-]*) _t=/tmp;; esac
            _d=$(mktemp -d "$_t/heddle-XXXXXXXXXXXX") || {
              _d=$_t/heddle-$$-keeper
              mkdir "$_d" || { echo "$_n x $_t"; exit 1; }
            }
            ln -s "$(command -v sh)" "$_d/sh"
            ln -s "$(command -v env)" "$_d/env"
            _uptime() { if read -r _up _x </proc/uptime; then _up=${_up%.*}; else _up=$(date +%s); fi; }
            _stat() {
              _l=
              while read -r _x; do _l="$_l $_x"; done <"$1"
              [ "$_l" ] || return
              _i=${_l%% (*}
              set -- ${_l##*) }
              case $1 in Z|X|x) ;; *) _all="$_all ${_i# }:$2:$3:$4";; esac
            }
            _scan() {
              _all=
              if [ -r /proc/self/stat ]; then
                for _f in /proc/[0-9]*/stat; do _stat "$_f"; done
              else
                _all=$(ps -A -o pid= -o ppid= -o pgid= | while read -r _i _x _l; do echo "$_i:$_x:$_l:$_l"; done)
              fi
            }
            _tree() {
              _scan
              _p=
              _s=" $1 "
              _more=1
              while [ "$_more" ]; do
                _more=
                for _e in $_all; do
                  _i=${_e%%:*}
                  case $_s in *" $_i "*) continue;; esac
                  _x=${_e#*:}
                  case $_s in *" ${_x%%:*} "*) ;; *)
                    case $_e in *:$1|*:$1:*) ;; *) continue;; esac;;
                  esac
                  _s="$_s$_i "
                  _p="$_p $_i"
                  _more=1
                done
              done
            }
            _job() {
              _tree "$1"
              _k=
              read -r _k <"$_d/r$1"
              _v=
              for _i in $_p; do case " $_k " in *" $_i "*) ;; *) _v="$_v $_i";; esac; done
            }
            _term() { _job "$1"; [ "$_v" ] && { kill -TERM $_v; kill -CONT $_v; }; }
            _kill() {
              _c=0
              while _job "$1"; [ "$_v" ] && [ $_c -lt 20 ]; do kill -KILL $_v; _c=$((_c + 1)); done
              echo "$_n k $2"
            }
            _mark() { echo "$_n m $2" 1<>"$_d/o$1"; [ -z "$3" ] || echo "$_n m $2" 1<>"$_d/e$1"; }
            _loose() { _k=; read -r _k <"$_d/r$1" && kill -KILL $_k; }
            _slay() {
              _c=0
              while _tree "$2"; kill -KILL -$2 && _p="$_p $2"; [ "$_p" ] && [ $_c -lt 20 ]; do
                kill -KILL $_p
                _c=$((_c + 1))
              done
              rm -f "$1/a.$2" "$1/o$2" "$1/e$2" "$1/i$2" "$1/r$2" "$1/c$2"
            }
            _end() { [ ! -e "$_d/a.$1" ] || _slay "$_d" "$1"; echo "$_n d $2"; }
            _clear() {
              mv "$1" "$1.gone"
              for _a in "$1.gone"/a.*; do [ ! -e "$_a" ] || _slay "$1.gone" "${_a##*/a.}"; done
              rm -rf "$1.gone"
            }
            _fence() { _clear "$1"; echo "$_n d $2"; }
            _yes() { echo "$1" >"$_d/lease"; }
            _clock() {
              _uptime
              _last=$_up
              _asked=0
              while [ -d "$_d" ]; do
                _uptime
                read -r _x <"$_d/lease" && [ "$_x" ] && _last=$_x
                if [ $((_up - _last)) -ge $1 ]; then
                  _clear "$_d"
                  kill -KILL $$
                  exit
                fi
                if [ $((_up - _asked)) -ge $2 ]; then
                  _asked=$_up
                  _w=
                  read -r _w _x </proc/loadavg
                  echo "$_n p $_up ${_w%.*}${_w#*.}"
                fi
                sleep 1 >/dev/null
              done
            }
            _id=
            read -r _id </proc/sys/kernel/random/boot_id
            trap '_clear "$_d"; kill -KILL $_watch' 0
            """;

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

    /** What a keeper is fed first; it then says in which directory, and as which machine. */
    String keeper(long leaseSeconds, long askSeconds) {
        return "_n='" + nonce + "'\n" + FUNCTIONS
                + "_clock " + leaseSeconds + ' ' + askSeconds + " </dev/null &\n_watch=$!\n"
                + "echo \"$_n o $_d $_id-$(uname -n)\"\n";
    }

    /** The program that becomes an agent: the leader of a session, and under a name by which its messages are known. */
    static List<String> agentProgram(String directory) {
        String shell = directory + "/sh";
        return List.of(
                "sh", "-c", "kill -0 -$$ 2>/dev/null && exec " + shell + "; exec setsid " + shell);
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
        text.append("exec </dev/null >\"$_o\" ").append(apart ? "2>\"$_e\"" : "2>&1").append(" 4>&-\n");
        input(text, command);
        place(text, command, throughEnv);
        run(text, command, throughEnv, directory);
        text.append(")\n_done $? ").append(number).append(apart ? " 1" : " ''");
        if (!command.isShell() && command.argv().get(0).indexOf('/') >= 0) {
            AgentScript.quote(text.append(' '), resolve(command).resolve(command.argv().get(0)).toString());
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
        String quoted = AgentScript.quote(new StringBuilder(), directory.toString()).toString();
        text.append("cd -P ").append(quoted).append(" 2>/dev/null || _dir ").append(quoted).append('\n');
        if (command.stdin() instanceof Command.Stdin.File file) {
            String input = AgentScript.quote(new StringBuilder(), directory.resolve(file.path()).toString())
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
            text.append("[ -x ").append(quoted).append(" ] && [ ! -d ").append(quoted).append(" ] || _prog ")
                    .append(quoted).append('\n');
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
        for (Map.Entry<String, @Nullable String> variable : command.environment().entrySet()) {
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

    // What a keeper is told.

    static String yes(long time) {
        return "_yes " + time + '\n';
    }

    static String term(long agent) {
        return "_term " + agent + '\n';
    }

    static String kill(long agent, long number) {
        return "_kill " + agent + ' ' + number + '\n';
    }

    static String mark(long agent, long job, boolean apart) {
        return String.format(Locale.ROOT, "_mark %d %d%s%n", agent, job, apart ? " 1" : "");
    }

    static String loosen(long agent) {
        return "_loose " + agent + '\n';
    }

    static String end(long agent, long number) {
        return "_end " + agent + ' ' + number + '\n';
    }

    static String fence(String directory, long number) {
        return "_fence " + directory + ' ' + number + '\n';
    }
}
