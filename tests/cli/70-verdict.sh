# diff's verdict: what it says, and exit statuses. The recordings of examples/runs are of one program (the second
# five with hash_word, a fifth of all, 10 % dearer); what is expected of them was worked out by another program.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

runs=$top/examples/runs
before=$(printf "$runs/before-%d.folded " 1 2 3 4 5)
after=$(printf "$runs/after-%d.folded " 1 2 3 4 5)

begin "verdict: a regression"
run flamectl diff --to folded --fail-on=regression --before $before --after $after
status 1
err_has "REGRESSION: 1 of 42 functions grew; 5 against 5 runs"
err_has "  hash_word 20.90% -> 22.53%: +1.63 points (+1.18 to +2.08), +7.8%"
err_hasnt index_words
run flamectl diff --to folded --before $before --after $after
status 0
err_has "REGRESSION"
run flamectl diff -q --to folded --fail-on=regression,inconclusive --before $before --after $after
status 1
err_is ""
end

begin "verdict: an improvement"
run flamectl diff --to folded --fail-on=regression --before $after --after $before
status 0
err_has "IMPROVEMENT: 1 of 42 functions shrank, none grew"
err_has "  hash_word 22.53% -> 20.90%: -1.63 points (-2.08 to -1.18), -7.2%"
end

begin "verdict: nothing changed"
run flamectl diff --to folded --fail-on=regression,inconclusive --before $before --after $before
status 0
err_has "PASS: no change of 0.5 points and 5% or more found in 41 functions; 5 against 5 runs"
err_has "smallest change that would have been found (80% power) in a function of 10%: 0.7"
err_has "points; to tell 0.50 from noise takes about "
end

begin "verdict: the smallest change that counts"
run flamectl diff --to folded --fail-on=regression --min-change=2 --before $before --after $after
status 0
err_has PASS
run flamectl diff --to folded --fail-on=regression --min-change=1.6,7.7% --before $before --after $after
status 1
run flamectl diff --to folded --fail-on=regression --strict-change --min-change=1.6,7.7 --before $before --after $after
status 0
err_has PASS
end

begin "verdict: what counts stands out, but the change found in four of five cases is larger still"
run flamectl diff --to folded --min-change=3 --before $before --after $after
status 0
err_has "in a function of 50%: 3.2"
err_has "points; to tell 3.00 from noise takes no more runs than these"
run flamectl diff --to text --min-change=3 --before $before --after $after
out_has "To tell 3.00 from noise takes no more runs than these."
end

begin "verdict: one run a side"
run flamectl diff --to folded "$runs/before-1.folded" "$runs/after-1.folded"
status 0
err_hasnt INCONCLUSIVE
run flamectl diff --to folded --fail-on=regression "$runs/before-1.folded" "$runs/after-1.folded"
status 0
err_has "INCONCLUSIVE: one run of a side"
run flamectl diff --to folded --fail-on=regression,inconclusive "$runs/before-1.folded" "$runs/after-1.folded"
status 3
run flamectl diff --to folded --fail-on=regression --allow-single-run "$runs/before-1.folded" "$runs/after-1.folded"
status 1
err_has "so by sampling noise only"
end

begin "verdict: weights are no samples"
for i in 1 2; do
    printf 'm;f %d\nm;g 70000001\n' $((30000000 + i)) >b$i
    printf 'm;f %d\nm;g 70000001\n' $((60000000 + i)) >a$i
done
run flamectl diff --to folded --fail-on=regression,inconclusive --before b1 b2 --after a1 a2
status 3
err_has "INCONCLUSIVE: the inputs tell weights"
err_has "flamectl collapse --count=samples"
run flamectl diff --to folded --fail-on=regression --before b1 b2 --after a1 a2
status 0
# a fixed period: 307, 700 and 613, 700 samples
for i in 1 2; do
    printf 'm;f 307307000\nm;g 700700000\n' >b$i
    printf 'm;f 613613000\nm;g 700700000\n' >a$i
