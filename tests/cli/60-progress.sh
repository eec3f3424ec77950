# The progress line, on a pseudo-terminal.
# shellcheck shell=bash

# Runs flamectl with stderr on a terminal, fed with lines for so many seconds; prints what the terminal got.
on_terminal() { # SECONDS ARGUMENTS...
    python3 - "$FLAMECTL" "$@" <<'PYTHON'
import os, pty, subprocess, sys, time
program, seconds, arguments = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
terminal, slave = pty.openpty()
child = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
os.close(slave)
end = time.monotonic() + seconds
while time.monotonic() < end:
    child.stdin.write(b"main;work 1\n" * 10000)
    child.stdin.flush()
    time.sleep(0.02)
child.stdin.close()
child.wait()
seen = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
sys.stdout.buffer.write(seen.replace(b"\r", b"<CR>").replace(b"\033[K", b"<erase>"))
PYTHON
}

begin "progress: a line on a terminal after a second, taken away at the end"
got=$(on_terminal 1.6 collapse -)
[[ $got == *'<CR>flamectl: 0.'*' GB, '*' MB/s<erase>'* ]] || problem "no progress in '$got'"
[[ $got == *'<CR><erase>' ]] || problem "the line is left standing: '$got'"
end

begin "a terminal as standard input is told of, so that nobody waits for what waits for them"
got=$(python3 - "$FLAMECTL" <<'PYTHON'
import os, pty, subprocess, sys
terminal, slave = pty.openpty()
os.write(terminal, b"main;work 1\n\x04")
child = subprocess.run([sys.argv[1], "collapse"], stdin=slave, capture_output=True, timeout=20)
sys.stdout.buffer.write(child.stderr + child.stdout)
PYTHON
)
is "messages and output" $'flamectl: reading standard input, a terminal; name a file, or end it with Ctrl-D\nmain;work 1' "$got"
end

begin "progress: quick work says nothing"
got=$(on_terminal 0.2 collapse -)
is "terminal" "" "$got"
end

begin "progress: --quiet says nothing"
got=$(on_terminal 1.4 collapse -q -)
is "terminal" "" "$got"
end

begin "progress: nothing where stderr is no terminal"
{ sleep 1.2; printf 'main;work 1\n'; } | "$FLAMECTL" collapse >out 2>err
is "stderr" "" "$(cat err)"
end
