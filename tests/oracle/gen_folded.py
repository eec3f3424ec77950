#!/usr/bin/env python3
"""Random folded text.

usage: gen_folded.py [--mode agree|wild] [--columns 1|2] [--chain] SEED LINES > stacks.folded

agree  what flamegraph.pl draws without any of its known faults: names that no sort order can tear
       apart are not promised, without_faults() of compare_render.py looks at each file
wild   everything: empty frames, odd bytes, decimals, huge and zero counts, broken lines
"""
import argparse
import random
import sys

ROOTS = ["app", "java", "worker-N", "swapper", "V8_WorkerThread", "日本", "nginx:", "a&b"]
NAMES = """main f g f1 start_thread do_syscall_64_[k] ext4_read_[k] std::vector<int>::push_back
java/util/HashMap.get_[j] Lorg/a/B:::m_[j] org/a/C:::x_[i] com/x/Y.z io/netty/A.b Interpreter
LazyCompile:~f_/x.js:1 Builtin:ArrayMap_[j] /app/x.js:1_[j] RegExp:[&<>"'] Perl_pp_hv Perl:x
lib.pl operator<< B::operator->* (anonymous_namespace)::f {lambda(int)#1} [unknown] [libc.so.6]
libc.so`read genunix`syscall unix`idle x éclair 函数名前 😀
a_very_long_function_name_that_never_fits::in::any::box core::ops::FnOnce::call_once <T_as_U>::v
waker_[w] k_[k]_[k] _[k] f_[0] f_[1] - -- --- ~ %s &amp ]]> main.(*T).f net/http.(*conn).serve
if else 0 1 00 42 $x @plt #1 a.b.c a=b a,b jdk/x javax/y sun/z netx/y Ljava/lang/Object:::<init>
x::y_[j] x::y_[k] a:b a/b_[j] q_[i]""".split()
SPACED_NAMES = ["two words", "operator new", "JS:*bar /tmp/n.js:1:16",
                "unsigned long f<int, char>", "a  b", "f -x", "[lib foo.so]"]
WILD_NAMES = ["", " ", "tab\tname", "nul\0name", "\udcff", "\udc80\udcc3", "esc\x1b[0m", "\x7f",
              "\ufffe", "\uffff", "\u0085", "lead ", " trail", "a 5", "7", "x" * 5000, "\u202e",
              "]]>", "-->", "<script>", "\"' onload='x", "\ud7ff", "\U0010ffff", "e\u0301",
              "cr\r"]


def make_name(rng, mode):
    if mode == "wild" and rng.random() < 0.15:
        return rng.choice(WILD_NAMES)
    return rng.choice(NAMES) if rng.random() < 0.9 else rng.choice(SPACED_NAMES)


def make_stack(rng, mode, stacks, chain):
    """Most stacks share the beginning of an earlier one."""
    if stacks and rng.random() < 0.8:
        base = rng.choice(stacks)
        stack = base[:rng.randint(1, len(base))]
    else:
        stack = [rng.choice(ROOTS)]
    while rng.random() < 0.75 and len(stack) < 60:
        stack = stack + [stack[-1] if rng.random() < 0.15 else make_name(rng, mode)]
    if chain and "--" not in stack[1:-1]:
        stack = stack + [make_name(rng, mode), "--", make_name(rng, mode)]
    return stack


def make_count(rng, mode, zero):
    if mode == "wild" and rng.random() < 0.1:
        return rng.choice(["0", "2.5", "7.", ".5", "-3", "1e3", "", "x", "99999999999999999999",
                           "1,000", "0x10", "9223372036854775807", "1.0000001", "+2", "007"])
    low = 0 if zero else 1
    return str(rng.choice([low, 1, 2, 3, 10, rng.randint(1, 50), rng.randint(1, 10**4),
                           rng.randint(1, 10**7)]))


def make_file(seed, lines, mode, columns=1, chain=False):
    rng = random.Random("%s %s %s %s" % (seed, mode, columns, chain))
    stacks, seen, out = [], set(), []
    for _ in range(lines):
        stack = make_stack(rng, mode, stacks, chain)
        key = ";".join(stack)
        if mode == "agree" and key in seen and columns == 2:
            continue
        seen.add(key)
        stacks.append(stack)
        counts = [make_count(rng, mode, columns == 2 and i == 0) for i in range(columns)]
        out.append("%s %s" % (key, " ".join(counts)))
    if mode == "wild" and rng.random() < 0.3:
        noise = rng.choice(["", "# comment", "nocount", " 5", ";;; 3", "5"])
        out.insert(rng.randrange(len(out) + 1), noise)
    end = "\r\n" if mode == "wild" and rng.random() < 0.1 else "\n"
    return end.join(out) + end


def encode(text):
    return text.encode("utf-8", "surrogateescape")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mode", choices=["agree", "wild"], default="agree")
    parser.add_argument("--columns", type=int, choices=[1, 2], default=1)
    parser.add_argument("--chain", action="store_true", help="every stack has a `--` frame inside")
    parser.add_argument("seed")
    parser.add_argument("lines", type=int)
    options = parser.parse_args()
    text = make_file(options.seed, options.lines, options.mode, options.columns, options.chain)
    sys.stdout.buffer.write(encode(text))


if __name__ == "__main__":
    main()
