package dev.heddle.core.process;

import java.util.List;
import java.util.Locale;

/**
 * The texts that the keeper of a connection is fed, a shell on the other machine: plain POSIX shell language, the same for
 * dash, bash and the ash of busybox. Besides a shell, {@code mktemp} or {@code mkdir}, {@code ln}, {@code mv}, {@code rm},
 * {@code sleep} and {@code uname} are needed there, and {@code /proc} or {@code ps}; with {@code /proc} and {@code ls} also
 * what has left its job's session is found by the FIFO that it holds.
 *
 * <p>The keeper owns a directory, in which each agent has a file {@code a.PID}. It signals agents' jobs when told. Every few
 * seconds it is told the time by the clock here, and a clock of its own looks every second whether the last time was long ago,
 * also whether an agent died. When it was longer ago than the lease, or the keeper's input ends, everything that agents run is
 * killed and the directory removed. The directory is renamed first, so that an agent whose birth was delayed cannot come into
 * it. The two clocks are compared by the fastest message so far, so one that was long under way prolongs the lease by no more
 * than one that was not.
 *
 * <p>What belongs to an agent is its session, its process group, and their descendants. Jobs are killed without their agent and
 * their relays, whose numbers are in the file {@code rPID}; so the last words of a job are relayed, and the agent itself
 * tells how the job ended.
 */
final class KeeperScript {

    /** The program that becomes a keeper. */
    static final List<String> PROGRAM = List.of("sh");

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
            _held() {
              _q=$(cd "$_d" && pwd -P)
              _v=$(ls -l /proc/[0-9]*/fd | while read -r _m _x; do
                case $_m in
                  /proc/*/fd:) _i=${_m#/proc/}; _i=${_i%/fd:};;
                  l?w*) case $_x in *" -> $_q/o$1"|*" -> $_q/e$1") echo "$_i";; esac;;
                esac
              done)
            }
            _free() {
              _c=0
              while _held "$1"; [ "$_v" ] && [ $_c -lt 20 ]; do kill -KILL $_v; _c=$((_c + 1)); done
              echo "$_n k $2"
            }
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
            _beat() {
              _uptime
              [ "$_off" ] && [ $_off -le $((_up - $1)) ] || _off=$((_up - $1))
              echo $(($1 + _off)) >"$_d/lease"
              _w=
              read -r _w _x </proc/loadavg
              echo "$_n p $1 ${_w%.*}${_w#*.}"
            }
            _clock() {
              _uptime
              _last=$_up
              while [ -d "$_d" ]; do
                _uptime
                read -r _x <"$_d/lease" && [ "$_x" ] && _last=$_x
                if [ $((_up - _last)) -ge $1 ]; then
                  _clear "$_d"
                  kill -KILL $$
                  exit
                fi
                for _a in "$_d"/a.*; do
                  [ ! -e "$_a" ] || kill -0 ${_a##*/a.} || echo "$_n g ${_a##*/a.}"
                done
                sleep 1 >/dev/null
              done
            }
            _off=
            _id=
            read -r _id </proc/sys/kernel/random/boot_id
            trap '_clear "$_d"; kill -KILL $_watch' 0
            """;

    private KeeperScript() {}

    /** What a keeper is fed first; it then says in which directory, and as which machine. */
    static String boot(String nonce, FarSettings settings) {
        return "_n='" + nonce + "'\n" + FUNCTIONS + "_clock " + settings.lease().toSeconds()
                + " </dev/null &\n_watch=$!\n" + "echo \"$_n o $_d $_id-$(uname -n)\"\n";
    }

    /** Tells that somebody is here, at a time in seconds by the clock here. */
    static String beat(long seconds) {
        return "_beat " + seconds + '\n';
    }

    /** Asks an agent's job to end. */
    static String term(long agent) {
        return "_term " + agent + '\n';
    }

    /** Kills an agent's job, and confirms it. */
    static String kill(long agent, long number) {
        return "_kill " + agent + ' ' + number + '\n';
    }

    /** Puts a frame into an agent's FIFOs, behind all that was written so far. */
    static String mark(long agent, long job, boolean apart) {
        return String.format(Locale.ROOT, "_mark %d %d%s%n", agent, job, apart ? " 1" : "");
    }

    /** Kills what has an agent's FIFOs open for writing, and confirms it. */
    static String free(long agent, long number) {
        return "_free " + agent + ' ' + number + '\n';
    }

    /** Cuts an agent's relays off. */
    static String loosen(long agent) {
        return "_loose " + agent + '\n';
    }

    /** Kills an agent and all that belongs to it, and confirms it. */
    static String end(long agent, long number) {
        return "_end " + agent + ' ' + number + '\n';
    }

    /** Kills what another keeper has left, and confirms it. */
    static String fence(String directory, long number) {
        return "_fence " + directory + ' ' + number + '\n';
    }
}
