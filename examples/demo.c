// The program behind demo.perf.txt: a small shop server that talks to itself.
//
// A client thread sends requests over socket pairs to a few worker threads, which parse, search,
// sort, render, compress, log and answer; a compactor tidies the log in the background. It exists
// to be profiled: deep and shallow stacks, recursion, system calls, page faults, several threads.
//
// Two builds of it differ as two releases of a real program would; before.folded and
// after.folded are their profiles. -DAFTER makes the second one:
//   - find_session walks a list where it used to probe a hash table (the regression)
//   - answers are validated by a new step, check_utf8
//   - hash_password runs fewer rounds (an improvement)
//   - lookup_cache is gone
//
// Build and record as tests/record/record.sh does:
//   cc -O1 -g -fno-inline -fno-optimize-sibling-calls -pthread demo.c -o demo
//   perf record -e cpu-clock -F 99 --call-graph dwarf -o demo.data ./demo 5
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 3, SESSIONS = 600, DOCUMENTS = 1500, ROWS = 700, SLOTS = 2048, BUFFER = 65536 };

#ifdef AFTER
enum { PASSWORD_ROUNDS = 15000 };
#else
enum { PASSWORD_ROUNDS = 40000 };
#endif

struct buffer {
    char *data;
    size_t len, cap;
};

struct session {
    char token[24];
    uint32_t user;
};

struct row {
    uint32_t key, price;
    char name[16];
};

struct worker {
    int socket, number, log;
    uint32_t seed;
    struct buffer answer, packed;
    struct row rows[ROWS];
};

// Filled by main before the first thread starts, read-only afterwards.
static struct session sessions[SESSIONS];
static uint16_t session_slots[SLOTS];
static char documents[DOCUMENTS][96];

static const char *const words[] = {
    "apple", "bread", "candle", "drum", "engine", "flame", "garden", "hammer",
    "island", "jacket", "kettle", "lamp", "mirror", "needle", "orange", "paper",
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static uint32_t hash_bytes(const char *p, size_t n)
{
    uint32_t h = 2166136261u;
    while (n--)
        h = (h ^ (unsigned char)*p++) * 16777619u;
    return h;
}

// --- buffers -----------------------------------------------------------------------------------

static void grow_buffer(struct buffer *b, size_t need)
{
    size_t cap = b->cap ? b->cap : 512;
    while (cap < need)
        cap *= 2;
    b->data = realloc(b->data, cap);
    if (!b->data)
        abort();
    b->cap = cap;
}

static void append_bytes(struct buffer *b, const char *p, size_t n)
{
    if (b->len + n > b->cap)
        grow_buffer(b, b->len + n);
    for (size_t i = 0; i < n; i++)
        b->data[b->len + i] = p[i];
    b->len += n;
}

static void append_text(struct buffer *b, const char *text)
{
    append_bytes(b, text, strlen(text));
}

static void append_number(struct buffer *b, uint32_t value)
{
    char digits[12];
    int n = snprintf(digits, sizeof digits, "%u", value);
    append_bytes(b, digits, (size_t)n);
}

// --- requests ----------------------------------------------------------------------------------

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\n')
        p++;
    return p;
}

static const char *parse_value(const char *p, int depth);

static const char *parse_string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

static const char *parse_list(const char *p, int depth)
{
    for (p = skip_blanks(p + 1); *p && *p != ']'; p = skip_blanks(p))
        p = *p == ',' ? p + 1 : parse_value(p, depth + 1);
    return *p ? p + 1 : p;
}

static const char *parse_object(const char *p, int depth)
{
    for (p = skip_blanks(p + 1); *p && *p != '}'; p = skip_blanks(p))
        p = *p == ',' || *p == ':' ? p + 1 : parse_value(p, depth + 1);
    return *p ? p + 1 : p;
}

static const char *parse_value(const char *p, int depth)
{
    if (depth > 60)
        return p + strlen(p);
    p = skip_blanks(p);
    if (*p == '{')
        return parse_object(p, depth);
    if (*p == '[')
        return parse_list(p, depth);
    if (*p == '"')
        return parse_string(p);
    return *p ? p + 1 : p;
}

