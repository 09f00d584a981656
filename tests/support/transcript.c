/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

/* What a program in the guest prints. */
typedef struct {
    char *verb; /* (owned) */
    char *text; /* (owned) */
} Print;

typedef struct {
    char *match; /* (owned) */
    guint times;
    GArray *steps; /* (owned) (element-type FirnTestStep) texts are owned; ends with zeros */
} Rule;

struct FirnTestTranscript {
    gboolean is_monitor;
    gboolean is_windows;
    int require;
    int try;
    char *verdict;     /* (owned) (nullable) */
    GPtrArray *rules;  /* (owned) (element-type Rule) */
    GPtrArray *prints; /* (owned) (element-type Print) */
};

static void
free_step(gpointer data)
{
    g_free((char *)((FirnTestStep *)data)->text);
}

static void
free_print(gpointer data)
{
    Print *print = data;

    g_free(print->verb);
    g_free(print->text);
    g_free(print);
}

static void
free_rule(gpointer data)
{
    Rule *rule = data;

    g_free(rule->match);
    g_array_unref(rule->steps);
    g_free(rule);
}

void
firn_test_transcript_free(FirnTestTranscript *self)
{
    if (self == NULL)
        return;
    g_free(self->verdict);
    g_ptr_array_unref(self->rules);
    g_ptr_array_unref(self->prints);
    g_free(self);
}

static char
unescape_one(const char **at)
{
    static const char letters[] = "nrt\\\"", meanings[] = "\n\r\t\\\"";
    const char *found;

    if (**at != '\\')
        return *(*at)++;
    (*at)++;
    if (**at == 'x') {
        char digits[] = {(*at)[1], (*at)[2], '\0'};

        *at += 3;
        return (char)strtol(digits, NULL, 16);
    }
    found = strchr(letters, *(*at)++);
    g_assert_nonnull(found);
    return meanings[found - letters];
}

/* Reads the text between the quotes, @count times. */
static GString *
read_text(const char *line, gsize count)
{
    g_autoptr(GString) once = g_string_new(NULL);
    const char *at = strchr(line, '"');
    const char *end = strrchr(line, '"');
    GString *text;

    g_assert_true(at != NULL && end > at);
    for (at++; at < end;)
        g_string_append_c(once, unescape_one(&at));
    text = g_string_sized_new(once->len * count + 1);
    for (gsize i = 0; i < count; i++)
        g_string_append_len(text, once->str, (gssize)once->len);
    return text;
}

static void
add_text(Rule *rule, FirnTestStep *step, const char *line, gsize count)
{
    GString *text = read_text(line, count);

    /* Text with a length is sent unchanged; in text without one, $id is replaced. */
    step->length = strlen(text->str) == text->len ? 0 : text->len;
    step->text = g_string_free(text, FALSE);
    g_array_append_val(rule->steps, *step);
}

static void
read_step(Rule *rule, const char *word, const char *rest)
{
    FirnTestStep step = {0};
    guint64 number = g_ascii_strtoull(rest, NULL, 10);

    if (g_str_equal(word, "send")) {
        add_text(rule, &step, rest, number == 0 ? 1 : number);
        return;
    }
    if (g_str_equal(word, "slow")) {
        step.byte_gap_ms = (guint)number;
        add_text(rule, &step, rest, 1);
        return;
    }
    if (g_str_equal(word, "wait"))
        step.delay_ms = (guint)number;
    else if (g_str_equal(word, "pass"))
        step.pass = TRUE;
    else if (g_str_equal(word, "hang-up"))
        step.hang_up = TRUE;
    else
        g_assert_cmpstr(word, ==, "a statement");
    g_array_append_val(rule->steps, step);
}

static Rule *
read_rule(const char *rest)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    Rule *rule = g_new0(Rule, 1);

    rule->match = g_strdup(words[0]);
    rule->times = words[1] == NULL ? 0 : (guint)atoi(words[1]);
    rule->steps = g_array_new(TRUE, TRUE, sizeof(FirnTestStep));
    g_array_set_clear_func(rule->steps, free_step);
    return rule;
}

