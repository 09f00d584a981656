/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blockers.h"

static void
free_blocker(gpointer data)
{
    FirnBlocker *blocker = data;

    g_free(blocker->code);
    g_free(blocker->subject);
    g_free(blocker->message);
    g_free(blocker->remedy);
    g_free(blocker->disk);
    g_free(blocker);
}

/* Several checks may find the same blocker; it is listed once. */
static FirnBlocker *
find_same(GPtrArray *blockers, const char *code, const char *subject, const char *message)
{
    for (guint i = 0; i < blockers->len; i++) {
        FirnBlocker *known = blockers->pdata[i];

        if (g_str_equal(known->code, code) && g_str_equal(known->subject, subject) &&
            g_str_equal(known->message, message))
            return known;
    }
    return NULL;
}

static FirnBlocker *
append(GPtrArray *blockers,
       const char *code,
       const char *subject,
       const char *remedy,
       char *message)
{
    FirnBlocker *blocker = find_same(blockers, code, subject, message);

    if (blocker != NULL) {
        g_free(message);
        return blocker;
    }
    blocker = g_new0(FirnBlocker, 1);
    blocker->code = g_strdup(code);
    blocker->subject = g_strdup(subject);
    blocker->message = message;
    blocker->remedy = g_strdup(remedy);
    g_ptr_array_add(blockers, blocker);
    return blocker;
}

GPtrArray *
firn_blockers_new(void)
{
    return g_ptr_array_new_with_free_func(free_blocker);
}

void
firn_blockers_add(GPtrArray *blockers,
                  const char *code,
                  const char *subject,
                  const char *remedy,
                  const char *format,
                  ...)
{
    va_list arguments;

    va_start(arguments, format);
    append(blockers, code, subject, remedy, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
firn_blockers_add_disk(GPtrArray *blockers,
                       const char *code,
                       const char *target,
                       const char *remedy,
                       const char *message)
{
    g_autofree char *subject = g_strdup_printf("disk %s", target);
    FirnBlocker *blocker = append(blockers, code, subject, remedy, g_strdup(message));
    g_free(blocker->disk);
    blocker->disk = g_strdup(target);
}

void
firn_blockers_add_error(GPtrArray *blockers,
                        const char *code,
                        const char *subject,
                        const char *remedy,
                        const GError *error)
{
    append(blockers, code, subject, remedy, g_strdup(error->message));
}

void
firn_blockers_add_all(GPtrArray *blockers, GPtrArray *others)
{
    for (guint i = 0; i < others->len; i++) {
        const FirnBlocker *other = others->pdata[i];
        FirnBlocker *added =
            append(blockers, other->code, other->subject, other->remedy, g_strdup(other->message));

        if (added->disk == NULL)
            added->disk = g_strdup(other->disk);
    }
}

char *
firn_blockers_to_text(GPtrArray *blockers)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < blockers->len; i++) {
        const FirnBlocker *blocker = blockers->pdata[i];

        g_string_append_printf(text,
                               "%s%s: %s; %s",
                               i == 0 ? "" : ". ",
                               blocker->subject,
                               blocker->message,
                               blocker->remedy);
    }
    return g_string_free(text, FALSE);
}