done
run flamectl diff --to folded --fail-on=regression --before b1 b2 --after a1 a2
status 1
err_has "  f 30.49% -> 46.69%"
end

begin "verdict: too few samples"
printf 'm;f 2\nm;g 1\n' >b1
run flamectl diff --to folded --fail-on=regression,inconclusive --before b1 b1 --after b1 b1
status 3
err_has "INCONCLUSIVE: no function has the 10 samples"
end

begin "verdict: work"
for i in 1 2; do
    printf 'm;f %d\nm;g 8000\n' $((2000 + i)) >b$i
    printf 'm;f %d\nm;g 8800\n' $((2200 + i)) >a$i
done
run flamectl diff --to folded --fail-on=regression --before b1 b2 --after a1 a2
status 0
run flamectl diff --to folded --fail-on=regression --work-before=10,10 --work-after=10,10 --before b1 b2 --after a1 a2
status 1
err_has "in percent of before's cost per unit of work"
err_has "  g 79.99% -> 87.99%"
run flamectl diff --to folded --fail-on=regression --work-before=10,10 --work-after=11,11 --before b1 b2 --after a1 a2
status 0
run flamectl diff --work-before=10,10 --before b1 b2 --after a1 a2
fails --work-after
for list in 10 10,10,10 10,x 10,0 '10,,' ''; do
    run flamectl diff --work-before=10,10 --work-after="$list" --before b1 b2 --after a1 a2
    fails --work-after
done
end

begin "verdict: one function shrank, so the others grow"
for i in 1 2; do
    printf 'm;f %d\nm;g 4000\nm;h 3000\n' $((3000 + i)) >b$i
    printf 'm;f %d\nm;g 4000\nm;h 3000\n' $((1000 + i)) >a$i
done
run flamectl diff --to folded --fail-on=regression --before b1 b2 --after a1 a2
status 1
err_has "another shrank by 17.49 points, which alone makes the rest grow in share"
run flamectl diff --to folded --fail-on=regression --work-before=5,5 --work-after=5,5 --before b1 b2 --after a1 a2
status 0
err_has IMPROVEMENT
err_hasnt "which alone"
end

begin "verdict: wrong values"
for option in --fdr=0 --fdr=1 --fdr=x --fdr=0.05x --fdr= --min-change=x --min-change=1,x --min-change=1,2,3 \
    --min-change=-1 --min-change=101 --fail-on=x --fail-on= '--fail-on=regression,' --fail-on=pass \
    --fail-on=inconclusive; do
    run flamectl diff $option --before $before --after $after
    fails "${option%%=*}"
done
end

begin "verdict: runs of one build"
run flamectl diff --aa $before
status 0
out_has "10 splits of 5 runs into 2 and 3, all there are"
out_has "REGRESSION in 0 of them (0.0%), IMPROVEMENT in 0 (0.0%)"
run flamectl diff -o aa.txt --aa $before $after $before
status 0
is "aa.txt" "1000 splits of 15 runs into 7 and 8, chosen at random" "$(head -n 1 aa.txt)"
cp aa.txt aa1.txt
run flamectl diff -o aa.txt --aa $before $after $before
run cmp aa.txt aa1.txt
status 0
end

begin "verdict: runs of one build, wrongly"
run flamectl diff --aa "$runs/before-1.folded" "$runs/before-2.folded"
fails "--aa takes at least four runs"
run flamectl diff --before $before --aa $after
fails "--aa takes at least four runs"
run flamectl diff --to folded --aa $before
fails --to
run flamectl diff --fail-on=regression --aa $before
fails --fail-on
for i in 1 2 3 4; do
    printf 'm;f %d\nm;g 70000001\n' $((30000000 + i)) >w$i
done
run flamectl diff --aa w1 w2 w3 w4
fails w1 "--count=samples"
end
