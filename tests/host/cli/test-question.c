/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "question.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *topic;
    const char *typed;
    gboolean is_yes;
} Case;

static const Case cases[] = {
    {"yes",      "y\n",              TRUE },
    {"capital",  "Yes\n",            TRUE },
    {"no",       "n\n",              FALSE},
    {"default",  "\n",               FALSE},
    {"nonsense", "certainly\n",      FALSE},
    {"long",     "no, not yet!!!\n", FALSE},
    {"end",      "\004",             FALSE},
};

/* Each in a process of its own: standard input is one for all. */
static void
test_answer(gconstpointer data)
{
    const Case *wanted = data;
    int master, slave;

    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        g_test_trap_assert_stderr("*Pause web1? *y/N*");
        return;
    }
    master = posix_openpt(O_RDWR | O_NOCTTY);
    g_assert_cmpint(master, >=, 0);
    g_assert_no_errno(grantpt(master));
    g_assert_no_errno(unlockpt(master));
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    g_assert_cmpint(slave, >=, 0);
    g_assert_cmpint(dup2(slave, STDIN_FILENO), ==, STDIN_FILENO);
    g_assert_cmpint(write(master, wanted->typed, strlen(wanted->typed)), >, 0);
    g_assert_true(firn_question_can_ask());
    g_assert_cmpint(firn_question_ask("Pause %s?", "web1"), ==, wanted->is_yes);
}

static void
test_nobody_there(void)
{
    int nothing = open("/dev/null", O_RDONLY);

    g_assert_cmpint(dup2(nothing, STDIN_FILENO), ==, STDIN_FILENO);
    g_assert_false(firn_question_can_ask());
    g_assert_false(firn_question_ask("Anybody?"));
    close(nothing);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/cli/question/", cases[i].topic, NULL);

        g_test_add_data_func(path, &cases[i], test_answer);
    }
    g_test_add_func("/cli/question/nobody-there", test_nobody_there);
    return g_test_run();
}
