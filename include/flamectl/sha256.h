/* SHA-256 (FIPS 180-4), for what names bytes by it. */
#ifndef FLAMECTL_SHA256_H
#define FLAMECTL_SHA256_H

#include "flamectl/span.h"

#define SHA256_LEN 32

void sha256(struct span data, unsigned char digest[SHA256_LEN]);

#endif
