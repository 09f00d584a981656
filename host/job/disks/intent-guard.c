/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "intent-guard.h"

#include "host-error.h"
#include "printable.h"

struct _FirnIntentGuard {
    FirnVm *vm;           /* (owned) */
    FirnJournal *journal; /* (unowned) (nullable) the VM's */
    FirnIntent *intent;   /* (owned) */
};

static FirnIntentGuard *
new_intention(FirnVm *vm, FirnIntent *intent)
{
    FirnIntentGuard *self = g_new0(FirnIntentGuard, 1);

    self->vm = g_object_ref(vm);
    self->journal = firn_vm_get_journal(vm);
    self->intent = intent;
    return self;
}

gboolean
firn_intent_guard_refuse(FirnVm *vm, GError **error)
{
    g_autoptr(GPtrArray) interrupted = firn_vm_list_interrupted(vm);

    for (guint i = 0; i < interrupted->len; i++) {
        const FirnIntent *intent = interrupted->pdata[i];

        if (intent->kind != FIRN_INTENT_KIND_RESTORE)
            continue;
        firn_host_error_set(
            error,
            FIRN_HOST_ERROR_INCONSISTENT,
            "the restore to %s was interrupted, and its disks may be partly restored; end "
            "it first with: firn verify %s --repair",
            intent->restore == NULL ? "a snapshot" : intent->restore->target_name,
            firn_vm_get_name(vm));
        return TRUE;
    }
    return FALSE;
}

static FirnIntentGuard *
note(FirnVm *vm, FirnIntent *intent, GError **error)
{
    g_autoptr(FirnIntentGuard) self = new_intention(vm, intent);

    if (firn_intent_guard_refuse(vm, error))
        return NULL;
    if (self->journal != NULL && !firn_journal_begin(self->journal, self->intent, error)) {
        g_prefix_error(error, "cannot write the journal entry: ");
        return NULL;
    }
    return g_steal_pointer(&self);
}

FirnIntentGuard *
firn_intent_guard_begin(FirnVm *vm,
                        FirnIntentKind kind,
                        const FirnSnapshot *snapshot,
                        GError **error)
{
    return note(vm,
                firn_intent_new(kind, firn_vm_get_uuid(vm), firn_vm_get_name(vm), snapshot),
                error);
}

FirnIntentGuard *
firn_intent_guard_begin_restore(FirnVm *vm,
                                const FirnSnapshot *present,
                                const FirnIntentRestore *restore,
                                GError **error)
{
    FirnIntent *intent = firn_intent_new(FIRN_INTENT_KIND_RESTORE,
                                         firn_vm_get_uuid(vm),
                                         firn_vm_get_name(vm),
                                         present);

    firn_intent_set_restore(intent, restore);
    return note(vm, intent, error);
}

gboolean
firn_intent_guard_keep_definition(FirnIntentGuard *self, const char *definition, GError **error)
{
    if (self->journal == NULL ||
        firn_journal_keep_definition(self->journal, self->intent->id, definition, error))
        return TRUE;
    g_prefix_error(error, "cannot write the journal entry: ");
    return FALSE;
}

FirnIntentGuard *
firn_intent_guard_resume(FirnVm *vm, const FirnIntent *intent)
{
    return new_intention(vm, firn_intent_copy(intent));
}

static void
end_note(FirnIntentGuard *self, const char *id)
{
    g_autoptr(GError) error = NULL;

    /* If the entry stays, the next firnd would roll back finished work, or finish a deletion that
     * was given up. */
    if (self->journal != NULL && !firn_journal_end(self->journal, id, &error))
        g_warning("%s: cannot remove the journal entry of snapshot %s: %s; remove the file before "
                  "firnd is restarted",
                  firn_vm_get_name(self->vm),
                  firn_intent_get_subject(self->intent),
                  error->message);
}

void
firn_intent_guard_end(FirnIntentGuard *self)
{
    end_note(self, self->intent->id);
}

static gboolean
is_of_same_work(const FirnIntentGuard *self, const FirnIntent *other)
{
    return other->kind == self->intent->kind &&
           g_str_equal(other->snapshot->uuid, self->intent->snapshot->uuid);
}

void
firn_intent_guard_complete(FirnIntentGuard *self)
{
    g_autoptr(GPtrArray) intents =
        self->journal == NULL ? NULL : firn_journal_list(self->journal, firn_vm_get_uuid(self->vm));

    for (guint i = 0; intents != NULL && i < intents->len; i++)
        if (is_of_same_work(self, intents->pdata[i]))
            end_note(self, ((const FirnIntent *)intents->pdata[i])->id);
}

void
firn_intent_guard_leave(FirnIntentGuard *self, const GError *reason)
{
    g_autofree char *why = firn_printable(reason->message);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (self->journal == NULL)
        return;
    text = g_strdup_printf("snapshot %s is %s: %s; fix this, then run: firn verify %s --repair",
                           firn_intent_get_subject(self->intent),
                           firn_intent_get_state(self->intent),
                           why,
                           firn_vm_get_name(self->vm));
    firn_event_interrupted_left(
        firn_vm_event_about(self->vm, firn_intent_get_subject(self->intent)),
        text);
    if (!firn_journal_amend(self->journal, self->intent->id, why, &error))
        g_warning("%s: %s", firn_vm_get_name(self->vm), error->message);
}

void
firn_intent_guard_free(FirnIntentGuard *self)
{
    if (self == NULL)
        return;
    g_object_unref(self->vm);
    firn_intent_free(self->intent);
    g_free(self);
}
