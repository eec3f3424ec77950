/* Bytes as text: base64 (RFC 4648, section 4). */
#ifndef FLAMECTL_BASE64_H
#define FLAMECTL_BASE64_H

#include "flamectl/sink.h"

void base64_write(struct sink *sink, struct span bytes);

#endif
