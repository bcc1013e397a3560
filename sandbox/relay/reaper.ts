import { existsSync } from "node:fs";

const PERL = "/usr/bin/perl";
/** Number of the system call prctl. */
const PRCTL = new Map([
  ["x64", 157],
  ["arm64", 167],
]).get(process.arch);
/** PR_SET_CHILD_SUBREAPER. */
const SUBREAPER = 36;

/**
 * The command below a parent that collects orphans. Node, as process 1, would leave every orphan of the command a
 * zombie: it counts against the limit of processes, and who waits for it to go away waits forever. The parent ends
 * as the command did. Where the image has no Perl (Debian's always have), the command as it is.
 */
export function withReaper(argv: readonly string[]): readonly string[] {
  if (PRCTL === undefined || !existsSync(PERL)) return argv;
  return [PERL, "-e", SCRIPT, "--", ...argv];
}

// Signals to the whole process group are the command's to handle.
const SCRIPT = `
  syscall(${PRCTL}, ${SUBREAPER}, 1, 0, 0, 0);
  my @signals = qw(HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU);
  my $pid = fork;
  if (!$pid) {
    if (defined $pid) { no warnings; exec { $ARGV[0] } @ARGV; }
    print STDERR "evolver: cannot run $ARGV[0]: $!\\n";
    exit($! == 2 ? 127 : 126);
  }
  $SIG{$_} = "IGNORE" for @signals;
  1 while wait != $pid;
  my $signal = $? & 127;
  exit($? >> 8) if !$signal;
  $SIG{$_} = "DEFAULT" for @signals;
  kill $signal, $$;
  sleep;
`;
