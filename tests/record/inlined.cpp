// C++ whose symbol names and inlined frames are hard on a parser: templates, lambdas, operators,
// std::function, anonymous namespaces, recursion through std::variant-like dispatch.
// Build with -O2 -g and record with --call-graph dwarf; takes the seconds to run.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#define OUT_OF_LINE __attribute__((noinline))

namespace {

struct point {
    std::int64_t x, y;
    bool operator<(const point &other) const { return x < other.x; }
    OUT_OF_LINE point operator-(const point &other) const { return {x - other.x, y ^ other.y}; }
    OUT_OF_LINE point operator>>(int by) const { return {x >> by, y >> by}; }
    OUT_OF_LINE bool operator==(const point &other) const { return x == other.x; }
};

struct counter {
    std::int64_t value = 0;
    OUT_OF_LINE std::int64_t operator()(std::int64_t by) { return value += by * by; }
    OUT_OF_LINE std::int64_t operator[](int index) const { return value >> (index & 7); }
    OUT_OF_LINE counter *operator->() { return this; }
    OUT_OF_LINE void *operator new(std::size_t size) { return std::malloc(size); }
    OUT_OF_LINE void operator delete(void *p) { std::free(p); }
};

OUT_OF_LINE std::vector<point> make_points(std::uint32_t seed, int n)
{
    std::vector<point> points;
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        points.push_back({seed >> 8, i});
    }
    return points;
}

}  // namespace

namespace shop {

template <typename T, int N>
struct table {
    std::map<std::string, T> cells;

    OUT_OF_LINE void fill(std::function<T(T, int)> make)
    {
        for (int i = 0; i < N; i++)
            cells["cell-" + std::to_string(i)] = make(T(i), i);
    }
    template <typename F>
    OUT_OF_LINE T fold(F &&add) const
    {
        T sum{};
        for (const auto &cell : cells)
            sum = add(sum, cell.second);
        return sum;
    }
};

struct node {
    std::unique_ptr<node> left, right;
    std::int64_t weight = 1;
    virtual ~node() = default;
    virtual std::int64_t total() const
    {
        return weight + (left ? left->total() : 0) + (right ? right->total() : 0);
    }
};

OUT_OF_LINE std::unique_ptr<node> grow(int depth)
{
    auto made = std::make_unique<node>();
    if (depth > 0) {
        made->left = grow(depth - 1);
        made->right = grow(depth - 2);
    }
    return made;
}

}  // namespace shop

static inline std::int64_t inner_step(std::int64_t v)
{
    for (int i = 0; i < 200; i++)
        v = v * 6364136223846793005LL + (v >> 3);
    return v;
}

static inline std::int64_t middle_step(std::int64_t v)
{
    return inner_step(v) ^ inner_step(v + 1);
}

OUT_OF_LINE static std::int64_t outer_step(std::int64_t v)
{
    return middle_step(v) + middle_step(~v);
}

static std::int64_t run_once(std::uint32_t seed)
{
    auto points = make_points(seed, 4000);
    std::sort(points.begin(), points.end());
    std::sort(points.begin(), points.end(), [](const point &a, const point &b) {
        return (a - b).y < (b - a).y;
    });
    std::int64_t sum = std::accumulate(points.begin(), points.end(), std::int64_t{0},
                                       [](std::int64_t s, const point &p) {
                                           return s + ((p >> 2) == p ? 1 : 0);
                                       });
    shop::table<std::int64_t, 300> table;
    table.fill([](std::int64_t v, int i) { return v * i; });
    sum += table.fold([](std::int64_t a, std::int64_t b) { return outer_step(a) + b; });

    std::unique_ptr<counter> count(new counter);
    for (int i = 0; i < 3000; i++)
        sum += (*count)(i) + (*count)[i] + (*count)->value;
    return sum + shop::grow(14)->total();
}

int main(int argc, char **argv)
{
    using clock = std::chrono::steady_clock;
    auto end = clock::now() + std::chrono::duration<double>(argc > 1 ? std::atof(argv[1]) : 2);
    std::int64_t sum = 0;
    for (std::uint32_t seed = 1; clock::now() < end; seed++)
        sum += run_once(seed);
    return sum == 42;
}
