/* The frame that says whose a sample is: the root of its stack. */
#include "flamectl/recorder.h"

#include <stdio.h>

#include "flamectl/memory.h"

static char *scratch(struct recorder *recorder, size_t size)
{
    recorder->text = memory_grow(recorder->text, &recorder->text_capacity, size, 1);
    return recorder->text;
}

/* Replaces each run of digits by one N; returns the new length. */
static size_t group_digits(char *text, size_t len)
{
    size_t out = 0;
    bool in_run = false;
    for (size_t i = 0; i < len; i++) {
        bool digit = is_digit(text[i]);
        if (!digit || !in_run)
            text[out++] = digit ? 'N' : text[i];
        in_run = digit;
    }
    return out;
}

static uint32_t intern_root(struct recorder *recorder, size_t len, enum frame_kind kind)
{
    if (recorder->options->group_threads)
        len = group_digits(recorder->text, len);
    return frame_intern(&recorder->profile->frames, span_make(recorder->text, len), kind);
}

static int chosen_root(const struct recorder_options *options)
{
    return options->tid ? ROOT_TID : options->pid ? ROOT_PID : options->root ? options->root : ROOT_COMM;
}

/* ids = ["-"] (pid | "?") ["/" tid] : what is known of those that are asked for */
static size_t put_ids(const struct sample *sample, int root, char *text, bool named)
{
    size_t len = 0;
    bool tid = root == ROOT_TID && !sample->no_tid;
    if (!sample->has_pid && sample->no_tid)
        return 0;
    if (named)
        text[len++] = '-';
    if (sample->has_pid)
        len += (size_t)snprintf(text + len, 24, "%lld", (long long)sample->pid);
    else
        text[len++] = '?';
    if (tid)
        len += (size_t)snprintf(text + len, 24, "/%lld", (long long)sample->tid);
    return len;
}

uint32_t recorder_process(struct recorder *recorder, const struct sample *sample)
{
    int root = chosen_root(recorder->options);
    if (root == ROOT_NONE || !sample->has_process)
        return FRAME_GAP;
    size_t len = sample->comm.len;
    char *text = scratch(recorder, len + 64);
    for (size_t i = 0; i < len; i++) {
        char c = sample->comm.data[i];
        text[i] = c == ' ' || c == '\t' || c == '\n' || c == '\r' ? '_' : c == ';' ? ':' : c;
    }
    if (len == 1 && text[0] == '#')
        text[len++] = '_'; /* a folded line "# 5" would read as a comment */
    if (root == ROOT_PID || root == ROOT_TID)
        len += put_ids(sample, root, text + len, len > 0);
    if (len == 0)
        return FRAME_GAP;
    return intern_root(recorder, len, FRAME_PLAIN);
}

uint32_t recorder_asked_process(struct recorder *recorder, const struct sample *sample)
{
    const struct recorder_options *options = recorder->options;
    return options->root || options->pid || options->tid ? recorder_process(recorder, sample) : FRAME_GAP;
}

uint32_t recorder_below(struct recorder *recorder, uint32_t process)
{
    uint32_t node = PROFILE_ROOT;
    if (recorder->slice != FRAME_GAP)
        node = profile_child(recorder->profile, node, recorder->slice);
    return process == FRAME_GAP ? node : profile_child(recorder->profile, node, process);
}

uint32_t recorder_root_frame(struct recorder *recorder, struct span name, enum frame_kind kind)
{
    if (!recorder->options->group_threads)
        return frame_intern(&recorder->profile->frames, name, kind);
    memcpy(scratch(recorder, name.len + 1), name.data, name.len);
    return intern_root(recorder, name.len, kind);
}
