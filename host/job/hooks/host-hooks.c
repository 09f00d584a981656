/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host-hooks.h"

#include "hook-run.h"
#include "host-error.h"
#include "printable.h"
#include "service-manager.h"

#define NOTE_BYTES_MAX 65536
#define GROUP          "hooks"

struct _FirnHostHooks {
    char *folder;        /* (owned) */
    FirnStateDir *notes; /* (owned) a note for each VM, UUID.hooks */
    char *bus;           /* (owned) (nullable) */
};

FirnHostHooks *
firn_host_hooks_new(const char *folder, FirnStateDir *notes, const char *bus)
{
    FirnHostHooks *self = g_atomic_rc_box_new0(FirnHostHooks);

    self->folder = g_strdup(folder);
    self->notes = firn_state_dir_ref(notes);
    self->bus = g_strdup(bus);
    return self;
}

FirnHostHooks *
firn_host_hooks_ref(FirnHostHooks *self)
{
    return g_atomic_rc_box_acquire(self);
}

static void
clear(gpointer data)
{
    FirnHostHooks *self = data;

    g_free(self->folder);
    firn_state_dir_unref(self->notes);
    g_free(self->bus);
}

void
firn_host_hooks_unref(FirnHostHooks *self)
{
    g_atomic_rc_box_release_full(self, clear);
}

gboolean
firn_host_hooks_exist(FirnHostHooks *self)
{
    g_autoptr(GPtrArray) hooks = firn_host_hook_list(self->folder);

    return hooks->len > 0;
}

GPtrArray *
firn_host_hooks_new_reports(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)firn_hook_report_free);
}

/* @outcome: %NULL before the job. */
static GPtrArray *
describe(const FirnHookSubject *subject, const char *phase, const FirnHookOutcome *outcome)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    const char *const pairs[][2] = {
        {"FIRN_PHASE",         phase                                          },
        {"FIRN_OPERATION",     subject->operation                             },
        {"FIRN_VM",            subject->vm_name                               },
        {"FIRN_VM_UUID",       subject->vm_uuid                               },
        {"FIRN_SNAPSHOT",      subject->snapshot                              },
        {"FIRN_OUTCOME",       outcome == NULL ? NULL : outcome->word         },
        {"FIRN_SNAPSHOT_UUID", outcome == NULL ? NULL : outcome->snapshot_uuid},
        {"FIRN_VERDICT",       outcome == NULL ? NULL : outcome->verdict      },
    };

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][1] != NULL)
            g_ptr_array_add(words, g_strconcat(pairs[i][0], "=", pairs[i][1], NULL));
    return words;
}

/* What all hooks of one phase have in common. */
typedef struct {
    const FirnHookSubject *subject;
    const char *phase;
    GPtrArray *environment;    /* (owned) */
    char *bus;                 /* (owned) (nullable) address of systemd's */
    GCancellable *cancellable; /* (unowned) (nullable) */
    GPtrArray *reports;        /* (unowned) */
} Phase;

static void
begin_phase(Phase *self,
            FirnHostHooks *hooks,
            const FirnHookSubject *subject,
            const FirnHookOutcome *outcome,
            GPtrArray *reports)
{
    g_autoptr(FirnServiceManager) manager = firn_service_manager_new(hooks->bus);

    self->subject = subject;
    self->phase = outcome == NULL ? "before" : "after";
    self->environment = describe(subject, self->phase, outcome);
    self->bus = manager == NULL ? NULL : g_strdup(firn_service_manager_get_address(manager));
    self->reports = reports;
}

