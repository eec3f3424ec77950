// What tests/record/compare.py compiles again and again: a compiler is a program whose runs differ a lot.
#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

template <int N> struct tower {
    std::map<int, std::vector<std::string>> floors;
    int height() const { return static_cast<int>(floors.size()) + tower<N - 1>().height(); }
};
template <> struct tower<0> {
    int height() const { return 0; }
};

int main(int argc, char **argv)
{
    std::unordered_map<std::string, int> counts;
    std::vector<std::string> words(argv, argv + argc);
    std::sort(words.begin(), words.end(), [](const auto &a, const auto &b) { return a.size() < b.size(); });
    for (const auto &word : words)
        counts[word]++;
    return tower<40>().height() + static_cast<int>(counts.size());
}
