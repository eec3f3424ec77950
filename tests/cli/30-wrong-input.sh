# Input that cannot be used: named, status 2, nothing on stdout.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

for command in collapse render; do
    begin "$command: no such file"
    run flamectl "$command" nonesuch
    fails nonesuch "no such file"
    end

    begin "$command: a directory"
    mkdir folder
    run flamectl "$command" folder
    fails folder directory
    end

    begin "$command: an unreadable file"
    cp "$folded" secret
    chmod 000 secret
    run_as_nobody flamectl "$command" secret
    fails secret "permission denied"
    end

    begin "$command: empty input"
    : >empty
    run flamectl "$command" empty
    fails empty
    run_sh "\$flamectl $command </dev/null"
    fails "standard input"
    end

    begin "$command: one good file and one that is not there"
    run flamectl "$command" "$folded" nonesuch
    fails nonesuch
    end
done

begin "perf.data"
{ printf 'PERFILE2'; head -c 1000 /dev/zero; } >perf.data
run flamectl collapse perf.data
fails perf.data "perf script -i"
run_sh '$flamectl render <perf.data'
fails perf.data "perf script"
end

begin "svg, html"
printf '<?xml version="1.0" standalone="no"?>\n<!DOCTYPE svg>\n<svg></svg>\n' >svg1
printf '<svg version="1.1"></svg>\n' >svg2
printf '<!DOCTYPE html>\n<html></html>\n' >html1
printf '<html><body>x</body></html>\n' >html2
for name in svg1 svg2; do
    run flamectl collapse $name
    fails SVG
done
for name in html1 html2; do
    run flamectl collapse $name
    fails HTML
done
run_sh "\$flamectl render $folded | \$flamectl render"
status 2
err_has SVG
end

begin "zip, binary plist"
printf 'PK\003\004\024\000\000\000' >zip
run flamectl collapse zip
fails zip
printf 'bplist00\321\001\002' >plist
run flamectl collapse plist
fails plist
end

begin "zstd, xz, bzip2: compressed, but not in a way that is seen through"
printf '\050\265\057\375\044\000' >zstd
run flamectl collapse zstd
fails zstd
end

begin "binary rubbish"
head -c 4096 /dev/zero >zeros
run flamectl collapse zeros
fails zeros
end

begin "text that is no profile: the first line is quoted"
printf 'Dear Sir or Madam,\nplease find enclosed no profile.\n' >letter
run flamectl collapse letter
fails letter "Dear Sir"
run flamectl collapse --from perf letter
fails letter perf "Dear Sir"
end

begin "terminal escapes in the input do not reach the terminal"
printf 'evil \033]0;owned\007\033[2J\233x \302\233y line\nno; profile\n' >evil
for from in perf folded; do
    run flamectl collapse --from "$from" evil
    fails evil
    err_is_clean
done
run flamectl collapse $'no\033[2J\233file'
fails
err_is_clean
run flamectl collapse $'--no\033[2J\233option'
fails
err_is_clean
end

begin "bad lines: quoted with file and line number, counted; the rest is kept"
printf 'main;a 1\n%.0s' {1..30} >mixed
printf 'this is no count\n' >>mixed
run flamectl collapse mixed
status 0
out_is "main;a 30"
err_has "mixed:31"
err_has "this is no count"
end

begin "bad lines with --strict: status 2 and no output"
printf 'main;a 1\n%.0s' {1..30} >mixed
printf 'this is no count\n' >>mixed
run flamectl collapse --strict mixed
fails "mixed:31"
end

begin "nothing is left: why"
while IFS='|' read -r words why; do
    run flamectl collapse $words
    status 0
    out_is ""
    err_has "nothing is left to write: $why"
done <<EOF
--focus=nonesuch $folded|the options keep no stack
--base=nonesuch $folded|the options keep no stack; --base takes a whole name (--focus, part of one)
--from-time=100 $perf|no sample is in the time asked for
--to-time=@1 -j2 $perf|no sample is in the time asked for
EOF
printf 'main;a 0\n' >zeros
run flamectl collapse zeros
err_has "nothing is left to write: all weights are 0"
printf '{"nodes":[{"id":1,"callFrame":{"functionName":"(idle)"}}],"samples":[1,1],"timeDeltas":[9,9]}' >idle
run flamectl collapse idle
err_has "nothing is left to write: every sample is of idle time"
end

begin "an empty name, and standard input twice"
run flamectl collapse ""
fails "name of an input file is empty"
for command in collapse render diff; do
    run_sh '"$flamectl" '"$command"' - - <'"$folded"
    fails "is named 2 times"
done
end

begin "bad lines with -q: not a word"
printf 'main;a 1\n%.0s' {1..30} >mixed
printf 'this is no count\n' >>mixed
run flamectl collapse -q mixed
status 0
err_is ""
end

begin "errors are said in spite of -q"
run flamectl collapse -q nonesuch
fails nonesuch
end

begin "many bad lines: the first few are quoted, not all"
{ printf 'main;a 1\n%.0s' {1..300}; printf 'no count here\n%.0s' {1..60}; } >mixed
run flamectl collapse --from folded mixed
status 0
[[ $(wc -l <"$scratch/err") -lt 20 ]] || problem "$(wc -l <"$scratch/err") lines on stderr"
err_has 60
end

begin "diff: an empty side is an error that says which"
: >empty
run flamectl diff empty "$folded"
fails empty
run flamectl diff "$folded" empty
fails empty
run flamectl diff --before "$folded" empty --after "$folded"
fails empty "a run of the side before"
run flamectl diff --focus=nosuchframe "$folded" "$folded"
fails "the side before has no weight left"
end

begin "rename file: missing, bad line, bad regex"
run flamectl collapse --rename nonesuch "$folded"
fails nonesuch
printf 'no tab here\n' >rules
run flamectl collapse --rename rules "$folded"
fails "rules:1"
printf 'good\tx\n(\tbad\n' >rules
run flamectl collapse --rename rules "$folded"
fails "rules:2"
end

begin "two counts a line, then another format"
printf 'main;a 1 2\nmain;b 3 4\n' >two.folded
for command in collapse render; do
    run flamectl $command two.folded "$perf"
    fails "${perf##*/}" "two counts a line"
    run flamectl $command "$perf" two.folded
    fails two.folded "two counts a line"
done
end
