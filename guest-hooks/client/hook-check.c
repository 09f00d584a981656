/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hook-check.h"

#include "agent-check.h"
#include "guard-client.h"
#include "hook-set.h"

static void
list_hook(const FirnHook *hook, FILE *out)
{
    fprintf(out,
            "%-24s %-8s %-12s %-8s %s%s%s\n",
            hook->name,
            hook->conf.mode == FIRN_MODE_SESSION ? "session" : "oneshot",
            hook->conf.is_critical ? "critical" : "not-critical",
            firn_level_get_name(hook->conf.level),
            hook->source,
            *hook->refused.text == '\0' ? "" : "  refused: ",
            hook->refused.text);
}

unsigned
firn_hook_list(const FirnPaths *paths, FILE *out)
{
    FirnSettings settings;
    FirnHookSet set = {NULL, 0};
    FirnReason reason = {""};

    if (!firn_settings_load(&settings, paths, &reason) ||
        !firn_hook_set_load(&set, paths, &settings, &reason)) {
        fprintf(out, "%s\n", reason.text);
        return FIRN_EXIT_CONFIG;
    }
    for (size_t i = 0; i < set.count; i++)
        list_hook(&set.hooks[i], out);
    firn_hook_set_clear(&set);
    return FIRN_EXIT_OK;
}

static unsigned
check_hooks(const FirnPaths *paths, FILE *out)
{
    FirnSettings settings;
    FirnHookSet set = {NULL, 0};
    FirnReason reason = {""};
    unsigned problems = 0;

    if (!firn_settings_load(&settings, paths, &reason) ||
        !firn_hook_set_load(&set, paths, &settings, &reason)) {
        fprintf(out, "%s\n", reason.text);
        return 1;
    }
    for (size_t i = 0; i < set.count; i++)
        if (*set.hooks[i].refused.text != '\0') {
            fprintf(out, "%s is refused: %s\n", set.hooks[i].name, set.hooks[i].refused.text);
            problems++;
        }
    firn_hook_set_clear(&set);
    return problems;
}

static unsigned
check_guard(const FirnPaths *paths, FILE *out)
{
    static FirnClientReply reply;
    FirnReason reason = {""};

    if (firn_client_ask(paths, "status", NULL, &reply, &reason))
        return 0;
    fprintf(out, "%s: is firn-guard.service running?\n", reason.text);
    return 1;
}

unsigned
firn_hook_check(const FirnPaths *paths, FILE *out)
{
    unsigned problems = check_hooks(paths, out) + check_guard(paths, out) +
                        firn_check_in_ram(paths, FIRN_RUN_DIR, out) + firn_agent_check(paths, out);

    if (problems == 0)
        fputs("no problem found\n", out);
    return problems == 0 ? FIRN_EXIT_OK : FIRN_EXIT_CONFIG;
}
