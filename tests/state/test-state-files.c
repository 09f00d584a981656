/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue-file.h"
#include "engine-error.h"
#include "failed-job.h"
#include "file-descriptor.h"
#include "intent.h"
#include "json-write.h"
#include "lease.h"
#include "run-note.h"
#include "save-image.h"
#include "scratch-dir.h"

#define VM_UUID "12345678-1234-1234-1234-123456789abc"

/* Reads a state file and returns what firn would write; @id is the one that the file must have. */
typedef char *(*RewriteFunc)(const char *text, const char *id, GError **error);

/* A copy has to have every fact of the original. */
static void
assert_copy(const FirnSnapshot *snapshot)
{
    g_autoptr(FirnSnapshot) copy = firn_snapshot_copy(snapshot);
    g_autoptr(JsonNode) expected = firn_record_schema_to_json(&firn_snapshot_schema, snapshot);
    g_autoptr(JsonNode) node = firn_record_schema_to_json(&firn_snapshot_schema, copy);
    g_autofree char *expected_text = firn_json_write(expected, TRUE);
    g_autofree char *text = firn_json_write(node, TRUE);

    g_assert_cmpstr(text, ==, expected_text);
}

static char *
rewrite_catalogue(const char *text, const char *id, GError **error)
{
    g_autoptr(FirnCatalogueFile) file =
        firn_catalogue_file_parse(text, strlen(text), VM_UUID, error);

    if (file == NULL)
        return NULL;
    for (guint i = 0; i < file->state->snapshots->len; i++)
        assert_copy(file->state->snapshots->pdata[i]);
    if (file->state->undo != NULL)
        assert_copy(file->state->undo->snapshot);
    return firn_catalogue_file_to_text(file);
}

static char *
rewrite_intent(const char *text, const char *id, GError **error)
{
    g_autoptr(FirnIntent) intent = firn_intent_parse(text, strlen(text), id, error);
    g_autoptr(FirnIntent) copy = intent == NULL ? NULL : firn_intent_copy(intent);

    return copy == NULL ? NULL : firn_intent_to_text(copy);
}

static char *
rewrite_lease(const char *text, const char *id, GError **error)
{
    g_autoptr(FirnLease) lease = firn_lease_parse(text, strlen(text), error);

    return lease == NULL ? NULL : firn_lease_to_text(lease);
}

static char *
rewrite_failed_job(const char *text, const char *id, GError **error)
{
    g_autoptr(FirnFailedJob) job = firn_failed_job_parse(text, strlen(text), error);
    g_autoptr(FirnFailedJob) copy = job == NULL ? NULL : firn_failed_job_copy(job);

    return copy == NULL ? NULL : firn_failed_job_to_text(copy);
}

/* A note is only read from a folder, and an unusable one is a note without images. */
static char *
rewrite_run_note(const char *text, const char *id, GError **error)
{
    g_autoptr(FirnTestScratchDir) scratch = firn_test_scratch_dir_new();
    g_autoptr(FirnStateDir) directory =
        firn_state_dir_new(firn_test_scratch_dir_get_path(scratch), FIRN_DURABILITY_WHOLE);
    g_autoptr(FirnRunNote) note = NULL;
    char *rewritten = NULL;
    gsize length;

    g_assert_true(firn_state_dir_replace(directory, VM_UUID ".json", text, strlen(text), NULL));
    note = firn_run_note_read(directory, VM_UUID);
    g_assert_true(firn_run_note_write(note, directory, VM_UUID, NULL));
    g_assert_true(
        firn_state_dir_read(directory, VM_UUID ".json", 1 << 20, &rewritten, &length, NULL));
    return rewritten;
}

static const struct {
    const char *folder;
    RewriteFunc rewrite;
} kinds[] = {
    {"vm",      rewrite_catalogue },
    {"journal", rewrite_intent    },
    {"leases",  rewrite_lease     },
    {"runs",    rewrite_run_note  },
    {"failed",  rewrite_failed_job},
};

/* @name: "vm/full" */
static RewriteFunc
find_rewrite(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_prefix(name, kinds[i].folder))
            return kinds[i].rewrite;
    g_assert_not_reached();
}

