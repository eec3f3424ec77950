/* Function names: arguments, operators, Go methods, legacy Rust, Java classes. */
#include "../../src/readers/symbol.h"
#include "unit.h"

static void check_cut(const char *name, const char *want)
{
    struct span cut = symbol_cut_arguments(span_of(name));
    char got[300];
    snprintf(got, sizeof got, "%.*s", (int)cut.len, cut.data);
    unit_same(name, got, want);
}

static void test_arguments(void)
{
    check_cut("f", "f");
    check_cut("f(int) const", "f");
    check_cut("void (*g(int))(char)", "void ");
    check_cut("(anonymous namespace)::f(int)", "(anonymous namespace)::f");
    check_cut("g((anonymous namespace)::T)", "g");
    check_cut("(int)f", "(int)f");
    check_cut("std::_Function_handler<long (long), main::{lambda(long)#1}>::_M_invoke",
              "std::_Function_handler<long (long), main::{lambda(long)#1}>::_M_invoke");
    check_cut("std::function<void (int, int)>::operator()(int, int) const",
              "std::function<void (int, int)>::operator()");
    check_cut("main::{lambda()#1}::operator()() const", "main::{lambda()#1}::operator()");
    check_cut("operator<(A const&, int)", "operator<");
    check_cut("ns::operator>>(int)", "ns::operator>>");
    check_cut("ns::operator<=>(int)", "ns::operator<=>");
    check_cut("B::operator->*", "B::operator->*");
    check_cut("B::operator->() const", "B::operator->");
    check_cut("v::operator[](unsigned long)", "v::operator[]");
    check_cut("bool operator< <int>(A<int>)", "bool operator< <int>");
    check_cut("operator delete[](void*, unsigned long)", "operator delete[]");
    check_cut("A::operator bool() const", "A::operator bool");
    check_cut("myoperator()", "myoperator");
    check_cut("f<(a->b)>::g(int)", "f<(a->b)>::g");
    check_cut("a<b(c)", "a<b");
    check_cut("f<long (long, ma", "f<long ");
    check_cut("RegExp:^(a|b)", "RegExp:^");
    check_cut("net/http.(*Client).Do", "net/http.(*Client).Do");
    check_cut("main.(*List[go.shape.int_0]).Each", "main.(*List[go.shape.int_0]).Each");
    check_cut("a.(b)c", "a.");
}

static void check_rust(const char *name, const char *want)
{
    char got[300];
    strcpy(got, name);
    got[symbol_repair_rust(got, strlen(got))] = '\0';
    unit_same(name, got, want);
}

static void test_rust(void)
{
    check_rust("core::f::h0123456789abcdef", "core::f");
    check_rust("_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$X$GT$::g::h0123456789ABCDEF",
               "<alloc::vec::Vec<T> as X>::g");
    check_rust("$RF$$u27$a$u5b$T$u5d$$C$$u7b$$u7d$$BP$$SP$$u7e$$u2b$::h0123456789abcdef",
               "&'a[T],{}*@~+");
    check_rust("a$unknown$b..c::h0123456789abcdef", "a$unknown$b..c");
    check_rust("a.llvm..b::h0123456789abcdef", "a.llvm::b");
    check_rust("core::f::h0123456789abcde", "core::f::h0123456789abcde");
    check_rust("core::f::h0123456789abcdeg", "core::f::h0123456789abcdeg");
    check_rust("_$LT$T$GT$", "_$LT$T$GT$");
    check_rust("::h0123456789abcdef", "::h0123456789abcdef");
    check_rust("", "");
}

static void test_java(void)
{
    unit_check("class", symbol_is_java(span_of("Lorg/a/B")));
    unit_check("method", symbol_is_java(span_of("Lorg/a/B$C:::m")));
    unit_check("hidden class", symbol_is_java(span_of("Lorg/a/B$$Lambda.0x00007f:::run")));
    unit_check("no package", !symbol_is_java(span_of("LB:::m")));
    unit_check("no class", !symbol_is_java(span_of("L/x")));
    unit_check("script", !symbol_is_java(span_of("LazyCompile:*f /x.js:1")));
    unit_check("blank", !symbol_is_java(span_of("Lib x/y")));
    unit_check("nothing", !symbol_is_java(span_of("")));
}

int main(void)
{
    test_arguments();
    test_rust();
    test_java();
    return unit_failed;
}
