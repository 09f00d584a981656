/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-agent.h"

#include <string.h>

#include "clock.h"

#define REQUEST "/run/firn/request"
#define TOKEN   "token="
/* How much longer a Windows guest runs than this machine. */
#define BOOTED_BEFORE_MS 86400000

struct FirnTestFakeAgent {
    FirnTestPeer *peer;   /* (owned) */
    GMutex lock;          /* guards the following */
    GHashTable *disabled; /* (owned) (element-type utf8) names of commands */
    GHashTable *files;    /* (owned) (element-type utf8 utf8) path, contents; empty: no commands */
    char *open_path;      /* (owned) (nullable) of the file that is open */
    gboolean is_read;     /* all of it */
    char *os;             /* (owned) */
    GHashTable *programs; /* (owned) (nullable) (element-type utf8 utf8) verb, output: Windows */
    char *output;         /* (owned) (nullable) of the program that has run last */
    guint counter;        /* of shadow copies */
    gint64 started_ms;    /* of the last one */
    gint64 held_ms;
    char *complaint; /* (owned) (nullable) about the next thaw */
    guint n_filesystems;
    int freeze_count;
    int thaw_count;
    gboolean is_frozen;
};

typedef char *(*Command)(FirnTestFakeAgent *self, JsonObject *arguments);

static char *list_commands(FirnTestFakeAgent *self, JsonObject *arguments);

static char *
do_nothing(FirnTestFakeAgent *self, JsonObject *arguments)
{
    return g_strdup("{}");
}

static char *
do_sync(FirnTestFakeAgent *self, JsonObject *arguments)
{
    return json_to_string(json_object_get_member(arguments, "id"), FALSE);
}

static char *
do_get_osinfo(FirnTestFakeAgent *self, JsonObject *arguments)
{
    return g_strdup_printf("{\"id\": \"%s\", \"name\": \"Fake\", \"pretty-name\": \"Fake 1\", "
                           "\"version\": \"1\", \"kernel-release\": \"6.1\", "
                           "\"machine\": \"x86_64\"}",
                           self->os);
}

static gboolean
is_windows(const FirnTestFakeAgent *self)
{
    return self->programs != NULL;
}

/* In the case of the letter: C:, D: ... and as qemu-ga names volumes. */
static char *
list_volumes(FirnTestFakeAgent *self)
{
    GString *text = g_string_new("[");

    for (guint i = 0; i < self->n_filesystems; i++)
        g_string_append_printf(
            text,
            "%s{\"name\": \"\\\\\\\\?\\\\Volume{%08x-0000-0000-0000-100000000000}\\\\\", "
            "\"mountpoint\": \"%c:\\\\\", \"type\": \"NTFS\", \"disk\": []}",
            i > 0 ? ", " : "",
            i,
            'C' + i);
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

static char *
list_file_systems(FirnTestFakeAgent *self)
{
    GString *text = g_string_new("[");

    for (guint i = 0; i < self->n_filesystems; i++) {
        char letter = (char)('a' + i);
        g_string_append_printf(
            text,
            "%s{\"name\": \"vd%c\", \"total-bytes\": 60000000, \"mountpoint\": \"/mnt/%c\", "
            "\"disk\": [{\"bus-type\": \"virtio\", \"bus\": 0, \"unit\": 0, \"target\": 0, "
            "\"pci-controller\": {\"bus\": 0, \"slot\": %u, \"domain\": 0, \"function\": 0}, "
            "\"dev\": \"/dev/vd%c\"}], \"used-bytes\": 1000000, \"type\": \"ext4\"}",
            i > 0 ? ", " : "",
            letter,
            letter,
            i + 3,
            letter);
    }
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

static char *
do_get_fsinfo(FirnTestFakeAgent *self, JsonObject *arguments)
{
    if (is_windows(self))
        return list_volumes(self);
    return list_file_systems(self);
}

static char *
do_status(FirnTestFakeAgent *self, JsonObject *arguments)
{
    return g_strdup(self->is_frozen ? "\"frozen\"" : "\"thawed\"");
}

static char *
count_or_all(FirnTestFakeAgent *self, int count)
{
    return g_strdup_printf("%d", count >= 0 ? count : (int)self->n_filesystems);
}

static gint64
get_uptime_ms(void)
{
    return BOOTED_BEFORE_MS + firn_test_clock_now_us() / G_TIME_SPAN_MILLISECOND;
}

static char *
do_freeze(FirnTestFakeAgent *self, JsonObject *arguments)
{
    if (self->is_frozen)
        return g_strdup("0");
    self->is_frozen = self->freeze_count != 0 && self->n_filesystems > 0;
    if (self->is_frozen) {
        self->counter++;
        self->started_ms = get_uptime_ms();
    }
    return count_or_all(self, self->freeze_count);
}

static char *
do_thaw(FirnTestFakeAgent *self, JsonObject *arguments)
{
    if (!self->is_frozen)
        return g_strdup("0");
    self->is_frozen = FALSE;
    self->held_ms = get_uptime_ms() - self->started_ms;
    if (self->complaint != NULL)
        return NULL;
    return count_or_all(self, self->thaw_count);
}

static char *
do_get_time(FirnTestFakeAgent *self, JsonObject *arguments)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() * 1000);
}

