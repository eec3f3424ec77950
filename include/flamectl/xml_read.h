/* Reading XML as a stream of tags and texts: no tree, and no memory but for one tag. What is not needed to
 * read data is passed over: declarations, comments, document types; names of closing tags are not compared. */
#ifndef FLAMECTL_XML_READ_H
#define FLAMECTL_XML_READ_H

#include "flamectl/source.h"

enum xml_event {
    XML_END,   /* of the input */
    XML_OPEN,  /* <name ...>, and <name .../>, which XML_CLOSE follows */
    XML_CLOSE, /* </name> */
    XML_TEXT,  /* between tags, as it is written */
    XML_BROKEN /* the input ends within a tag */
};

struct xml_read {
    struct source *source;
    size_t taken;       /* bytes of the present event, taken off with the next */
    bool close_follows; /* the present tag is closed in itself */
    struct span name;   /* OPEN, CLOSE */
    struct span rest;   /* OPEN: the attributes */
    struct span text;   /* TEXT */
    char *scratch;
    size_t capacity;
};

void xml_read_init(struct xml_read *xml, struct source *source);
void xml_read_free(struct xml_read *xml);

/* The next event. Spans stand until the call after. */
enum xml_event xml_read_next(struct xml_read *xml);

/* An attribute of the present tag, with its entities decoded; data is NULL where there is none. Stands until
 * the next call. */
struct span xml_read_attribute(struct xml_read *xml, const char *name);

#endif
