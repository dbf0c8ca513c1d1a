package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives a command a terminal to write to. Neither Java nor the shell can make one; a small Perl program can, by the interface
 * of Linux (ptmx(4)). It forks a relay, which hands on what comes out of the terminal, and becomes the command: so exit codes,
 * signals and process ids are the command's own.
 *
 * <p>The command reads its input as without a terminal, past it, so that nothing is echoed and no byte of the input is taken
 * for a key. The terminal does not change what is written (no carriage returns before newlines). Its size is that of
 * {@code COLUMNS} and {@code LINES} in the command's environment, or 80 by 24. It is nobody's controlling terminal: nothing is
 * hung up when the command ends, and {@code /dev/tty} is what it would be without.
 *
 * <p>The relay has a session of its own, so that no signal for the job ends it before its last words are handed on. It ends
 * when nobody holds the terminal any more: for whoever waits for the end of the output, a process that is left behind with the
 * terminal is one that holds the output.
 */
final class PseudoTerminal {

    private static final Path SH = Path.of("/bin/sh");

    /** What the probe's program ends with. */
    private static final int PROBE_CODE = 7;

    private static final long PROBE_SECONDS = 5;

    /** Variables that mean something to Perl, and must not while it makes the terminal. */
    private static final List<String> PERLS_OWN = List.of("PERL5OPT", "PERL5LIB", "PERLLIB", "PERL5DB", "PERL_BADLANG");

    /** Starts Perl so that nothing in the command's environment changes what it does or makes it speak. */
    private static final String START =
            "unset PERL5OPT PERL5LIB PERLLIB PERL5DB; PERL_BADLANG=0; export PERL_BADLANG; " + "exec \"$0\" -e \"$@\"";

    /**
     * Arguments: rows, columns, how many variables, the variables as {@code NAME=value}, the program file, and the command's
     * words. The requests of {@code ioctl} are those of most kinds of machines, else those of MIPS, PowerPC and SPARC.
     */
    private static final String PROGRAM = """
            use POSIX ();
            my ($rows, $columns, $variables) = splice @ARGV, 0, 3;
            delete $ENV{PERL_BADLANG};
            for (splice @ARGV, 0, $variables) { my ($name, $value) = split /=/, $_, 2; $ENV{$name} = $value }
            my $program = shift @ARGV;
            sub fail { print STDERR "no terminal: $_[0]: $!\n"; POSIX::_exit(126) }
            open my $master, '+<', '/dev/ptmx' or fail('/dev/ptmx');
            my $number = pack 'i', 0;
            my ($lock, $size) = (0x40045431, 0x5414);
            if (!ioctl $master, 0x80045430, $number) {
              ($lock, $size) = (0x80045431, 0x80087467);
              ioctl $master, 0x40045430, $number or fail('its number');
            }
            my ($open, $cells) = (pack('i', 0), pack('S4', $rows, $columns, 0, 0));
            ioctl $master, $lock, $open or fail('its lock');
            my $name = '/dev/pts/' . unpack 'i', $number;
            sysopen my $slave, $name, POSIX::O_RDWR() | POSIX::O_NOCTTY() or fail($name);
            ioctl $slave, $size, $cells or fail('its size');
            my $modes = POSIX::Termios->new;
            $modes->getattr(fileno $slave);
            $modes->setoflag($modes->getoflag & ~POSIX::OPOST());
            $modes->setlflag($modes->getlflag & ~POSIX::ECHO());
            $modes->setattr(fileno $slave, POSIX::TCSANOW()) or fail('its modes');
            my $child = fork;
            defined $child or fail('its relay');
            if (!$child) {
              POSIX::setsid();
              my $relay = fork;
              POSIX::_exit(defined $relay ? 0 : 126) if !defined $relay || $relay;
              close $slave;
              open STDIN, '<', '/dev/null';
              open STDERR, '>', '/dev/null';
              my $bytes;
              while (sysread $master, $bytes, 65536) {
                for (my $at = 0; $at < length $bytes; ) {
                  my $written = syswrite STDOUT, $bytes, length($bytes) - $at, $at;
                  defined $written or POSIX::_exit(1);
                  $at += $written;
                }
              }
              POSIX::_exit(0);
            }
            waitpid $child, 0;
            $? == 0 or fail('its relay');
            close $master;
            POSIX::dup2(fileno $slave, $_) for 1, 2;
            exec { $program } @ARGV;
            fail($program);
            """;

    private final Path perl;

    private PseudoTerminal(Path perl) {
        this.perl = perl;
    }

    /** Looks for Perl and tries whether it can make a terminal here, which takes about 20 ms. */
    static Optional<PseudoTerminal> find(String path) {
        return Preparation.search("perl", null, path).map(PseudoTerminal::new).filter(PseudoTerminal::works);
    }

    private boolean works() {
        Command probe = Command.of(SH.toString(), "-c", "test -t 1 && test -t 2 && exit " + PROBE_CODE);
        Process process;
        try {
            process = new ProcessBuilder(wrap(new Launch(probe, probe.argv(), SH, null, false), Map.of())
                            .argv())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == PROBE_CODE;
                } catch (InterruptedException e) {
                    // The answer is remembered, so it must not be that of a probe that was left.
                    interrupted = true;
                }
            }
        } finally {
            process.destroyForcibly();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The command with its program before a terminal. */
    Launch wrap(Launch launch, Map<String, String> inherited) {
        Command command = launch.command();
        List<String> argv = new ArrayList<>(List.of(SH.toString(), "-c", START, perl.toString(), PROGRAM));
        argv.add(String.valueOf(size("LINES", 24, command, inherited)));
        argv.add(String.valueOf(size("COLUMNS", 80, command, inherited)));
        List<String> variables = PERLS_OWN.stream()
                .map(name -> Optional.ofNullable(variable(name, command, inherited))
                        .map(value -> name + '=' + value)
                        .orElse(""))
                .filter(variable -> !variable.isEmpty())
                .toList();
        argv.add(String.valueOf(variables.size()));
        argv.addAll(variables);
        argv.add(launch.program().toString());
        argv.addAll(launch.argv());
        return new Launch(command, argv, SH, launch.directory(), false);
    }

    private static @Nullable String variable(String name, Command command, Map<String, String> inherited) {
        if (command.environment().containsKey(name)) {
            return command.environment().get(name);
        }
        return command.isCleanEnvironment() ? null : inherited.get(name);
    }

    private static int size(String name, int otherwise, Command command, Map<String, String> inherited) {
        String value = variable(name, command, inherited);
        return value != null && value.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(value) : otherwise;
    }
}
