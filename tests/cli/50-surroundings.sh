# The same bytes whatever surrounds the program.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

begin "locale and time zone change nothing"
for command in collapse render "diff --to folded $folded"; do
    "$FLAMECTL" $command "$golden/folded/sorted-by-bytes.in" >want 2>want.err
    for variables in LC_ALL=C LC_ALL=C.UTF-8 LC_ALL=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 LANG=fr_FR \
        LC_NUMERIC=de_DE.UTF-8 TZ=Asia/Tokyo TZ=America/New_York; do
        env "$variables" "$FLAMECTL" $command "$golden/folded/sorted-by-bytes.in" >got 2>got.err
        cmp -s want got || problem "$variables changes stdout of $command"
        cmp -s want.err got.err || problem "$variables changes stderr of $command"
    done
done
end

begin "decimals are read and written with a point in every locale"
for locale in C de_DE.UTF-8 fr_FR.UTF-8; do
    run env LC_ALL=$locale "$FLAMECTL" collapse "$golden/folded/decimals.in"
    out_is "$(cat "$golden/folded/decimals.out")"
done
end

begin "an empty environment and an odd argv[0]"
run env -i "$FLAMECTL" collapse "$folded"
status 0
out_is "$folded_out"
run_sh "exec -a '' \$flamectl collapse $folded"
status 0
out_is "$folded_out"
end

begin "two runs give the same bytes"
for command in collapse render "diff $folded"; do
    "$FLAMECTL" $command "$folded" >one 2>/dev/null
    "$FLAMECTL" $command "$folded" >two 2>/dev/null
    cmp -s one two || problem "$command differs"
done
end

begin "relocatable: it runs from anywhere, under any name"
cp "$FLAMECTL" moved
cd / || exit 2
run "$scratch/work/moved" collapse "$folded"
status 0
out_is "$folded_out"
end
