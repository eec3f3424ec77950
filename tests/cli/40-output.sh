# Where output goes: complete or not at all.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

leftovers() { is "files in the folder" "$1" "$(find . -mindepth 1 -printf '%f\n' | sort | tr '\n' ' ')"; }

begin "-o FILE, -oFILE, --output FILE, --output=FILE"
for words in "-o out" "-oout" "--output out" "--output=out"; do
    rm -f out
    run flamectl collapse $words "$folded"
    status 0
    out_is ""
    err_is ""
    is out "$folded_out" "$(cat out)"
done
leftovers "out "
end

begin "-o: the end of the name chooses the format"
run flamectl diff -q -o out.folded "$folded" "$folded"
status 0
is columns $'main;foo 2 2\nmain;foo;bar 7 7' "$(cat out.folded)"
run flamectl render -o out.json "$folded"
status 0
is "the first byte" "{" "$(head -c 1 out.json)"
end

begin "-o: a name of a format that the command cannot write"
run flamectl collapse -o out.svg "$folded"
fails "out.svg: collapse cannot write 'svg'; it writes: folded text"
err_has "the commands for it are: render diff"
run flamectl render -o out.folded "$folded"
fails "out.folded"
run flamectl check --max=5% -o out.pb.gz "$folded"
fails "out.pb.gz"
leftovers ""
run flamectl collapse --to folded -o out.svg "$folded"
status 0
is out.svg "$folded_out" "$(cat out.svg)"
end

begin "-o: a name that says the file is another kind of picture, or a page"
for name in out.png out.jpg out.pdf out.html; do
    run flamectl render -o $name "$folded"
    fails "$name: svg would be written: name it .svg"
    run flamectl diff -o $name "$folded" "$folded"
    fails "$name: svg would be written"
done
leftovers ""
run flamectl render --to svg -o out.html "$folded"
status 0
end

begin "-o: a name that says the file is compressed, which text is not"
run flamectl collapse -o out.folded.gz "$folded"
fails "out.folded.gz: folded is written uncompressed"
err_has "gzip"
run flamectl render -o out.svgz "$folded"
fails "out.svgz: svg is written uncompressed"
leftovers ""
run flamectl collapse -o out.json.gz "$folded"
fails "out.json.gz: json is written uncompressed"
err_has "--to json | gzip > FILE"
run flamectl collapse --to folded -o out.gz "$folded"
status 0
is out.gz "$folded_out" "$(cat out.gz)"
for name in out.pb.gz out.pb; do
    run flamectl collapse -o "$name" "$folded"
    status 0
    is "$name is no text" "$(flamectl collapse --to pprof "$folded" | cksum)" "$(cksum < "$name")"
done
end

begin "a binary format is not written to a terminal, text is"
got=$(python3 - "$FLAMECTL" "$folded" <<'PYTHON'
import os, pty, subprocess, sys
program, folded = sys.argv[1:]
for to in ("pprof", "folded"):
    terminal, slave = pty.openpty()
    child = subprocess.run([program, "collapse", "--to", to, folded], stdout=slave, stderr=subprocess.PIPE, timeout=20)
    os.write(slave, b"end\n")
    seen = b""
    while not seen.endswith(b"end\r\n"):
        seen += os.read(terminal, 9999)
    print(to, child.returncode, child.stderr.decode() + seen.decode().replace("\r", ""))
PYTHON
)
is "messages and output" "pprof 2 flamectl: --to pprof is not written to a terminal: -o FILE names a file
end

folded 0 $folded_out
end" "$got"
end

begin "-o: into a folder that is not there"
run flamectl collapse -o nowhere/out "$folded"
fails
err_is "flamectl: nowhere/out: cannot write: No such file or directory"
end

begin "-o: failing leaves no file and no temporary"
for words in "collapse --strict" "render" "collapse"; do
    printf 'Dear Sir,\n' >letter
    run flamectl $words -o out letter
    fails letter
    rm letter
    leftovers ""