static char *
read_file(const char *folder, const char *name, const char *suffix)
{
    g_autofree char *path = g_strconcat(STATE_DIR, "/", folder, "/", name, suffix, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static char *
dup_id(const char *text)
{
    g_autoptr(JsonNode) node = json_from_string(text, NULL);

    return g_strdup(
        json_object_get_string_member_with_default(json_node_get_object(node), "id", ""));
}

static void
assert_rewritten(const char *name, const char *text, const char *expected)
{
    g_autofree char *id = strstr(name, "journal") == NULL ? NULL : dup_id(text);
    g_autoptr(GError) error = NULL;
    g_autofree char *rewritten = find_rewrite(name)(text, id, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(rewritten, ==, expected);
}

static void
test_unchanged(gconstpointer name)
{
    g_autofree char *text = read_file("files", name, ".json");

    assert_rewritten(name, text, text);
}

/* What an older version wrote without members that were added since. */
static void
test_old(gconstpointer name)
{
    g_autofree char *text = read_file("old", name, ".json");
    g_autofree char *expected = read_file("old", name, ".rewritten.json");

    assert_rewritten(name, text, expected);
}

/* One document in which one value after the other is replaced. */
typedef struct {
    RewriteFunc rewrite;
    char *id;        /* (owned) (nullable) */
    JsonNode *root;  /* (owned) */
    GString *answer; /* (owned) a line for each change: what the reader makes of it */
} Walk;

static void
note_answer(Walk *self, const char *path, const char *change)
{
    g_autofree char *text = firn_json_write(self->root, TRUE);
    g_autoptr(GError) error = NULL;
    g_autofree char *rewritten = self->rewrite(text, self->id, &error);
    g_autofree char *digest = NULL;

    g_string_append_printf(self->answer, "%s = %s: ", path, change);
    if (rewritten == NULL) {
        g_string_append_printf(self->answer,
                               "%s %d: %s\n",
                               g_quark_to_string(error->domain),
                               error->code,
                               error->message);
        return;
    }
    digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, rewritten, -1);
    g_string_append_printf(self->answer, "accepted, written as %.10s\n", digest);
}

static const char *const values[] = {"null",
                                     "true",
                                     "\"word\"",
                                     "\"\"",
                                     "-1",
                                     "0",
                                     "4294967296",
                                     "9223372036854775807",
                                     "1.5",
                                     "[]",
                                     "[\"word\"]",
                                     "[1]",
                                     "{}"};

static void walk_node(Walk *self, JsonNode *node, const char *path);

static void
walk_member(Walk *self, JsonObject *object, const char *member, const char *path)
{
    g_autoptr(JsonNode) good = json_node_copy(json_object_get_member(object, member));

    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        json_object_set_member(object, member, json_from_string(values[i], NULL));
        note_answer(self, path, values[i]);
    }
    json_object_remove_member(object, member);
    note_answer(self, path, "(none)");
    json_object_set_member(object, member, json_node_copy(good));
    walk_node(self, json_object_get_member(object, member), path);
}

static void
walk_object(Walk *self, JsonObject *object, const char *path)
{
    g_autoptr(GList) members = json_object_get_members(object);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (const GList *at = members; at != NULL; at = at->next)
        g_ptr_array_add(names, g_strdup(at->data));
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *inner = g_strconcat(path, "/", names->pdata[i], NULL);

        walk_member(self, object, names->pdata[i], inner);
    }
    json_object_set_int_member(object, "fut\nure", 1);
    note_answer(self, path, "a member more");
    json_object_remove_member(object, "fut\nure");
}

/* Of an array, only the first element is walked: the others are read alike. */
static void
walk_node(Walk *self, JsonNode *node, const char *path)
{
    g_autofree char *inner = g_strconcat(path, "/0", NULL);

    if (JSON_NODE_HOLDS_OBJECT(node))
        walk_object(self, json_node_get_object(node), path);
    else if (JSON_NODE_HOLDS_ARRAY(node) && json_array_get_length(json_node_get_array(node)) > 0)
        walk_node(self, json_array_get_element(json_node_get_array(node), 0), inner);
}

/* With FIRN_STATE_ANSWERS=DIR the answers are written there: for a format that was extended. */
static void
keep_answers(const char *name, const char *answers)
{
    const char *folder = g_getenv("FIRN_STATE_ANSWERS");
    g_autofree char *path = folder == NULL ? NULL : g_strconcat(folder, "/", name, ".txt", NULL);

    g_assert_true(path == NULL || g_file_set_contents(path, answers, -1, NULL));
}

