#!/usr/bin/perl
# Every hook tool of a charm: hands its arguments to the unit's agent, and does what comes back.
#
# It is started hundreds of times in a hook. So it loads no module, which would take longer than all
# the rest. Requests and answers are frames of a letter, a length and so many bytes:
#
# `juju-exec` and `juju-run`, which are for whoever is not in a hook, call the machine's agent instead.
#
#   to the agent:    c name NUL argument NUL ...
#                    r context NUL tool NUL folder NUL argument NUL ...    i standard input
#   from the agent:  o standard output    e standard error    i wants the input    x exit status

sub fail { print STDERR "ERROR $_[0]\n"; exit 1 }

sub receive {
  my ($length) = @_;
  my $bytes = '';
  while (length $bytes < $length) {
    sysread($agent, $bytes, $length - length $bytes, length $bytes) or fail('the agent is gone');
  }
  return $bytes;
}

sub send_frame {
  my ($bytes) = @_;
  while (length $bytes) {
    my $written = syswrite($agent, $bytes) or fail('the agent is gone');
    substr($bytes, 0, $written) = '';
  }
}

# At once, as much as fits: whoever reads only the beginning is no fault of the tool's. Where nobody
# reads at all it ends as every program does.
sub show {
  my ($output, $bytes) = @_;
  local $SIG{PIPE} = 'DEFAULT';
  while (length $bytes) {
    my $written = syswrite($output, $bytes);
    if (defined $written) { substr($bytes, 0, $written) = '' }
    elsif ($! == 11) { select(undef, undef, undef, 0.01) }
    else { return 0 }
  }
  return 1;
}

# The unit that commands are for, by its agent's tag. An option's value is none.
sub find_unit {
  while (defined(my $word = shift)) {
    if ($word =~ /^-/) { shift if $word =~ /^--?(?:r|relation|remote-unit)$/; next }
    $word =~ s{^([a-z][a-z0-9-]*)/(\d+)$}{unit-$1-$2};
    return $word =~ /^unit-[a-z0-9-]+-\d+$/ ? $word : '';
  }
  return '';
}

# The agent's data directory is where the tool lies, or the usual one. That one may have links to units of
# machines that share the host.
sub find_data_dir {
  my $unit = find_unit(@_);
  my $found;
  my $path = $0 =~ m{^/} ? $0 : "$folder/$0";
  for (1 .. 8) {
    if ($path =~ m{^(.*)/tools/(?:[^/]+/)?[^/]+$}s && -d "$1/agents") {
      $found = $1;
      return $1 if length $unit && (readlink("$found/agents/$unit") || '') =~ m{^(.*)/agents/[^/]+$}s;
      return $found if -S "$found/run.socket";
    }
    my $target = readlink $path;
    last unless defined $target;
    $path = $target =~ m{^/} ? $target : $path =~ s{[^/]*$}{$target}r;
  }
  return defined $found ? $found : '/var/lib/juju';
}

$SIG{PIPE} = 'IGNORE';
$context = $ENV{JUJU_CONTEXT_ID};
$folder = readlink('/proc/self/cwd');
$0 =~ m{([^/]+)$};
$tool = $1;
if ($tool =~ /^juju-(?:exec|run)$/) {
  fail("$tool cannot be called from within a hook, have context \"$context\"")
    if defined $context && length $context;
  $address = find_data_dir(@ARGV) . '/run.socket';
  @request = ('c', join("\0", $tool, @ARGV));
} else {
  fail('JUJU_CONTEXT_ID not set') unless defined $context && length $context;
  $address = $ENV{JUJU_AGENT_SOCKET_ADDRESS};
  fail('JUJU_AGENT_SOCKET_ADDRESS not set') unless defined $address && length $address;
  @request = ('r', join("\0", $context, $tool, $folder, @ARGV));
}
$called = $address;

# A socket's path has at most 107 bytes; one that is deeper is called by its name, from its folder.
if (length $address > 107) {
  $address =~ m{^(.*)/(.*)$}s;
  chdir $1 and $address = $2;
}

# A Unix socket of a stream: the numbers are those of every Linux that charms run on.
# Where the caller has closed its outputs, no socket takes their places.
until (defined $agent && fileno($agent) > 2) {
  push @places, $agent;
  undef $agent;
  socket($agent, 1, 1, 0) or fail("cannot talk to the agent: $!");
}
connect($agent, pack('Sa108', 1, $address))
  or fail("cannot talk to the agent at $called: $!");

send_frame(pack('aN/a*', @request));
while (1) {
  ($kind, $length) = unpack('aN', receive(5));
  $bytes = receive($length);
  if ($kind eq 'o') { show(*STDOUT, $bytes) or fail("cannot print: $!") }
  elsif ($kind eq 'e') { show(*STDERR, $bytes) }
  elsif ($kind eq 'x') { exit unpack('C', $bytes) }
  elsif ($kind eq 'i') {
    local $/;
    $input = <STDIN>;
    send_frame(pack('aN/a*', 'i', defined $input ? $input : ''));
  }
}