done
end

begin "-o: failing keeps the old file"
printf 'old' >out
printf 'Dear Sir,\n' >letter
run flamectl collapse -o out letter
fails letter
is out old "$(cat out)"
rm letter
leftovers "out "
end

begin "-o: the mode of the old file is kept"
for mode in 600 640 755; do
    rm -f out
    printf 'old' >out
    chmod "$mode" out
    run flamectl collapse -o out "$folded"
    status 0
    is mode "$mode" "$(stat -c %a out)"
    is out "$folded_out" "$(cat out)"
done
end

begin "-o: a new file has the mode the umask gives"
(umask 027 && "$FLAMECTL" collapse -o out "$folded")
is mode 640 "$(stat -c %a out)"
end

begin "-o: a link stays a link, its target is replaced"
mkdir there
printf 'old' >there/target
ln -s there/target out
run flamectl collapse -o out "$folded"
status 0
[[ -L out ]] || problem "out is no link any more"
is target "$folded_out" "$(cat there/target)"
leftovers "out target there "
end

begin "-o: a link to nothing makes its target"
ln -s target out
run flamectl collapse -o out "$folded"
status 0
[[ -L out ]] || problem "out is no link any more"
is target "$folded_out" "$(cat target 2>&1)"
end

begin "-o: a link in a circle is an error"
ln -s b a
ln -s a b
run flamectl collapse -o a "$folded"
fails
leftovers "a b "
end

begin "-o /dev/null stays a device"
run flamectl collapse -o /dev/null "$folded"
status 0
[[ -c /dev/null ]] || problem "/dev/null is no device any more"
end

begin "-o: a device, by a link too, is written to"
ln -s /dev/null null
run flamectl collapse -o null "$folded"
status 0
[[ -L null ]] || problem "the link is gone"
[[ -c /dev/null ]] || problem "/dev/null is no device any more"
end

begin "-o: a named pipe is written to"
mkfifo pipe
timeout 5 cat pipe >got &
run flamectl collapse -o pipe "$folded"
wait
status 0
is "what came through" "$folded_out" "$(cat got)"
[[ -p pipe ]] || problem "no pipe any more"
end

begin "-o /dev/stdout"
run_sh "\$flamectl collapse -o /dev/stdout $folded | cat"
status 0
out_is "$folded_out"
end

begin "-o -: stdout"
run flamectl collapse -o - "$folded"
status 0
out_is "$folded_out"
leftovers ""
end

begin "-o: a folder"
mkdir folder
run flamectl collapse -o folder "$folded"
fails folder
leftovers "folder "
end

begin "-o: a folder that is not there"
run flamectl collapse -o no/where/out "$folded"
fails no/where/out
end

begin "-o: a read-only file is not replaced"
cp "$folded" in
printf 'old' >out
chmod 444 in out
chmod 777 .
run_as_nobody flamectl collapse -o out in
fails out "permission denied"
is out old "$(cat out)"
leftovers "in out "
end

begin "-o: an unwritable folder"
mkdir closed
chmod 555 closed
cp "$folded" in
chmod 444 in
run_as_nobody flamectl collapse -o closed/out in
fails closed/out "permission denied"
end

begin "-o: the input itself may be the output"
cp "$folded" file
run flamectl collapse -o file file
status 0
is file "$folded_out" "$(cat file)"
end

for command in collapse render "diff $folded"; do
    begin "full disk: ${command%% *} >/dev/full"
    run_sh "\$flamectl $command $folded >/dev/full"
    status 2
    err_has "no space left"
    is "messages about it" 1 "$(grep -ci "no space left" "$scratch/err")"
    end

    begin "full disk: ${command%% *} -o /dev/full"
    run flamectl $command "$folded" -o /dev/full
    status 2
    err_has "no space left"
    err_has "/dev/full"
    [[ -c /dev/full ]] || problem "/dev/full is no device any more"
    end
