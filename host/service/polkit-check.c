/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "polkit-check.h"

#include "firn-config.h"

#ifdef HAVE_POLKIT
#include <polkit/polkit.h>

struct _FirnPolkit {
    PolkitAuthority *authority; /* (owned) (nullable) until connected */
    GCancellable *cancellable;  /* (owned) cancels connecting */
};

static void
on_authority_there(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GError) error = NULL;
    PolkitAuthority *authority = polkit_authority_get_finish(result, &error);
    FirnPolkit *self = user_data;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (authority == NULL)
        g_message("polkit is not reachable, so only root may make changes: %s", error->message);
    self->authority = authority;
}

FirnPolkit *
firn_polkit_new(void)
{
    FirnPolkit *self = g_new0(FirnPolkit, 1);

    self->cancellable = g_cancellable_new();
    polkit_authority_get_async(self->cancellable, on_authority_there, self);
    return self;
}

void
firn_polkit_free(FirnPolkit *self)
{
    g_cancellable_cancel(self->cancellable);
    g_clear_object(&self->cancellable);
    g_clear_object(&self->authority);
    g_free(self);
}

gboolean
firn_polkit_is_there(FirnPolkit *self)
{
    g_autofree char *owner =
        self->authority == NULL ? NULL : polkit_authority_get_owner(self->authority);

    return owner != NULL;
}

static FirnPolkitAnswer
read_answer(PolkitAuthorizationResult *answer)
{
    if (polkit_authorization_result_get_is_authorized(answer))
        return FIRN_POLKIT_YES;
    if (polkit_authorization_result_get_is_challenge(answer))
        return FIRN_POLKIT_CHALLENGE;
    return FIRN_POLKIT_NO;
}

static void
on_checked(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    g_autoptr(PolkitAuthorizationResult) answer =
        polkit_authority_check_authorization_finish(POLKIT_AUTHORITY(source), result, &error);

    if (answer == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_int(task, read_answer(answer));
}

static PolkitDetails *
build_details(GHashTable *details)
{
    PolkitDetails *built = polkit_details_new();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, details);
    while (g_hash_table_iter_next(&iter, &key, &value))
        polkit_details_insert(built, key, value);
    return built;
}

typedef struct {
    PolkitSubject *subject; /* (owned) */
    PolkitDetails *details; /* (owned) */
    char *action;           /* (owned) */
    PolkitCheckAuthorizationFlags flags;
} Question;

static void
free_question(gpointer data)
{
    Question *question = data;

    g_object_unref(question->subject);
    g_object_unref(question->details);
    g_free(question->action);
    g_free(question);
}

static void
ask(PolkitAuthority *authority, GTask *task)
{
    const Question *question = g_task_get_task_data(task);

    polkit_authority_check_authorization(authority,
                                         question->subject,
                                         question->action,
                                         question->details,
                                         question->flags,
                                         g_task_get_cancellable(task),
                                         on_checked,
                                         task);
}

static void
on_authority_found(GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr(GTask) task = user_data;
    GError *error = NULL;
    g_autoptr(PolkitAuthority) authority = polkit_authority_get_finish(result, &error);

    if (authority == NULL)
        g_task_return_error(task, error);
    else
        ask(authority, g_steal_pointer(&task));
}

void
firn_polkit_check_async(FirnPolkit *self,
                        const char *sender,
                        const char *action,
                        GHashTable *details,
                        gboolean may_ask,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    GTask *task = g_task_new(NULL, self->cancellable, callback, user_data);
    Question *question = g_new0(Question, 1);

    question->subject = polkit_system_bus_name_new(sender);
    question->details = build_details(details);
    question->action = g_strdup(action);
    question->flags = may_ask ? POLKIT_CHECK_AUTHORIZATION_FLAGS_ALLOW_USER_INTERACTION
                              : POLKIT_CHECK_AUTHORIZATION_FLAGS_NONE;
    g_task_set_task_data(task, question, free_question);
    /* Early checks wait until it is connected. */
    if (self->authority == NULL)
        polkit_authority_get_async(self->cancellable, on_authority_found, task);
    else
        ask(self->authority, task);
}

#else

struct _FirnPolkit {
    int unused;
};

FirnPolkit *
firn_polkit_new(void)
{
    return g_new0(FirnPolkit, 1);
}

void
firn_polkit_free(FirnPolkit *self)
{
    g_free(self);
}

gboolean
firn_polkit_is_there(FirnPolkit *self)
{
    return FALSE;
}

void
firn_polkit_check_async(FirnPolkit *self,
                        const char *sender,
                        const char *action,
                        GHashTable *details,
                        gboolean may_ask,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);

    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "built without polkit");
}

#endif

FirnPolkitAnswer
firn_polkit_check_finish(GAsyncResult *result, GError **error)
{
    gssize answer = g_task_propagate_int(G_TASK(result), error);

    return answer == -1 ? FIRN_POLKIT_ABSENT : (FirnPolkitAnswer)answer;
}
