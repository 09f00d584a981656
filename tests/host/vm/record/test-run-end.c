/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-end.h"

#include "enum-nick.h"
#include "run-enums.h"

/* Events of one run, in order, and the result. */
typedef struct {
    const char *name;
    const char *events[6];
    FirnRunEnd end;
} Case;

#define GUEST    "SHUTDOWN {\"guest\":true,\"reason\":\"guest-shutdown\"}"
#define QUIT     "SHUTDOWN {\"guest\":false,\"reason\":\"host-qmp-quit\"}"
#define SIGNAL   "SHUTDOWN {\"guest\":false,\"reason\":\"host-signal\"}"
#define REBOOT   "SHUTDOWN {\"guest\":true,\"reason\":\"guest-reset\"}"
#define PANIC    "SHUTDOWN {\"guest\":true,\"reason\":\"guest-panic\"}"
#define OLD      "SHUTDOWN {\"guest\":true}"
#define WORDLESS "SHUTDOWN {}"
#define PANICKED "GUEST_PANICKED {\"action\":\"pause\"}"

static const Case cases[] = {
    {"silent",                 {"STOP {}"},                     FIRN_RUN_END_RUNNING  },
    {"guest",                  {GUEST},                         FIRN_RUN_END_SHUT_DOWN},
    {"guest-then-quit",        {GUEST, "STOP {}", QUIT},        FIRN_RUN_END_SHUT_DOWN},
    {"guest-of-old-qemu",      {OLD},                           FIRN_RUN_END_SHUT_DOWN},
    {"quit",                   {QUIT},                          FIRN_RUN_END_UNCLEAN  },
    {"quit-after-acpi-button", {"POWERDOWN {}", QUIT},          FIRN_RUN_END_UNCLEAN  },
    {"signal",                 {SIGNAL},                        FIRN_RUN_END_UNCLEAN  },
    {"no-data",                {WORDLESS},                      FIRN_RUN_END_UNCLEAN  },
    {"reboot-or-triple-fault", {REBOOT},                        FIRN_RUN_END_UNKNOWN  },
    {"panic",                  {PANIC},                         FIRN_RUN_END_UNCLEAN  },
    {"panicked-then-quit",     {PANICKED, QUIT},                FIRN_RUN_END_UNCLEAN  },
    {"reset-after-shutdown",   {GUEST, "RESET {}", SIGNAL},     FIRN_RUN_END_UNCLEAN  },
    {"resumed-after-shutdown", {GUEST, "RESUME {}", "STOP {}"}, FIRN_RUN_END_RUNNING  },
};

static void
test_case(gconstpointer data)
{
    const Case *example = data;
    FirnRunEnd end = FIRN_RUN_END_RUNNING;

    for (guint i = 0; example->events[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(example->events[i], " ", 2);
        g_autoptr(JsonNode) node = json_from_string(parts[1], NULL);

        end = firn_run_end_hear(end, parts[0], json_node_get_object(node));
    }
    g_assert_cmpint(end, ==, example->end);
}

/* As run notes have them. */
static void
test_words(void)
{
    static const char *const words[] =
        {"none", "running", "shut-down", "unclean", "unknown", "filesystem", "application"};
    int read = -1;

    for (int end = FIRN_RUN_END_NONE; end <= FIRN_RUN_END_APPLICATION; end++) {
        g_assert_cmpstr(firn_enum_to_nick(FIRN_TYPE_RUN_END, end), ==, words[end]);
        g_assert_true(firn_enum_from_nick(FIRN_TYPE_RUN_END, words[end], &read));
        g_assert_cmpint(read, ==, end);
    }
    g_assert_false(firn_enum_from_nick(FIRN_TYPE_RUN_END, "peaceful", &read));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vm/run-end/words", test_words);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/vm/run-end/hear/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