static void
clear_phase(Phase *self)
{
    g_clear_pointer(&self->environment, g_ptr_array_unref);
    g_clear_pointer(&self->bus, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Phase, clear_phase)

static gboolean
run(Phase *self, const FirnHostHook *hook, guint *out_ms, GError **error)
{
    const FirnHookCall call = {self->phase,
                               self->environment,
                               self->bus,
                               g_str_equal(self->phase, "before") ? hook->before_s : hook->after_s};

    if (hook->refusal != NULL)
        return firn_host_error_set(error, FIRN_HOST_ERROR_FAILED, "%s", hook->refusal);
    return firn_hook_run(hook, &call, self->cancellable, out_ms, error);
}

static gboolean
run_hook(Phase *self, const FirnHostHook *hook, GError **error)
{
    FirnHookReport *report = firn_hook_report_new(hook->name, self->phase);
    g_autoptr(GError) failure = NULL;

    if (!run(self, hook, &report->took_ms, &failure))
        report->failure = firn_printable(failure->message);
    g_ptr_array_add(self->reports, report);
    if (failure == NULL)
        return TRUE;
    g_message("%s: host hook %s failed %s %s: %s",
              self->subject->vm_name,
              hook->name,
              self->phase,
              self->subject->operation,
              report->failure);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static char *
get_note_name(const char *vm_uuid)
{
    return g_strconcat(vm_uuid, ".hooks", NULL);
}

/* Written before a hook is started. */
static gboolean
note_started(FirnHostHooks *self,
             const FirnHookSubject *subject,
             GPtrArray *started,
             GError **error)
{
    g_autofree char *name = get_note_name(subject->vm_uuid);
    g_autoptr(GKeyFile) note = g_key_file_new();
    g_autofree char *text = NULL;
    gsize length;

    g_key_file_set_string(note, GROUP, "operation", subject->operation);
    if (subject->snapshot != NULL)
        g_key_file_set_string(note, GROUP, "snapshot", subject->snapshot);
    g_key_file_set_string_list(note,
                               GROUP,
                               "started",
                               (const char *const *)started->pdata,
                               started->len);
    text = g_key_file_to_data(note, &length, NULL);
    return firn_state_dir_replace_for_sure(self->notes, name, text, length, error);
}

/* Returns NULL if there is none, or if it cannot be read: then nothing is known of what was
 * started. */
static GKeyFile *
read_note(FirnHostHooks *self, const char *vm_uuid)
{
    g_autofree char *name = get_note_name(vm_uuid);
    g_autofree char *text = NULL;
    g_autoptr(GKeyFile) note = g_key_file_new();
    g_autoptr(GError) error = NULL;
    gsize length;

    if (firn_state_dir_read(self->notes, name, NOTE_BYTES_MAX, &text, &length, &error) &&
        (text == NULL || g_key_file_load_from_data(note, text, length, G_KEY_FILE_NONE, &error)))
        return text == NULL ? NULL : g_steal_pointer(&note);
    g_message("%s: hooks that were started before a job are not run after it: %s",
              name,
              error->message);
    return NULL;
}

static gboolean
start_next(FirnHostHooks *self,
           Phase *phase,
           const FirnHostHook *hook,
           GPtrArray *started,
           GError **error)
{
    g_autoptr(GError) failure = NULL;

    g_ptr_array_add(started, hook->name);
    if (!note_started(self, phase->subject, started, error)) {
        g_prefix_error(error, "cannot note that host hooks are started: ");
        return FALSE;
    }
    if (run_hook(phase, hook, &failure) ||
        (!hook->is_critical && !g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
        return TRUE;
    if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error(&failure, "host hook %s refused it: ", hook->name);
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

gboolean
firn_host_hooks_before(FirnHostHooks *self,
                       const FirnHookSubject *subject,
                       GCancellable *cancellable,
                       GPtrArray *reports,
                       GError **error)
{
    g_autoptr(GPtrArray) hooks = firn_host_hook_list(self->folder);
    g_autoptr(GPtrArray) started = g_ptr_array_new();
    g_auto(Phase) phase = {.cancellable = cancellable};

    if (hooks->len == 0)
        return TRUE;
    begin_phase(&phase, self, subject, NULL, reports);
    for (guint i = 0; i < hooks->len; i++)
        if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
            !start_next(self, &phase, hooks->pdata[i], started, error))
            return FALSE;
    return TRUE;
}

static void
forget(FirnHostHooks *self, const char *vm_uuid)
{
    g_autofree char *name = get_note_name(vm_uuid);
    g_autoptr(GError) error = NULL;

    if (!firn_state_dir_remove(self->notes, name, &error))
        g_message("hooks will run once more after a job that has ended: %s", error->message);
}

/* A hook that was removed or switched off meanwhile is not run. */
static void
run_after(FirnHostHooks *self,
          GKeyFile *note,
          const FirnHookSubject *subject,
          const FirnHookOutcome *outcome,
          GPtrArray *reports)
{
    g_auto(GStrv) started = g_key_file_get_string_list(note, GROUP, "started", NULL, NULL);
    g_autoptr(GPtrArray) hooks = firn_host_hook_list(self->folder);
    g_auto(Phase) phase = {0};

    begin_phase(&phase, self, subject, outcome, reports);
    for (guint i = hooks->len; i > 0; i--) {
        const FirnHostHook *hook = hooks->pdata[i - 1];

        if (started != NULL && g_strv_contains((const char *const *)started, hook->name))
            run_hook(&phase, hook, NULL);
    }
    forget(self, subject->vm_uuid);
}

void
firn_host_hooks_after(FirnHostHooks *self,
                      const FirnHookSubject *subject,
                      const FirnHookOutcome *outcome,
                      GPtrArray *reports)
{
    g_autoptr(GKeyFile) note = read_note(self, subject->vm_uuid);

    if (note != NULL)
        run_after(self, note, subject, outcome, reports);
}

gboolean
firn_host_hooks_has_interrupted(FirnHostHooks *self, const char *vm_uuid)
{
    g_autofree char *name = get_note_name(vm_uuid);

    return firn_state_dir_has(self->notes, name);
}

void
firn_host_hooks_end_interrupted(FirnHostHooks *self,
                                const char *vm_uuid,
                                const char *vm_name,
                                GPtrArray *reports)
{
    g_autoptr(GKeyFile) note = read_note(self, vm_uuid);
    g_autofree char *operation =
        note == NULL ? NULL : g_key_file_get_string(note, GROUP, "operation", NULL);
    g_autofree char *snapshot =
        note == NULL ? NULL : g_key_file_get_string(note, GROUP, "snapshot", NULL);
    const FirnHookSubject subject = {operation, vm_uuid, vm_name, snapshot};
    const FirnHookOutcome outcome = {.word = "interrupted"};

    if (operation != NULL)
        run_after(self, note, &subject, &outcome, reports);
    else
        forget(self, vm_uuid);
}