/* The token of the request that was written last; "" before. */
static char *
dup_token(FirnTestFakeAgent *self)
{
    const char *request = g_hash_table_lookup(self->files, REQUEST);
    const char *token = request == NULL ? NULL : strstr(request, TOKEN);

    return token == NULL ? g_strdup("")
                         : g_strndup(token + strlen(TOKEN), strcspn(token + strlen(TOKEN), "\n"));
}

static gboolean
has_folder_of(FirnTestFakeAgent *self, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    GHashTableIter iter;
    gpointer other;

    g_hash_table_iter_init(&iter, self->files);
    while (g_hash_table_iter_next(&iter, &other, NULL)) {
        g_autofree char *its = g_path_get_dirname(other);

        if (g_str_equal(folder, its))
            return TRUE;
    }
    return FALSE;
}

static char *
do_file_open(FirnTestFakeAgent *self, JsonObject *arguments)
{
    const char *path = json_object_get_string_member(arguments, "path");
    gboolean is_new = g_str_equal(json_object_get_string_member(arguments, "mode"), "w");

    if (is_new ? !has_folder_of(self, path) : !g_hash_table_contains(self->files, path))
        return NULL;
    if (is_new)
        g_hash_table_insert(self->files, g_strdup(path), g_strdup(""));
    g_free(self->open_path);
    self->open_path = g_strdup(path);
    self->is_read = FALSE;
    return g_strdup("1000");
}

static char *
do_file_read(FirnTestFakeAgent *self, JsonObject *arguments)
{
    const char *stored = g_hash_table_lookup(self->files, self->open_path);
    g_autofree char *token = dup_token(self);
    g_auto(GStrv) parts = g_strsplit(self->is_read ? "" : stored, "@TOKEN@", -1);
    g_autofree char *text = g_strjoinv(token, parts);
    g_autofree char *encoded = g_base64_encode((const guchar *)text, strlen(text));
    const char *end = self->is_read ? "true" : "false";

    self->is_read = TRUE;
    return g_strdup_printf("{\"count\": %zu, \"buf-b64\": \"%s\", \"eof\": %s}",
                           strlen(text),
                           encoded,
                           end);
}

static char *
do_file_write(FirnTestFakeAgent *self, JsonObject *arguments)
{
    const char *encoded = json_object_get_string_member(arguments, "buf-b64");
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(encoded, &length);

    g_hash_table_insert(self->files,
                        g_strdup(self->open_path),
                        g_strndup((const char *)bytes, length));
    return g_strdup_printf("{\"count\": %zu, \"eof\": false}", length);
}

static char *
replace(const char *text, const char *old, const char *new)
{
    g_auto(GStrv) parts = g_strsplit(text, old, -1);

    return g_strjoinv(new, parts);
}

static char *
replace_number(char *text, const char *old, gint64 number)
{
    g_autofree char *owned = text;
    g_autofree char *new = g_strdup_printf("%" G_GINT64_FORMAT, number);

    return replace(owned, old, new);
}

