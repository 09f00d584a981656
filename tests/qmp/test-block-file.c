/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-file.h"

typedef struct {
    const char *name;
    const char *file;
    const char *expected; /* filter driver path other relative */
} Case;

#define QCOW2(path)                                                                                \
    "{\"driver\": \"qcow2\", \"file\": {\"driver\": \"file\", \"filename\": \"" path "\"}}"

#define NODE(driver, more) "{\"driver\": \"" driver "\", " more "}"
#define FILE(path)         "\"file\": " NODE("file", "\"filename\": \"" path "\"")
#define THROTTLE           "json:" NODE("throttle", "\"x\": 1, \"file\": " QCOW2("/a"))
#define BELOW(more)        "\"file\": " more
#define BOTH               "json:" NODE("copy-on-read", BELOW(NODE("throttle", BELOW(QCOW2("/a")))))
#define BLKDEBUG           "json:" NODE("qcow2", BELOW(NODE("blkdebug", "\"x\": 1")))
#define PART               "json:" NODE("raw", "\"offset\": 512, " FILE("/a"))

/* clang-format off */
static const Case cases[] = {
    {"path", "/srv/a,b.qcow2", "- - /srv/a,b.qcow2 - no"},
    {"throttle", THROTTLE, "throttle qcow2 /a - no"},
    {"two-filters", BOTH, "copy-on-read qcow2 /a - no"},
    {"options", "json:" QCOW2("/a"), "- qcow2 /a - no"},
    {"relative", "img/a.qcow2", "- - - img/a.qcow2 yes"},
    {"relative-in-json", "json:" QCOW2("a.qcow2"), "- qcow2 - a.qcow2 yes"},
    {"network", "nbd://host/x", "- - - nbd://host/x no"},
    {"blkdebug", BLKDEBUG, "- qcow2 - blkdebug no"},
    {"part", PART, "- raw - a part of a file no"},
    {"cut-off", "json:{\"driver\": \"throttle\", \"fi", "- - - several block nodes no"},
    {"empty", "", "- - - no file no"},
};
/* clang-format on */

static const char *
or_dash(const char *word)
{
    return word == NULL ? "-" : word;
}

static void
test_case(gconstpointer data)
{
    const Case *example = data;
    g_auto(FirnBlockFile) file;
    g_autofree char *text = NULL;

    firn_block_file_read(&file, example->file);
    text = g_strdup_printf("%s %s %s %s %s",
                           or_dash(file.filter),
                           or_dash(file.driver),
                           or_dash(file.path),
                           or_dash(file.other),
                           file.is_relative ? "yes" : "no");
    g_assert_cmpstr(text, ==, example->expected);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/qmp/block-file/%u-%s", i, cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
