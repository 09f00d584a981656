/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-report.h"

#include <string.h>

#include "engine-enums.h"
#include "engine-error.h"
#include "enum-nick.h"
#include "json-read.h"
#include "printable.h"
#include "qmp-error.h"

#define TEXT_CHARACTERS_MAX 256
#define SCHEMA              1
#define LIST_MAX            256
#define DATA_MAX            64
#define NUMBER_MAX          G_MAXINT32

static const FirnJsonLimits limits = {FIRN_GUEST_REPORT_BYTES_MAX, 16384, 1000, 8, 10000};

static void free_hook(gpointer data);
static void free_mount(gpointer data);

#define FAILURE_FIELD(name, presence)                                                              \
    FIRN_RECORD_FIELD(FirnGuestFailure, #name, name, TEXT, presence, .max = TEXT_CHARACTERS_MAX)

static const FirnRecordField failure_fields[] = {
    FAILURE_FIELD(reason, ALWAYS),
    FAILURE_FIELD(hook, IF_SET),
    FAILURE_FIELD(phase, IF_SET),
    FAILURE_FIELD(message, IF_SET),
};

static const FirnRecordSchema failure_schema = {
    .what = "failure",
    .size = sizeof(FirnGuestFailure),
    .fields = failure_fields,
    .n_fields = G_N_ELEMENTS(failure_fields),
    .free = (GDestroyNotify)firn_guest_failure_free,
};

#define HOOK_FIELD(member, field, kind, presence)                                                  \
    FIRN_RECORD_FIELD(FirnGuestHook, member, field, kind, presence)
#define HOOK_TEXT(name, presence)                                                                  \
    FIRN_RECORD_FIELD(FirnGuestHook, #name, name, TEXT, presence, .max = TEXT_CHARACTERS_MAX)

static const FirnRecordField hook_fields[] = {
    HOOK_TEXT(name, ALWAYS),
    HOOK_TEXT(result, ALWAYS),
    HOOK_TEXT(level, IF_SET),
    HOOK_TEXT(phase, IF_SET),
    HOOK_FIELD("critical", is_critical, BOOLEAN, IF_SET),
    HOOK_FIELD("exit", exit_status, COUNT, IF_SET),
    HOOK_FIELD("prepare_ms", prepare_ms, COUNT, IF_SET),
    HOOK_FIELD("freeze_ms", freeze_ms, COUNT, IF_SET),
    HOOK_FIELD("hold_ms", hold_ms, COUNT, IF_SET),
    HOOK_FIELD("thaw_ms", thaw_ms, COUNT, IF_SET),
    HOOK_TEXT(message, IF_SET),
    FIRN_RECORD_FIELD(FirnGuestHook, "data", data, STRINGS, IF_SET, .max = TEXT_CHARACTERS_MAX),
};

static const FirnRecordSchema hook_schema = {
    .what = "hooks",
    .size = sizeof(FirnGuestHook),
    .fields = hook_fields,
    .n_fields = G_N_ELEMENTS(hook_fields),
    .free = free_hook,
};

#define MOUNT_FIELD(name)                                                                          \
    FIRN_RECORD_FIELD(FirnGuestMount, #name, name, TEXT, ALWAYS, .max = TEXT_CHARACTERS_MAX)

static const FirnRecordField mount_fields[] = {
    MOUNT_FIELD(mountpoint),
    MOUNT_FIELD(type),
};

static const FirnRecordSchema mount_schema = {
    .what = "uncovered",
    .size = sizeof(FirnGuestMount),
    .fields = mount_fields,
    .n_fields = G_N_ELEMENTS(mount_fields),
    .free = free_mount,
};

#define FIELD(name, ...) FIRN_RECORD_FIELD(FirnGuestReport, #name, name, __VA_ARGS__)

static const FirnRecordField fields[] = {
    FIELD(state, NICK, ALWAYS, .type = firn_guest_report_state_get_type),
    FIELD(level, NICK, ALWAYS, .type = firn_guest_report_level_get_type),
    FIELD(deadman_s, COUNT, IF_SET),
    FIELD(has_fired, BOOLEAN, IF_SET),
    FIELD(fired_after_ms, COUNT, IF_SET),
    FIELD(failure, CHILD, IF_SET, .child = &failure_schema),
    FIELD(uncovered, LIST, IF_SET, .child = &mount_schema),
    FIELD(hooks, LIST, IF_SET, .child = &hook_schema),
};

const FirnRecordSchema firn_guest_report_schema = {
    .what = "guest_report",
    .size = sizeof(FirnGuestReport),
    .fields = fields,
    .n_fields = G_N_ELEMENTS(fields),
    .free = (GDestroyNotify)firn_guest_report_free,
};

static void
free_hook(gpointer data)
{
    firn_record_schema_free(&hook_schema, data);
}

static void
free_mount(gpointer data)
{
    firn_record_schema_free(&mount_schema, data);
}

void
firn_guest_report_free(FirnGuestReport *self)
{
    firn_record_schema_free(&firn_guest_report_schema, self);
}

/* Returns %NULL for what is missing, or empty. */
static char *
read_text(JsonObject *object, const char *member)
{
    const char *text = firn_json_read_text(object, member);

    return *text == '\0' ? NULL : firn_record_schema_clip(text, TEXT_CHARACTERS_MAX);
}

static char *
read_word(JsonObject *object, const char *member)
{
    return firn_record_schema_clip(firn_json_read_text(object, member), TEXT_CHARACTERS_MAX);
}

static guint
read_number(JsonObject *object, const char *member)
{
    return (guint)CLAMP(firn_json_read_int(object, member, 0), 0, NUMBER_MAX);
}

static FirnGuestFailure *
read_failure(JsonObject *object)
{
    FirnGuestFailure *self;

    if (object == NULL)
        return NULL;
    self = firn_record_schema_new(&failure_schema);
    self->reason = read_word(object, "reason");
    self->hook = read_text(object, "hook");
    self->phase = read_text(object, "phase");
    self->message = read_text(object, "message");
    return self;
}

static void
read_data(GPtrArray *data, JsonObject *object)
{
    JsonObjectIter iter;
    const char *name;

    if (object == NULL)
        return;
    json_object_iter_init_ordered(&iter, object);
    while (data->len < DATA_MAX && json_object_iter_next_ordered(&iter, &name, NULL)) {
        g_autofree char *pair = g_strdup_printf("%s=%s", name, firn_json_read_text(object, name));

        g_ptr_array_add(data, firn_record_schema_clip(pair, TEXT_CHARACTERS_MAX));
    }
}

static gpointer
read_hook(JsonObject *object)
{
    FirnGuestHook *self = firn_record_schema_new(&hook_schema);

    self->name = read_word(object, "name");
    self->result = read_word(object, "result");
    self->level = read_text(object, "level");
    self->phase = read_text(object, "phase");
    self->is_critical = firn_json_read_boolean(object, "critical", FALSE);
    self->exit_status = read_number(object, "exit");
    self->prepare_ms = read_number(object, "prepare_ms");
    self->freeze_ms = read_number(object, "freeze_ms");
    self->hold_ms = read_number(object, "hold_ms");
    self->thaw_ms = read_number(object, "thaw_ms");
    self->message = read_text(object, "message");
    read_data(self->data, firn_json_read_object(object, "data"));
    return self;
}

static gpointer
read_mount(JsonObject *object)
{
    FirnGuestMount *self = firn_record_schema_new(&mount_schema);

    self->mountpoint = read_word(object, "mount");
    self->type = read_word(object, "type");
    return self;
}

static void
read_list(GPtrArray *list, JsonArray *array, gpointer (*read)(JsonObject *object))
{
    guint length = array == NULL ? 0 : json_array_get_length(array);

    for (guint i = 0; i < MIN(length, LIST_MAX); i++)
        g_ptr_array_add(list, read(firn_json_read_element(array, i)));
}

/* A state of a newer guest cannot be judged; a level of a newer guest proves nothing here. */
static gboolean
read_judgement(FirnGuestReport *self, JsonObject *object)
{
    int state, level = FIRN_GUEST_REPORT_LEVEL_NONE;

    if (!firn_enum_from_nick(firn_guest_report_state_get_type(),
                             firn_json_read_text(object, "state"),
                             &state))
        return FALSE;
    firn_enum_from_nick(firn_guest_report_level_get_type(),
                        firn_json_read_text(object, "level"),
                        &level);
    self->state = (FirnGuestReportState)state;
    self->level = (FirnGuestReportLevel)level;
    return TRUE;
}

static FirnGuestReport *
read_report(JsonObject *object, GError **error)
{
    g_autoptr(FirnGuestReport) self = firn_record_schema_new(&firn_guest_report_schema);
    JsonObject *deadman = firn_json_read_object(object, "deadman");

    if (firn_json_read_int(object, "schema", 0) != SCHEMA || !read_judgement(self, object)) {
        g_set_error_literal(error,
                            FIRN_QMP_ERROR,
                            FIRN_QMP_ERROR_MALFORMED,
                            "the guest's report is not of a form that this firn knows");
        return NULL;
    }
    self->deadman_s = read_number(deadman, "timeout_s");
    self->has_fired = firn_json_read_boolean(deadman, "fired", FALSE);
    self->fired_after_ms = read_number(deadman, "fired_after_ms");
    self->failure = read_failure(firn_json_read_object(object, "failure"));
    read_list(self->uncovered, firn_json_read_array(object, "uncovered"), read_mount);
    read_list(self->hooks, firn_json_read_array(object, "hooks"), read_hook);
    return g_steal_pointer(&self);
}

FirnGuestReport *
firn_guest_report_parse(const char *text, gsize length, const char *token, GError **error)
{
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, length, &limits, error);
    JsonObject *object = node == NULL ? NULL : json_node_get_object(node);

    if (object == NULL)
        return NULL;
    if (token == NULL || g_strcmp0(firn_json_read_string(object, "token"), token) == 0)
        return read_report(object, error);
    g_set_error_literal(error,
                        FIRN_ENGINE_ERROR,
                        FIRN_ENGINE_ERROR_NOT_FOUND,
                        "the guest's report is about another freeze");
    return NULL;
}

FirnGuestFailure *
firn_guest_report_find_failure(const char *complaint)
{
    const char *begin = strchr(complaint, '{');
    const char *end = begin == NULL ? NULL : strrchr(begin, '}');
    g_autoptr(JsonNode) node =
        end == NULL ? NULL : firn_json_guard_parse(begin, (gsize)(end + 1 - begin), &limits, NULL);
    JsonObject *object = node == NULL ? NULL : json_node_get_object(node);

    return firn_json_read_string(object, "reason") == NULL ? NULL : read_failure(object);
}

char *
firn_guest_failure_describe(const FirnGuestFailure *self)
{
    gboolean is_late = g_str_equal(self->reason, "timeout");
    g_autofree char *hook = firn_printable(self->hook);
    g_autofree char *phase = firn_printable(self->phase);
    g_autofree char *reason = firn_printable(self->reason);
    g_autofree char *message = firn_printable(self->message);
    g_autofree char *what = NULL;

    if (self->hook == NULL)
        what = g_strdup_printf("firn-guard in the guest refused the freeze (%s)", reason);
    else if (self->phase == NULL)
        what = g_strdup_printf("hook %s %s", hook, is_late ? "took too long" : "failed");
    else
        what = g_strdup_printf("hook %s %s in phase %s",
                               hook,
                               is_late ? "took too long" : "failed",
                               phase);
    return self->message == NULL ? g_steal_pointer(&what)
                                 : g_strdup_printf("%s: %s", what, message);
}

void
firn_guest_failure_free(FirnGuestFailure *self)
{
    firn_record_schema_free(&failure_schema, self);
}

gboolean
firn_guest_report_is_of_applications(const FirnGuestReport *self)
{
    return self != NULL && self->state == FIRN_GUEST_REPORT_STATE_THAWED && !self->has_fired &&
           self->level == FIRN_GUEST_REPORT_LEVEL_APP && self->uncovered->len == 0;
}