/* Each value is wrong in each way: the reader has to answer as it always did. */
static void
test_answers(gconstpointer name)
{
    g_autofree char *text = read_file("files", name, ".json");
    g_autofree char *expected = NULL;
    g_autofree char *answers = NULL;
    g_auto(GStrv) lines = NULL;
    g_auto(GStrv) expected_lines = NULL;
    Walk walk = {find_rewrite(name),
                 dup_id(text),
                 json_from_string(text, NULL),
                 g_string_new(NULL)};

    walk_node(&walk, walk.root, "");
    json_node_unref(walk.root);
    g_free(walk.id);
    answers = g_string_free(walk.answer, FALSE);
    keep_answers(name, answers);
    expected = read_file("answers", name, ".txt");
    lines = g_strsplit(answers, "\n", -1);
    expected_lines = g_strsplit(expected, "\n", -1);
    for (guint i = 0; lines[i] != NULL && expected_lines[i] != NULL; i++)
        g_assert_cmpstr(lines[i], ==, expected_lines[i]);
    g_assert_cmpuint(g_strv_length(lines), ==, g_strv_length(expected_lines));
}

/* The tables of STATE-FILES.md: (element-type utf8 GHashTable) section -> member -> type. */
static GHashTable *
read_tables(void)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    GHashTable *sections =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    GHashTable *members = NULL;

    g_assert_true(g_file_get_contents(STATE_DIR "/../../host/STATE-FILES.md", &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, " | ", 3);

        if (g_str_has_prefix(*line, "## ")) {
            members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
            g_hash_table_insert(sections, g_strdup(*line + 3), members);
        } else if (members != NULL && g_str_has_prefix(*line, "| `")) {
            char *member = g_strndup(cells[0] + 3, strlen(cells[0]) - 4);

            g_hash_table_insert(members, member, g_strdup(cells[1]));
        }
    }
    return sections;
}

static void check_object(GHashTable *sections,
                         GHashTable *seen,
                         const char *section,
                         JsonNode *node);

/* @type: "objects snapshot disk, if set" */
static void
check_value(GHashTable *sections, GHashTable *seen, const char *type, JsonNode *node)
{
    g_auto(GStrv) words = g_strsplit(type, ", ", 2);
    GType value = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : 0;

    if (g_str_has_prefix(type, "object ")) {
        check_object(sections, seen, words[0] + strlen("object "), node);
    } else if (g_str_has_prefix(type, "objects ")) {
        JsonArray *array = json_node_get_array(node);

        for (guint i = 0; i < json_array_get_length(array); i++)
            check_object(sections,
                         seen,
                         words[0] + strlen("objects "),
                         json_array_get_element(array, i));
    } else if (g_str_equal(words[0], "texts")) {
        g_assert_true(JSON_NODE_HOLDS_ARRAY(node));
    } else if (!JSON_NODE_HOLDS_NULL(node) || g_strcmp0(words[1], "null") != 0) {
        g_assert_cmpuint(value,
                         ==,
                         g_str_equal(words[0], "number")    ? G_TYPE_INT64
                         : g_str_equal(words[0], "boolean") ? G_TYPE_BOOLEAN
                                                            : G_TYPE_STRING);
    }
}

static void
check_object(GHashTable *sections, GHashTable *seen, const char *section, JsonNode *node)
{
    GHashTable *members = g_hash_table_lookup(sections, section);
    JsonObjectIter iterator;
    const char *member;
    JsonNode *value;

    g_test_message("%s", section);
    g_assert_nonnull(members);
    json_object_iter_init(&iterator, json_node_get_object(node));
    while (json_object_iter_next(&iterator, &member, &value)) {
        const char *type = g_hash_table_lookup(members, member);

        g_test_message("%s: %s", section, member);
        g_assert_nonnull(type);
        g_hash_table_add(seen, (gpointer)type);
        check_value(sections, seen, type, value);
    }
}