static char *
fill_in(FirnTestFakeAgent *self, const char *text)
{
    char *filled = replace_number(g_strdup(text), "@UPTIME@", get_uptime_ms());

    filled = replace_number(filled, "@COUNTER@", self->counter);
    filled = replace_number(filled, "@STARTED@", self->started_ms);
    return replace_number(filled, "@HELD@", self->held_ms);
}

static char *
do_exec(FirnTestFakeAgent *self, JsonObject *arguments)
{
    JsonArray *words = json_object_get_array_member(arguments, "arg");
    const char *text = g_hash_table_lookup(self->programs, json_array_get_string_element(words, 0));

    if (text == NULL)
        return NULL;
    g_free(self->output);
    self->output = fill_in(self, text);
    return g_strdup("{\"pid\": 4711}");
}

static char *
do_exec_status(FirnTestFakeAgent *self, JsonObject *arguments)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)self->output, strlen(self->output));

    return g_strdup_printf("{\"exited\": true, \"exitcode\": 0, \"out-data\": \"%s\"}", encoded);
}

static const struct {
    const char *name;
    Command run;
    gboolean while_frozen;
} commands[] = {
    {"guest-sync-delimited",       do_sync,        TRUE },
    {"guest-sync",                 do_sync,        TRUE },
    {"guest-ping",                 do_nothing,     TRUE },
    {"guest-info",                 list_commands,  TRUE },
    {"guest-fsfreeze-status",      do_status,      TRUE },
    {"guest-fsfreeze-thaw",        do_thaw,        TRUE },
    {"guest-fsfreeze-freeze",      do_freeze,      FALSE},
    {"guest-fsfreeze-freeze-list", do_freeze,      FALSE},
    {"guest-get-fsinfo",           do_get_fsinfo,  FALSE},
    {"guest-get-osinfo",           do_get_osinfo,  FALSE},
    {"guest-get-time",             do_get_time,    FALSE},
    {"guest-set-time",             do_nothing,     FALSE},
    {"guest-file-open",            do_file_open,   FALSE},
    {"guest-file-read",            do_file_read,   FALSE},
    {"guest-file-write",           do_file_write,  FALSE},
    {"guest-file-close",           do_nothing,     FALSE},
    {"guest-exec",                 do_exec,        FALSE},
    {"guest-exec-status",          do_exec_status, FALSE},
};

static gboolean
has_command(FirnTestFakeAgent *self, const char *name)
{
    if (g_str_has_prefix(name, "guest-exec"))
        return is_windows(self);
    return !g_str_has_prefix(name, "guest-file-") || g_hash_table_size(self->files) > 0;
}

static char *
list_commands(FirnTestFakeAgent *self, JsonObject *arguments)
{
    GString *text = g_string_new("{\"version\": \"7.2.22\", \"supported_commands\": [");

    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        gboolean enabled = !g_hash_table_contains(self->disabled, commands[i].name) &&
                           (commands[i].while_frozen || !self->is_frozen);

        if (!has_command(self, commands[i].name))
            continue;
        g_string_append_printf(text,
                               "%s{\"enabled\": %s, \"name\": \"%s\", \"success-response\": true}",
                               i > 0 ? ", " : "",
                               enabled ? "true" : "false",
                               commands[i].name);
    }
    g_string_append(text, "]}");
    return g_string_free(text, FALSE);
}

static void
refuse(FirnTestPeer *peer, JsonObject *request, const char *name, const char *why)
{
    g_autofree char *error =
        g_strdup_printf("{\"class\": \"CommandNotFound\", \"desc\": \"%s %s\"}", name, why);

    firn_test_peer_reply(peer, request, "error", error);
}

