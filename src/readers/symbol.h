/* Function names as compilers and run times write them, made short, and equal where they mean the
 * same. */
#ifndef FLAMECTL_SYMBOL_H
#define FLAMECTL_SYMBOL_H

#include <stdbool.h>

#include "flamectl/span.h"

/* Finishes the demangling of a legacy Rust name
 * ("_$LT$T$u20$as$u20$core..fmt..Debug$GT$::h<hash>"), told by its hash, which goes so that builds
 * compare. Works in place; returns the new length. */
size_t symbol_repair_rust(char *name, size_t len);

/* The name without its argument list, which begins at the first '(' outside all brackets. */
struct span symbol_cut_arguments(struct span name);

/* Whether this is a Java class, or a method behind one, in the notation of the class file format:
 * "Lorg/example/Parser:::next" (its ';' as it is or replaced). */
bool symbol_is_java(struct span name);

/* The first "->" between a caller and what a JIT compiler inlined into it ("caller->callee"), or the
 * name's length; that of C++'s operator-> is none. */
size_t symbol_find_arrow(struct span name);

#endif
