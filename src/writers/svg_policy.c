/* The script and the style of the pictures, named by hash as a Content-Security-Policy does
 * (Content Security Policy Level 3, section 2.3.1). */
#include "flamectl/svg_policy.h"

#include "flamectl/base64.h"
#include "flamectl/sha256.h"
#include "assets.h"

static void write_source(const char *directive, struct span bytes, struct sink *sink)
{
    unsigned char digest[SHA256_LEN];

    sha256(bytes, digest);
    sink_format(sink, "%s 'sha256-", directive);
    base64_write(sink, span_make((const char *)digest, sizeof digest));
    sink_text(sink, "'");
}

void svg_policy_write(struct sink *sink)
{
    write_source("script-src", span_make(flamegraph_js, flamegraph_js_len), sink);
    sink_text(sink, "; ");
    write_source("style-src", span_make(flamegraph_css, flamegraph_css_len), sink);
    sink_text(sink, "\n");
}
