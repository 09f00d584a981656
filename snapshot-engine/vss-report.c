/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vss-report.h"

#include "json-read.h"
#include "qmp-error.h"
#include "vss-object.h"

#define TEXT_CHARACTERS_MAX FIRN_VSS_TEXT_CHARACTERS_MAX
#define HOOKS_MAX           32
#define WRITERS_MAX         256
#define NUMBER_MAX          G_MAXINT32
#define FAILED_BIT          0x80000000U
#define FIRST_FAILED_STATE  6

static void free_hook(gpointer data);
static void free_writer(gpointer data);

#define HOOK_FIELD(name, kind, presence, ...)                                                      \
    FIRN_RECORD_FIELD(FirnVssHook, #name, name, kind, presence, __VA_ARGS__)

static const FirnRecordField hook_fields[] = {
    HOOK_FIELD(name, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX),
    HOOK_FIELD(stage, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX),
    HOOK_FIELD(result, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX),
    HOOK_FIELD(code, COUNT, IF_SET),
    HOOK_FIELD(ms, COUNT, IF_SET),
    HOOK_FIELD(output, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
};

static const FirnRecordSchema hook_schema = {
    .what = "hooks",
    .size = sizeof(FirnVssHook),
    .fields = hook_fields,
    .n_fields = G_N_ELEMENTS(hook_fields),
    .free = free_hook,
};

#define WRITER_FIELD(name, kind, presence, ...)                                                    \
    FIRN_RECORD_FIELD(FirnVssWriter, #name, name, kind, presence, __VA_ARGS__)

static const FirnRecordField writer_fields[] = {
    WRITER_FIELD(name, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX),
    WRITER_FIELD(state, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX),
    WRITER_FIELD(has_failed, BOOLEAN, IF_SET),
    WRITER_FIELD(failure, COUNT, IF_SET),
    WRITER_FIELD(failure_name, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
};

static const FirnRecordSchema writer_schema = {
    .what = "writers",
    .size = sizeof(FirnVssWriter),
    .fields = writer_fields,
    .n_fields = G_N_ELEMENTS(writer_fields),
    .free = free_writer,
};

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnVssReport, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    FIELD(in_all_max_ms, COUNT, ALWAYS),
    FIELD(shortfall, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(has_ended_early, BOOLEAN, IF_SET),
    FIELD(program, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(service, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(is_quiesced, BOOLEAN, IF_SET),
    FIELD(counter, NUMBER, IF_SET),
    FIELD(snapshot_set, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(backup_type, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(outcome, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(failure, COUNT, IF_SET),
    FIELD(failure_name, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(ignores_failures, BOOLEAN, IF_SET),
    FIELD(refusal, TEXT, IF_SET, .max = TEXT_CHARACTERS_MAX),
    FIELD(held_ms, COUNT, IF_SET),
    FIELD(hooks, LIST, IF_SET, .child = &hook_schema),
    FIELD(writers, LIST, IF_SET, .child = &writer_schema),
};

const FirnRecordSchema firn_vss_report_schema = {
    .what = "vss_report",
    .size = sizeof(FirnVssReport),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .free = (GDestroyNotify)firn_vss_report_free,
};

static void
free_hook(gpointer data)
{
    firn_record_schema_free(&hook_schema, data);
}

static void
free_writer(gpointer data)
{
    firn_record_schema_free(&writer_schema, data);
}

FirnVssReport *
firn_vss_report_new(void)
{
    return firn_record_schema_new(&firn_vss_report_schema);
}

void
firn_vss_report_free(FirnVssReport *self)
{
    firn_record_schema_free(&firn_vss_report_schema, self);
}

static char *
name_backup_type(gint64 number)
{
    static const char *const names[] =
        {"undefined", "full", "incremental", "differential", "log", "copy", "other"};

    return g_strdup(number < (gint64)G_N_ELEMENTS(names) ? names[number] : "unknown");
}

/* The end of it, where a program says why it gives up. */
static char *
take_output(const FirnVssObject *self)
{
    const char *text = firn_json_read_string(self->object, "output");
    glong length = text == NULL ? 0 : g_utf8_strlen(text, -1);

    if (firn_vss_object_find(self, "output") != NULL && text == NULL)
        firn_vss_object_refuse(self, "output");
    if (length == 0)
        return NULL;
    return g_strdup(length <= TEXT_CHARACTERS_MAX
                        ? text
                        : g_utf8_offset_to_pointer(text, length - TEXT_CHARACTERS_MAX));
}

static FirnVssHook *
read_stage(const FirnVssObject *hook, const char *stage)
{
    FirnVssObject run = firn_vss_object_take_object(hook, stage);
    FirnVssHook *self = firn_record_schema_new(&hook_schema);

    self->name = firn_vss_object_take_text(hook, "name");
    self->stage = g_strdup(stage);
    self->result = firn_vss_object_take_text(&run, "result");
    self->code = (guint)firn_vss_object_take_number(&run, "code", G_MAXUINT32);
    self->ms = (guint)firn_vss_object_take_number(&run, "ms", NUMBER_MAX);
    self->output = take_output(&run);
    return self;
}

/* Stages that a hook was not called for are not there. */
static void
read_hooks(FirnVssReport *self, const FirnVssObject *run)
{
    static const char *const stages[] = {"prepare", "freeze", "thaw", "post"};
    JsonArray *array;
    guint length = firn_vss_object_take_list(run, "hooks", HOOKS_MAX, &array);

    for (guint i = 0; i < length; i++) {
        FirnVssObject hook = {firn_json_read_element(array, i), run->bad};

        firn_vss_object_find(&hook, "name");
        for (guint j = 0; j < G_N_ELEMENTS(stages); j++)
            if (hook.object != NULL && json_object_has_member(hook.object, stages[j]))
                g_ptr_array_add(self->hooks, read_stage(&hook, stages[j]));
    }
}

static void
read_run(FirnVssReport *self, const FirnVssObject *run, FirnVssMoment *moment)
{
    FirnVssObject failed = firn_vss_object_take_object(run, "failed_hooks");
    JsonNode *held = firn_vss_object_find(run, "held_ms");

    moment->has_run = TRUE;
    moment->started_uptime_ms = firn_vss_object_take_number(run, "started_uptime_ms", G_MAXINT64);
    moment->n_failed = (guint)firn_vss_object_take_number(&failed, "prepare", HOOKS_MAX) +
                       (guint)firn_vss_object_take_number(&failed, "freeze", HOOKS_MAX);
    self->counter = (guint64)firn_vss_object_take_number(run, "counter", G_MAXUINT32);
    self->snapshot_set = firn_vss_object_take_text_or_null(run, "snapshot_set");
    self->backup_type =
        name_backup_type(firn_vss_object_take_number(run, "backup_type", NUMBER_MAX));
    self->outcome = firn_vss_object_take_text(run, "outcome");
    self->failure = (guint)firn_vss_object_take_number(run, "failure", G_MAXUINT32);
    self->failure_name = firn_vss_object_take_text_or_null(run, "failure_name");
    self->ignores_failures = firn_vss_object_take_boolean(run, "ignores_failures");
    self->refusal = firn_vss_object_take_text_or_null(run, "refusal");
    if (held != NULL && !JSON_NODE_HOLDS_NULL(held))
        self->held_ms = (guint)firn_vss_object_take_number(run, "held_ms", NUMBER_MAX);
    read_hooks(self, run);
}

gboolean
firn_vss_report_read_status(FirnVssReport *self,
                            const char *text,
                            gsize length,
                            FirnVssMoment *out_moment,
                            GError **error)
{
    g_autoptr(JsonNode) document = firn_vss_object_parse(text, length, error);
    const char *bad = NULL;
    JsonNode *last;
    FirnVssObject status, run;

    *out_moment = (FirnVssMoment){0};
    if (document == NULL)
        return FALSE;
    status = firn_vss_object_begin(document, &bad);
    self->program = firn_vss_object_take_text(&status, "program");
    self->service = firn_vss_object_take_text(&status, "service");
    self->is_quiesced = firn_vss_object_take_boolean(&status, "quiesced");
    out_moment->uptime_ms = firn_vss_object_take_number(&status, "uptime_ms", G_MAXINT64);
    last = firn_vss_object_find(&status, "last_run");
    if (last != NULL && !JSON_NODE_HOLDS_NULL(last)) {
        run = firn_vss_object_take_object(&status, "last_run");
        read_run(self, &run, out_moment);
    }
    return firn_vss_object_check(&status, error);
}

static gpointer
read_writer(const FirnVssObject *reader)
{
    FirnVssWriter *self = firn_record_schema_new(&writer_schema);
    gint64 state = firn_vss_object_take_number(reader, "state", NUMBER_MAX);

    self->name = firn_vss_object_take_text_or_null(reader, "name");
    if (self->name == NULL)
        self->name = firn_vss_object_take_text(reader, "id");
    self->state = firn_vss_object_take_text(reader, "state_name");
    self->failure = (guint)firn_vss_object_take_number(reader, "failure", G_MAXUINT32);
    self->failure_name = firn_vss_object_take_text_or_null(reader, "failure_name");
    self->has_failed = firn_vss_object_take_boolean(reader, "failed") ||
                       state >= FIRST_FAILED_STATE || (self->failure & FAILED_BIT) != 0;
    return self;
}

/* The guest's program is the only one that knows what VSS answered it. */
static gboolean
check_result(const FirnVssObject *self, GError **error)
{
    gint64 result = firn_vss_object_take_number(self, "result", G_MAXUINT32);
    g_autofree char *name = firn_vss_object_take_text_or_null(self, "result_name");

    if (!firn_vss_object_check(self, error))
        return FALSE;
    if ((result & FAILED_BIT) == 0)
        return TRUE;
    g_set_error(error,
                FIRN_QMP_ERROR,
                FIRN_QMP_ERROR_REFUSED,
                "0x%08x%s%s",
                (guint)result,
                name == NULL ? "" : " ",
                name == NULL ? "" : name);
    return FALSE;
}

gboolean
firn_vss_report_read_writers(FirnVssReport *self, const char *text, gsize length, GError **error)
{
    g_autoptr(JsonNode) document = firn_vss_object_parse(text, length, error);
    const char *bad = NULL;
    JsonArray *array;
    FirnVssObject status;
    guint n_writers;

    if (document == NULL)
        return FALSE;
    status = firn_vss_object_begin(document, &bad);
    n_writers = firn_vss_object_take_list(&status, "writers", WRITERS_MAX, &array);
    for (guint i = 0; i < n_writers; i++) {
        const FirnVssObject writer = {firn_json_read_element(array, i), &bad};

        g_ptr_array_add(self->writers, read_writer(&writer));
    }
    return check_result(&status, error);
}

gboolean
firn_vss_report_is_of_applications(const FirnVssReport *self)
{
    return self != NULL && self->program != NULL && self->shortfall == NULL &&
           !self->has_ended_early;
}