static Print *
read_print(const char *rest)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    guint64 count = g_ascii_strtoull(words[1], NULL, 10);
    Print *print = g_new0(Print, 1);

    print->verb = g_strdup(words[0]);
    print->text = g_string_free(read_text(words[1], count == 0 ? 1 : count), FALSE);
    return print;
}

static void
read_try(FirnTestTranscript *self, const char *rest)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);

    self->try = atoi(words[0]);
    self->verdict = g_strdup(words[1]);
}

static void
read_line(FirnTestTranscript *self, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    const char *rest = words[0] != NULL && words[1] != NULL ? words[1] : "";

    if (words[0] == NULL || words[0][0] == '\0' || words[0][0] == '#')
        return;
    if (g_str_equal(words[0], "peer"))
        self->is_monitor = g_str_equal(rest, "monitor");
    else if (g_str_equal(words[0], "windows"))
        self->is_windows = TRUE;
    else if (g_str_equal(words[0], "print"))
        g_ptr_array_add(self->prints, read_print(rest));
    else if (g_str_equal(words[0], "require"))
        self->require = atoi(rest);
    else if (g_str_equal(words[0], "try"))
        read_try(self, rest);
    else if (g_str_equal(words[0], "when"))
        g_ptr_array_add(self->rules, read_rule(rest));
    else
        read_step(self->rules->pdata[self->rules->len - 1], words[0], rest);
}

FirnTestTranscript *
firn_test_transcript_load(const char *path)
{
    FirnTestTranscript *self = g_new0(FirnTestTranscript, 1);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    self->require = self->try = -1;
    self->rules = g_ptr_array_new_with_free_func(free_rule);
    self->prints = g_ptr_array_new_with_free_func(free_print);
    lines = g_strsplit(text, "\n", -1);
    for (GStrv line = lines; *line != NULL; line++)
        read_line(self, *line);
    g_assert_cmpuint(self->rules->len + self->prints->len, >, 0);
    g_assert_cmpint(self->require, >=, 0);
    g_assert_cmpint(self->try, >=, 0);
    return self;
}

gboolean
firn_test_transcript_is_monitor(FirnTestTranscript *self)
{
    return self->is_monitor;
}

int
firn_test_transcript_get_status(FirnTestTranscript *self, const char *quiesce)
{
    return g_str_equal(quiesce, "require") ? self->require : self->try;
}

const char *
firn_test_transcript_get_verdict(FirnTestTranscript *self)
{
    return self->verdict;
}

void
firn_test_transcript_prepare(FirnTestTranscript *self, FirnTestFakeAgent *agent)
{
    if (self->is_windows)
        firn_test_fake_agent_be_windows(agent);
    for (guint i = 0; i < self->prints->len; i++) {
        const Print *print = self->prints->pdata[i];

        firn_test_fake_agent_print(agent, print->verb, print->text);
    }
}

void
firn_test_transcript_play(FirnTestTranscript *self, FirnTestPeer *peer)
{
    for (guint i = 0; i < self->rules->len; i++) {
        const Rule *rule = self->rules->pdata[i];

        firn_test_peer_when(peer,
                            rule->match,
                            rule->times,
                            (const FirnTestStep *)(gpointer)rule->steps->data);
    }
}

GBytes *
firn_test_transcript_dup_bytes(FirnTestTranscript *self)
{
    GByteArray *bytes = g_byte_array_new();

    for (guint i = 0; i < self->rules->len; i++) {
        const Rule *rule = self->rules->pdata[i];

        for (guint j = 0; j < rule->steps->len; j++) {
            const FirnTestStep *step = &g_array_index(rule->steps, FirnTestStep, j);
            gsize length =
                step->length > 0 || step->text == NULL ? step->length : strlen(step->text);

            if (length > 0)
                g_byte_array_append(bytes, (const guint8 *)step->text, (guint)length);
        }
    }
    return g_byte_array_free_to_bytes(bytes);
}
