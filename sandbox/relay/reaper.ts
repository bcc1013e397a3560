import { existsSync } from "node:fs";

const PERL = "/usr/bin/perl";
/** Number of the system call prctl. */
const PRCTL = new Map([
  ["x64", 157],
  ["arm64", 167],
]).get(process.arch);
/** PR_SET_CHILD_SUBREAPER. */
const SUBREAPER = 36;

/** A real-time signal nobody uses: tells the parent to end the command with everything it started. */
export const END_COMMAND = 50;

/**
 * The command below a parent that collects its orphans, and at its end kills and collects what it left behind. Node,
 * as process 1, would leave all of them zombies: they count against the limit of processes, and who waits for one to go
 * away waits forever. The parent ends as the command did. Without Perl in the image (Debian's always have it), the
 * command as it is. Only good manners depend on this; that nothing survives a command is the relay's to see to.
 */
export function withReaper(argv: readonly string[]): readonly string[] {
  if (PRCTL === undefined || !existsSync(PERL)) return argv;
  return [PERL, "-e", SCRIPT, "--", ...argv];
}

// Ordinary signals to the whole process group are the command's to handle, so the parent ignores them.
const SCRIPT = `
  syscall(${PRCTL}, ${SUBREAPER}, 1, 0, 0, 0);
  my @signals = qw(HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU);
  $SIG{$_} = "IGNORE" for @signals;
  $SIG{NUM${END_COMMAND}} = sub { kill KILL => -1 };
  my $pid = fork;
  if (!$pid) {
    $SIG{$_} = "DEFAULT" for @signals;
    if (defined $pid) { no warnings; exec { $ARGV[0] } @ARGV; }
    print STDERR "evolver: cannot run $ARGV[0]: $!\\n";
    exit($! == 2 ? 127 : 126);
  }
  $0 = "evolver: parent of the command";
  1 while wait != $pid;
  my $status = $?;
  kill KILL => -1;
  1 while wait != -1;
  my $signal = $status & 127;
  exit($status >> 8) if !$signal;
  $SIG{$_} = "DEFAULT" for @signals;
  kill $signal, $$;
  sleep;
`;