static void parse_request(const char *text)
{
    for (int again = 0; again < 30; again++)
        parse_value(text, 0);
}

#ifdef AFTER
static int find_session(const char *token)
{
    for (int i = 0; i < SESSIONS; i++)
        if (strcmp(sessions[i].token, token) == 0)
            return i;
    return -1;
}
#else
static int find_session(const char *token)
{
    uint32_t slot = hash_bytes(token, strlen(token)) % SLOTS;
    for (; session_slots[slot]; slot = (slot + 1) % SLOTS)
        if (strcmp(sessions[session_slots[slot] - 1].token, token) == 0)
            return session_slots[slot] - 1;
    return -1;
}
#endif

static uint32_t check_session(struct worker *w)
{
    uint32_t user = 0;
    for (int i = 0; i < 120; i++) {
        int at = find_session(sessions[next_random(&w->seed) % SESSIONS].token);
        user += at < 0 ? 0 : sessions[at].user;
    }
    return user;
}

static uint32_t mix_round(uint32_t a, uint32_t b)
{
    a ^= b << 13 | b >> 19;
    return a * 2654435761u + (a >> 15);
}

static uint32_t hash_password(const char *password)
{
    uint32_t h = hash_bytes(password, strlen(password));
    for (int i = 0; i < PASSWORD_ROUNDS; i++)
        h = mix_round(h, (uint32_t)i);
    return h;
}

static void make_token(struct worker *w)
{
    unsigned char noise[4096];
    if (getrandom(noise, sizeof noise, 0) > 0)
        w->seed ^= noise[0];
}

static void handle_login(struct worker *w)
{
    append_number(&w->answer, hash_password("correct horse battery staple"));
    make_token(w);
}

// --- search ------------------------------------------------------------------------------------

static int match_word(const char *text, const char *word)
{
    int found = 0;
    for (; *text; text++)
        if (*text == *word && strncmp(text, word, strlen(word)) == 0)
            found++;
    return found;
}

static int score_document(const char *text, const char *word)
{
    return match_word(text, word) * 10 + (int)(hash_bytes(text, 8) % 7);
}

static void search_documents(struct worker *w, const char *word)
{
    for (int i = 0; i < DOCUMENTS; i += 3)
        if (score_document(documents[i], word) > 14)
            append_text(&w->answer, documents[i]);
}

static void handle_search(struct worker *w)
{
    search_documents(w, words[next_random(&w->seed) % 16]);
}

// --- report ------------------------------------------------------------------------------------

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static void load_rows(struct worker *w)
{
    for (int i = 0; i < ROWS; i++) {
        w->rows[i].key = next_random(&w->seed);
        w->rows[i].price = next_random(&w->seed) % 1000;
        strcpy(w->rows[i].name, words[next_random(&w->seed) % 16]);
    }
}

static void sort_rows(struct worker *w)
{
    qsort(w->rows, ROWS, sizeof w->rows[0], compare_rows);
}

static void render_cell(struct buffer *out, const struct row *row)
{
    append_text(out, "<td>");
    append_text(out, row->name);
    append_text(out, "</td><td>");
    append_number(out, row->price);
    append_text(out, "</td>");
}

// A table is rendered by halves, so that the stack shows recursion.
static void render_table(struct buffer *out, const struct row *rows, int n)
{
    if (n == 1) {
        render_cell(out, rows);
        return;
    }
    render_table(out, rows, n / 2);
    render_table(out, rows + n / 2, n - n / 2);
}

static void handle_report(struct worker *w)
{
    load_rows(w);
    sort_rows(w);
    render_table(&w->answer, w->rows, ROWS);
}

// --- picture -----------------------------------------------------------------------------------

static void blur_rows(unsigned char *pixels, int side)
{
    for (int i = 1; i < side * side - 1; i++)
        pixels[i] = (unsigned char)((pixels[i - 1] + 2 * pixels[i] + pixels[i + 1]) / 4);
}

static void blur_columns(unsigned char *pixels, int side)
{
    for (int i = side; i < side * side - side; i++)
        pixels[i] = (unsigned char)((pixels[i - side] + 2 * pixels[i] + pixels[i + side]) / 4);
}