static void
run_command(FirnTestFakeAgent *self, guint index, JsonObject *request)
{
    const char *name = commands[index].name;
    JsonObject *arguments = json_object_has_member(request, "arguments")
                                ? json_object_get_object_member(request, "arguments")
                                : NULL;
    gboolean is_disabled;
    gboolean is_held;
    g_autofree char *value = NULL;

    g_mutex_lock(&self->lock);
    is_disabled = g_hash_table_contains(self->disabled, name);
    is_held = self->is_frozen && !commands[index].while_frozen &&
              (!is_windows(self) || commands[index].run != do_freeze);
    if (!is_disabled && !is_held)
        value = commands[index].run(self, arguments);
    g_mutex_unlock(&self->lock);
    if (is_disabled) {
        refuse(self->peer, request, "Command has been disabled:", name);
    } else if (is_held) {
        refuse(self->peer, request, name, "has been disabled: the agent is in frozen state");
    } else if (value == NULL) {
        g_autofree char *error = g_strdup_printf(
            "{\"class\": \"GenericError\", \"desc\": \"%s\"}",
            commands[index].run == do_thaw ? self->complaint
                                           : "failed to open file: No such file or directory");

        firn_test_peer_reply(self->peer, request, "error", error);
    } else {
        if (g_str_equal(name, "guest-sync-delimited"))
            firn_test_peer_send(self->peer, "\xff");
        firn_test_peer_reply(self->peer, request, "return", value);
    }
}

static void
on_request(FirnTestPeer *peer, JsonObject *request, gpointer data)
{
    FirnTestFakeAgent *self = data;
    const char *name;

    if (request == NULL)
        return; /* an agent does not notice a connection */
    name = json_object_get_string_member_with_default(request, "execute", "");
    if (*name == '\0') {
        firn_test_peer_reply(peer,
                             NULL,
                             "error",
                             "{\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}");
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_equal(commands[i].name, name) && has_command(self, name)) {
            run_command(self, i, request);
            return;
        }
    }
    refuse(peer, request, name, "has not been found");
}

FirnTestFakeAgent *
firn_test_fake_agent_new(const char *path, guint n_filesystems)
{
    FirnTestFakeAgent *self = g_new0(FirnTestFakeAgent, 1);

    g_mutex_init(&self->lock);
    self->disabled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->os = g_strdup("debian");
    self->n_filesystems = n_filesystems;
    self->freeze_count = -1;
    self->thaw_count = -1;
    self->peer = firn_test_peer_new(path, on_request, self);
    return self;
}

FirnTestPeer *
firn_test_fake_agent_get_peer(FirnTestFakeAgent *self)
{
    return self->peer;
}

void
firn_test_fake_agent_disable(FirnTestFakeAgent *self, const char *command)
{
    g_mutex_lock(&self->lock);
    g_hash_table_add(self->disabled, g_strdup(command));
    g_mutex_unlock(&self->lock);
}

void
firn_test_fake_agent_put_file(FirnTestFakeAgent *self, const char *path, const char *text)
{
    g_mutex_lock(&self->lock);
    g_hash_table_insert(self->files, g_strdup(path), g_strdup(text));
    g_mutex_unlock(&self->lock);
}

char *
firn_test_fake_agent_dup_file(FirnTestFakeAgent *self, const char *path)
{
    char *text;

    g_mutex_lock(&self->lock);
    text = g_strdup(g_hash_table_lookup(self->files, path));
    g_mutex_unlock(&self->lock);
    return text;
}

void
firn_test_fake_agent_set_counts(FirnTestFakeAgent *self, int freeze_count, int thaw_count)
{
    g_mutex_lock(&self->lock);
    self->freeze_count = freeze_count;
    self->thaw_count = thaw_count;
    g_mutex_unlock(&self->lock);
}

void
firn_test_fake_agent_set_os(FirnTestFakeAgent *self, const char *id)
{
    g_mutex_lock(&self->lock);
    g_free(self->os);
    self->os = g_strdup(id);
    g_mutex_unlock(&self->lock);
}

#define STATUS                                                                                     \
    "{\"version\": 1, \"program\": \"0.1.0\", \"service\": \"running\", \"uptime_ms\": @UPTIME@, " \
    "\"quiesced\": false, \"last_run\": {\"counter\": @COUNTER@, \"snapshot_set\": "               \
    "\"{@COUNTER@}\", \"started_unix_ms\": 1796049791580, \"started_uptime_ms\": @STARTED@, "      \
    "\"backup_type\": 5, \"outcome\": \"clean\", \"failure\": 0, \"failure_name\": null, "         \
    "\"ignores_failures\": false, \"refusal\": null, \"held_ms\": @HELD@, \"failed_hooks\": "      \
    "{\"prepare\": 0, \"freeze\": 0, \"thaw\": 0, \"post\": 0}, \"events\": [], "                  \
    "\"events_dropped\": 0, \"hooks\": [{\"name\": \"10-sql.cmd\", \"freeze\": {\"result\": "      \
    "\"ok\", "                                                                                     \
    "\"code\": 0, \"ms\": 44, \"output\": \"\", \"output_cut\": false}}]}}\n"

