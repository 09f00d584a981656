/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/**
 * FirnStateDir:
 *
 * A directory of firn's own, and the one way in which firn writes its state. It is opened once, by
 * the first call that needs it, and made by the first that writes; from then on everything happens
 * beneath that descriptor, whatever becomes of the path. What is in it are regular files with plain
 * names; symbolic links are never followed. Any thread; two writers of one name must not meet. All
 * that is done with it blocks.
 */
typedef struct _FirnStateDir FirnStateDir;

/**
 * FirnDurability:
 * @FIRN_DURABILITY_FLUSHED: on stable storage before the call returns
 * @FIRN_DURABILITY_WHOLE: whole or not at all, but lost with the host: for a tmpfs
 *
 * How much a change has to survive.
 */
typedef enum {
    FIRN_DURABILITY_FLUSHED,
    FIRN_DURABILITY_WHOLE,
} FirnDurability;

/**
 * firn_state_dir_new:
 * @path: the directory; need not be there
 * @durability: of all changes in it
 *
 * Touches nothing yet.
 *
 * Returns: (transfer full): the directory
 */
FirnStateDir *firn_state_dir_new(const char *path, FirnDurability durability);

/**
 * firn_state_dir_ref:
 * @self: a directory
 *
 * Returns: (transfer full): @self
 */
FirnStateDir *firn_state_dir_ref(FirnStateDir *self);

/**
 * firn_state_dir_unref:
 * @self: (nullable): a directory
 *
 * The last one closes it, and gives back its lock.
 */
void firn_state_dir_unref(FirnStateDir *self);

/**
 * firn_state_dir_get_path:
 * @self: a directory
 *
 * Returns: (transfer none): where it is, for messages
 */
const char *firn_state_dir_get_path(FirnStateDir *self);

/**
 * firn_state_dir_has:
 * @self: a directory
 * @name: of a file
 *
 * Returns: whether anything is there by that name, readable or not
 */
gboolean firn_state_dir_has(FirnStateDir *self, const char *name);

/**
 * firn_state_dir_read:
 * @self: a directory
 * @name: of a file
 * @bytes_max: the most that it may hold
 * @out_text: (out) (transfer full) (nullable): its contents with a NUL byte behind them; %NULL if
 * there is no such file
 * @out_length: (out): its bytes, without that
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_CORRUPT if it is no regular file, too long or damaged;
 * %FIRN_ENGINE_ERROR_FAILED if it cannot be read now.
 *
 * Returns: %TRUE if there is no file or it was read
 */
gboolean firn_state_dir_read(FirnStateDir *self,
                             const char *name,
                             gsize bytes_max,
                             char **out_text,
                             gsize *out_length,
                             GError **error);

/**
 * firn_state_dir_replace:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file
 * @text: its new contents
 * @length: its bytes
 * @error: return location for a #GError
 *
 * Readers see the old contents or the new, never half of them. Mode 0600.
 *
 * Errors: %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED: then the old contents are there.
 * If only the last flush fails the new ones are, and a warning is logged.
 *
 * Returns: %TRUE once it is there
 */
gboolean firn_state_dir_replace(FirnStateDir *self,
                                const char *name,
                                const char *text,
                                gsize length,
                                GError **error);

/**
 * firn_state_dir_replace_for_sure:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file
 * @text: its new contents
 * @length: its bytes
 * @error: return location for a #GError
 *
 * As firn_state_dir_replace(), for what has to outlast a power failure before anything else may
 * happen: if the last flush fails, so does this, and the file has the old contents or the new.
 *
 * Returns: %TRUE once it is there for sure
 */
gboolean firn_state_dir_replace_for_sure(FirnStateDir *self,
                                         const char *name,
                                         const char *text,
                                         gsize length,
                                         GError **error);

/**
 * firn_state_dir_create:
 * @self: a directory; made with mode 0700 if missing
 * @name: of a file that is not there
 * @error: return location for a #GError
 *
 * For what is too large to be replaced as a whole. Mode 0600.
 *
 * Errors: %FIRN_ENGINE_ERROR_EXISTS, %FIRN_ENGINE_ERROR_NO_SPACE, %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: a file descriptor, for reading and writing; -1 with @error set
 */
int firn_state_dir_create(FirnStateDir *self, const char *name, GError **error);

/**
 * firn_state_dir_remove:
 * @self: a directory
 * @name: of a file; may be missing
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE once it is gone
 */
gboolean firn_state_dir_remove(FirnStateDir *self, const char *name, GError **error);

/**
 * firn_state_dir_set_aside:
 * @self: a directory
 * @name: of a file that cannot be used, whatever it is
 * @suffix: what is appended to its name: ".unreadable"
 * @error: return location for a #GError
 *
 * Renames it, for people to look at. What was set aside by that name before is kept: then a number
 * is put before @suffix.
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: (transfer full): its new name; %NULL with @error set
 */
char *firn_state_dir_set_aside(FirnStateDir *self,
                               const char *name,
                               const char *suffix,
                               GError **error);

/**
 * firn_state_dir_list:
 * @self: a directory; may be missing
 * @suffix: what names have to end with
 * @error: return location for a #GError
 *
 * Errors: %FIRN_ENGINE_ERROR_FAILED; nobody knows then what is there.
 *
 * Returns: (transfer full) (element-type utf8): the names there, sorted; %NULL with @error set
 */
GPtrArray *firn_state_dir_list(FirnStateDir *self, const char *suffix, GError **error);

/**
 * firn_state_dir_sweep:
 * @self: a directory in which nobody writes; may be missing
 *
 * Removes what a writer that was killed had begun to write.
 */
void firn_state_dir_sweep(FirnStateDir *self);

/**
 * firn_state_dir_lock:
 * @self: a directory; made if missing
 * @error: return location for a #GError
 *
 * Makes it this process's own until the last reference goes or the process ends, however it ends. A
 * file "lock" in it holds the process's number, for the sentence that others get.
 *
 * Errors: %FIRN_ENGINE_ERROR_IN_USE, naming the process; %FIRN_ENGINE_ERROR_FAILED.
 *
 * Returns: %TRUE if nobody else has it
 */
gboolean firn_state_dir_lock(FirnStateDir *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FirnStateDir, firn_state_dir_unref)
