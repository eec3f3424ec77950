/* sha256 */
#include "flamectl/sha256.h"
#include "unit.h"

static void check(const char *name, struct span data, const char *wanted)
{
    unsigned char digest[SHA256_LEN];
    char text[2 * SHA256_LEN + 1];

    sha256(data, digest);
    for (int i = 0; i < SHA256_LEN; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    unit_same(name, text, wanted);
}

/* Digests by sha256sum. */
int main(void)
{
    char letters[1000];

    memset(letters, 'a', sizeof letters);
    check("0 letters", span_make(letters, 0),
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("1 letters", span_make(letters, 1),
          "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    check("3 letters", span_make(letters, 3),
          "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0");
    check("55 letters", span_make(letters, 55),
          "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    check("56 letters", span_make(letters, 56),
          "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    check("63 letters", span_make(letters, 63),
          "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
    check("64 letters", span_make(letters, 64),
          "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    check("65 letters", span_make(letters, 65),
          "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0");
    check("119 letters", span_make(letters, 119),
          "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
    check("120 letters", span_make(letters, 120),
          "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
    check("1000 letters", span_make(letters, 1000),
          "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
    return unit_failed;
}