static void decode_picture(struct worker *w, unsigned char *pixels, int side)
{
    for (int i = 0; i < side * side; i += 5)
        pixels[i] = (unsigned char)next_random(&w->seed);
}

static void handle_picture(struct worker *w)
{
    enum { SIDE = 220 };
    unsigned char *pixels = mmap(NULL, SIDE * SIDE, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pixels == MAP_FAILED)
        return;
    decode_picture(w, pixels, SIDE);
    blur_rows(pixels, SIDE);
    blur_columns(pixels, SIDE);
    append_bytes(&w->answer, (const char *)pixels, 400);
    munmap(pixels, SIDE * SIDE);
}

// --- answers -----------------------------------------------------------------------------------

static size_t find_match(const char *data, size_t at, size_t len)
{
    size_t best = 0;
    for (size_t back = 1; back <= 48 && back <= at; back++) {
        size_t n = 0;
        while (at + n < len && n < 32 && data[at + n] == data[at + n - back])
            n++;
        if (n > best)
            best = n;
    }
    return best;
}

static void emit_literal(struct buffer *out, char c)
{
    append_bytes(out, &c, 1);
}

static void emit_match(struct buffer *out, size_t n)
{
    append_number(out, (uint32_t)n);
}

static void compress_answer(struct worker *w)
{
    w->packed.len = 0;
    for (size_t i = 0; i < w->answer.len && i < 700;) {
        size_t n = find_match(w->answer.data, i, w->answer.len);
        if (n > 3) {
            emit_match(&w->packed, n);
            i += n;
        } else {
            emit_literal(&w->packed, w->answer.data[i++]);
        }
    }
}

#ifdef AFTER
static int check_utf8(const struct buffer *b)
{
    int bad = 0;
    for (int again = 0; again < 3; again++)
        for (size_t i = 0; i < b->len; i++)
            bad += (b->data[i] & 0xc0) == 0x80;
    return bad;
}
#else
static int lookup_cache(struct worker *w)
{
    uint32_t h = 0;
    for (int i = 0; i < 150; i++)
        h ^= hash_bytes(documents[next_random(&w->seed) % DOCUMENTS], 64);
    return h == 0;
}
#endif

static void write_log(struct worker *w)
{
    char line[160];
    int n = snprintf(line, sizeof line, "worker=%d bytes=%zu packed=%zu seed=%u status=%s\n",
                     w->number, w->answer.len, w->packed.len, w->seed, "ok");
    for (int i = 0; i < 8; i++)
        if (write(w->log, line, (size_t)n) < 0)
            return;
}

static void send_answer(struct worker *w)
{
    size_t n = w->packed.len < 4096 ? w->packed.len : 4096;
    if (send(w->socket, w->packed.data, n, MSG_NOSIGNAL) < 0)
        perror("send");
}

static void route_request(struct worker *w, const char *request)
{
    switch (request[0]) {
    case 'l': handle_login(w); break;
    case 's': handle_search(w); break;
    case 'r': handle_report(w); break;
    default: handle_picture(w);
    }
}

static void serve_request(struct worker *w, const char *request)
{
    w->answer.len = 0;
    append_number(&w->answer, check_session(w));
    parse_request(request + 1);
#ifndef AFTER
    if (lookup_cache(w))
        return;
#endif
    route_request(w, request);
#ifdef AFTER
    append_number(&w->answer, (uint32_t)check_utf8(&w->answer));
#endif
    compress_answer(w);
    write_log(w);
    send_answer(w);
}

static ssize_t read_request(struct worker *w, char *request, size_t size)
{
    ssize_t n = recv(w->socket, request, size - 1, 0);
    if (n > 0)
        request[n] = '\0';
    return n;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    char name[16], request[1024];

    snprintf(name, sizeof name, "worker-%d", w->number);
    pthread_setname_np(pthread_self(), name);
    while (read_request(w, request, sizeof request) > 0)
        serve_request(w, request);
    return NULL;
}

// --- compactor ---------------------------------------------------------------------------------

