# Options, operands and help.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

begin "no arguments: status 2, and where help is"
run flamectl
fails help
end

begin "help: on stdout, status 0, names every command"
for words in help --help -h; do
    run flamectl $words
    status 0
    err_is ""
    for command in collapse render diff; do out_has "$command"; done
done
end

for command in collapse render diff check; do
    begin "$command --help: on stdout, status 0, the same as help $command and $command -h"
    run flamectl "$command" --help
    status 0
    err_is ""
    out_has "--output"
    cp "$scratch/out" help
    run flamectl help "$command"
    status 0
    is "help $command" "$(cat help)" "$(cat "$scratch/out")"
    run flamectl "$command" -h
    is "$command -h" "$(cat help)" "$(cat "$scratch/out")"
    run flamectl "$command" "$folded" --help
    is "--help after an operand" "$(cat help)" "$(cat "$scratch/out")"
    end
done

begin "help for a command that is none, and for two"
run flamectl help nonesuch
fails nonesuch
run flamectl help collapse render
fails "one command"
end

begin "help names the output formats, the default first, and tells what two tables share once"
run flamectl collapse --help
out_has "Output formats: folded (the default), text, json, pprof, markdown, speedscope."
is "lines of --top" 1 "$(grep -c -e '--top=N' "$scratch/out")"
is "the first heading" "Which samples, and how they are counted:" "$(grep -m1 '^[^ ].*:$' "$scratch/out")"
end

begin "help is as wide as a terminal"
for words in help --list-formats "help help" "help collapse" "help render" "help diff" "help check"; do
    run flamectl $words
    is "$words: lines of more than 80 columns" "" "$(grep -E '.{81}' "$scratch/out")"
done
run flamectl help render
grep -qE '^ {6}[a-z|]*orange$' "$scratch/out" || problem "a long option is not broken"
end

begin "unknown command"
run flamectl nonesuch "$folded"
fails nonesuch
end

begin "--version: name and number on stdout"
run flamectl --version
status 0
err_is ""
grep -qE '^flamectl [0-9]+\.[0-9]+' "$scratch/out" || problem "no version: $(cat "$scratch/out")"
end

begin "--list-formats: names the inputs and the outputs"
run flamectl --list-formats
status 0
err_is ""
for name in perf folded svg; do out_has "$name"; done
end

begin "unknown command: one that is nearly spelt so is told, another is not"
for words in "colapse collapse" "Render render" "dfif diff" "chcek check"; do
    run flamectl ${words% *} "$folded"
    fails "'${words% *}' is no command; did you mean ${words#* }?"
done
run flamectl "$folded"
fails "is no command; flamectl help lists them"
end

begin "unknown option: named, status 2"
run flamectl collapse --nonesuch "$folded"
fails nonesuch
run flamectl collapse -Z "$folded"
fails Z
end

begin "unknown option: one that is nearly spelt so is told, another is not"
while read -r command word meant; do
    run flamectl $command $word "$folded"
    fails "unknown option '$word'; did you mean $meant?"
done <<'EOF'
collapse --kernal --kernel
collapse --MERGE-RECURTION=all --merge-recursion
render --min-width=3 --minwidth
render --colour=java --colors
render -font-type=Arial --fonttype
diff --normalise --normalize
render --widht=100 --width
collapse --otuptu=x --output
EOF
for word in --nonesuch --x --pidd-or-not --width-of-the-picture-in-all-its-pixels=3; do
    run flamectl render $word "$folded"
    fails "$word"
    err_hasnt mean
done
end

begin "--opt=value and --opt value are the same"
for words in "--from=folded" "--from folded"; do
    run flamectl collapse $words "$folded"
    status 0
    out_is "$folded_out"
    err_is ""
done
end

begin "an option may follow the operands"
run flamectl collapse "$folded" --reverse
status 0
out_is $'bar;foo;main 7\nfoo;main 2'
end

begin "unique abbreviations are taken"
run flamectl collapse --rev "$folded"
status 0
out_is $'bar;foo;main 7\nfoo;main 2'
run flamectl collapse --max-d=1 "$folded"
status 0
out_is "main 9"
end

begin "an exact name is not an abbreviation of a longer one"
run flamectl collapse --from folded "$folded"
status 0
out_is "$folded_out"
end

begin "an ambiguous abbreviation is an error"
run flamectl collapse --m=1 "$folded"
fails "--m=1"
run flamectl collapse --no- "$folded"
fails
err_is "flamectl: option '--no-' could be --no-lines, --no-modules"
end

begin "a value missing"
run flamectl collapse "$folded" --max-depth
fails "max-depth"
run flamectl collapse "$folded" --from
fails "from"
end

begin "a value where none belongs"
run flamectl collapse --reverse=yes "$folded"
fails "reverse"
run flamectl diff --before="$folded" --after "$folded"
fails "--before takes no value"
err_has "its files follow it"
end

for bad in --max-depth=x --max-depth=-1 --max-depth=99999999999999999999 --max-depth= \
    --count=some --root=some --merge-recursion=some --from=nonesuch --to=nonesuch \
    --from-time=x --to-time=@ --slice=0 --slice=@1 --slice=1e3 '--focus=(' '--ignore=[' '--hide=a{2,1}'; do
    begin "bad value: $bad"
    run flamectl collapse "$bad" "$folded"
    fails "${bad%%=*}"
    end
