<?php
namespace Demo;

/* A trace of calls by Xdebug: methods, closures, recursion, built-in functions (stacks.sh). */
class Shop
{
    public function total(array $prices): int
    {
        return array_sum(array_map(fn ($p) => $p * 2, $prices));
    }
}

function down(int $n): int
{
    return $n ? down($n - 1) : strlen("end");
}

(new Shop)->total([1, 2]);
down(2);