#define WRITERS                                                                                    \
    "{\"version\": 1, \"uptime_ms\": @UPTIME@, \"writers\": [{\"name\": \"SqlServerWriter\", "     \
    "\"id\": "                                                                                     \
    "\"{a65faa63}\", \"instance\": \"{1}\", \"state\": 1, \"state_name\": \"stable\", "            \
    "\"failure\": 0, \"failure_name\": \"OK\", \"failed\": false}], \"ms\": 14, \"result\": 0, "   \
    "\"result_name\": \"OK\"}\n"

#define CHECK                                                                                      \
    "{\"version\": 1, \"program\": \"0.1.0\", \"services\": {\"firn_vss\": \"running\", "          \
    "\"qemu_ga\": "                                                                                \
    "\"running\", \"qemu_ga_provider\": \"stopped\", \"vss\": \"stopped\"}, \"backup_type\": "     \
    "\"copy\", \"hooks\": [\"10-sql.cmd\"], \"hooks_refused\": null, \"volumes\": [{\"volume\": "  \
    "\"C:\", \"file_system\": \"NTFS\", \"can_freeze\": true}]}\n"

void
firn_test_fake_agent_be_windows(FirnTestFakeAgent *self)
{
    firn_test_fake_agent_set_os(self, "mswindows");
    g_mutex_lock(&self->lock);
    self->programs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->counter = 6;
    self->started_ms = get_uptime_ms() - 3600000;
    self->held_ms = 1000;
    g_mutex_unlock(&self->lock);
    firn_test_fake_agent_print(self, "status", STATUS);
    firn_test_fake_agent_print(self, "writers", WRITERS);
    firn_test_fake_agent_print(self, "check", CHECK);
}

void
firn_test_fake_agent_print(FirnTestFakeAgent *self, const char *verb, const char *text)
{
    g_mutex_lock(&self->lock);
    if (text == NULL)
        g_hash_table_remove_all(self->programs);
    else
        g_hash_table_insert(self->programs, g_strdup(verb), g_strdup(text));
    g_mutex_unlock(&self->lock);
}

void
firn_test_fake_agent_change(FirnTestFakeAgent *self,
                            const char *verb,
                            const char *old,
                            const char *new)
{
    const char *before = g_hash_table_lookup(self->programs, verb);
    g_autofree char *after = replace(before, old, new);

    g_assert_cmpstr(before, !=, after);
    firn_test_fake_agent_print(self, verb, after);
}

void
firn_test_fake_agent_complain(FirnTestFakeAgent *self, const char *complaint)
{
    g_mutex_lock(&self->lock);
    g_free(self->complaint);
    self->complaint = g_strdup(complaint);
    g_mutex_unlock(&self->lock);
}

void
firn_test_fake_agent_set_frozen(FirnTestFakeAgent *self, gboolean is_frozen)
{
    g_mutex_lock(&self->lock);
    self->is_frozen = is_frozen;
    g_mutex_unlock(&self->lock);
}

gboolean
firn_test_fake_agent_is_frozen(FirnTestFakeAgent *self)
{
    gboolean is_frozen;

    g_mutex_lock(&self->lock);
    is_frozen = self->is_frozen;
    g_mutex_unlock(&self->lock);
    return is_frozen;
}

void
firn_test_fake_agent_free(FirnTestFakeAgent *self)
{
    if (self == NULL)
        return;
    firn_test_peer_free(self->peer);
    g_hash_table_unref(self->disabled);
    g_hash_table_unref(self->files);
    g_clear_pointer(&self->programs, g_hash_table_unref);
    g_free(self->output);
    g_free(self->complaint);
    g_free(self->open_path);
    g_mutex_clear(&self->lock);
    g_free(self->os);
    g_free(self);
}