static uint32_t checksum_block(const char *block, size_t n)
{
    uint32_t sum = 0;
    for (int again = 0; again < 8; again++)
        sum += hash_bytes(block, n);
    return sum;
}

static void compact_log(int log, char *block)
{
    uint32_t sum = 0;
    ssize_t n;

    for (off_t at = 0; at < 8 * BUFFER && (n = pread(log, block, BUFFER, at)) > 0; at += n)
        sum += checksum_block(block, (size_t)n / 16);
    if (sum == 0 || ftruncate(log, 0) != 0)
        perror("compact");
}

static void *compactor_main(void *arg)
{
    int log = *(int *)arg;
    char *block = malloc(BUFFER);
    struct timespec pause = {0, 10 * 1000 * 1000};

    pthread_setname_np(pthread_self(), "log compactor");
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    while (block && lseek(log, 0, SEEK_CUR) >= 0) {
        compact_log(log, block);
        pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
        nanosleep(&pause, NULL);
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    }
    return NULL;
}

// --- client and set-up -------------------------------------------------------------------------

static void build_request(char *out, size_t size, uint32_t *seed)
{
    static const char kinds[] = "llssrrpp";
    uint32_t r = next_random(seed);

    snprintf(out, size, "%c{\"user\": \"%u\", \"cart\": [{\"name\": \"%s\", \"tags\": [[\"%s\", [\"new\", "
             "[\"%s\"]]]]}, {\"name\": \"%s\", \"more\": {\"note\": [\"gift\", {\"to\": \"%s\"}]}}]}",
             kinds[r % 8], r, words[r % 16], words[r / 3 % 16], words[r / 5 % 16],
             words[r / 7 % 16], words[r / 11 % 16]);
}

static void drive_workers(const int *sockets, double seconds)
{
    char request[1024], answer[4096];
    struct timespec start, now;
    uint32_t seed = 7;

    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        for (int i = 0; i < WORKERS; i++) {
            build_request(request, sizeof request, &seed);
            if (send(sockets[i], request, strlen(request), MSG_NOSIGNAL) < 0)
                return;
        }
        for (int i = 0; i < WORKERS; i++)
            if (recv(sockets[i], answer, sizeof answer, 0) <= 0)
                return;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9
             < seconds);
}

static void fill_tables(void)
{
    uint32_t seed = 42;

    for (int i = 0; i < SESSIONS; i++) {
        snprintf(sessions[i].token, sizeof sessions[i].token, "session-token-%06u",
                 next_random(&seed) % 1000000);
        sessions[i].user = next_random(&seed);
        uint32_t slot = hash_bytes(sessions[i].token, strlen(sessions[i].token)) % SLOTS;
        while (session_slots[slot])
            slot = (slot + 1) % SLOTS;
        session_slots[slot] = (uint16_t)(i + 1);
    }
    for (int i = 0; i < DOCUMENTS; i++)
        for (int k = 0; k < 12; k++)
            strcat(documents[i], words[next_random(&seed) % 16]);
}

int main(int argc, char **argv)
{
    static struct worker workers[WORKERS];
    pthread_t threads[WORKERS], compactor;
    int sockets[WORKERS];
    int log = memfd_create("log", 0);

    fill_tables();
    for (int i = 0; i < WORKERS; i++) {
        int pair[2];
        if (log < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
            return 2;
        sockets[i] = pair[0];
        workers[i] = (struct worker){.socket = pair[1], .number = i + 1, .log = log,
                                     .seed = (uint32_t)i};
        if (pthread_create(&threads[i], NULL, worker_main, &workers[i]) != 0)
            return 2;
    }
    if (pthread_create(&compactor, NULL, compactor_main, &log) != 0)
        return 2;
    drive_workers(sockets, argc > 1 ? atof(argv[1]) : 5);
    for (int i = 0; i < WORKERS; i++) {
        close(sockets[i]);
        pthread_join(threads[i], NULL);
        close(workers[i].socket);
        free(workers[i].answer.data);
        free(workers[i].packed.data);
    }
    pthread_cancel(compactor);
    pthread_join(compactor, NULL);
    return 0;
}