done

for command in "collapse big" "render --elements=all --minwidth=0 big" \
    "diff --elements=all --minwidth=0 big big"; do
    begin "closed pipe: ${command%% *} ends as cat does"
    seq 20000 | sed 's/.*/main;f&;g&;h& &/' >big
    run_sh "\$flamectl $command | head -n 1"
    status 141
    err_hasnt pipe
    end
done

begin "help into a full disk is an error too"
run_sh '$flamectl help >/dev/full'
status 2
err_has "no space left"
run_sh '$flamectl collapse --help >/dev/full'
status 2
run_sh '$flamectl --version >/dev/full'
status 2
run_sh '$flamectl --list-formats >/dev/full'
status 2
end

for signal in INT TERM HUP; do
    begin "interrupted by SIG$signal: no temporary file left, the signal's status"
    mkfifo pipe
    env --default-signal=INT "$FLAMECTL" collapse --from folded -o out pipe 2>"$scratch/err" &
    pid=$!
    # Open for both directions, so that nobody waits for the other end.
    exec 9<>pipe
    printf 'main;a 1\n%.0s' {1..999} >&9
    sleep 0.2
    kill -s "$signal" "$pid"
    wait "$pid" 2>/dev/null
    status_got=$?
    status $((128 + $(kill -l "$signal")))
    exec 9>&-
    leftovers "pipe "
    end
done

begin "render: same bytes to a file and to stdout"
run flamectl render -o out.svg "$folded"
status 0
run flamectl render "$folded"
cmp -s out.svg "$scratch/out" || problem "they differ"
end

begin "-o: the name tells the format where --to does not, and only where it is certain"
for words in "collapse -o out.json" "render -o out.json" "collapse --to=json -o out.txt" "render --to=json -o out.svg"; do
    run flamectl $words "$folded"
    status 0
    is "first line of $words" "{" "$(head -n 1 "${words##* }")"
done
for words in "collapse -o out.txt" "collapse --to=folded -o out.json" "collapse -o json"; do
    run flamectl $words "$folded"
    status 0
    is "$words" "$folded_out" "$(cat "${words##* }")"
done
run flamectl render -o out.new "$folded"
status 0
is "first line of out.new" '<?xml version="1.0"' "$(head -c 19 out.new)"
end

begin "render --csp-hash: the hashes of script and style as they stand in a picture"
printf 'a;b 1\n' >in
run flamectl render -o out.svg in
hash_of() {
    python3 -c 'import base64, hashlib, sys, xml.etree.ElementTree as tree
for part in tree.parse("out.svg").iter("{http://www.w3.org/2000/svg}" + sys.argv[1]):
    print(base64.b64encode(hashlib.sha256(part.text.encode()).digest()).decode())' "$1"
}
run flamectl render --csp-hash
status 0
out_is "script-src 'sha256-$(hash_of script)'; style-src 'sha256-$(hash_of style)'"
run flamectl render --csp-hash -o policy
out_is ""
is policy "script-src 'sha256-$(hash_of script)'; style-src 'sha256-$(hash_of style)'" "$(cat policy)"
end

begin "a very long name in many stacks is written, not kept for each of them"
python3 -c 'print("PeriodType: cpu nanoseconds\nPeriod: 1\nSamples:\nsamples/count")
for i in range(2, 402):
    print(f"          1: {i} 1")
print("Locations\n     1: 0x1 M=1 " + "x" * 1000000 + " f.c:1 s=0")
for i in range(2, 402):
    print(f"     {i}: 0x{i:x} M=1 leaf{i} f.c:1 s=0")
print("Mappings")' >in
for jobs in 1 2; do
    run bash -c "ulimit -v 300000; $FLAMECTL collapse --jobs=$jobs in | wc -lc"
    out_has "400 400004294"
    err_is ""
done
end