done

begin "a time window without any time in it"
recording=$top/examples/demo.perf.txt
for window in "5 1" "1 1.0" "@9 @8"; do
    run flamectl collapse --from-time="${window% *}" --to-time="${window#* }" "$recording"
    fails "--to-time: ${window#* } is not after --from-time, ${window% *}"
done
run flamectl collapse --from-time=5 --to-time=@1 "$recording"
status 0
end

begin "slices of time: for inputs with times, and not too many of what lasts for ever"
run flamectl collapse --slice=1 "$folded"
fails "--slice means nothing for the input's format; it is for: perf "
printf '[{"pid":1,"tid":7,"ts":0,"dur":9000000000000000,"ph":"X","name":"for ever"}]' >ever.json
run flamectl collapse --slice=0.000001 ever.json
fails "--slice: calls last for more than"
run flamectl collapse --slice=3000000000 ever.json
status 0
out_is "000000s;for ever 3000000000000000
3000000000s;for ever 3000000000000000
6000000000s;for ever 3000000000000000"
end

begin "whole numbers: too large, too small, and 0 where it means something"
run flamectl collapse --max-depth=99999999999999999999 "$folded"
fails "is too large"
for word in "collapse --max-depth=0" "collapse --to=text --top=0" "check --max=50% --depth=0"; do
    run flamectl $word "$folded"
    fails "'0' is not a whole number from 1 on"
done
run flamectl collapse --jobs=0 "$folded"
status 0
out_is "$folded_out"
end

begin "-- ends the options"
cp "$folded" ./--reverse
run flamectl collapse -- --reverse
status 0
out_is "$folded_out"
end

begin "a file that looks like a number, a blank, a quote"
for name in 12 "a b" "it's" 'a"b' 'a;b' $'a\tb'; do
    cp "$folded" "$name"
    run flamectl collapse "$name"
    status 0
    out_is "$folded_out"
done
end

begin "render: a --total below the sum is not used, and that is told, however small it is"
run flamectl render "$folded"
cp "$scratch/out" wanted
for total in 8 0.1; do
    run flamectl render --total=$total "$folded"
    status 0
    err_is "flamectl: warning: --total=$total is less than the sum of 9, and not used"
    is "the picture" "$(cat wanted)" "$(cat "$scratch/out")"
done
end

begin "render: the spellings flamegraph.pl takes"
for word in --title=Spelled -title=Spelled --Title=Spelled --TITLE=Spelled "--title Spelled" \
    "-title Spelled" --titl=Spelled; do
    run flamectl render $word "$folded"
    status 0
    err_hasnt option
    out_has Spelled
done
end

begin "render: what is the default may be said"
run flamectl render "$folded"
cp "$scratch/out" wanted
for option in --compress=auto --delta=total --diff-colors=red-blue --elements=auto --layout=after --script=inline \
    --encoding=UTF-8 --encoding=utf-8; do
    run flamectl render $option "$folded"
    status 0
    cmp -s wanted "$scratch/out" || problem "$option makes another picture"
done
run flamectl collapse "$folded"
cp "$scratch/out" wanted
run flamectl collapse --columns=auto "$folded"
cmp -s wanted "$scratch/out" || problem "--columns=auto makes another text"
run flamectl render --encoding=latin1 "$folded"
fails "the picture is always UTF-8"
end

begin "--columns=1: names may end in numbers on every line"
printf 'main;thread 12 5\nmain;thread 13 7\nmain;thread 12 1\n' >threads
run flamectl collapse --columns=1 threads
status 0
out_is "main;thread 12 6
main;thread 13 7"
run flamectl collapse threads
out_is "main;thread 37 13"
end

begin "render: --color=java, the abbreviation everybody writes"
run flamectl render --color=java "$folded"
status 0
end

begin "render: --cp and --random eat no operand"
run flamectl render --cp "$folded"
status 0
out_has main
[[ -e palette.map ]] || problem "no palette.map"
run flamectl render --random "$folded"
status 0
out_has main
end

begin "diff: one operand or three are wrong usage"
run flamectl diff "$folded"
fails
run flamectl diff "$folded" "$folded" "$folded"
fails --before
end

begin "diff: files that are of no side, and sides without files"
run flamectl diff "$folded" --before "$folded" --after "$folded"
fails "'$folded' is of no side"
run flamectl diff --before "$folded"
fails "the side after"
run flamectl diff --after "$folded" --before
fails "the side before"
run flamectl diff --before="$folded" --after "$folded"
fails "takes no value"
end

begin "diff -n: stacks of 1 keep their shares against a total that is one less"
seq -f 'main;f%g 1' 1000 >thousand
printf 'main;f1 999\n' >less
run flamectl diff -nq --to folded thousand less
status 0
out_is "$(sed 's/ 1$/ 0.999 0/; s/^main;f1 0.999 0$/main;f1 0.999 999/' thousand | LC_ALL=C sort)"
end

begin "diff: --before and --after go with every file after them, in any order"
run flamectl diff --to folded --after "$folded" --before "$folded" "$folded" -q --after "$folded"
status 0
out_is "$(awk '{ print $0, $NF }' <<<"$folded_out")"
end

begin "an option of another input's format is an error that says which formats have it"
run flamectl collapse --from folded --kernel "$folded"
fails kernel perf
end
