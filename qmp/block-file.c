/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-file.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "json-guard.h"
#include "json-read.h"

#define JSON    "json:"
#define NESTING 16

static const FirnJsonLimits limits = {64 * 1024, 16 * 1024, 1000, NESTING};

static gboolean
is_one_of(const char *word, const char *const *words)
{
    return word != NULL && g_strv_contains(words, word);
}

/* Such an image uses only a part of its file, so firn must not handle it by the file's path. */
static gboolean
is_part(JsonObject *node)
{
    return json_object_has_member(node, "offset") || json_object_has_member(node, "size");
}

static void
read_protocol(FirnBlockFile *self, JsonObject *node)
{
    static const char *const files[] = {"file", "host_device", NULL};
    const char *driver = firn_json_read_string(node, "driver");
    const char *path = firn_json_read_string(node, "filename");

    if (!is_one_of(driver, files) || path == NULL) {
        self->other = g_strdup(driver == NULL ? "unknown" : driver);
        return;
    }
    if (path[0] == '/') {
        self->path = g_strdup(path);
        return;
    }
    self->other = g_strdup(path);
    self->is_relative = TRUE;
}

static void
read_node(FirnBlockFile *self, JsonObject *node)
{
    static const char *const filters[] = {"throttle", "copy-on-read", NULL};
    JsonObject *below = firn_json_read_object(node, "file");

    while (is_one_of(firn_json_read_string(node, "driver"), filters) && below != NULL) {
        if (self->filter == NULL)
            self->filter = g_strdup(firn_json_read_string(node, "driver"));
        node = below;
        below = firn_json_read_object(node, "file");
    }
    if (below == NULL) {
        read_protocol(self, node);
        return;
    }
    self->driver = g_strdup(firn_json_read_string(node, "driver"));
    if (is_part(node))
        self->other = g_strdup("a part of a file");
    else
        read_protocol(self, below);
}

static void
read_json(FirnBlockFile *self, const char *text)
{
    g_autoptr(JsonNode) node = firn_json_guard_parse(text, strlen(text), &limits, NULL);

    /* QEMU truncates names that are longer than a path may be. */
    if (node != NULL)
        read_node(self, json_node_get_object(node));
    else
        self->other = g_strdup("several block nodes");
}

/* "nbd://host/x": a word and a colon before any slash. */
static gboolean
has_protocol(const char *name)
{
    const char *colon = strchr(name, ':');
    const char *slash = strchr(name, '/');

    return colon != NULL && (slash == NULL || colon < slash);
}

void
firn_block_file_read(FirnBlockFile *self, const char *name)
{
    *self = (FirnBlockFile){NULL};
    if (name == NULL || *name == '\0') {
        self->other = g_strdup("no file");
    } else if (g_str_has_prefix(name, JSON)) {
        read_json(self, name + strlen(JSON));
    } else if (name[0] == '/') {
        self->path = g_strdup(name);
    } else {
        self->other = g_strdup(name);
        self->is_relative = !has_protocol(name);
    }
}

void
firn_block_file_clear(FirnBlockFile *self)
{
    g_clear_pointer(&self->filter, g_free);
    g_clear_pointer(&self->driver, g_free);
    g_clear_pointer(&self->path, g_free);
    g_clear_pointer(&self->other, g_free);
}
