/* protobuf */
#include "flamectl/protobuf.h"
#include "unit.h"

static bool varint_gives(struct span bytes, uint64_t wanted, size_t left)
{
    uint64_t value = 0;
    return protobuf_varint(&bytes, &value) && value == wanted && bytes.len == left;
}

static void test_varints(void)
{
    uint64_t value;
    struct span cut = span_make("\x80\x80", 2), none = span_make("", 0);
    struct span large = span_make("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10);
    struct span endless = span_make("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11);
    unit_check("one byte", varint_gives(span_make("\x7F\x01", 2), 127, 1));
    unit_check("two bytes", varint_gives(span_make("\xAC\x02", 2), 300, 0));
    unit_check("the largest", varint_gives(span_make("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10),
                                           UINT64_MAX, 0));
    unit_check("a long form of 1", varint_gives(span_make("\x81\x80\x00", 3), 1, 0));
    unit_check("cut", !protobuf_varint(&cut, &value));
    unit_check("nothing", !protobuf_varint(&none, &value));
    unit_check("more than 64 bits", !protobuf_varint(&large, &value));
    unit_check("more than 10 bytes", !protobuf_varint(&endless, &value));
}

static int first(struct span bytes, struct protobuf_field *field)
{
    return protobuf_next(&bytes, field);
}

static void test_fields(void)
{
    struct protobuf_field field;
    unit_check("a number", first(span_make("\x18\x05", 2), &field) == 1 && field.number == 3 &&
                               field.wire == PROTOBUF_VARINT && field.value == 5);
    unit_check("bytes", first(span_make("\x12\x02hi!", 5), &field) == 1 && field.number == 2 &&
                            span_is(field.bytes, "hi"));
    unit_check("fixed 64", first(span_make("\x09\x01\x02\0\0\0\0\0\x80", 9), &field) == 1 &&
                               field.value == UINT64_C(0x8000000000000201));
    unit_check("fixed 32", first(span_make("\x0D\x01\x02\0\x80", 5), &field) == 1 &&
                               field.value == 0x80000201);
    unit_check("the end", first(span_make("", 0), &field) == 0);
    unit_check("bytes that are cut", first(span_make("\x12\x03hi", 4), &field) == -1);
    unit_check("a huge length",
               first(span_make("\x12\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11), &field) == -1);
    unit_check("fixed 64 that is cut", first(span_make("\x09\x01\x02\0\0\0\0\0", 8), &field) == -1);
    unit_check("a group", first(span_make("\x0B\x0C", 2), &field) == -1);
    unit_check("field 0", first(span_make("\x00\x01", 2), &field) == -1);
}

static void test_making(void)
{
    struct protobuf_message inner = {NULL, 0, 0}, outer = {NULL, 0, 0};
    struct protobuf_field field;
    protobuf_put_number(&inner, 1, UINT64_MAX);
    protobuf_put_bytes(&inner, 16, span_of("text"));
    protobuf_put_bytes(&inner, 2, span_of(""));
    protobuf_put_message(&outer, 5, &inner);
    struct span rest = span_make(outer.data, outer.len);
    unit_check("a message within", protobuf_next(&rest, &field) == 1 && field.number == 5 && rest.len == 0);
    rest = field.bytes;
    unit_check("its number", protobuf_next(&rest, &field) == 1 && field.value == UINT64_MAX);
    unit_check("its text", protobuf_next(&rest, &field) == 1 && field.number == 16 &&
                               span_is(field.bytes, "text"));
    unit_check("its empty text", protobuf_next(&rest, &field) == 1 && field.bytes.len == 0 && rest.len == 0);
    protobuf_free(&inner);
    protobuf_free(&outer);
}

int main(void)
{
    test_varints();
    test_fields();
    test_making();
    return unit_failed;
}