/* Each member of a file is in the table, with its type, and each row is a member of some file. */
static void
test_table(void)
{
    static const char *const files[][2] = {
        {"vm/full",         "vm/UUID.json"      },
        {"vm/undo",         "vm/UUID.json"      },
        {"vm/guest-report", "vm/UUID.json"      },
        {"vm/host-hooks",   "vm/UUID.json"      },
        {"vm/vss-report",   "vm/UUID.json"      },
        {"journal/restore", "journal/UUID.json" },
        {"journal/delete",  "journal/UUID.json" },
        {"failed/full",     "failed/NUMBER.json"},
        {"runs/filesystem", "runs/UUID.json"    },
        {"leases/libvirt",  "leases/UUID.json"  },
        {"leases/paused",   "leases/UUID.json"  },
    };
    g_autoptr(GHashTable) sections = read_tables();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    guint n_rows = 0;
    GHashTableIter iterator;
    gpointer members;

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = read_file("files", files[i][0], ".json");
        g_autoptr(JsonNode) node = json_from_string(text, NULL);

        check_object(sections, seen, files[i][1], node);
    }
    g_hash_table_iter_init(&iterator, sections);
    while (g_hash_table_iter_next(&iterator, NULL, &members))
        n_rows += g_hash_table_size(members);
    g_assert_cmpuint(g_hash_table_size(seen), ==, n_rows);
}

static void
test_save_image(void)
{
    const char *path = STATE_DIR "/files/memory/finished.save";
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = firn_save_image_dup_xml(path, &error);
    g_auto(FirnFileDescriptor) file = firn_save_image_open(path, &error);
    g_autofree char *head = NULL;
    g_autofree char *image = NULL;
    gsize head_length, length;

    g_assert_no_error(error);
    g_assert_cmpstr(xml, ==, "<domain type='kvm'>\n  <name>web1</name>\n</domain>\n");
    head = firn_save_image_make_head(xml, &head_length);
    g_assert_true(g_file_get_contents(path, &image, &length, NULL));
    g_assert_cmpint(lseek(file, 0, SEEK_CUR), ==, (off_t)head_length);
    g_assert_cmpmem(image, head_length, head, head_length);
    g_assert_cmpmem(image + head_length, length - head_length, "QEVM stream", 11);
}

static void
test_save_image_unfinished(void)
{
    const char *path = STATE_DIR "/files/memory/unfinished.save";
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = firn_save_image_dup_xml(path, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(xml, ==, "<domain type='kvm'>\n  <name>web1</name>\n</domain>\n");
    g_assert_cmpint(firn_save_image_open(path, &error), ==, -1);
    g_assert_error(error, FIRN_ENGINE_ERROR, FIRN_ENGINE_ERROR_CORRUPT);
}

static void
add_tests(const char *topic, const char *const *names, GTestDataFunc test)
{
    for (const char *const *name = names; *name != NULL; name++) {
        g_autofree char *path = g_strconcat("/state/", topic, "/", *name, NULL);

        g_test_add_data_func(path, *name, test);
    }
}

int
main(int argc, char **argv)
{
    static const char *const unchanged[] = {
        "vm/empty",        "vm/plain",         "vm/full",         "vm/undo",
        "journal/create",  "journal/delete",   "journal/restore", "journal/forget",
        "leases/libvirt",  "leases/agent",     "leases/paused",   "runs/none",
        "runs/running",    "runs/shut-down",   "runs/unclean",    "runs/unknown",
        "runs/filesystem", "runs/application", "failed/full",     "failed/plain",
        "vm/guest-report", "vm/host-hooks",    "vm/vss-report",   NULL};
    static const char *const old[] = {"vm", "journal", NULL};
    static const char *const walked[] = {"vm/full",
                                         "vm/guest-report",
                                         "vm/host-hooks",
                                         "vm/vss-report",
                                         "journal/restore",
                                         "leases/paused",
                                         "leases/libvirt",
                                         "runs/filesystem",
                                         "failed/plain",
                                         NULL};

    g_test_init(&argc, &argv, NULL);
    add_tests("unchanged", unchanged, test_unchanged);
    add_tests("older-version", old, test_old);
    add_tests("damage", walked, test_answers);
    g_test_add_func("/state/table", test_table);
    /* The head of a save image is in the byte order of the host. */
    if (G_BYTE_ORDER == G_LITTLE_ENDIAN) {
        g_test_add_func("/state/save-image/finished", test_save_image);
        g_test_add_func("/state/save-image/unfinished", test_save_image_unfinished);
    }
    return g_test_run();
}
